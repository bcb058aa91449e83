"""The short way from a line to what its document says, for records that have nothing unusual."""

from typing import Final

from domain.attributed_flow import QuickRow
from domain.connection_memory import Ends
from domain.flow_classes import AddrClasses, Ports
from domain.flow_document import MOST_SECONDS_FROM_EVENT
from domain.flow_log_format import FlowLogFormat
from domain.flow_shared import FindView, SharedFields
from domain.flow_texts import AnswerKey, AnswerText, to_members
from domain.initiator import End, find_client_by_handshake
from domain.line_shape import Flow, LineShape
from domain.protocols import TCP
from domain.subscription_event import LogEvent

_HIGHEST_FLAGS: Final = 255


QuickFlow = tuple[QuickRow, AnswerText | None, AnswerKey, Ends, End | None]
"""A record with its answer, None where it must wait for handshakes of others; what the answer depends on; the
record's ends, and who began by its own handshake."""


class QuickWay:
    """Finds the texts that are kept, and looks at the rest of a line only as far as it must to be
    sure of it. Whatever it is not sure of raises ValueError: then the record goes the long way."""

    def __init__(self, log_format: FlowLogFormat, shape: LineShape, find_view: FindView) -> None:
        self._match: Final = shape.match
        self._flow_groups: Final = shape.flow_groups
        self._shared_groups: Final = shape.shared_groups
        self._has_flags: Final = "tcp-flags" in log_format.fields
        self._shared: Final = SharedFields(log_format, find_view)
        self._known_shared: Final = self._shared.known
        self._ports: Final = Ports()
        self._flags: Final[dict[str, tuple[str, End | None]]] = {"": ("", None), "-": ("", None)}

    def begin_batch(self) -> None:
        self._shared.begin_batch()

    def take(self, event: LogEvent) -> QuickFlow:
        """Raises ValueError for a record that must go the long way."""
        _, timestamp, message = event
        match = self._match(message)
        if match is None:
            raise ValueError(event)
        flow = match.group(*self._flow_groups)
        srcaddr, dstaddr, srcport, dstport, _, _, start, end, flags, pkt_srcaddr, pkt_dstaddr = flow
        if start > end or abs(int(end) - timestamp // 1000) > MOST_SECONDS_FROM_EVENT:
            raise ValueError(event)
        shared_key = match.group(*self._shared_groups)
        shared = self._known_shared.get(shared_key)
        if shared is None or shared.batch is not self._shared.batch or not shared.holds(start, end):
            shared = self._shared.find(shared_key, event, start, end)
        kind, interface, place = shared.kind, shared.interface, shared.place
        is_source_local = kind.is_source_local
        if is_source_local is None:
            is_source_local = interface.has_source(srcaddr, dstaddr, pkt_srcaddr, pkt_dstaddr)
        ends = (pkt_srcaddr, pkt_dstaddr, srcport, dstport)
        sides = ends if is_source_local else (pkt_dstaddr, pkt_srcaddr, dstport, srcport)
        local, peer, local_port, peer_port = sides
        peer_text = kind.target_name if is_source_local else kind.source_name
        classes = place.texts.addr_classes
        _, peer_class = classes[local], classes[peer]
        if peer_class == AddrClasses.INTERFACE:
            known = shared.peers.get(peer)
            peer_text, peer_class = known or self._shared.add_peer(shared, peer, event, start, end)
        is_passed_on = pkt_srcaddr != srcaddr or pkt_dstaddr != dstaddr
        packet_addrs = _packet_addrs(flow, classes) if is_passed_on else ""
        flags_text, handshake = self._flags.get(flags) or self._add_flags(flags)
        policy, ports = interface.policy, self._ports
        ports_key = policy.classify_ports(ports[local_port], ports[peer_port])
        key = (policy.number, kind.asked, is_source_local, policy.peer_classes[peer_class], ports_key)
        row = event, place, (interface.text, kind.text, peer_text), flow, sides, flags_text, packet_addrs
        if not (kind.is_tcp and self._has_flags):
            handshake = None
        elif handshake is None:
            return row, None, key, ends, None
        answer = place.texts.answers.get((key, handshake, None)) or self._answer(row, (key, handshake, None))
        return row, answer, key, ends, handshake

    def answer(self, row: QuickRow, key: AnswerKey, paired: End | None) -> AnswerText:
        """Of a record that waited."""
        return row[1].texts.answers.get((key, None, paired)) or self._answer(row, (key, None, paired))

    def _answer(self, row: QuickRow, key: tuple[AnswerKey, End | None, End | None]) -> AnswerText:
        event, place, _, _, _, _, _ = row
        return place.texts.add_answer(key, self._shared.locate(event, place), key[2])

    def _add_flags(self, text: str) -> tuple[str, End | None]:
        flags = self._ports[text]
        if flags > _HIGHEST_FLAGS:
            raise ValueError(text)
        added = self._flags[text] = (f',"tcp_flags":{text}', find_client_by_handshake(TCP, flags))
        return added


def _packet_addrs(flow: Flow, classes: AddrClasses) -> str:
    """Those that differ from the plain ones, which must then be addresses too."""
    srcaddr, dstaddr, _, _, _, _, _, _, _, pkt_srcaddr, pkt_dstaddr = flow
    classes[srcaddr], classes[dstaddr]
    addrs: dict[str, object] = {}
    if pkt_srcaddr != srcaddr:
        addrs["pkt_srcaddr"] = pkt_srcaddr
    if pkt_dstaddr != dstaddr:
        addrs["pkt_dstaddr"] = pkt_dstaddr
    return to_members(addrs)
