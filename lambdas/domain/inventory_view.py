from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar

from domain.addresses import parse_addr, parse_cidr
from domain.inventory import Direction, NetworkInterface, SecurityGroup, SecurityGroupRule
from domain.inventory_day import F, Interval, InventoryDay

K = TypeVar("K")
_PrefixKey = tuple[int, int, int]

_ADDR_BITS: Final = {4: 32, 6: 128}
_NETWORK_LOAD_BALANCER: Final = "network_load_balancer"


class InventoryView:
    """Look-ups in one InventoryDay: what was in force at an epoch second.

    Built once for a day, which takes time in proportion to its intervals; each look-up is a dict access and
    a bisection.
    """

    def __init__(self, day: InventoryDay) -> None:
        self.day: Final = day
        interfaces = day.network_interfaces
        self._interfaces = _timelines((interval.fact.interface_id, interval) for interval in interfaces)
        self._groups = _timelines((interval.fact.group_id, interval) for interval in day.security_groups)
        self._by_addr = _timelines(
            (addr, interval) for interval in interfaces for addr in interval.fact.private_addrs
        )
        self._by_prefix = _timelines(
            (_prefix_key(prefix), interval) for interval in interfaces for prefix in interval.fact.prefixes
        )
        self._prefix_lengths = {(version, length) for version, length, _ in self._by_prefix}
        rules = day.security_group_rules
        self._rules = _timelines(((rule.fact.group_id, rule.fact.direction), rule) for rule in rules)
        self._prefix_lists = _timelines(
            (entry.fact.prefix_list_id, entry) for entry in day.prefix_list_entries
        )
        self._load_balancers = _timelines(
            (group_id, interval)
            for interval in interfaces
            if interval.fact.interface_type == _NETWORK_LOAD_BALANCER
            for group_id in interval.fact.group_ids
        )

    def instants(self) -> list[int]:
        """The epoch seconds at which anything changed: between two of them every look-up is the same."""
        day = self.day
        return _bounds(
            day.network_interfaces, day.security_groups, day.security_group_rules, day.prefix_list_entries
        )

    def instants_of_group(self, group_id: str) -> list[int]:
        """Those at which its rules changed, or what is told of their peers but for the members."""
        directions: tuple[Direction, ...] = ("ingress", "egress")
        rules = [rule for way in directions for rule in self._rules.get((group_id, way), ())]
        lists = {rule.fact.peer.prefix_list_id for rule in rules} - {None}
        groups = {rule.fact.peer.referenced_group_id for rule in rules} - {None}
        return _bounds(
            rules,
            *(self._prefix_lists.get(prefix_list_id or "", ()) for prefix_list_id in lists),
            *(self._groups.get(referenced or "", ()) for referenced in groups),
            *(self._load_balancers.get(referenced or "", ()) for referenced in groups),
        )

    def network_interface(self, interface_id: str, at: int) -> NetworkInterface | None:
        return _in_force(self._interfaces.get(interface_id, ()), at)

    def group(self, group_id: str, at: int) -> SecurityGroup | None:
        return _in_force(self._groups.get(group_id, ()), at)

    def rules(self, group_id: str, direction: Direction, at: int) -> list[SecurityGroupRule]:
        return _all_in_force(self._rules.get((group_id, direction), ()), at)

    def prefix_list(self, prefix_list_id: str, at: int) -> list[str]:
        """Its CIDRs; empty for a list that the inventory doesn't hold."""
        return [entry.cidr for entry in _all_in_force(self._prefix_lists.get(prefix_list_id, ()), at)]

    def is_group_of_network_load_balancer(self, group_id: str, at: int) -> bool:
        return bool(_all_in_force(self._load_balancers.get(group_id, ()), at))

    def interface_at_addr(self, addr: str, at: int) -> NetworkInterface | None:
        """The VPC's interface with that private address (in canonical spelling), its own or in a prefix."""
        return _in_force(self._by_addr.get(addr, ()), at) or self._interface_with_prefix(addr, at)

    def _interface_with_prefix(self, addr: str, at: int) -> NetworkInterface | None:
        if not self._prefix_lengths:
            return None
        parsed = parse_addr(addr)
        number = int(parsed)
        for version, length in self._prefix_lengths:
            if version == parsed.version:
                key = (version, length, number >> (_ADDR_BITS[version] - length))
                eni = _in_force(self._by_prefix.get(key, ()), at)
                if eni is not None:
                    return eni
        return None


def _timelines(intervals: Iterable[tuple[K, Interval[F]]]) -> dict[K, list[Interval[F]]]:
    timelines: dict[K, list[Interval[F]]] = {}
    for key, interval in intervals:
        timelines.setdefault(key, []).append(interval)
    for timeline in timelines.values():
        timeline.sort(key=lambda interval: interval.seen_from)
    return timelines


def _in_force(timeline: Sequence[Interval[F]], at: int) -> F | None:
    """The fact of the interval that began last: where an address moves, the new owner shows it first."""
    position = bisect_right(timeline, at, key=lambda interval: interval.seen_from)
    return next((interval.fact for interval in reversed(timeline[:position]) if interval.in_force(at)), None)


def _bounds(*timelines: Sequence[Interval[Any]]) -> list[int]:
    intervals = [interval for timeline in timelines for interval in timeline]
    ends = {interval.seen_until for interval in intervals if interval.seen_until is not None}
    return sorted(ends.union(interval.seen_from for interval in intervals))


def _all_in_force(timeline: Sequence[Interval[F]], at: int) -> list[F]:
    return [interval.fact for interval in timeline if interval.in_force(at)]


def _prefix_key(prefix: str) -> _PrefixKey:
    network = parse_cidr(prefix)
    number = int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
    return network.version, network.prefixlen, number
