"""The inventory of the sample day, as SG Lens would have written it had it run since the day's start."""

from dataclasses import replace

from adapters.inventory_store import InventoryStore
from domain.errors import InventoryError
from domain.inventory import Inventory, NetworkInterface, SecurityGroup, SecurityGroupRule
from domain.inventory_day import InventoryDay, observe
from local.sample.changes import MOMENTS_OF_CHANGE
from local.sample.groups import GROUPS
from local.sample.interfaces import INTERFACES
from local.sample.rules import RULES
from local.sample.vpc import SampleVpc

SECONDS_OF_DAY = 86_400


def write_inventory_history(store: InventoryStore, sample: SampleVpc, now: Inventory, start: int) -> None:
    """`now` is the sample VPC as EC2 describes it; the sample day began at `start`, in epoch seconds."""
    for day in trace_history(sample, now, start):
        try:
            _save(store, day)
        except InventoryError:
            # inventory_sync wrote in between, which it does once: what it saw is in `now` as well.
            _save(store, day)


def trace_history(sample: SampleVpc, now: Inventory, start: int) -> tuple[InventoryDay, ...]:
    """One for each UTC day that the time from `start` to `now` touches."""
    days: dict[str, InventoryDay] = {}
    day: InventoryDay | None = None
    for at in _moments(start, now.observed_at):
        day = observe(day, rewind(sample, now, start, at))
        days[day.day] = day
    return tuple(days.values())


def rewind(sample: SampleVpc, now: Inventory, start: int, at: int) -> Inventory:
    """The VPC as it was at `at`: without what came later, with what has gone since."""
    second = at - start
    return replace(
        now,
        observed_at=at,
        network_interfaces=_interfaces_at(sample, now, second),
        security_groups=_groups_at(sample, now, second),
        security_group_rules=_rules_at(sample, now, second),
    )


def _interfaces_at(sample: SampleVpc, now: Inventory, second: int) -> tuple[NetworkInterface, ...]:
    interfaces = {eni.interface_id: eni for eni in now.network_interfaces}
    for interface in INTERFACES:
        there = interface.in_inventory and interface.lifetime.covers(second)
        if there and (interface.lifetime.is_past or second < interface.moved_at):
            interfaces[sample.interface_id(interface)] = sample.network_interface(interface, second)
    return tuple(interfaces.values())


def _groups_at(sample: SampleVpc, now: Inventory, second: int) -> tuple[SecurityGroup, ...]:
    lifetimes = {sample.security.group_ids[group.name]: group.lifetime for group in GROUPS}
    groups = (*now.security_groups, *sample.security.past_groups)
    return tuple(group for group in groups if lifetimes[group.group_id].covers(second))


def _rules_at(sample: SampleVpc, now: Inventory, second: int) -> tuple[SecurityGroupRule, ...]:
    lifetimes = {sample.security.rule_ids[rule.name]: rule.lifetime for rule in RULES}
    rules = (*now.security_group_rules, *sample.security.past_rules)
    return tuple(rule for rule in rules if lifetimes[rule.rule_id].covers(second))


def _moments(start: int, end: int) -> list[int]:
    """When something changes or a UTC day begins, the first and the last second among them."""
    changes = (start + second for second in MOMENTS_OF_CHANGE if start + second < end)
    midnights = range(start - start % SECONDS_OF_DAY + SECONDS_OF_DAY, end, SECONDS_OF_DAY)
    return sorted({*changes, *midnights, end})


def _save(store: InventoryStore, day: InventoryDay) -> None:
    stored = store.load(day.vpc_id, day.day)
    is_same_day = stored is not None and stored.inventory.day == day.day
    store.save(day, stored.etag if stored is not None and is_same_day else None)
