"""The least address space that holds all of some addresses, in a few CIDR blocks."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from itertools import pairwise
from typing import Final, NamedTuple

from domain.addresses import parse_addr, parse_cidr

# Members of a group and entries of a list are asked for again with each rule that names them.
_CACHED_SPANS: Final = 16_384


class Span(NamedTuple):
    """Addresses as numbers, both ends included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


class _Cover(NamedTuple):
    """Either one block of 2**bits addresses, or the two covers of its halves."""

    size: int
    start: int
    bits: int
    halves: tuple["_Cover", "_Cover"] | None = None


_Covers = list[_Cover]
"""The smallest ones of the same addresses by exactly one block, by two, and so on."""


class _Pending(NamedTuple):
    bits: int
    """Of the smallest block that also holds the address before."""
    covers: _Covers


def cover(addrs: Iterable[str], max_blocks: int, within: str) -> tuple[str, ...]:
    """Blocks of the block `within` with the least addresses in all, of equally small ones the fewest; sorted.

    Exact: a best cover takes its blocks from the nodes of the binary trie of the addresses at which they
    part, so that the best covers by up to `max_blocks` blocks of each node follow from its two children's.
    Raises ValueError for an address outside of `within`.
    """
    if max_blocks < 1:
        raise ValueError(f"{max_blocks} blocks cover nothing")
    outer = parse_cidr(within)
    parsed = {parse_addr(addr) for addr in addrs}
    for addr in parsed:
        if addr not in outer:
            raise ValueError(f"{addr} is not in {within}")
    if not parsed:
        return ()
    covers = _smallest_covers(sorted(map(int, parsed)), max_blocks, outer.max_prefixlen)
    best = min(covers, key=lambda each: each.size)
    return tuple(_to_text(block, outer) for block in _blocks(best))


def covered_size(blocks: Iterable[str]) -> int:
    """Distinct addresses of blocks and single addresses, of both families."""
    distinct = tuple(blocks)
    return sum(span.size for version in (4, 6) for span in to_spans(distinct, version))


@lru_cache(maxsize=_CACHED_SPANS)
def to_spans(blocks: tuple[str, ...], version: int) -> tuple[Span, ...]:
    """What the blocks and single addresses of one family hold: sorted, and none touches the next."""
    networks = [network for network in map(parse_cidr, blocks) if network.version == version]
    spans: list[Span] = []
    for first, last in sorted((int(network[0]), int(network[-1])) for network in networks):
        if spans and first <= spans[-1].last + 1:
            spans[-1] = Span(spans[-1].first, max(spans[-1].last, last))
        else:
            spans.append(Span(first, last))
    return tuple(spans)


def _smallest_covers(numbers: list[int], max_blocks: int, width: int) -> _Covers:
    """Of sorted numbers. Neighbours join in the order of the trie, from the leaves to the root."""
    pending = [_Pending(width + 1, [_Cover(1, numbers[0], 0)])]
    for before, number in pairwise(numbers):
        bits = (before ^ number).bit_length()
        while pending[-1].bits < bits:
            _join_last(pending, max_blocks)
        pending.append(_Pending(bits, [_Cover(1, number, 0)]))
    while len(pending) > 1:
        _join_last(pending, max_blocks)
    return pending[0].covers


def _join_last(pending: list[_Pending], max_blocks: int) -> None:
    bits, upper = pending.pop()
    outer_bits, lower = pending.pop()
    pending.append(_Pending(outer_bits, _join(lower, upper, bits, max_blocks)))


def _join(lower: _Covers, upper: _Covers, bits: int, max_blocks: int) -> _Covers:
    start = lower[0].start >> bits << bits
    joined = [_Cover(1 << bits, start, bits)]
    for blocks in range(2, min(max_blocks, len(lower) + len(upper)) + 1):
        fewest = max(1, blocks - len(upper))
        most = min(len(lower), blocks - 1)
        size, in_lower = min(
            (lower[count - 1].size + upper[blocks - count - 1].size, count)
            for count in range(fewest, most + 1)
        )
        halves = lower[in_lower - 1], upper[blocks - in_lower - 1]
        joined.append(_Cover(size, start, bits, halves))
    return joined


def _blocks(best: _Cover) -> list[_Cover]:
    """In the order of addresses."""
    if best.halves is None:
        return [best]
    return [block for half in best.halves for block in _blocks(half)]


def _to_text(block: _Cover, outer: IPv4Network | IPv6Network) -> str:
    return str(type(outer)((block.start, outer.max_prefixlen - block.bits)))
