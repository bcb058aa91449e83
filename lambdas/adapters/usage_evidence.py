"""What a day's flows index holds as evidence beside the use of rules, counted by the engine."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from adapters.flow_indices import flows_index
from adapters.usage_slices import Slicer
from domain.protocols import protocol_number
from domain.usage import UNATTRIBUTED, Knock
from domain.usage_day import InterfaceLogs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from adapters.search_reader import Json, SearchReader
    from domain.inventory import Direction

_PAGE_SIZE: Final = 10_000
"""Buckets, each with up to 3 below it; an answer has 65,535 at most."""
_SLICE_RECORDS: Final = 20_000
_OK: Final[Json] = {"term": {"log_status": "OK"}}
_REJECTED: Final[Json] = {"term": {"action": "REJECT"}}
_REASONS: Final[Json] = {
    "reject": _REJECTED,
    "no_rule": {"term": {"attribution": "no_rule"}},
    "unknown": {"term": {"initiator_evidence": "unknown"}},
}


class GroupRecords(NamedTuple):
    records: int
    unattributed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class UsageEvidence:
    """Each method raises what SearchReader does."""

    reader: SearchReader
    day: str
    page_size: int = _PAGE_SIZE
    slice_records: int = _SLICE_RECORDS

    def get_logs(self) -> InterfaceLogs:
        """The index is sorted by the first two sources, which lets the engine begin a page where the last
        one ended."""
        sources = [
            {"interface_id": {"terms": {"field": "interface_id"}}},
            {"hour": {"date_histogram": {"field": "@timestamp", "fixed_interval": "1h"}}},
            {"log_status": {"terms": {"field": "log_status"}}},
        ]
        logs = InterfaceLogs(self.day)
        for bucket in self._get_buckets({"match_all": {}}, sources, {}):
            key = bucket["key"]
            logs.add(key["interface_id"], key["hour"] // 1000, key["log_status"], bucket["doc_count"])
        return logs

    def count_groups(self) -> dict[str, GroupRecords]:
        """By group id, in its order."""
        sources = [{"group_id": {"terms": {"field": "group_ids"}}}]
        counted = {"counted": {"filters": {"filters": _REASONS}}}
        return {
            bucket["key"]["group_id"]: _to_group_records(bucket)
            for bucket in self._get_buckets({"bool": {"filter": [_OK]}}, sources, counted)
        }

    def get_knocks(self, groups: Mapping[str, GroupRecords]) -> Iterator[tuple[str, Knock]]:
        """With the group that was knocked at, in the order of `groups`."""
        rejected = {group_id: group.unattributed["reject"] for group_id, group in groups.items()}
        base = [_OK, _REJECTED]
        slicer = Slicer(self.reader, flows_index(self.day), base, "group_ids", self.slice_records)
        for part in slicer.slice({group_id: count for group_id, count in rejected.items() if count}):
            query = {"bool": {"filter": [*base, *part.filters("group_ids")]}}
            wanted = frozenset(part.keys)
            buckets = self._get_buckets(query, _KNOCK_SOURCES, _LAST_SEEN)
            for key, of_knock in groupby(buckets, key=_knock_key):
                if key[0] in wanted:
                    yield key[0], _to_knock(list(of_knock))

    def _get_buckets(self, query: Json, sources: Sequence[Json], aggregations: Json) -> Iterator[Json]:
        index = flows_index(self.day)
        return self.reader.get_buckets(index, query, sources, aggregations, self.page_size)


_KNOCK_SOURCES: Final[Sequence[Json]] = (
    {"group_id": {"terms": {"field": "group_ids"}}},
    {"peer_addr": {"terms": {"field": "peer_addr"}}},
    {"protocol": {"terms": {"field": "protocol_name"}}},
    {"port": {"terms": {"field": "service_port", "missing_bucket": True}}},
    {"direction": {"terms": {"field": "direction", "missing_bucket": True}}},
    {"name": {"terms": {"field": "peer_name", "missing_bucket": True}}},
)
_LAST_SEEN: Final[Json] = {"last_seen": {"max": {"field": "@timestamp"}}}


def _to_group_records(bucket: Json) -> GroupRecords:
    counted = bucket["counted"]["buckets"]
    return GroupRecords(
        bucket["doc_count"], {reason: counted[reason]["doc_count"] for reason in UNATTRIBUTED}
    )


def _knock_key(bucket: Json) -> tuple[str, str, str, int | None, Direction | None]:
    """Without the peer's name, which may change within a day."""
    key = bucket["key"]
    return key["group_id"], key["peer_addr"], key["protocol"], key["port"], key["direction"]


def _to_knock(buckets: Sequence[Json]) -> Knock:
    _, peer_addr, protocol, port, direction = _knock_key(buckets[0])
    return Knock(
        peer_addr=peer_addr,
        peer_name=max(bucket["key"]["name"] or "" for bucket in buckets),
        protocol=protocol_number(protocol),
        port=port,
        direction=direction,
        records=sum(bucket["doc_count"] for bucket in buckets),
        last_seen=max(int(bucket["last_seen"]["value"]) // 1000 for bucket in buckets),
    )
