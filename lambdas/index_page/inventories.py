from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.group_index import find_unknown_groups
from domain.inventory_day import utc_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.inventory_store import InventoryStore
    from domain.inventory_day import InventoryDay
    from domain.traffic import TrafficWindow


def load_days(store: InventoryStore, traffic: TrafficWindow) -> list[InventoryDay]:
    """The latest day of each VPC that was observed in the window, with all that it holds.

    And of the days before, the latest first, the groups alone: until each group with traffic has a name.
    """
    listed = _list_days(store, utc_day(traffic.start))
    days = [day for vpc_id, each in listed.items() if (day := _load(store, vpc_id, each[-1]))]
    for earlier, vpc_id in _newest_first(listed):
        if not find_unknown_groups(days, traffic):
            break
        day = _load(store, vpc_id, earlier)
        if day:
            days.append(_groups_alone(day))
    return days


def _list_days(store: InventoryStore, first: str) -> dict[str, list[str]]:
    """By VPC, without those that have none from `first` on: SG Lens looks at them no more."""
    listed = {vpc_id: store.list_days(vpc_id) for vpc_id in store.list_vpc_ids()}
    recent = {vpc_id: [day for day in days if day >= first] for vpc_id, days in listed.items()}
    return {vpc_id: days for vpc_id, days in recent.items() if days}


def _newest_first(listed: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Day and VPC, without each VPC's latest day."""
    return iter(sorted(((day, vpc_id) for vpc_id, days in listed.items() for day in days[:-1]), reverse=True))


def _load(store: InventoryStore, vpc_id: str, day: str) -> InventoryDay | None:
    stored = store.load(vpc_id, day)
    return stored.inventory if stored else None


def _groups_alone(day: InventoryDay) -> InventoryDay:
    """Nothing else of it is shown, and a week of large inventories would fill the function's memory."""
    return replace(day, network_interfaces=(), security_group_rules=(), prefix_list_entries=())
