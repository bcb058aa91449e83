from dataclasses import replace

import pytest

from domain.group_index import GroupRow, InterfaceRow, VpcInventory, find_unknown_groups
from domain.inventory_day import InventoryDay
from tests.domain.examples import ENI, GROUP, RULE, VPC_ID
from tests.domain.group_indexes import (
    DAY,
    DB,
    FIRST,
    MADE_AT,
    OTHER_VPC_ID,
    OUTSIDE,
    build,
    days_of,
    ids_of,
    row_of,
    traffic_of,
    vpc_with,
)


def test_a_group_has_its_text_its_rules_its_interfaces_and_its_traffic() -> None:
    egress = replace(RULE, rule_id="sgr-0b", direction="egress")
    others = (replace(RULE, rule_id="sgr-0c"), replace(RULE, rule_id="sgr-0d", group_id=DB.group_id))
    days = days_of(vpc_with(GROUP, enis=(ENI,), rules=(RULE, egress, *others)))

    index = build(days, GROUP.group_id)

    assert index.window
    assert index.groups == (
        GroupRow(
            group_id=GROUP.group_id,
            group_name="web",
            description="Web tier",
            vpc_id=VPC_ID,
            gone_at=None,
            is_known=True,
            interface_ids=(ENI.interface_id,),
            ingress_rules=2,
            egress_rules=1,
            traffic=index.window.groups[0],
        ),
    )


def test_the_index_says_when_it_was_made_and_from_what() -> None:
    later = vpc_with(vpc_id=OTHER_VPC_ID, at=FIRST + 7)
    days = days_of(later) + days_of(vpc_with(GROUP), vpc_with(GROUP, DB, at=FIRST + DAY))

    index = build(days)

    assert (index.made_at, index.window) == (MADE_AT, traffic_of())
    assert index.vpcs == (
        VpcInventory(VPC_ID, "2026-01-02", FIRST + DAY),
        VpcInventory(OTHER_VPC_ID, "2026-01-01", FIRST + 7),
    )


def test_a_group_with_several_interfaces_lists_each() -> None:
    enis = tuple(replace(ENI, interface_id=f"eni-0{letter}") for letter in "cab")

    index = build(days_of(vpc_with(GROUP, enis=enis)))

    assert row_of(index, GROUP.group_id).interface_ids == ("eni-0a", "eni-0b", "eni-0c")
    assert [row.interface_id for row in index.interfaces] == ["eni-0a", "eni-0b", "eni-0c"]


def test_an_interface_with_several_groups_stands_with_each_and_is_described_once() -> None:
    eni = replace(ENI, group_ids=(GROUP.group_id, DB.group_id))

    index = build(days_of(vpc_with(GROUP, DB, enis=(eni,))))

    assert {row.group_id: row.interface_ids for row in index.groups} == {
        GROUP.group_id: (ENI.interface_id,),
        DB.group_id: (ENI.interface_id,),
    }
    assert [row.interface_id for row in index.interfaces] == [ENI.interface_id]


def test_a_group_without_interfaces_and_traffic_is_listed() -> None:
    row = row_of(build(days_of(vpc_with(GROUP))), GROUP.group_id)

    assert (row.interface_ids, row.traffic, row.gone_at, row.is_known) == ((), None, None, True)


def test_an_interface_is_described_by_name_owner_instance_and_addresses() -> None:
    eni = replace(
        ENI, name="", group_ids=(GROUP.group_id, OUTSIDE), private_addrs=("10.0.1.10", "2001:db8::1")
    )
    eni = replace(eni, public_addrs=("192.0.2.1",))

    index = build(days_of(vpc_with(GROUP, enis=(eni,))))

    assert index.interfaces == (
        InterfaceRow(
            interface_id=ENI.interface_id,
            name=f"web, {OUTSIDE}",
            owner="ec2",
            instance_id=ENI.instance_id,
            addrs=("10.0.1.10", "2001:db8::1", "192.0.2.1"),
        ),
    )


def test_an_interface_without_groups_is_left_out() -> None:
    assert build(days_of(vpc_with(GROUP, enis=(replace(ENI, group_ids=()),)))).interfaces == ()


def test_only_rules_and_interfaces_in_force_now_count() -> None:
    index = build(
        days_of(vpc_with(GROUP, DB, enis=(ENI,), rules=(RULE,)), vpc_with(GROUP, DB, at=FIRST + 60)),
        GROUP.group_id,
    )

    row = row_of(index, GROUP.group_id)
    assert (row.interface_ids, row.ingress_rules, index.interfaces) == ((), 0, ())


def test_groups_are_sorted_by_vpc_name_and_id() -> None:
    twin = replace(DB, group_id="sg-0a")
    other = replace(GROUP, group_id="sg-0f", group_name="aaa", vpc_id=OTHER_VPC_ID)
    days = days_of(vpc_with(other, vpc_id=OTHER_VPC_ID)) + days_of(vpc_with(GROUP, DB, twin))

    assert ids_of(build(days)) == ["sg-0a", DB.group_id, GROUP.group_id, "sg-0f"]


def test_a_group_that_is_gone_today_is_listed_for_its_traffic() -> None:
    days = days_of(vpc_with(GROUP, DB, rules=(RULE,)), vpc_with(DB, at=FIRST + 60))

    row = row_of(build(days, GROUP.group_id), GROUP.group_id)

    assert (row.group_name, row.gone_at, row.is_known) == ("web", FIRST + 60, True)
    assert (row.interface_ids, row.ingress_rules, row.vpc_id) == ((), 0, VPC_ID)


def test_a_group_that_is_gone_for_days_has_the_names_of_the_last_day_that_knew_it() -> None:
    renamed = replace(GROUP, description="Web tier, to be removed")
    days = days_of(
        vpc_with(GROUP),
        vpc_with(renamed, at=FIRST + DAY),
        vpc_with(DB, at=FIRST + DAY + 60),
        vpc_with(DB, at=FIRST + 3 * DAY),
    )

    row = row_of(build(days[::-1], GROUP.group_id), GROUP.group_id)

    assert (row.description, row.gone_at) == ("Web tier, to be removed", FIRST + DAY + 60)


def test_a_group_that_went_on_a_day_that_is_not_given_is_gone_since_it_was_last_seen() -> None:
    first, _, third = days_of(
        vpc_with(GROUP, at=FIRST), vpc_with(at=FIRST + DAY), vpc_with(DB, at=FIRST + 2 * DAY)
    )

    assert row_of(build([first, third], GROUP.group_id), GROUP.group_id).gone_at == FIRST


def test_a_group_that_is_gone_without_traffic_is_left_out() -> None:
    assert ids_of(build(days_of(vpc_with(GROUP, DB), vpc_with(DB, at=FIRST + 60)))) == [DB.group_id]


def test_a_group_that_came_back_is_not_gone() -> None:
    days = days_of(vpc_with(GROUP), vpc_with(at=FIRST + 60), vpc_with(GROUP, at=FIRST + 120))

    assert row_of(build(days, GROUP.group_id), GROUP.group_id).gone_at is None


def test_an_id_that_only_traffic_has_is_not_known() -> None:
    index = build(days_of(vpc_with(GROUP)), OUTSIDE)

    assert index.window
    assert row_of(index, OUTSIDE) == GroupRow(
        OUTSIDE, "", "", "", None, False, (), 0, 0, index.window.groups[0]
    )


def test_an_id_that_only_an_interface_has_is_not_known() -> None:
    row = row_of(build(days_of(vpc_with(enis=(replace(ENI, group_ids=(OUTSIDE,)),)))), OUTSIDE)

    assert (row.is_known, row.interface_ids, row.traffic) == (False, (ENI.interface_id,), None)


def test_without_any_inventory_the_traffic_is_shown_still() -> None:
    index = build([], GROUP.group_id)

    assert (ids_of(index), index.vpcs, index.interfaces) == ([GROUP.group_id], (), ())


FOREIGN = replace(GROUP, vpc_id=OTHER_VPC_ID, group_name="shared")
OWN_DAYS = days_of(vpc_with(FOREIGN, rules=(RULE,), vpc_id=OTHER_VPC_ID, at=FIRST + DAY))


def test_a_group_that_two_vpcs_carry_has_one_row_with_the_interfaces_of_both() -> None:
    away = replace(ENI, interface_id="eni-0b")
    days = days_of(vpc_with(FOREIGN, enis=(away,), rules=(RULE,))) + days_of(
        vpc_with(FOREIGN, enis=(ENI,), rules=(RULE,), vpc_id=OTHER_VPC_ID)
    )

    index = build(days)

    (row,) = index.groups
    assert (row.vpc_id, row.ingress_rules) == (OTHER_VPC_ID, 1)
    assert row.interface_ids == (ENI.interface_id, "eni-0b")
    assert [interface.interface_id for interface in index.interfaces] == [ENI.interface_id, "eni-0b"]


@pytest.mark.parametrize("own_days", [[], OWN_DAYS])
def test_a_group_that_another_vpc_carries_no_more_is_not_gone(own_days: list[InventoryDay]) -> None:
    days = days_of(vpc_with(FOREIGN, enis=(ENI,)), vpc_with(at=FIRST + 2 * DAY))

    row = row_of(build(own_days + days, GROUP.group_id), GROUP.group_id)

    assert (row.group_name, row.gone_at, row.is_known) == ("shared", None, True)


def test_another_vpcs_group_that_is_carried_no_more_and_has_no_traffic_is_left_out() -> None:
    assert ids_of(build(days_of(vpc_with(FOREIGN, enis=(ENI,)), vpc_with(at=FIRST + 60)))) == []


def test_the_groups_that_no_given_day_names_are_found() -> None:
    days = days_of(vpc_with(GROUP), vpc_with(DB, at=FIRST + 60))
    traffic = traffic_of(GROUP.group_id, DB.group_id, OUTSIDE)

    assert find_unknown_groups(days, traffic) == {OUTSIDE}
    assert find_unknown_groups([], traffic) == {GROUP.group_id, DB.group_id, OUTSIDE}


def test_an_earlier_day_makes_a_group_known() -> None:
    first, last = days_of(vpc_with(GROUP, DB), vpc_with(DB, at=FIRST + 60), vpc_with(DB, at=FIRST + DAY))
    traffic = traffic_of(GROUP.group_id)

    assert find_unknown_groups([last], traffic) == {GROUP.group_id}
    assert find_unknown_groups([first, last], traffic) == set()
