"""The inventories that a VPC is judged by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adapters.inventory_store import InventoryStore
    from domain.inventory_day import F, Interval, InventoryDay

    _Known = dict[Interval[Any], Interval[Any]]


@dataclass(frozen=True, slots=True)
class WatchedVpc:
    """A VPC as its latest inventory shows it."""

    vpc_id: str
    group_ids: frozenset[str]
    """Its own groups that exist."""
    changed_at: int
    """When anything in it last changed, in epoch seconds."""


def load_days(store: InventoryStore, vpc_id: str, first: str) -> list[InventoryDay]:
    """The days from `first` on, and where that one has no inventory, the last one before.

    What several days tell alike is held once: a month of 20,000 rules would fill the function's memory.
    """
    listed = store.list_days(vpc_id)
    wanted = [day for day in listed if day >= first]
    if first not in wanted:
        wanted = [day for day in listed if day < first][-1:] + wanted
    known: _Known = {}
    days = (store.load(vpc_id, day) for day in wanted)
    return [_share(stored.inventory, known) for stored in days if stored]


def find_watched(store: InventoryStore, first: str, last: str) -> list[WatchedVpc]:
    """Those that were observed from the day `first` to `last`; SG Lens looks at the others no more."""
    latest = (store.load(vpc_id, last) for vpc_id in store.list_vpc_ids())
    return [_to_watched(stored.inventory) for stored in latest if stored and stored.inventory.day >= first]


def _to_watched(day: InventoryDay) -> WatchedVpc:
    groups = (interval.fact for interval in day.security_groups if interval.seen_until is None)
    return WatchedVpc(
        vpc_id=day.vpc_id,
        group_ids=frozenset(group.group_id for group in groups if group.vpc_id == day.vpc_id),
        changed_at=_find_last_change(day),
    )


def _find_last_change(day: InventoryDay) -> int:
    intervals: Iterable[Interval[Any]] = chain(
        day.network_interfaces, day.security_groups, day.security_group_rules, day.prefix_list_entries
    )
    return max((max(each.seen_from, each.seen_until or 0) for each in intervals), default=0)


def _share(day: InventoryDay, known: _Known) -> InventoryDay:
    return replace(
        day,
        network_interfaces=_known(day.network_interfaces, known),
        security_groups=_known(day.security_groups, known),
        security_group_rules=_known(day.security_group_rules, known),
        prefix_list_entries=_known(day.prefix_list_entries, known),
    )


def _known(intervals: Iterable[Interval[F]], known: _Known) -> tuple[Interval[F], ...]:
    return tuple(known.setdefault(interval, interval) for interval in intervals)
