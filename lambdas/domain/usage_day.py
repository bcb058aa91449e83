"""One day's records summed up, by rule and by group: the same by whoever counted them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from heapq import nsmallest
from itertools import count, groupby
from operator import attrgetter
from typing import Final, NamedTuple

from domain.inventory import Direction, NetworkInterface
from domain.inventory_day import Interval, InventoryDay
from domain.usage import (
    CAPS,
    MAX_KNOCKS,
    UNATTRIBUTED,
    Caps,
    GroupEvidence,
    InterfaceHours,
    Knock,
    RuleTotals,
    RuleUsage,
    SeenPort,
    Tally,
)
from domain.usage_peers import KeptPeers, PeerUse

_HOUR: Final = 3_600
_HOURS: Final = 24
_SKIPDATA: Final = "SKIPDATA"
_PortKey = tuple[int, int | None]


class RuleOwner(NamedTuple):
    vpc_id: str
    group_id: str
    direction: Direction


FindOwner = Callable[[str], RuleOwner | None]
"""By rule id; None for a rule that no inventory of the day knows."""


def summarize_rules(
    totals: Mapping[str, RuleTotals],
    tallies: Iterable[Tally],
    owner: FindOwner,
    day: str,
    caps: Caps = CAPS,
) -> Iterator[RuleUsage]:
    """In the order of the tallies, whose rules are among the totals; then those with answers alone. A rule
    without an owner is left out."""
    answered = dict(totals)
    for rule_id, of_rule in groupby(tallies, key=attrgetter("rule_id")):
        total, found = answered.pop(rule_id), owner(rule_id)
        if found is not None:
            yield summarize_rule(total, of_rule, found, day, caps)
    for rule_id, total in answered.items():
        found = owner(rule_id)
        if found is not None:
            yield summarize_rule(total, (), found, day, caps)


def summarize_rule(
    total: RuleTotals, tallies: Iterable[Tally], owner: RuleOwner, day: str, caps: Caps = CAPS
) -> RuleUsage:
    """Of one rule. Memory is bounded by what is kept and by the number of ports."""
    sole = shared = possible = unknown = 0
    ports: Counter[_PortKey] = Counter()
    peers = KeptPeers(caps)
    for addr, of_peer in groupby(tallies, key=attrgetter("peer_addr")):
        peer = PeerUse(addr, caps.connections)
        for tally in of_peer:
            sole += tally.sole
            shared += tally.shared
            possible += tally.possible
            unknown += tally.unknown
            peer.add(tally)
            connections = tally.sole + tally.shared + tally.possible
            if connections:
                ports[tally.protocol, tally.port] += connections
        peers.offer(peer)
    return RuleUsage(
        owner.vpc_id,
        owner.group_id,
        total.rule_id,
        owner.direction,
        day,
        *(sole, shared, possible, unknown),
        *(total.request_bytes, total.request_packets, total.response_bytes, total.response_packets),
        *(total.first_seen, total.last_seen),
        peer_count=peers.count,
        port_count=len(ports),
        peers=peers.peers(),
        ports=_keep_ports(ports, caps.ports),
        connections=peers.connections(),
    )


def _keep_ports(ports: Mapping[_PortKey, int], count: int) -> tuple[SeenPort, ...]:
    kept = nsmallest(count, ports.items(), key=lambda item: (-item[1], _port_order(item[0])))
    return tuple(SeenPort(*port, connections) for port, connections in sorted(kept, key=_by_port))


def _by_port(item: tuple[_PortKey, int]) -> tuple[int, int]:
    return _port_order(item[0])


def _port_order(key: _PortKey) -> tuple[int, int]:
    protocol, port = key
    return protocol, -1 if port is None else port


class InterfaceLogs:
    """What flow logs a day's index holds, by interface: the hours with any, and how often AWS lost some."""

    def __init__(self, day: str) -> None:
        self._midnight: Final = midnight(day)
        self.logged: Final[dict[str, int]] = {}
        """Hours as bits: see InterfaceHours."""
        self.skipdata: Final[Counter[str]] = Counter()

    def add(self, interface_id: str, second: int, log_status: str, records: int = 1) -> None:
        """`second` is a record's start, or the beginning of the hour that it is in."""
        if log_status == _SKIPDATA:
            self.skipdata[interface_id] += records
            return
        hour = (second - self._midnight) // _HOUR
        if 0 <= hour < _HOURS:
            self.logged[interface_id] = self.logged.get(interface_id, 0) | 1 << hour


def expected_hours(day: InventoryDay, now: int) -> dict[str, dict[str, int]]:
    """By group, the interfaces that carried it at any time of the day, and in which hours (as bits)."""
    start = midnight(day.day)
    end = min(start + _HOURS * _HOUR, now)
    carried: dict[str, dict[str, list[_Span]]] = {}
    for interval in day.network_interfaces:
        span = _Span(max(interval.seen_from, start), min(_until(interval, end), end))
        if span.start < span.end:
            for group_id in interval.fact.group_ids:
                of_group = carried.setdefault(group_id, {})
                of_group.setdefault(interval.fact.interface_id, []).append(span)
    return {
        group_id: {interface_id: _expect(spans, start, end) for interface_id, spans in of_group.items()}
        for group_id, of_group in carried.items()
    }


class _Span(NamedTuple):
    start: int
    end: int


def _until(interval: Interval[NetworkInterface], now: int) -> int:
    return now if interval.seen_until is None else interval.seen_until


def _expect(spans: Iterable[_Span], start: int, end: int) -> int:
    """Those hours of which the spans, which don't overlap, cover half of what has passed."""
    covered = [0] * _HOURS
    for span in spans:
        for hour in range((span.start - start) // _HOUR, (span.end - 1 - start) // _HOUR + 1):
            begin = start + hour * _HOUR
            covered[hour] += min(span.end, begin + _HOUR) - max(span.start, begin)
    bits = 0
    for hour, seconds in enumerate(covered):
        passed = min(_HOUR, end - start - hour * _HOUR)
        if seconds and 2 * seconds >= passed:
            bits |= 1 << hour
    return bits


def make_evidence(
    vpc_id: str,
    group_id: str,
    day: str,
    *,
    expected: Mapping[str, int],
    logs: InterfaceLogs,
    records: int,
    unattributed: Mapping[str, int],
    knocks: Iterable[Knock],
) -> GroupEvidence:
    """`expected` is what `expected_hours` gives for the group, `knocks` are distinct, in any order."""
    interfaces = (
        InterfaceHours(each, expected[each], logs.logged.get(each, 0), logs.skipdata[each])
        for each in sorted(expected)
    )
    counter = count()
    kept = nsmallest(MAX_KNOCKS, (knock for knock, _ in zip(knocks, counter, strict=False)), key=_knock_order)
    return GroupEvidence(
        vpc_id,
        group_id,
        day,
        tuple(interfaces),
        records,
        {reason: unattributed.get(reason, 0) for reason in UNATTRIBUTED},
        tuple(kept),
        knock_count=next(counter),
    )


def _knock_order(knock: Knock) -> tuple[int, str, int, int, str]:
    return -knock.records, knock.peer_addr, *_port_order((knock.protocol, knock.port)), knock.direction or ""


def midnight(day: str) -> int:
    """The first second of a day (YYYY-MM-DD), since the epoch."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
