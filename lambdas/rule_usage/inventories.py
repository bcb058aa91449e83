"""What the inventories of all VPCs say of one day."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from domain.usage_day import RuleOwner, expected_hours

if TYPE_CHECKING:
    from adapters.inventory_store import InventoryStore
    from domain.inventory_day import InventoryDay

_FORGOTTEN_DAYS: Final = 7
"""A VPC that was not observed for so long is looked at no more."""


@dataclass(frozen=True, slots=True)
class DayInventories:
    """Only what a day's summing-up needs: one inventory after the other is read, and let go."""

    owners: dict[str, RuleOwner] = field(default_factory=dict)
    """By rule id, in the order of VPC, group and rule."""
    vpc_ids: dict[str, str] = field(default_factory=dict)
    """By group id."""
    expected: dict[str, dict[str, int]] = field(default_factory=dict)
    """By group and interface, as `expected_hours` gives it."""

    def add(self, inventory: InventoryDay, now: int) -> None:
        rules = sorted(
            (interval.fact for interval in inventory.security_group_rules),
            key=lambda rule: (rule.group_id, rule.rule_id),
        )
        for rule in rules:
            self.owners[rule.rule_id] = RuleOwner(inventory.vpc_id, rule.group_id, rule.direction)
        for interval in inventory.security_groups:
            group = interval.fact
            # A group may be associated with further VPCs: its usage stands where its rules do.
            if group.vpc_id == inventory.vpc_id:
                self.vpc_ids[group.group_id] = inventory.vpc_id
        for group_id, hours in expected_hours(inventory, now).items():
            self.vpc_ids.setdefault(group_id, inventory.vpc_id)
            self.expected.setdefault(group_id, {}).update(hours)


def load_day(store: InventoryStore, day: str, now: int) -> DayInventories:
    found = DayInventories()
    oldest = (date.fromisoformat(day) - timedelta(days=_FORGOTTEN_DAYS)).isoformat()
    for vpc_id in store.list_vpc_ids():
        stored = store.load(vpc_id, day)
        if stored and stored.inventory.day >= oldest:
            # Where a day has none of its own, what was in force before stayed so until it was seen again.
            found.add(replace(stored.inventory, day=day), now)
    return found


def list_days(store: InventoryStore) -> set[str]:
    """The days of which any VPC has an inventory."""
    return {day for vpc_id in store.list_vpc_ids() for day in store.list_days(vpc_id)}
