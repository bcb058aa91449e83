from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.port_ranges import ALL_PORTS, PortRange, port_ranges


def ranges(*bounds: tuple[int, int]) -> tuple[PortRange, ...]:
    return tuple(PortRange(*each) for each in bounds)


def fewest_ports(ports: set[int], max_ranges: int) -> int:
    """By trying every way to cut the sorted ports."""
    ordered = sorted(ports)
    cuts = min(max_ranges, len(ordered)) - 1
    return min(
        sum(
            ordered[end - 1] - ordered[start] + 1
            for start, end in zip((0, *at), (*at, len(ordered)), strict=True)
        )
        for at in combinations(range(1, len(ordered)), cuts)
    )


@settings(deadline=None)
@given(
    st.one_of(
        st.sets(st.integers(0, 30), min_size=1, max_size=12),
        st.sets(st.integers(0, 65_535), min_size=1, max_size=12),
    ),
    st.integers(1, 5),
)
def test_no_other_ranges_hold_the_ports_with_fewer(ports: set[int], max_ranges: int) -> None:
    found = port_ranges(ports, max_ranges)

    assert len(found) <= max_ranges
    assert all(sum(each.from_port <= port <= each.to_port for each in found) == 1 for port in ports)
    assert all(one.to_port < other.from_port for one, other in pairwise(found))
    assert all({each.from_port, each.to_port} <= ports for each in found)
    assert sum(each.size for each in found) == fewest_ports(ports, max_ranges)


def test_few_ports_stay_apart_even_where_they_touch() -> None:
    assert port_ranges([9101, 9100, 443]) == ranges((443, 443), (9100, 9100), (9101, 9101))


def test_many_ports_that_touch_are_one_range() -> None:
    assert port_ranges([*range(8000, 8021), 443]) == ranges((443, 443), (8000, 8020))


def test_the_largest_gaps_are_left_out() -> None:
    assert port_ranges([1, 3, 10, 12, 100, 1000], 3) == ranges((1, 12), (100, 100), (1000, 1000))


def test_of_gaps_that_are_alike_the_lowest_are_left_out() -> None:
    assert port_ranges([10, 20, 30, 40], 2) == ranges((10, 10), (20, 40))


def test_no_ports_need_no_range() -> None:
    assert port_ranges([]) == ()


def test_at_least_one_range_is_needed() -> None:
    with pytest.raises(ValueError, match="0 ranges"):
        port_ranges([22], 0)


def test_a_range_holds_itself_and_what_lies_in_it() -> None:
    assert ALL_PORTS.holds(ALL_PORTS)
    assert PortRange(20, 30).holds(PortRange(20, 22))
    assert not PortRange(20, 30).holds(PortRange(19, 22))
    assert not PortRange(20, 30).holds(PortRange(29, 31))
