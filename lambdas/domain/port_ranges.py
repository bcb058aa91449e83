"""Few ranges that hold all of some ports."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

MAX_RANGES: Final = 10
"""Ranges of one protocol that may take the place of one rule's ports."""


class PortRange(NamedTuple):
    """Both ends included."""

    from_port: int
    to_port: int

    @property
    def size(self) -> int:
        return self.to_port - self.from_port + 1

    def holds(self, other: "PortRange") -> bool:
        return self.from_port <= other.from_port and other.to_port <= self.to_port


ALL_PORTS: Final = PortRange(0, 65_535)


def port_ranges(ports: Iterable[int], max_ranges: int = MAX_RANGES) -> tuple[PortRange, ...]:
    """At most `max_ranges`, sorted, with the fewest ports that are not among `ports`.

    Ports that touch stay apart where there are few, since each may have had peers of its own.
    """
    if max_ranges < 1:
        raise ValueError(f"{max_ranges} ranges hold no port")
    distinct = sorted(set(ports))
    if len(distinct) <= max_ranges:
        return tuple(PortRange(port, port) for port in distinct)
    gaps = [(low, high) for low, high in pairwise(distinct) if high - low > 1]
    widest = sorted(gaps, key=lambda gap: (gap[0] - gap[1], gap[0]))[: max_ranges - 1]
    starts = [distinct[0], *sorted(high for _, high in widest)]
    ends = [*sorted(low for low, _ in widest), distinct[-1]]
    return tuple(PortRange(*ends_of_one) for ends_of_one in zip(starts, ends, strict=True))
