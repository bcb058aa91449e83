"""Which inventory a record is read by: the same choice as the function's `adapters/inventory_history.py`."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from domain.inventory_day import InventoryDay, utc_day
from domain.inventory_view import InventoryView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.flow_record import FlowRecord

_KEPT_VIEWS: Final = 64


class Views:
    def __init__(self, days: Mapping[str, Sequence[InventoryDay]]) -> None:
        """`days` by VPC, the oldest first."""
        self._days = days
        self._names = {vpc_id: [day.day for day in of_vpc] for vpc_id, of_vpc in days.items()}
        self._vpc_ids = _find_vpcs(days)
        self._views: OrderedDict[tuple[str, int], InventoryView] = OrderedDict()
        self.unknown_interfaces: set[str] = set()
        """Those asked for that no inventory knows at any time."""
        self.unknown_vpcs: set[str] = set()

    def find_view(self, record: FlowRecord, event_timestamp_ms: int) -> InventoryView | None:
        """The inventory of the record's VPC; where the record names none, that which knows its interface."""
        times = [second for second in (record.start, record.end) if second is not None]
        times = times or [event_timestamp_ms // 1000]
        self._note_unknown(record)
        if record.vpc_id is not None:
            return self._get_view(record.vpc_id, times[-1])
        if record.interface_id is None:
            return None
        return self._search(record.interface_id, times)

    def _search(self, interface_id: str, times: Sequence[int]) -> InventoryView | None:
        for vpc_id in self._vpc_ids.get(interface_id, ()):
            view = self._get_view(vpc_id, times[-1])
            if view is not None and any(view.network_interface(interface_id, at) for at in times):
                return view
        return None

    def _get_view(self, vpc_id: str, at: int) -> InventoryView | None:
        """Of the day of `at`, else of the last one before it."""
        position = bisect_right(self._names.get(vpc_id, ()), utc_day(at)) - 1
        if position < 0:
            return None
        view = self._views.get((vpc_id, position))
        if view is None:
            view = self._views[vpc_id, position] = InventoryView(self._days[vpc_id][position])
        self._views.move_to_end((vpc_id, position))
        if len(self._views) > _KEPT_VIEWS:
            self._views.popitem(last=False)
        return view

    def _note_unknown(self, record: FlowRecord) -> None:
        if record.interface_id is not None and record.interface_id not in self._vpc_ids:
            self.unknown_interfaces.add(record.interface_id)
        if record.vpc_id is not None and record.vpc_id not in self._days:
            self.unknown_vpcs.add(record.vpc_id)


def _find_vpcs(days: Mapping[str, Sequence[InventoryDay]]) -> dict[str, list[str]]:
    """By interface, sorted: the VPCs that have known it, which is one, unless somebody made the files up."""
    found: dict[str, list[str]] = {}
    for vpc_id in sorted(days):
        known = {interval.fact.interface_id for day in days[vpc_id] for interval in day.network_interfaces}
        for interface_id in known:
            found.setdefault(interface_id, []).append(vpc_id)
    return found
