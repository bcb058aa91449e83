from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from domain.addresses import parse_addr, parse_cidr
from domain.inventory import NetworkInterface, SecurityGroup
from domain.inventory_day import F, Interval, InventoryDay

K = TypeVar("K")
_PrefixKey = tuple[int, int, int]

_ADDR_BITS: Final = {4: 32, 6: 128}


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

    def network_interface(self, interface_id: str, at: int) -> NetworkInterface | None:
        return _in_force(self._interfaces.get(interface_id, ()), at)

    def group(self, group_id: str, at: int) -> SecurityGroup | None:
        return _in_force(self._groups.get(group_id, ()), at)

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
    if position and timeline[position - 1].in_force(at):
        return timeline[position - 1].fact
    return None


def _prefix_key(prefix: str) -> _PrefixKey:
    network = parse_cidr(prefix)
    number = int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
    return network.version, network.prefixlen, number
