"""A day's records in parts that the engine goes over quickly, however many there are.

Each page of a composite aggregation is a pass over all records that its query meets: without parts, the work
would grow with the square of their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from socket import AF_INET, AF_INET6, inet_pton
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from adapters.search_reader import Json, SearchReader

_MOST_KEYS = 1_000
"""Of a slice; a query takes up to 65,536 terms."""
_RANGES_OF_A_REQUEST = 10_000
"""An answer has 65,535 buckets at most."""
_FANOUT_BITS = 8
_ADDR_BITS = 128
_IPV4 = 0xFFFF << 32
_IPV4_PREFIX = (_IPV4 >> 32).to_bytes(12)


class AddrRange(NamedTuple):
    """From `start` up to, but not at, `end`, as the engine orders addresses: IPv4 ones are ::ffff:0:0/96."""

    start: int
    end: int


EVERYWHERE = AddrRange(0, 1 << _ADDR_BITS)
_BLOCKS = (
    AddrRange(0, _IPV4),
    AddrRange(_IPV4, _IPV4 + (1 << 32)),
    AddrRange(_IPV4 + (1 << 32), 1 << _ADDR_BITS),
)


@dataclass(frozen=True, slots=True)
class Slice:
    """The records that have one of `keys` and a peer in `peers`."""

    keys: tuple[str, ...]
    peers: AddrRange = EVERYWHERE

    def filters(self, field: str) -> list[Json]:
        filters: list[Json] = [{"terms": {field: list(self.keys)}}]
        if self.peers != EVERYWHERE:
            filters.append({"range": {"peer_addr": _bounds(self.peers, "gte", "lt")}})
        return filters


@dataclass(frozen=True, slots=True)
class Slicer:
    """`base` are the filters that hold for all records in question, `field` has the keys."""

    reader: SearchReader
    index: str
    base: Sequence[Json]
    field: str
    most_records: int

    def slice(self, records: Mapping[str, int]) -> Iterator[Slice]:
        """In the order of the keys, which come with their numbers of records; a key with too many of them is
        split by the peers' addresses, in their order."""
        keys: list[str] = []
        total = 0
        for key, count in records.items():
            if keys and (total + count > self.most_records or len(keys) == _MOST_KEYS):
                yield Slice(tuple(keys))
                keys, total = [], 0
            if count > self.most_records:
                yield from (Slice((key,), peers) for peers in self._split(key))
            else:
                keys.append(key)
                total += count
        if keys:
            yield Slice(tuple(keys))

    def _split(self, key: str) -> Iterator[AddrRange]:
        """Ranges with at most so many records each, but for a single address with more."""
        query = {"bool": {"filter": [*self.base, {"term": {self.field: key}}]}}
        leaves: dict[AddrRange, int] = {}
        blocks: list[AddrRange] = list(_BLOCKS)
        while blocks:
            parents = []
            for block, count in self._count(query, blocks):
                if count > self.most_records and block.end - block.start > 1:
                    parents.append(block)
                elif count:
                    leaves[block] = count
            blocks = [child for parent in parents for child in _children(parent)]
        yield from _join(leaves, self.most_records)

    def _count(self, query: Json, blocks: Sequence[AddrRange]) -> Iterator[tuple[AddrRange, int]]:
        for first in range(0, len(blocks), _RANGES_OF_A_REQUEST):
            part = blocks[first : first + _RANGES_OF_A_REQUEST]
            ranges = [
                {"key": str(position), **_bounds(block, "from", "to")} for position, block in enumerate(part)
            ]
            counted = {"ip_range": {"field": "peer_addr", "ranges": ranges}}
            body = {"size": 0, "track_total_hits": False, "query": query, "aggs": {"counted": counted}}
            answer = self.reader.search(self.index, body)
            for bucket in answer["aggregations"]["counted"]["buckets"]:
                yield part[int(bucket["key"])], bucket["doc_count"]


def addr_order(addr: str) -> bytes:
    """The engine's order of addresses."""
    if ":" in addr:
        return inet_pton(AF_INET6, addr)
    return _IPV4_PREFIX + inet_pton(AF_INET, addr)


def _children(block: AddrRange) -> list[AddrRange]:
    size = max(1, (block.end - block.start) >> _FANOUT_BITS)
    starts = range(0, block.end - block.start, size)
    return [AddrRange(block.start + start, min(block.start + start + size, block.end)) for start in starts]


def _join(leaves: Mapping[AddrRange, int], most_records: int) -> Iterator[AddrRange]:
    """Neighbours in the order of their addresses, as long as they fit."""
    joined: AddrRange | None = None
    total = 0
    for leaf in sorted(leaves):
        count = leaves[leaf]
        if joined is None or total + count > most_records:
            if joined is not None:
                yield joined
            joined, total = leaf, count
        else:
            joined, total = AddrRange(joined.start, leaf.end), total + count
    if joined is not None:
        yield joined


def _bounds(block: AddrRange, start: str, end: str) -> dict[str, str]:
    bounds = {}
    if block.start > 0:
        bounds[start] = _text(block.start)
    if block.end < EVERYWHERE.end:
        bounds[end] = _text(block.end)
    return bounds


def _text(number: int) -> str:
    if number >> 32 == _IPV4 >> 32:
        return str(IPv4Address(number - _IPV4))
    return str(IPv6Address(number))
