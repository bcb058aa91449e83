from dataclasses import replace

import pytest

from domain.errors import InventoryError
from domain.inventory import Inventory, NetworkInterface, SecurityGroupRule
from domain.inventory_day import InventoryDay, observe
from domain.vpc_state import VpcState
from tests.domain.examples import ENI, ENTRY, GROUP, INVENTORY, PEER, RULE

FIRST = INVENTORY.observed_at
DAY = 86_400
OTHER = replace(GROUP, group_id="sg-0bbbbbbbbbbbbbbbb", group_name="other")


def trace(*inventories: Inventory) -> list[InventoryDay]:
    """The days that inventory_sync would have written."""
    days: dict[str, InventoryDay] = {}
    day = None
    for inventory in inventories:
        day = observe(day, inventory)
        days[day.day] = day
    return list(days.values())


def at(second: int, **changes: object) -> Inventory:
    return replace(INVENTORY, observed_at=FIRST + second, **changes)  # type: ignore[arg-type]


def build(*inventories: Inventory) -> VpcState:
    return VpcState.build(trace(*inventories), FIRST + 10 * DAY)


def known_since(*rules: SecurityGroupRule | None) -> int:
    """After the first observation, of one observation a day."""
    inventories = [
        at(day * DAY, security_group_rules=() if rule is None else (rule,)) for day, rule in enumerate(rules)
    ]
    return (build(*inventories).known_since(RULE.rule_id) - FIRST) // DAY


def test_a_rule_is_known_since_it_was_first_seen_however_many_days_are_given() -> None:
    assert known_since(None, RULE, RULE, RULE) == 1


def test_other_words_and_tags_make_no_other_rule() -> None:
    renamed = replace(RULE, description="Offices", tags=(("team", "web"),))

    assert known_since(RULE, renamed, replace(renamed, tags=())) == 0


@pytest.mark.parametrize("changed", [replace(RULE, to_port=444), replace(RULE, ip_protocol="udp")])
def test_whatever_else_changes_makes_the_rule_young(changed: SecurityGroupRule) -> None:
    assert known_since(RULE, changed, changed) == 1
    assert known_since(changed, RULE, changed, RULE) == 3


def test_a_rule_that_was_gone_for_a_while_is_known_since_it_came_back() -> None:
    assert known_since(RULE, None, RULE) == 2


def test_a_day_that_is_missing_makes_no_rule_young_that_did_not_change() -> None:
    days = trace(*(at(day * DAY) for day in range(3)))

    assert VpcState.build([days[2], days[0]], FIRST).known_since(RULE.rule_id) == FIRST


def test_days_may_come_in_any_order() -> None:
    days = trace(at(0), at(DAY, security_group_rules=()))

    assert VpcState.build(days[::-1], FIRST) == VpcState.build(days, FIRST)
    assert VpcState.build(days, FIRST).rules == {}


def test_an_interface_that_is_gone_is_told_as_it_was_last() -> None:
    moved = replace(ENI, group_ids=(OTHER.group_id,))
    state = build(at(0), at(DAY, network_interfaces=(moved,)), at(2 * DAY, network_interfaces=()))

    assert state.attached(GROUP.group_id) == ()
    assert state.group_ids_of(ENI.interface_id) == (OTHER.group_id,)
    assert state.interface_name(ENI.interface_id) == "web-1"
    assert state.interface_name("eni-0f") == "eni-0f"


def test_a_group_was_carried_as_long_as_an_interface_had_it() -> None:
    state = build(at(0), at(DAY, network_interfaces=()), at(2 * DAY, network_interfaces=()))

    assert state.carried(GROUP.group_id, FIRST + DAY - 1)
    assert not state.carried(GROUP.group_id, FIRST + DAY)
    assert not state.carried("sg-0f", 0)


def both(*more: str) -> NetworkInterface:
    return replace(ENI, group_ids=tuple(sorted({GROUP.group_id, *more})))


def test_groups_are_always_together_where_every_interface_has_both_all_the_time() -> None:
    second = replace(both(OTHER.group_id, "sg-0c"), interface_id="eni-0c")
    together = at(DAY, network_interfaces=(both(OTHER.group_id), second))
    alone = at(0, network_interfaces=(both(),))

    assert build(together).always_attached_with(GROUP.group_id, FIRST) == {OTHER.group_id}
    assert build(alone, together).always_attached_with(GROUP.group_id, FIRST) == frozenset()
    assert build(alone, together).always_attached_with(GROUP.group_id, FIRST + DAY) == {OTHER.group_id}


def test_a_group_on_no_interface_is_with_none() -> None:
    state = build(at(0, network_interfaces=(both(OTHER.group_id),)), at(DAY, network_interfaces=()))

    assert state.always_attached_with(GROUP.group_id, FIRST) == frozenset()


def test_members_are_those_of_now_of_every_group_of_the_vpc() -> None:
    twin = replace(
        ENI, interface_id="eni-0c", private_addrs=("10.0.1.11", "2001:db8::11"), prefixes=("10.0.3.0/28",)
    )
    state = build(at(0, network_interfaces=(ENI, twin, PEER), security_groups=(GROUP, OTHER)))
    without = build(at(0), at(DAY, network_interfaces=(), security_groups=(GROUP,)))

    assert state.context.members == {
        GROUP.group_id: ("10.0.1.10", "10.0.1.11", "10.0.3.0/28", "2001:db8::11"),
        OTHER.group_id: ("10.0.2.20",),
    }
    assert state.context.group_size(GROUP.group_id) == 19
    assert without.context.members == {GROUP.group_id: ()}


def test_prefix_lists_have_the_entries_of_now() -> None:
    second = replace(ENTRY, cidr="198.51.101.0/24")
    state = build(at(0, prefix_list_entries=(ENTRY, second)), at(DAY, prefix_list_entries=(second,)))

    assert state.context.cidrs(ENTRY.prefix_list_id) == ("198.51.101.0/24",)


def test_a_group_that_is_gone_is_still_known_by_name() -> None:
    state = build(at(0, security_groups=(GROUP, OTHER)), at(DAY))

    assert state.own_groups() == (GROUP.group_id,)
    assert state.group_name(OTHER.group_id) == "other"
    assert state.group_name("sg-0f") == ""


def test_the_groups_of_network_load_balancers_are_known_by_their_interfaces() -> None:
    balancer = replace(PEER, interface_type="network_load_balancer")
    state = build(at(0, network_interfaces=(balancer,)), at(DAY, network_interfaces=()))

    assert state.balancer_groups == set(PEER.group_ids)


def test_without_an_inventory_nothing_is_judged() -> None:
    with pytest.raises(InventoryError, match="has inventory_sync run for this VPC"):
        VpcState.build([], FIRST)


def test_days_of_two_vpcs_are_no_vpc() -> None:
    days = [*trace(at(0)), *trace(at(0, vpc_id="vpc-0f"))]

    with pytest.raises(InventoryError, match="vpc-0a1b2c3d4e5f60718 and vpc-0f can't be judged as one"):
        VpcState.build(days, FIRST)
