from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.inventory_day import utc_day
from domain.inventory_view import InventoryView

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adapters.inventory_store import InventoryStore, StoredDay
    from domain.flow_record import FlowRecord

# inventory_sync observes each minute: what was in force on a day is stored by so long after it.
_SETTLED_SECONDS = 300
# Until then records look for changes, but not more often than so.
_FRESH_SECONDS = 10
_SECONDS_OF_DAY = 86_400
_KEPT_VIEWS = 64


@dataclass(frozen=True, slots=True)
class _Loaded:
    stored: StoredDay | None
    view: InventoryView | None
    loaded_at: float


class InventoryHistory:
    """The inventories that flow records need, kept between invocations; `clock` gives epoch seconds."""

    def __init__(self, store: InventoryStore, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._loaded: OrderedDict[tuple[str, str], _Loaded] = OrderedDict()
        self._vpc_ids: tuple[str, ...] = ()
        self._vpc_ids_listed_at = float("-inf")

    def find_view(self, record: FlowRecord, event_timestamp_ms: int) -> InventoryView | None:
        """The inventory of the record's VPC; where the record names none, that which knows its interface."""
        times = [second for second in (record.start, record.end) if second is not None]
        times = times or [event_timestamp_ms // 1000]
        if record.vpc_id is not None:
            return self._get_view(record.vpc_id, times[-1])
        if record.interface_id is None:
            return None
        return self._search(record.interface_id, times)

    def _search(self, interface_id: str, times: Sequence[int]) -> InventoryView | None:
        for vpc_id in self._list_vpc_ids():
            view = self._get_view(vpc_id, times[-1])
            if view is not None and any(view.network_interface(interface_id, at) for at in times):
                return view
        return None

    def _list_vpc_ids(self) -> tuple[str, ...]:
        now = self._clock()
        if now - self._vpc_ids_listed_at >= _FRESH_SECONDS:
            self._vpc_ids = self._store.list_vpc_ids()
            self._vpc_ids_listed_at = now
        return self._vpc_ids

    def _get_view(self, vpc_id: str, at: int) -> InventoryView | None:
        day = utc_day(at)
        known = self._loaded.get((vpc_id, day))
        if known is None or not self._is_fresh(known, at):
            known = self._load(vpc_id, day, known)
            self._loaded[vpc_id, day] = known
        self._loaded.move_to_end((vpc_id, day))
        if len(self._loaded) > _KEPT_VIEWS:
            self._loaded.popitem(last=False)
        return known.view

    def _is_fresh(self, known: _Loaded, at: int) -> bool:
        midnight = at - at % _SECONDS_OF_DAY + _SECONDS_OF_DAY
        settled = known.loaded_at >= midnight + _SETTLED_SECONDS
        return settled or self._clock() - known.loaded_at < _FRESH_SECONDS

    def _load(self, vpc_id: str, day: str, known: _Loaded | None) -> _Loaded:
        now = self._clock()
        if known is not None and known.stored is not None and known.stored.inventory.day == day:
            stored = self._store.reload(known.stored)
            if stored is known.stored:
                return _Loaded(stored, known.view, now)
        else:
            stored = self._store.load(vpc_id, day)
        return _Loaded(stored, InventoryView(stored.inventory) if stored else None, now)
