"""What a flow document takes in the engine's store: `python -m bench.store`.

Documents of the sample VPC's day with eight times its visitors, written by SG Lens's own code with the ids
of log events; one shard without replica, merged into one segment. Each variant of the template is a row.
"""

import copy
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "lambdas"))

from domain.flow_document import to_document  # noqa: E402
from domain.flow_log_format import FlowLogFormat  # noqa: E402
from domain.flow_record import parse_flow_record  # noqa: E402
from domain.inventory_day import utc_day  # noqa: E402
from domain.inventory_view import InventoryView  # noqa: E402
from domain.subscription_event import document_id  # noqa: E402
from local.sample.history import trace_history  # noqa: E402
from local.search.engine import Engine  # noqa: E402
from local.traffic.generate import generate  # noqa: E402
from local.traffic.lines import ALL_FIELDS  # noqa: E402
from tests.local.sample.in_moto import NOON, make_sample  # noqa: E402

TEMPLATE = ROOT / "dashboards" / "index_templates" / "flows.json"
FORMAT = FlowLogFormat.parse(" ".join(f"${{{field}}}" for field in ALL_FIELDS))
SEED = 7
DAY = 86_400
VISITORS = 8.0
BATCH = 1_000
ONE_SHARD = {"number_of_shards": 1, "number_of_replicas": 0}
# Fields that the row leaves unindexed: what it costs to filter by them.
VARIANTS: dict[str, tuple[str, ...]] = {
    "as it is": (),
    "srcport, dstport not indexed": ("srcport", "dstport"),
    "no port indexed": ("srcport", "dstport", "local_port", "peer_port"),
}

Json = dict[str, Any]


def main() -> None:
    documents = list(make_documents())
    print(f"{len(documents):,} documents, bytes each in the merged primary")
    with tempfile.TemporaryDirectory() as directory, Engine(Path(directory) / "engine") as engine:
        for title, unindexed in VARIANTS.items():
            print(f"  {measure(engine, documents, unindexed):7.1f}  {title}")


def make_documents() -> Iterator[tuple[str, Json]]:
    """Id and source."""
    world = make_sample()
    days = trace_history(world.sample, world.inventory, NOON)
    views = {day.day: InventoryView(day) for day in days}
    traffic = generate(world.sample, SEED, NOON, NOON + DAY, scale=VISITORS)
    records = [record for stream in traffic.streams.values() for record in stream]
    for number, sample in enumerate(sorted(records, key=lambda record: record.start)):
        record = parse_flow_record(sample.line, FORMAT)
        view = views[utc_day(record.end or sample.start)]
        # As CloudWatch Logs numbers its events: by their time first.
        event_id = f"{(sample.start << 100) + number:056d}"
        yield document_id(event_id), to_document(record, view, sample.start * 1000)


def measure(engine: Engine, documents: list[tuple[str, Json]], unindexed: tuple[str, ...]) -> float:
    template = copy.deepcopy(json.loads(TEMPLATE.read_text())["template"])
    for name in unindexed:
        template["mappings"]["properties"][name]["index"] = False
    template["settings"]["index"] |= ONE_SHARD
    _ask(engine, "PUT", "/flows-bench", template)
    for first in range(0, len(documents), BATCH):
        _ask(engine, "POST", "/flows-bench/_bulk", _to_lines(documents[first : first + BATCH]))
    _ask(engine, "POST", "/flows-bench/_forcemerge?max_num_segments=1")
    # Without a refresh the segments that went into the merge would count too.
    _ask(engine, "POST", "/flows-bench/_refresh")
    _ask(engine, "POST", "/flows-bench/_flush?force=true")
    statistics = _ask(engine, "GET", "/flows-bench/_stats/store,docs")["_all"]["primaries"]
    _ask(engine, "DELETE", "/flows-bench")
    return float(statistics["store"]["size_in_bytes"] / statistics["docs"]["count"])


def _to_lines(documents: list[tuple[str, Json]]) -> bytes:
    pairs = ((json.dumps({"create": {"_id": id_}}), json.dumps(source)) for id_, source in documents)
    return "".join(f"{action}\n{source}\n" for action, source in pairs).encode()


def _ask(engine: Engine, method: str, path: str, body: object = None) -> Json:
    answer = engine.request(method, path, body)
    content: Json = json.loads(answer.data)
    if answer.status >= 300 or content.get("errors"):
        raise RuntimeError(f"{method} {path}: {answer.status} {answer.data[:500]!r}")
    return content


if __name__ == "__main__":
    main()
