"""What records share, found once for all that have the same texts in the fields of an interface and of a kind
of flow. domain.line_shape says which fields these are."""

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from domain.flow_document import LocatedFlow, index_of_day, locate
from domain.flow_log_format import FlowLogFormat
from domain.flow_record import FlowRecord, parse_flow_record
from domain.flow_texts import (
    FlowTexts,
    InterfaceKey,
    InterfaceText,
    KindText,
    Peers,
    PeerText,
    Times,
    make_interface_key,
    make_kind,
)
from domain.inventory_view import InventoryView
from domain.subscription_event import LogEvent

FindView = Callable[[FlowRecord, int], InventoryView | None]
"""The inventory that knows a record's interface; with the epoch milliseconds of the record's log event."""

_SECONDS_OF_DAY: Final = 86_400
_MOST_KNOWN: Final = 20_000
_NEVER: Final = ""


class Place(NamedTuple):
    """Where the records of an interface and a day belong."""

    view: InventoryView | None
    texts: FlowTexts
    index_name: str
    action: str
    """Of a bulk request, up to the document's id."""
    midnight: str
    """The first second of the day, and of the next, as text of ten digits."""
    next_midnight: str


class Shared:
    """`interface` and what follows hold in `batch`, for records that begin at `since` or later, and end at
    `ends_since` or later but before `until`: epoch seconds as text of ten digits, which sort as numbers."""

    __slots__ = (
        *("batch", "ends_since", "interface", "interface_key", "kind", "peers", "place"),
        *("since", "until"),
    )

    def __init__(self, kind: KindText, interface_key: InterfaceKey) -> None:
        self.kind: Final = kind
        self.interface_key: Final = interface_key
        self.batch: object = None
        self.place: Place
        self.since = self.ends_since = self.until = _NEVER
        self.interface: InterfaceText
        self.peers: Peers

    def holds(self, start: str, end: str) -> bool:
        return self.since <= start and self.ends_since <= end < self.until


class SharedFields:
    def __init__(self, log_format: FlowLogFormat, find_view: FindView) -> None:
        self._format: Final = log_format
        self._find_view: Final = find_view
        self.known: Final[dict[tuple[str, ...], Shared]] = {}
        self.batch: object = None
        """Stands in the Shared whose inventory was looked up since the batch began."""
        self._places_of_batch: Final[dict[tuple[InterfaceKey, int], Place]] = {}
        self._places: Final[dict[tuple[InventoryView | None, int], Place]] = {}
        self._texts: Final[WeakKeyDictionary[InventoryView, FlowTexts]] = WeakKeyDictionary()
        self._texts_without_inventory: Final = FlowTexts(None)

    def begin_batch(self) -> None:
        """Inventories may have changed since the last one."""
        self.batch = object()
        self._places_of_batch.clear()

    def find(self, key: tuple[str, ...], event: LogEvent, start: str, end: str) -> Shared:
        """As it holds for a record of these times. Raises ValueError where it must go the long way."""
        shared = self.known.get(key) or self._add(key, event)
        day = int(end) // _SECONDS_OF_DAY
        place = self._places_of_batch.get((shared.interface_key, day)) or self._find_place(shared, day, event)
        if shared.batch is None or place is not shared.place or not shared.holds(start, end):
            self._move(shared, place, event, start, end)
        shared.batch = self.batch
        return shared

    def _move(self, shared: Shared, place: Place, event: LogEvent, start: str, end: str) -> None:
        texts, kind = place.texts, shared.kind
        if kind.is_source_local is None and kind.source_name != kind.target_name:
            raise ValueError(event.message)
        states = (texts.states[start], texts.states[end])
        shared.place, shared.until = place, _NEVER
        key = (shared.interface_key, states)
        shared.interface = texts.interfaces.get(key) or texts.add_interface(
            key, Times(place.view, (int(start), int(end))), partial(self.locate, event, place)
        )
        unknown_peer = kind.target_name if kind.is_source_local else kind.source_name
        shared.peers = texts.find_peers((unknown_peer, shared.interface.is_late, states))
        if states[0] == states[1]:
            shared.since, state_until = texts.states.bounds(states[0])
            shared.ends_since = place.midnight
            shared.until = min(state_until, place.next_midnight)

    def add_peer(self, shared: Shared, addr: str, event: LogEvent, start: str, end: str) -> PeerText:
        place = shared.place
        times = Times(place.view, (int(start), int(end)))
        return place.texts.add_peer(shared.peers, addr, times, partial(self.locate, event, place))

    def locate(self, event: LogEvent, place: Place) -> LocatedFlow:
        return locate(parse_flow_record(event.message, self._format), place.view, event.timestamp)

    def _add(self, key: tuple[str, ...], event: LogEvent) -> Shared:
        record = parse_flow_record(event.message, self._format)
        if record.log_status != "OK":
            raise ValueError(event.message)
        if len(self.known) >= _MOST_KNOWN:
            self.known.clear()
        shared = self.known[key] = Shared(make_kind(record), make_interface_key(record))
        return shared

    def _find_place(self, shared: Shared, day: int, event: LogEvent) -> Place:
        record = parse_flow_record(event.message, self._format)
        view = self._find_view(record, event.timestamp)
        if view is None and record.vpc_id is None:
            # Which VPC the interface belongs to may be known at the time of the next record.
            raise ValueError(event.message)
        place = self._places.get((view, day)) or self._add_place(view, day)
        self._places_of_batch[shared.interface_key, day] = place
        return place

    def _add_place(self, view: InventoryView | None, day: int) -> Place:
        texts = self._texts_without_inventory if view is None else self._find_texts(view)
        place = self._places[view, day] = _make_place(view, texts, day)
        return place

    def _find_texts(self, view: InventoryView) -> FlowTexts:
        texts = self._texts.get(view)
        if texts is None:
            # It took the place of another inventory, which nothing may hold on to.
            self.known.clear()
            self._places.clear()
            texts = self._texts[view] = FlowTexts(view)
        return texts


def _make_place(view: InventoryView | None, texts: FlowTexts, day: int) -> Place:
    midnights = (f"{second:010d}" for second in (day * _SECONDS_OF_DAY, (day + 1) * _SECONDS_OF_DAY))
    index = index_of_day(day)
    return Place(view, texts, index, f'{{"create":{{"_index":"{index}","_id":"', *midnights)
