"""Blocks and port ranges against all other choices there are.

SG_LENS_EXAMPLES=100000 makes a long run of it.
"""

import os
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.advice_settings import AdviceSettings
from domain.cidr_cover import cover
from domain.inventory import Peer
from domain.narrowing import narrow
from domain.port_ranges import MAX_RANGES, port_ranges
from domain.rule_space import PeerContext
from domain.usage import SeenConnection, SeenPeer
from tests.advice.oracle_narrow import best_blocks
from tests.advice.oracle_rules import count_addrs, holds, network
from tests.domain.examples import RULE

EXAMPLES: Final = int(os.environ.get("SG_LENS_EXAMPLES", "200"))
many = settings(max_examples=EXAMPLES, deadline=None)
MOST_RANGES: Final = 10

BASES: Final = {"203.0.113.0/26": "203.0.113.{}", "0.0.0.0/0": "10.0.0.{}", "2001:db8::/32": "2001:db8::{:x}"}
NEAR: Final = st.lists(st.integers(0, 63), min_size=1, max_size=9, unique=True)
FAR: Final = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=8, unique=True)


def measure(blocks: tuple[str, ...]) -> tuple[int, int]:
    return count_addrs([network(block) for block in blocks]), len(blocks)


def check(addrs: list[str], blocks: tuple[str, ...], max_blocks: int, within: str) -> None:
    assert all(any(holds(block, addr) for block in blocks) for addr in addrs)
    assert all(network(block).subnet_of(network(within)) for block in blocks)  # type: ignore[arg-type]
    assert measure(blocks) == measure(best_blocks(tuple(sorted(addrs)), max_blocks))
    assert len(blocks) <= max_blocks


@pytest.mark.parametrize("max_blocks", [1, 2, 3, 5])
def test_no_other_blocks_hold_any_of_eight_addresses_in_less_space(max_blocks: int) -> None:
    every = [f"198.51.100.{number}" for number in range(8)]
    for count in range(1, len(every) + 1):
        for addrs in combinations(every, count):
            blocks = cover(addrs, max_blocks, "198.51.100.0/24")
            check([*addrs], blocks, max_blocks, "198.51.100.0/24")


@many
@given(base=st.sampled_from(sorted(BASES)), numbers=NEAR, max_blocks=st.integers(1, 6))
def test_no_other_blocks_hold_neighbours_in_less_space(
    base: str, numbers: list[int], max_blocks: int
) -> None:
    addrs = [BASES[base].format(number) for number in numbers]
    check(addrs, cover(addrs, max_blocks, base), max_blocks, base)


@many
@given(numbers=FAR, max_blocks=st.integers(1, 6))
def test_no_other_blocks_hold_strangers_in_less_space(numbers: list[int], max_blocks: int) -> None:
    addrs = [str(network("0.0.0.0/0")[number]) for number in numbers]
    check(addrs, cover(addrs, max_blocks, "0.0.0.0/0"), max_blocks, "0.0.0.0/0")


def least_ports(ports: list[int], max_ranges: int) -> int:
    """That so many ranges hold at least, if they hold all of the sorted ports."""
    return min(
        sum(ports[end - 1] - ports[start] + 1 for start, end in pairwise([0, *cuts, len(ports)]))
        for count in range(min(max_ranges, len(ports)))
        for cuts in combinations(range(1, len(ports)), count)
    )


@many
@given(
    ports=st.lists(st.integers(0, 60) | st.integers(0, 65_535), min_size=1, max_size=11, unique=True),
    max_ranges=st.integers(1, 10),
)
def test_no_other_ranges_hold_the_ports_with_fewer_others(ports: list[int], max_ranges: int) -> None:
    ranges = port_ranges(ports, max_ranges)

    assert len(ranges) <= max_ranges
    assert all(any(first <= port <= last for first, last in ranges) for port in ports)
    assert sum(last - first + 1 for first, last in ranges) == least_ports(sorted(ports), max_ranges)


def test_ten_ranges_may_take_the_place_of_a_rules_ports() -> None:
    assert MAX_RANGES == MOST_RANGES
    assert len(port_ranges(range(0, 100, 5))) == MOST_RANGES


def seen(port: int, *addrs: str) -> list[SeenConnection]:
    return [SeenConnection("eni-0a", 6, port, addr, 1, 0, 0) for addr in addrs]


def test_ranges_that_stay_open_for_two_reasons_are_one() -> None:
    """One block for the peers of 443 is the whole world, and 444 is open to it by intent."""
    rule = replace(RULE, from_port=443, to_port=5432, peer=Peer(cidr_ipv4="0.0.0.0/0"))
    connections = [
        *seen(443, "10.0.0.1", "198.51.100.0"),
        *seen(444, "198.51.100.0", "198.51.100.1", "203.0.113.0"),
    ]
    peers = {each.peer_addr: SeenPeer(each.peer_addr, "", (), 1, 0) for each in connections}
    limits = AdviceSettings(max_cidrs=1, public_peers=3)
    context = PeerContext({}, {}, {})
    narrowed = narrow(rule, connections, peers, context, limits, peers_complete=True, ports_complete=True)

    assert [(new.from_port, new.to_port, new.peer) for new in narrowed.rules] == [(443, 444, rule.peer)]
