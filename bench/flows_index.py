"""An index of flow documents in a real engine: written to, merged, measured."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench.sample_documents import IndexedDocument
from local.search.engine import Engine

TEMPLATE: Final = Path(__file__).resolve().parents[1] / "dashboards" / "index_templates" / "flows.json"
BATCH: Final = 1_000
ONE_SHARD: Final = {"number_of_shards": 1, "number_of_replicas": 0}
NAME: Final = "/flows-bench"

Json = dict[str, Any]


@contextmanager
def open_engine() -> Iterator[Engine]:
    """With the demo's small heap, which requests from here fill faster than its collector takes note: the
    breaker that counts what is used of it, garbage too, must not refuse them."""
    with TemporaryDirectory() as directory, Engine(Path(directory) / "engine") as engine:
        ask(engine, "PUT", "/_cluster/settings", {"transient": {"indices.breaker.total.limit": "100%"}})
        yield engine


def read_template(path: Path = TEMPLATE) -> Json:
    """Mappings and settings of an index, one of flow documents if nothing else is said, with one shard and no
    replica."""
    template: Json = json.loads(path.read_text())["template"]
    template["settings"]["index"] |= ONE_SHARD
    return template


def to_bodies(documents: Iterable[IndexedDocument]) -> list[bytes]:
    """Of bulk requests."""
    pairs = ((json.dumps({"create": {"_id": id_}}), json.dumps(source)) for id_, source in documents)
    lines = (f"{action}\n{source}\n" for action, source in pairs)
    return list(iter(lambda: "".join(islice(lines, BATCH)).encode(), b""))


def index(engine: Engine, template: Json, bodies: Sequence[bytes]) -> Json:
    """Makes the index anew, merges it into one segment, and gives its statistics."""
    ask(engine, "PUT", NAME, template)
    for body in bodies:
        ask(engine, "POST", f"{NAME}/_bulk", body)
    ask(engine, "POST", f"{NAME}/_forcemerge?max_num_segments=1")
    # Without a refresh the segments that went into the merge would count too.
    ask(engine, "POST", f"{NAME}/_refresh")
    ask(engine, "POST", f"{NAME}/_flush?force=true")
    statistics: Json = ask(engine, "GET", f"{NAME}/_stats/store,docs")["_all"]["primaries"]
    ask(engine, "DELETE", NAME)
    return statistics


def bytes_per_document(statistics: Json) -> float:
    return float(statistics["store"]["size_in_bytes"] / statistics["docs"]["count"])


def ask(engine: Engine, method: str, path: str, body: object = None) -> Json:
    answer = engine.request(method, path, body)
    content: Json = json.loads(answer.data)
    if answer.status >= 300 or content.get("errors"):
        raise RuntimeError(f"{method} {path}: {answer.status} {answer.data[:500]!r}")
    return content
