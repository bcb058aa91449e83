"""The parts of a flow's document as JSON text, each rendered once for all records that agree in it.

Every text comes from the `…_fields` of domain.flow_document for one of those records. What makes it right for
the others is that they agree in all that these fields depend on: that is what the keys here are.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

from domain.flow_classes import AddrClasses, StateNumbers
from domain.flow_document import (
    OF_INTERFACE,
    Document,
    LocatedFlow,
    attribution_fields,
    interface_fields,
    kind_fields,
    peer_fields,
)
from domain.flow_policies import Policies, Policy
from domain.flow_record import FlowRecord
from domain.initiator import End
from domain.inventory import NetworkInterface
from domain.inventory_view import InventoryView
from domain.protocols import TCP

_Key = TypeVar("_Key")
_Text = TypeVar("_Text")

_MOST_INTERFACES: Final = 20_000
_MOST_STATES: Final = 64
_MOST_PEERS: Final = 10_000
_MOST_ANSWERS: Final = 50_000

States = tuple[int, int]
"""The states of the inventory at a record's start and at its end."""
InterfaceKey = tuple[str | None, ...]
"""What a record says of its interface."""
PeersKey = tuple[str, bool, States]
"""The text for an unknown peer; whether the record's interface is known at its end only; when."""
AnswerKey = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class KindText:
    """Of what there are only a few combinations of; see flow_document.kind_fields."""

    text: str
    is_tcp: bool
    is_source_local: bool | None
    """None without a flow direction: the interface's addresses tell."""
    asked: tuple[int | None, str | None]
    """What a rule sees of it: protocol and action."""
    source_name: str
    """Text of the peer's name, where the source is a peer that the inventory doesn't know."""
    target_name: str


@dataclass(frozen=True, slots=True)
class InterfaceText:
    """Of an interface during one pair of states; see flow_document.interface_fields. They stand first."""

    text: str
    addrs: frozenset[str]
    has_prefixes: bool
    is_late: bool
    """Known at the record's end only."""
    policy: Policy

    def has_source(self, source: str, target: str, packet_source: str, packet_target: str) -> bool:
        """As flow_sides.find_sides says it; ValueError for an interface with prefixes, and where both ends
        are the interface's or neither is."""
        addrs = self.addrs
        is_source = source in addrs or packet_source in addrs
        if self.has_prefixes or is_source == (target in addrs or packet_target in addrs):
            raise ValueError(source)
        return is_source


EnisByTime = tuple[NetworkInterface | None, NetworkInterface | None]


class PeerText(NamedTuple):
    """Of an address that is an interface's; see flow_document.peer_fields."""

    text: str
    addr_class: int


class Peers(dict[str, PeerText]):
    """By address."""

    def __init__(self, key: PeersKey) -> None:
        super().__init__()
        self.key: Final = key


class AnswerText(NamedTuple):
    """What attribution says of a connection, but for the number of its service port."""

    text: str
    server: End | None
    """None where no port is the service's."""
    outcome: str


class Times(NamedTuple):
    """An inventory at a record's start and at its end."""

    view: InventoryView | None
    instants: tuple[int, int]

    def network_interfaces(self, interface_id: str | None) -> EnisByTime:
        view, (start, end) = self
        if view is None or interface_id is None:
            return None, None
        return view.network_interface(interface_id, start), view.network_interface(interface_id, end)

    def interfaces_at(self, addr: str) -> EnisByTime:
        view, (start, end) = self
        return (
            (view.interface_at_addr(addr, start), view.interface_at_addr(addr, end)) if view else (None, None)
        )

    def identify(self, eni: NetworkInterface | None, is_late: bool) -> tuple[int, ...]:
        """Of the interface and its groups as they are described then, not by what they say: within one
        inventory each is one object for as long as nothing about it changes."""
        if self.view is None or eni is None:
            return (0,)
        at = self.instants[is_late]
        return (id(eni), *[id(self.view.group(group_id, at)) for group_id in eni.group_ids])


class FlowTexts:
    """What one inventory says; none for None."""

    def __init__(self, view: InventoryView | None) -> None:
        self.states: Final = StateNumbers(view.instants() if view else ())
        self.addr_classes: Final = AddrClasses(view.day if view else None)
        self.interfaces: Final[dict[tuple[InterfaceKey, States], InterfaceText]] = {}
        self._peers: Final[dict[PeersKey, Peers]] = {}
        self.answers: Final[dict[AnswerKey, AnswerText]] = {}
        self._policies: Final = Policies(self.addr_classes)
        self._interface_texts: Final[dict[object, str]] = {}
        self._peer_texts: Final[dict[object, str]] = {}

    def add_interface(
        self, key: tuple[InterfaceKey, States], times: Times, locate: Callable[[], LocatedFlow]
    ) -> InterfaceText:
        """A new state of the inventory mostly leaves an interface as it was: then its text serves again."""
        interface_key = key[0]
        enis = times.network_interfaces(interface_key[0])
        eni = enis[0] or enis[1]
        is_late = enis[0] is None and eni is not None
        group_ids = (_group_ids(enis[0]), _group_ids(enis[1]))
        text_key = (interface_key, *times.identify(eni, is_late))
        text = self._interface_texts.get(text_key)
        if text is None:
            text = self._interface_texts[text_key] = to_members(interface_fields(locate()))[1:]
        interface = InterfaceText(
            text=text,
            addrs=frozenset(eni.private_addrs if eni else ()),
            has_prefixes=bool(eni and eni.prefixes),
            is_late=is_late,
            policy=self._policies.find(times.view, group_ids, times.instants),
        )
        return _add(self.interfaces, key, interface, _MOST_INTERFACES)

    def find_peers(self, key: PeersKey) -> Peers:
        peers = self._peers.get(key)
        return _add(self._peers, key, Peers(key), _MOST_STATES) if peers is None else peers

    def add_peer(self, peers: Peers, addr: str, times: Times, locate: Callable[[], LocatedFlow]) -> PeerText:
        unknown, is_late, _ = peers.key
        enis = times.interfaces_at(addr)
        text_key = (unknown, *times.identify(enis[1] if is_late else enis[0], is_late))
        text = self._peer_texts.get(text_key)
        if text is None:
            text = self._peer_texts[text_key] = to_members(peer_fields(locate()))
        addr_class = self.addr_classes.classify(addr, (_group_ids(enis[0]), _group_ids(enis[1])))
        return _add(peers, addr, PeerText(text, addr_class), _MOST_PEERS)

    def add_answer(self, key: AnswerKey, flow: LocatedFlow, paired: End | None) -> AnswerText:
        fields = attribution_fields(flow, paired)
        has_port = fields.pop("service_port", None) is not None
        text = AnswerText(to_members(fields), _server(flow, fields) if has_port else None, outcome(fields))
        return _add(self.answers, key, text, _MOST_ANSWERS)


def make_interface_key(record: FlowRecord) -> InterfaceKey:
    """With the interface's id first."""
    return (*(getattr(record, name) for name in OF_INTERFACE), record.account_id)


def make_kind(record: FlowRecord) -> KindText:
    return KindText(
        text=to_members(kind_fields(record)),
        is_tcp=record.protocol == TCP,
        is_source_local=None if record.flow_direction is None else record.flow_direction == "egress",
        asked=(record.protocol, record.action),
        source_name=_peer_name(record.pkt_src_aws_service),
        target_name=_peer_name(record.pkt_dst_aws_service),
    )


def outcome(fields: Mapping[str, object]) -> str:
    """One word for what became of a record."""
    log_status = fields.get("log_status")
    if log_status in {"NODATA", "SKIPDATA"}:
        return str(log_status).lower()
    return str(fields.get("attribution", "no_action"))


def to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def to_members(fields: Document) -> str:
    """Each with a comma before it."""
    return f",{to_json(fields)[1:-1]}" if fields else ""


def _group_ids(eni: NetworkInterface | None) -> tuple[str, ...] | None:
    return None if eni is None else eni.group_ids


def _server(flow: LocatedFlow, fields: Document) -> End:
    is_server_local = fields["initiator"] == "peer"
    is_source_local = flow.sides is not None and flow.sides.is_source_local
    return "source" if is_server_local == is_source_local else "destination"


def _peer_name(aws_service: str | None) -> str:
    return to_members({"peer_name": aws_service}) if aws_service else ""


def _add(texts: dict[_Key, _Text], key: _Key, text: _Text, most: int) -> _Text:
    if len(texts) >= most:
        texts.clear()
    texts[key] = text
    return text
