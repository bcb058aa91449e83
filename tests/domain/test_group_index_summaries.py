"""What the index has of the groups' reports, and what it is without traffic."""

from dataclasses import replace

from domain.group_index import build_group_index
from domain.group_summary import GroupSummary
from domain.inventory import SecurityGroup
from tests.domain.examples import ENI, GROUP
from tests.domain.group_indexes import (
    DB,
    FIRST,
    MADE_AT,
    OUTSIDE,
    days_of,
    ids_of,
    row_of,
    traffic_of,
    vpc_with,
)


def summary_of(group: SecurityGroup) -> GroupSummary:
    return GroupSummary(group.group_id, FIRST, {"used": 1}, 50, 3, "attached", 0, group.vpc_id, 0)


def test_a_group_has_the_summary_of_its_report() -> None:
    index = build_group_index(days_of(vpc_with(GROUP, DB)), None, MADE_AT, [summary_of(DB)])

    assert row_of(index, DB.group_id).summary == summary_of(DB)
    assert row_of(index, GROUP.group_id).summary is None


def test_a_report_of_a_group_that_no_inventory_has_makes_no_row() -> None:
    index = build_group_index(days_of(vpc_with(GROUP)), None, MADE_AT, [summary_of(DB)])

    assert ids_of(index) == [GROUP.group_id]


def test_a_group_that_is_gone_has_no_summary_any_more() -> None:
    days = days_of(vpc_with(GROUP, DB), vpc_with(GROUP, at=FIRST + 60))
    summaries = [summary_of(DB), summary_of(replace(DB, group_id=OUTSIDE))]

    index = build_group_index(days, traffic_of(DB.group_id, OUTSIDE), MADE_AT, summaries)

    assert [row_of(index, id_).summary for id_ in (DB.group_id, OUTSIDE)] == [None, None]


def test_without_traffic_the_groups_that_exist_are_listed() -> None:
    days = days_of(vpc_with(GROUP, DB, enis=(ENI,)), vpc_with(GROUP, enis=(ENI,), at=FIRST + 60))

    index = build_group_index(days, None, MADE_AT)

    assert (ids_of(index), index.window) == ([GROUP.group_id], None)
    assert row_of(index, GROUP.group_id).traffic is None
