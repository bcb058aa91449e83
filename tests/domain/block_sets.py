"""The least cover found by looking at every set of blocks: the sixteen or so addresses of a small network."""

from functools import cache
from ipaddress import ip_network
from itertools import combinations

Blocks = tuple[str, ...]


@cache
def blocks_as_bits(within: str) -> dict[str, int]:
    """Every block of a small one, with a bit for each of its addresses."""
    outer = ip_network(within)
    blocks: dict[str, int] = {}
    for length in range(outer.prefixlen, outer.max_prefixlen + 1):
        for block in outer.subnets(new_prefix=length):
            offset = int(block[0]) - int(outer[0])
            blocks[str(block)] = ((1 << block.num_addresses) - 1) << offset
    return blocks


def least_of_all_sets(within: str, max_blocks: int) -> list[tuple[int, int]]:
    """For each set of addresses, as bits: the least size of a cover, and the fewest blocks that have it."""
    blocks = list(blocks_as_bits(within).values())
    addrs = ip_network(within).num_addresses
    most = (addrs + 1, 0)
    least = [most] * (1 << addrs)
    least[0] = (0, 0)
    for count in range(1, max_blocks + 1):
        for chosen in combinations(blocks, count):
            covered = 0
            for block in chosen:
                covered |= block
            least[covered] = min(least[covered], (covered.bit_count(), count))
    for addr in range(addrs):
        for subset in range(len(least)):
            if not subset >> addr & 1:
                least[subset] = min(least[subset], least[subset | 1 << addr])
    return least


def least_cover(within: str, wanted: int, max_blocks: int) -> tuple[int, int]:
    """Of one set of addresses, as bits: its lowest address is in one of the blocks that hold that address."""
    blocks = list(blocks_as_bits(within).values())
    holding = {
        addr: [block for block in blocks if block >> addr & 1]
        for addr in range(ip_network(within).num_addresses)
    }

    def search(covered: int, used: int) -> tuple[int, int]:
        left = wanted & ~covered
        if not left:
            return covered.bit_count(), used
        if used == max_blocks:
            return ip_network(within).num_addresses + 1, 0
        lowest = (left & -left).bit_length() - 1
        return min(search(covered | block, used + 1) for block in holding[lowest])

    return search(0, 0)
