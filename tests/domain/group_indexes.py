"""Indexes of groups from what was observed, one line each."""

from dataclasses import replace

from domain.group_index import GroupIndex, GroupRow, build_group_index
from domain.inventory import Inventory, NetworkInterface, SecurityGroup, SecurityGroupRule
from domain.inventory_day import InventoryDay, observe
from domain.traffic import TrafficWindow
from tests.domain.examples import GROUP, INVENTORY, VPC_ID
from tests.domain.made_traffic import make_traffic, make_window

FIRST = INVENTORY.observed_at
DAY = 86_400
MADE_AT = FIRST + 6 * DAY
OTHER_VPC_ID = "vpc-0bbbbbbbbbbbbbbbb"
DB = replace(GROUP, group_id="sg-0bbbbbbbbbbbbbbbb", group_name="db", description="Databases")
OUTSIDE = "sg-0eeeeeeeeeeeeeeee"


def traffic_of(*group_ids: str) -> TrafficWindow:
    groups = [make_traffic(id_, 10, rejected=1, last_seen=FIRST + 60) for id_ in sorted(group_ids)]
    return make_window(MADE_AT, groups)


def vpc_with(
    *groups: SecurityGroup,
    enis: tuple[NetworkInterface, ...] = (),
    rules: tuple[SecurityGroupRule, ...] = (),
    vpc_id: str = VPC_ID,
    at: int = FIRST,
) -> Inventory:
    return Inventory(vpc_id, at, enis, groups, rules)


def days_of(*inventories: Inventory) -> list[InventoryDay]:
    """What is stored of a VPC: the last state of each day."""
    stored = {}
    day = None
    for inventory in inventories:
        day = observe(day, inventory)
        stored[day.day] = day
    return list(stored.values())


def build(days: list[InventoryDay], *traffic_ids: str) -> GroupIndex:
    return build_group_index(days, traffic_of(*traffic_ids), MADE_AT)


def row_of(index: GroupIndex, group_id: str) -> GroupRow:
    (row,) = [row for row in index.groups if row.group_id == group_id]
    return row


def ids_of(index: GroupIndex) -> list[str]:
    return [row.group_id for row in index.groups]
