"""A rule's days of usage taken together."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.advice_settings import SECONDS_OF_DAY
from domain.inventory import Direction
from domain.inventory_day import utc_day
from domain.report import DayUse, RuleUse
from domain.usage import RuleUsage, SeenConnection, SeenPeer, SeenPort

_SHOWN: Final = 50
"""Peers and ports that a report names of each rule."""

_Service = tuple[int, int | None]
_ConnectionKey = tuple[str, int, int | None, str]


@dataclass(frozen=True, slots=True)
class WindowUsage:
    """One rule over the window."""

    rule_id: str
    direction: Direction
    use: RuleUse
    connections: tuple[SeenConnection, ...]
    """Each once: those of the peers that were kept on any day."""
    peers: Mapping[str, SeenPeer]
    """By address; `group_ids` are those that the peer had on every day that names it."""
    services: tuple[_Service, ...]
    """Pairs of protocol and port, sorted, also of peers that were not kept."""

    @property
    def certain(self) -> int:
        return self.use.sole + self.use.shared

    @property
    def peers_complete(self) -> bool:
        """Whether every peer that came is in `peers`, with all its connections."""
        return not self.use.peers_capped

    @property
    def ports_complete(self) -> bool:
        return not self.use.ports_capped


def window_days(start: int, end: int) -> tuple[str, ...]:
    """The UTC days that the time from `start` up to `end` (epoch seconds) touches, the oldest first."""
    midnight = start - start % SECONDS_OF_DAY
    return tuple(utc_day(second) for second in range(midnight, end, SECONDS_OF_DAY))


def merge_by_rule(
    usages: Iterable[RuleUsage], days: Sequence[str], *, with_connections: bool = True
) -> dict[str, WindowUsage]:
    """By rule id. Usage of other days than `days` doesn't count."""
    within = frozenset(days)
    by_rule: dict[str, list[RuleUsage]] = {}
    for usage in usages:
        if usage.day in within:
            by_rule.setdefault(usage.rule_id, []).append(usage)
    return {
        rule_id: merge_usage(rule_id, of_rule[0].direction, of_rule, days, with_connections=with_connections)
        for rule_id, of_rule in by_rule.items()
    }


def merge_usage(
    rule_id: str,
    direction: Direction,
    usages: Iterable[RuleUsage],
    days: Sequence[str],
    *,
    with_connections: bool = True,
) -> WindowUsage:
    """`usages` are of that rule, one a day at most; `days` those of the window."""
    ordered = sorted(usages, key=lambda usage: usage.day)
    peers = _merge_peers(ordered)
    services = _count_services(ordered)
    return WindowUsage(
        rule_id=rule_id,
        direction=direction,
        use=_sum_up(ordered, days, peers, services),
        connections=_merge_connections(ordered) if with_connections else (),
        peers=peers,
        services=tuple(sorted(services, key=_service_order)),
    )


def _service_order(service: _Service) -> tuple[int, int]:
    protocol, port = service
    return protocol, -1 if port is None else port


def _sum_up(
    usages: Sequence[RuleUsage],
    days: Sequence[str],
    peers: Mapping[str, SeenPeer],
    services: Mapping[_Service, int],
) -> RuleUse:
    by_day = {usage.day: usage for usage in usages}
    return RuleUse(
        sole=sum(usage.sole for usage in usages),
        shared=sum(usage.shared for usage in usages),
        possible=sum(usage.possible for usage in usages),
        unknown=sum(usage.unknown for usage in usages),
        request_bytes=sum(usage.request_bytes for usage in usages),
        request_packets=sum(usage.request_packets for usage in usages),
        response_bytes=sum(usage.response_bytes for usage in usages),
        response_packets=sum(usage.response_packets for usage in usages),
        first_seen=min(_times(usage.first_seen for usage in usages), default=None),
        last_seen=max(_times(usage.last_seen for usage in usages), default=None),
        days=tuple(_day_use(day, by_day.get(day)) for day in days),
        peer_count=max([len(peers), *(usage.peer_count for usage in usages)]),
        port_count=max([len(services), *(usage.port_count for usage in usages)]),
        peers_capped=any(usage.peers_capped for usage in usages),
        ports_capped=any(usage.ports_capped for usage in usages),
        peers=tuple(sorted(peers.values(), key=lambda peer: (-peer.connections, peer.addr))[:_SHOWN]),
        ports=_top_ports(services),
        interfaces=_count_by_interface(usages),
    )


def _count_by_interface(usages: Iterable[RuleUsage]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for usage in usages:
        for each in usage.connections:
            counts[each.interface_id] = counts.get(each.interface_id, 0) + each.certain + each.possible
    return dict(sorted(counts.items()))


def _times(times: Iterable[int | None]) -> Iterator[int]:
    return (time for time in times if time is not None)


def _day_use(day: str, usage: RuleUsage | None) -> DayUse:
    if usage is None:
        return DayUse(day, 0, 0)
    return DayUse(day, usage.sole + usage.shared, usage.possible)


def _merge_peers(usages: Iterable[RuleUsage]) -> dict[str, SeenPeer]:
    """In the order of days: a peer keeps the last name that it had."""
    merged: dict[str, SeenPeer] = {}
    for usage in usages:
        for peer in usage.peers:
            before = merged.get(peer.addr)
            merged[peer.addr] = peer if before is None else _add_peer(before, peer)
    return merged


def _add_peer(before: SeenPeer, peer: SeenPeer) -> SeenPeer:
    group_ids = before.group_ids
    if group_ids != peer.group_ids:
        group_ids = tuple(sorted(set(group_ids) & set(peer.group_ids)))
    return SeenPeer(
        addr=peer.addr,
        name=peer.name or before.name,
        group_ids=group_ids,
        connections=before.connections + peer.connections,
        last_seen=max(before.last_seen, peer.last_seen),
    )


def _count_services(usages: Iterable[RuleUsage]) -> Counter[_Service]:
    counts: Counter[_Service] = Counter()
    for usage in usages:
        for port in usage.ports:
            counts[port.protocol, port.port] += port.connections
    return counts


def _top_ports(services: Mapping[_Service, int]) -> tuple[SeenPort, ...]:
    ports = (SeenPort(protocol, port, count) for (protocol, port), count in services.items())
    return tuple(sorted(ports, key=lambda port: (-port.connections, port.protocol, port.port or 0))[:_SHOWN])


def _merge_connections(usages: Sequence[RuleUsage]) -> tuple[SeenConnection, ...]:
    if len(usages) == 1:
        return usages[0].connections
    merged: dict[_ConnectionKey, list[int]] = {}
    for usage in usages:
        for each in usage.connections:
            key = (each.interface_id, each.protocol, each.port, each.peer_addr)
            counts = merged.get(key)
            if counts is None:
                merged[key] = [each.certain, each.possible, each.last_seen]
            else:
                counts[0] += each.certain
                counts[1] += each.possible
                counts[2] = max(counts[2], each.last_seen)
    return tuple(SeenConnection(*key, *counts) for key, counts in merged.items())
