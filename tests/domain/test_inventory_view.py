from dataclasses import replace

import pytest

from domain.inventory import NetworkInterface
from domain.inventory_day import InventoryDay, observe
from domain.inventory_view import InventoryView
from tests.domain.examples import ENI, GROUP, INVENTORY

FIRST = INVENTORY.observed_at
OTHER = replace(ENI, interface_id="eni-0bbbbbbbbbbbbbbbb", private_addrs=("10.0.1.20",))
WITH_PREFIXES = replace(
    ENI,
    private_addrs=("10.0.1.10", "2001:db8::10"),
    prefixes=("10.0.1.32/28", "10.0.2.0/24", "2001:db8:0:1:a::/80"),
)


def view_of(*seconds_and_interfaces: tuple[int, tuple[NetworkInterface, ...]]) -> InventoryView:
    day: InventoryDay | None = None
    for second, interfaces in seconds_and_interfaces:
        day = observe(day, replace(INVENTORY, observed_at=second, network_interfaces=interfaces))
    assert day is not None
    return InventoryView(day)


def test_nothing_is_known_before_the_first_observation() -> None:
    view = view_of((FIRST, (ENI,)))

    assert view.network_interface(ENI.interface_id, FIRST - 1) is None
    assert view.interface_at_addr("10.0.1.10", FIRST - 1) is None
    assert view.group(GROUP.group_id, FIRST - 1) is None


def test_what_was_observed_is_in_force_from_that_second_on() -> None:
    view = view_of((FIRST, (ENI,)))

    assert view.network_interface(ENI.interface_id, FIRST) == ENI
    assert view.interface_at_addr("10.0.1.10", FIRST + 100_000) == ENI
    assert view.group(GROUP.group_id, FIRST) == GROUP


def test_what_nobody_has_is_not_found() -> None:
    view = view_of((FIRST, (ENI,)))

    assert view.network_interface("eni-0ccccccccccccccccc", FIRST) is None
    assert view.interface_at_addr("203.0.113.5", FIRST) is None
    assert view.group("sg-0ccccccccccccccccc", FIRST) is None


def test_an_interface_has_the_groups_that_it_had_at_the_time() -> None:
    moved = replace(ENI, group_ids=("sg-0bbbbbbbbbbbbbbbb",))

    view = view_of((FIRST, (ENI,)), (FIRST + 60, (moved,)))

    assert view.network_interface(ENI.interface_id, FIRST + 59) == ENI
    assert view.network_interface(ENI.interface_id, FIRST + 60) == moved


def test_an_address_leads_to_the_interface_that_had_it_at_the_time() -> None:
    heir = replace(OTHER, private_addrs=ENI.private_addrs)

    view = view_of((FIRST, (ENI,)), (FIRST + 60, ()), (FIRST + 120, (heir,)))

    assert view.interface_at_addr("10.0.1.10", FIRST + 59) == ENI
    assert view.interface_at_addr("10.0.1.10", FIRST + 60) is None
    assert view.interface_at_addr("10.0.1.10", FIRST + 120) == heir


def test_an_address_that_two_interfaces_show_while_it_moves_is_the_new_ones() -> None:
    heir = replace(OTHER, private_addrs=("10.0.1.20", "10.0.1.10"))

    view = view_of((FIRST, (ENI, OTHER)), (FIRST + 60, (ENI, heir)))

    assert view.interface_at_addr("10.0.1.10", FIRST + 60) == heir


@pytest.mark.parametrize(
    "addr", ["10.0.1.10", "10.0.1.32", "10.0.1.47", "10.0.2.255", "2001:db8::10", "2001:db8:0:1:a::ffff"]
)
def test_each_address_of_a_delegated_prefix_is_the_interfaces(addr: str) -> None:
    assert view_of((FIRST, (OTHER, WITH_PREFIXES))).interface_at_addr(addr, FIRST) == WITH_PREFIXES


@pytest.mark.parametrize("addr", ["10.0.1.31", "10.0.1.48", "10.0.3.0", "2001:db8:0:1:b::", "::a00:120"])
def test_an_address_beside_a_prefix_is_not_the_interfaces(addr: str) -> None:
    assert view_of((FIRST, (WITH_PREFIXES,))).interface_at_addr(addr, FIRST) is None


def test_a_public_address_leads_to_no_interface() -> None:
    view = view_of((FIRST, (replace(ENI, public_addrs=("203.0.113.10",)),)))

    assert view.interface_at_addr("203.0.113.10", FIRST) is None


def test_an_address_that_two_interfaces_had_for_a_while_stays_with_the_one_that_keeps_it() -> None:
    """Pages of one listing are of different moments: one can still show an interface, the next its heir."""
    brief = replace(OTHER, private_addrs=ENI.private_addrs)
    view = view_of((FIRST, (ENI,)), (FIRST + 60, (ENI, brief)), (FIRST + 120, (ENI,)))

    assert view.interface_at_addr("10.0.1.10", FIRST + 60) == brief
    assert view.interface_at_addr("10.0.1.10", FIRST + 120) == ENI
