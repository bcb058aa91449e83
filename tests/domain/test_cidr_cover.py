from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cidr_cover import Span, cover, covered_size, to_spans
from tests.domain.block_sets import blocks_as_bits, least_cover, least_of_all_sets

SEED = 20_260_101
SIXTEEN = "192.0.2.16/28"
EIGHT_V6 = "2001:db8::8/125"
SIXTY_FOUR = ("198.51.100.64/26", "2001:db8::40/122")


def addrs_of(within: str, bits: int) -> list[str]:
    network = ip_network(within)
    return [str(network[offset]) for offset in range(network.num_addresses) if bits >> offset & 1]


def size_and_count(within: str, blocks: Iterable[str]) -> tuple[int, int]:
    chosen = [blocks_as_bits(within)[block] for block in blocks]
    covered = 0
    for block in chosen:
        covered |= block
    assert covered.bit_count() == sum(block.bit_count() for block in chosen), "blocks don't overlap"
    return covered.bit_count(), len(chosen)


def holds_all(blocks: Iterable[str], addrs: Iterable[str]) -> bool:
    networks = [ip_network(block) for block in blocks]
    return all(any(ip_address(addr) in network for network in networks) for addr in addrs)


@pytest.mark.parametrize(
    ("within", "max_blocks"), [(SIXTEEN, 3), *((EIGHT_V6, max_blocks) for max_blocks in (1, 2, 3, 4, 5))]
)
def test_no_set_of_blocks_covers_any_set_of_addresses_better(within: str, max_blocks: int) -> None:
    least = least_of_all_sets(within, max_blocks)

    for bits in range(1, len(least)):
        addrs = addrs_of(within, bits)
        blocks = cover(addrs, max_blocks, within)
        assert holds_all(blocks, addrs)
        assert size_and_count(within, blocks) == least[bits], addrs


@settings(deadline=None)
@given(
    st.sampled_from(SIXTY_FOUR),
    st.sets(st.integers(0, 63), min_size=1, max_size=20),
    st.integers(1, 4),
)
def test_no_other_blocks_cover_addresses_of_a_wider_network_better(
    within: str, offsets: set[int], max_blocks: int
) -> None:
    bits = sum(1 << offset for offset in offsets)
    addrs = addrs_of(within, bits)

    blocks = cover(addrs, max_blocks, within)

    assert holds_all(blocks, addrs)
    assert size_and_count(within, blocks) == least_cover(within, bits, max_blocks)


@given(st.sampled_from(SIXTY_FOUR), st.sets(st.integers(0, 63), min_size=1), st.integers(1, 5))
def test_how_wide_the_network_is_makes_no_difference(within: str, offsets: set[int], max_blocks: int) -> None:
    addrs = [str(ip_network(within)[offset]) for offset in offsets]
    anything = "::/0" if ":" in within else "0.0.0.0/0"

    assert cover(addrs, max_blocks, within) == cover(addrs, max_blocks, anything)


@pytest.mark.parametrize(
    ("within", "addrs"),
    [
        ("0.0.0.0/0", [str(IPv4Address(Random(SEED + i).getrandbits(32))) for i in range(10_000)]),
        ("::/0", [str(IPv6Address(Random(SEED + i).getrandbits(128))) for i in range(10_000)]),
        ("10.0.0.0/8", [f"10.{i % 5 * 50}.{i // 256 % 8}.{i % 256}" for i in range(10_000)]),
    ],
    ids=["v4", "v6", "clustered"],
)
def test_ten_thousand_peers_are_covered(within: str, addrs: list[str]) -> None:
    blocks = cover(addrs, 5, within)

    networks = [ip_network(block) for block in blocks]
    numbers = sorted(int(ip_address(addr)) for addr in addrs)
    held = sum(
        sum(int(network[0]) <= number <= int(network[-1]) for number in numbers) for network in networks
    )
    assert held == len(numbers), "each in one block"
    assert 1 <= len(blocks) <= 5


def test_clusters_of_peers_get_a_block_each() -> None:
    addrs = [f"10.{cluster}.0.{host}" for cluster in (1, 9, 77, 140, 250) for host in range(4)]

    assert cover(addrs, 5, "10.0.0.0/8") == tuple(f"10.{each}.0.0/30" for each in (1, 9, 77, 140, 250))


def test_of_equally_small_covers_the_one_with_the_fewest_blocks_is_taken() -> None:
    assert cover(["192.0.2.4", "192.0.2.5"], 5, "192.0.2.0/24") == ("192.0.2.4/31",)


def test_blocks_are_sorted_by_address_whatever_the_order_of_the_peers() -> None:
    addrs = ["192.0.2.200", "192.0.2.9", "192.0.2.9", "192.0.2.100"]

    assert cover(addrs, 3, "192.0.2.0/24") == ("192.0.2.9/32", "192.0.2.100/32", "192.0.2.200/32")


def test_the_whole_of_a_family_is_one_block() -> None:
    assert cover(["10.0.0.1", "192.0.2.1"], 1, "0.0.0.0/0") == ("0.0.0.0/0",)
    assert cover(["::", "ffff::"], 1, "::/0") == ("::/0",)


def test_no_addresses_need_no_block() -> None:
    assert cover([], 5, "192.0.2.0/24") == ()


@pytest.mark.parametrize("addr", ["198.51.100.1", "2001:db8::1"])
def test_an_address_outside_is_refused(addr: str) -> None:
    with pytest.raises(ValueError, match=addr):
        cover([addr], 5, "192.0.2.0/24")


def test_at_least_one_block_is_needed() -> None:
    with pytest.raises(ValueError, match="0 blocks"):
        cover(["192.0.2.1"], 0, "192.0.2.0/24")


def test_an_address_is_counted_once_however_often_it_is_held() -> None:
    assert covered_size(["192.0.2.0/25", "192.0.2.64/26", "192.0.2.1", "198.51.100.1"]) == 129
    assert covered_size(["192.0.2.1", "2001:db8::/126"]) == 5
    assert covered_size([]) == 0


@given(st.sets(st.integers(0, 30)))
def test_spans_hold_their_blocks_of_one_family_and_never_touch(chosen: set[int]) -> None:
    blocks = [block for at, block in enumerate(blocks_as_bits(SIXTEEN)) if at in chosen]

    spans = to_spans((*blocks, "2001:db8::1"), 4)

    held = {number for span in spans for number in range(span.first, span.last + 1)}
    assert held == {int(addr) for block in blocks for addr in ip_network(block)}
    assert all(one.last + 1 < other.first for one, other in pairwise(spans))
    assert to_spans((*blocks, "2001:db8::1"), 6)[0] == Span(*[int(ip_address("2001:db8::1"))] * 2)
