"""What used each rule on one day, counted by the engine from the day's flows index."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from adapters.flow_indices import flows_index
from adapters.tallied_peers import Counted, TalliedPeer, counted_order, tell_peers
from adapters.usage_slices import Slice, Slicer
from domain.protocols import TCP, UDP, protocol_number
from domain.usage import RuleTotals, Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from adapters.search_reader import Json, SearchReader
    from domain.inventory import Direction

PAGE_SIZE: Final = 10_000
"""Buckets; an answer has 65,535 at most. Buckets below each of them would take most of the time."""
SLICE_RECORDS: Final = 20_000
_WITH_PORTS: Final = frozenset({TCP, UDP})
# Whose port is asked depends on who began; where nobody knows that, the rule's direction says whose it is.
_PORT_FIELDS: Final[Mapping[Direction, str]] = {"ingress": "local_port", "egress": "peer_port"}

_NAMED: Final = ("rule_ids", "rule_match", "peer_addr", "protocol_name", "interface_id")
BASE: Final[Sequence[Json]] = (
    {"term": {"log_status": "OK"}},
    {"term": {"action": "ACCEPT"}},
    *({"exists": {"field": field}} for field in _NAMED),
)
_BEGUN: Final[Json] = {"term": {"is_response": False}}
_UNKNOWN: Final[Json] = {"bool": {"must_not": {"exists": {"field": "is_response"}}}}
_NO_ANSWER: Final[Json] = {"bool": {"must_not": {"term": {"is_response": True}}}}
_TOTALS: Final[Json] = {
    "bytes": {"sum": {"field": "bytes"}},
    "packets": {"sum": {"field": "packets"}},
    "first_seen": {"min": {"field": "@timestamp"}},
    "last_seen": {"max": {"field": "@timestamp"}},
}
_LAST_SEEN: Final[Json] = {"last_seen": {"max": {"field": "@timestamp"}}}


@dataclass(frozen=True, slots=True)
class RuleRecords:
    totals: RuleTotals
    requests: int
    unknown: int
    """Of which nobody knows who began."""


@dataclass(frozen=True, slots=True)
class UsageTallies:
    """Each method raises what SearchReader does."""

    reader: SearchReader
    day: str
    page_size: int = PAGE_SIZE
    slice_records: int = SLICE_RECORDS

    def count_rules(self) -> dict[str, RuleRecords]:
        """By rule id, in its order."""
        sources = [_source("rule_ids"), _source("is_response", missing=True)]
        index = flows_index(self.day)
        buckets = self.reader.get_buckets(index, _all(BASE), sources, _TOTALS, self.page_size)
        return {
            rule_id: _to_rule_records(rule_id, list(of_rule))
            for rule_id, of_rule in groupby(buckets, key=lambda bucket: bucket["key"]["rule_ids"])
        }

    def get_tallies(
        self, records: Mapping[str, RuleRecords], directions: Mapping[str, Direction]
    ) -> Iterator[Tally]:
        """Of the rules that `directions` has, as `summarize_rules` wants them.

        Quickest where rules that often permit the same connections stand together, as those of a group do:
        what isn't asked of a record counts nothing, but the engine counts it all the same.
        """
        requests = {rule_id: records[rule_id].requests for rule_id in directions if records[rule_id].requests}
        slicer = Slicer(
            self.reader, flows_index(self.day), [*BASE, _NO_ANSWER], "rule_ids", self.slice_records
        )
        for each in slicer.slice(requests):
            unknown = {id_: directions[id_] for id_ in each.keys if records[id_].unknown}
            parts = [self._get_begun(each)]
            for direction in _PORT_FIELDS:
                keys = tuple(id_ for id_, of_rule in unknown.items() if of_rule == direction)
                if keys:
                    parts.append(self._get_unknown(Slice(keys, each.peers), direction))
            yield from tell_peers(merge(*parts, key=counted_order), self._get_peers(each))

    def _get_begun(self, part: Slice) -> Iterator[Counted]:
        sources = [
            *(_source("rule_ids"), _source("peer_addr"), _source("protocol_name")),
            _source("service_port", missing=True, name="port"),
            *(_source("interface_id"), _source("rule_match")),
        ]
        for bucket in self._get_buckets(part, [_BEGUN], sources, _LAST_SEEN):
            yield Counted(_to_tally(bucket), bucket["doc_count"])

    def _get_unknown(self, part: Slice, direction: Direction) -> Iterator[Counted]:
        sources = [
            *(_source("rule_ids"), _source("peer_addr"), _source("protocol_name")),
            _source(_PORT_FIELDS[direction], missing=True, name="port"),
            _source("interface_id"),
        ]
        for bucket in self._get_buckets(part, [_UNKNOWN], sources, _LAST_SEEN):
            yield Counted(_to_unknown_tally(bucket), bucket["doc_count"])

    def _get_peers(self, part: Slice) -> Iterator[TalliedPeer]:
        told: Json = {
            "bool": {"should": [{"exists": {"field": "peer_name"}}, {"exists": {"field": "peer_group_ids"}}]}
        }
        sources = [
            *(_source("rule_ids"), _source("peer_addr")),
            *(_source("peer_name", missing=True), _source("peer_group_ids", missing=True)),
        ]
        buckets = self._get_buckets(part, [_NO_ANSWER, told], sources, {})
        for (rule_id, addr), of_peer in groupby(buckets, key=_rule_and_peer):
            name, groups = "", Counter[str]()
            for bucket in of_peer:
                name = max(name, bucket["key"]["peer_name"] or "")
                if bucket["key"]["peer_group_ids"]:
                    groups[bucket["key"]["peer_group_ids"]] += bucket["doc_count"]
            yield TalliedPeer(rule_id, addr, name, groups)

    def _get_buckets(
        self, part: Slice, filters: Sequence[Json], sources: Sequence[Json], sums: Json
    ) -> Iterator[Json]:
        query = _all([*BASE, *filters, *part.filters("rule_ids")])
        wanted = frozenset(part.keys)
        for bucket in self.reader.get_buckets(flows_index(self.day), query, sources, sums, self.page_size):
            # A record of several rules is in a bucket of each.
            if bucket["key"]["rule_ids"] in wanted:
                yield bucket


def _all(filters: Sequence[Json]) -> Json:
    return {"bool": {"filter": list(filters)}}


def _source(field: str, *, missing: bool = False, name: str = "") -> Json:
    """A record without the field is in no bucket, or in one of its own where it may be missing."""
    return {name or field: {"terms": {"field": field, "missing_bucket": missing}}}


def _rule_and_peer(bucket: Json) -> tuple[str, str]:
    return bucket["key"]["rule_ids"], bucket["key"]["peer_addr"]


def _to_rule_records(rule_id: str, buckets: Sequence[Json]) -> RuleRecords:
    """Of one rule: its requests, its answers, and records where nobody knows which they are."""
    answers = [bucket for bucket in buckets if bucket["key"]["is_response"]]
    requests = [bucket for bucket in buckets if not bucket["key"]["is_response"]]
    times = [_times(bucket) for bucket in requests]
    totals = RuleTotals(
        rule_id,
        *(_sum(requests, "bytes"), _sum(requests, "packets")),
        *(_sum(answers, "bytes"), _sum(answers, "packets")),
        min((first for first, _ in times), default=None),
        max((last for _, last in times), default=None),
    )
    unknown = sum(bucket["doc_count"] for bucket in requests if bucket["key"]["is_response"] is None)
    return RuleRecords(totals, sum(bucket["doc_count"] for bucket in requests), unknown)


def _sum(buckets: Sequence[Json], name: str) -> int:
    return int(sum(bucket[name]["value"] for bucket in buckets))


def _to_tally(bucket: Json) -> Tally:
    match = bucket["key"]["rule_match"]
    records = bucket["doc_count"]
    sole, shared, possible = (records if match == each else 0 for each in ("sole", "shared", "possible"))
    return _make_tally(bucket, sole, shared, possible, unknown=0)


def _to_unknown_tally(bucket: Json) -> Tally:
    records = bucket["doc_count"]
    return _make_tally(bucket, 0, 0, records, unknown=records)


def _make_tally(bucket: Json, sole: int, shared: int, possible: int, unknown: int) -> Tally:
    connection = _connection(bucket["key"])
    last_seen = _seconds(bucket["last_seen"])
    return Tally(*connection, sole, shared, possible, unknown, last_seen, peer_group_ids=(), peer_name="")


def _connection(key: Mapping[str, Any]) -> tuple[str, str, int, int | None, str]:
    protocol = protocol_number(key["protocol_name"])
    port = key["port"] if protocol in _WITH_PORTS else None
    return key["rule_ids"], key["peer_addr"], protocol, port, key["interface_id"]


def _times(bucket: Json) -> tuple[int, int]:
    return _seconds(bucket["first_seen"]), _seconds(bucket["last_seen"])


def _seconds(value: Json) -> int:
    """Aggregations answer in milliseconds, whatever format the field has."""
    return int(value["value"]) // 1000
