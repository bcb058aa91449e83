"""The function's parts over moto's S3 and the real engine, under the function's role."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from adapters.flow_indices import FlowIndices, flows_index
from adapters.inventory_store import InventoryStore
from adapters.usage_index import UsageIndex
from domain.flow_log_format import FlowLogFormat
from domain.flow_reader import FlowReader
from domain.inventory import Peer
from domain.inventory_day import InventoryDay, observe, utc_day
from domain.inventory_view import InventoryView
from domain.subscription_event import LogEvent
from rule_usage.day import BATCH_REQUESTS, DaySummer
from rule_usage.request import UsageRequest
from rule_usage.usage_pass import PassResult, UsagePass
from tests.adapters.aws import BUCKET
from tests.adapters.fake_time import FakeTime
from tests.adapters.flow_days import make_reader, read_usage
from tests.domain.examples import ACCOUNT_ID, ENI, INVENTORY, MIDNIGHT, PEER, RULE
from tests.flow_ingest.events import LOG_FORMAT, event_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_s3 import S3Client

    from domain.flow_record import FlowRecord
    from domain.inventory import Inventory
    from local.search.engine import Engine

DAY = 86_400
RETENTION_DAYS = 30
OPEN_EGRESS = replace(
    RULE,
    rule_id="sgr-0eeeeeeeeeeeeeeee",
    direction="egress",
    ip_protocol="-1",
    from_port=None,
    to_port=None,
    peer=Peer(cidr_ipv4="0.0.0.0/0"),
)
VPC = replace(
    INVENTORY,
    observed_at=MIDNIGHT,
    network_interfaces=(ENI, PEER),
    security_group_rules=(RULE, OPEN_EGRESS),
)


@dataclass
class World:
    """`clock` shows the function's time; the inventory is of every day that is observed."""

    s3: S3Client
    engine: Engine
    clock: FakeTime
    seconds: float = 600.0
    """That a run of the function has."""
    batch_requests: int = BATCH_REQUESTS
    _views: dict[str, InventoryView] = field(default_factory=dict)
    _latest: InventoryDay | None = None

    @property
    def inventories(self) -> InventoryStore:
        return InventoryStore(self.s3, BUCKET)

    def observe(self, inventory: Inventory = VPC) -> None:
        """At the inventory's own time, which only goes on."""
        before = self._latest
        self._latest = observe(before, inventory)
        same_day = before is not None and before.day == self._latest.day
        stored = self.inventories.load(inventory.vpc_id, self._latest.day) if same_day else None
        self.inventories.save(self._latest, stored.etag if stored else None)
        self._views[self._latest.day] = InventoryView(self._latest)

    def ingest(self, *lines: str, first: int = 0) -> None:
        """As flow_ingest does: each with an id of its own from `first` on, which a replay repeats."""
        reader = FlowReader(FlowLogFormat.parse(LOG_FORMAT), self._find_view)
        events = [
            LogEvent(event_id(number), int(line.split()[10]) * 1000, line)
            for number, line in enumerate(lines, first)
        ]
        reading = reader.read(events)
        assert not reading.unreadable, reading.unreadable
        answer = self.engine.request("POST", "/_bulk?refresh=true", "".join(reading.lines).encode())
        statuses = {item["create"]["status"] for item in json.loads(answer.data)["items"]}
        assert statuses <= {201, 409}, answer.data

    def _find_view(self, record: FlowRecord, event_timestamp_ms: int) -> InventoryView | None:
        day = utc_day(record.end or record.start or event_timestamp_ms // 1000)
        return self._views.get(max((each for each in self._views if each <= day), default=""))

    def run(self, *days: str) -> PassResult:
        return self.make_pass().run(UsageRequest(days))

    def make_pass(self) -> UsagePass:
        pace = self.clock.pace(self.seconds)
        reader = make_reader(self.engine, pace=pace)
        summer = DaySummer(reader, FlowIndices(reader), UsageIndex(reader), self.batch_requests)
        return UsagePass(summer, self.inventories, RETENTION_DAYS, self.clock)

    def documents(self) -> dict[str, str]:
        """Of rules and groups, as they were sent."""
        return {id_: text for id_, text in read_usage(self.engine).items() if not id_.startswith("day|")}

    def rules(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The documents of rules by day and rule id."""
        found: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        for text in self.documents().values():
            document = json.loads(text)
            if document["kind"] == "rule":
                found[document["day"]][document["rule_id"]] = document
        return dict(found)

    def update(self, day: str, **fields: object) -> None:
        """All flows of a day."""
        index = f"/{flows_index(day)}"
        hits = json.loads(self.engine.request("GET", f"{index}/_search").data)["hits"]["hits"]
        for hit in hits:
            path = f"{index}/_update/{hit['_id']}?refresh=true"
            assert self.engine.request("POST", path, {"doc": fields}).status == 200

    def has_flows(self, day: str) -> bool:
        return self.engine.request("HEAD", f"/{flows_index(day)}").status == 200

    def drop_flows(self, day: str) -> None:
        assert self.engine.request("DELETE", f"/{flows_index(day)}").status == 200


def request(start: int, peer: str = "203.0.113.7", port: int = 443, action: str = "ACCEPT") -> str:
    return _line(peer, ENI.private_addrs[0], 40_000, port, start, action)


def response(start: int, peer: str = "203.0.113.7", port: int = 443) -> str:
    return _line(ENI.private_addrs[0], peer, port, 40_000, start, "ACCEPT")


def no_data(start: int, status: str = "NODATA") -> str:
    return f"2 {ACCOUNT_ID} {ENI.interface_id} - - - - - - - {start} {start + 60} - {status} {ENI.vpc_id}"


def _line(source: str, target: str, srcport: int, dstport: int, start: int, action: str) -> str:
    flow = f"{source} {target} {srcport} {dstport} 6 10 1000"
    return f"2 {ACCOUNT_ID} {ENI.interface_id} {flow} {start} {start + 60} {action} OK {ENI.vpc_id}"


def names(ids: Sequence[str]) -> list[str]:
    return sorted(id_.split("|")[-1] for id_ in ids)
