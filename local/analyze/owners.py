"""Whose each rule and each group is, by all inventories there are."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.inventory_day import InventoryDay
from domain.usage_day import RuleOwner
from rule_usage.inventories import DayInventories

Days = Mapping[str, Sequence[InventoryDay]]
"""By VPC; the oldest first."""


def find_owners(days: Days) -> dict[str, RuleOwner]:
    """By rule id."""
    known = DayInventories()
    for of_vpc in days.values():
        for day in of_vpc:
            known.add(day, now=0)
    return known.owners


def take_day(days: Days, day: str, now: int) -> DayInventories:
    """What is known of one day: where it has no inventory of its own, the last one before it holds."""
    found = DayInventories()
    for vpc_id in sorted(days):
        names = [each.day for each in days[vpc_id]]
        position = bisect_right(names, day) - 1
        if position >= 0:
            found.add(replace(days[vpc_id][position], day=day), now)
    return found
