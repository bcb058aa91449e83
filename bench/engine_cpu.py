"""The engine's processor time to index flow documents, against the same documents with dynamic mapping."""

from collections.abc import Callable
from functools import partial
from statistics import median

from bench.flows_index import Json, ask, index, open_engine, read_template, to_bodies
from bench.rows import Row
from bench.sample_documents import make_documents
from local.search.engine import Engine

VERSION = "v5"
VISITORS = 2.5
ROUNDS = 3
TARGET = 0.8


def measure() -> list[Row]:
    documents = make_documents(VERSION, VISITORS)
    bodies = to_bodies(documents)
    templates = {"template": read_template, "dynamic": _make_dynamic, "dynamic_same_settings": _only_settings}
    times: dict[str, list[float]] = {name: [] for name in templates}
    with open_engine() as engine:
        index(engine, read_template(), bodies)  # its code warms up
        for _ in range(ROUNDS):
            for name, make in templates.items():
                times[name].append(_time(engine, partial(index, engine, make(), bodies)) / len(documents))
    ratios = {
        name: round(
            median(ours / other for ours, other in zip(times["template"], times[name], strict=True)), 3
        )
        for name in templates
    }
    details: dict[str, object] = {
        "records": len(documents),
        "us_per_record": {name: round(median(each) * 1e6, 1) for name, each in times.items()},
        "against_dynamic_with_the_same_settings": ratios["dynamic_same_settings"],
    }
    title = "engine CPU to index the same records, against the same documents with dynamic mapping"
    return [Row("engine_cpu", title, ratios["dynamic"], "×", TARGET, details=details)]


def _make_dynamic() -> Json:
    """As an index is that nobody described."""
    return {"settings": {"index": {"number_of_shards": 1, "number_of_replicas": 0}}}


def _only_settings() -> Json:
    """Compression, order and refreshing as in the template."""
    return {"settings": read_template()["settings"], "mappings": {"properties": _sort_fields()}}


def _sort_fields() -> Json:
    properties: Json = read_template()["mappings"]["properties"]
    return {name: properties[name] for name in ("interface_id", "@timestamp")}


def _time(engine: Engine, work: Callable[[], object]) -> float:
    """Seconds of the engine's own processor time, merges included."""
    before = _read_seconds(engine)
    work()
    return _read_seconds(engine) - before


def _read_seconds(engine: Engine) -> float:
    [node] = ask(engine, "GET", "/_nodes/stats/process")["nodes"].values()
    return float(node["process"]["cpu"]["total_in_millis"] / 1000)
