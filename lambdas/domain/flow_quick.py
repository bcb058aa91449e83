"""The short way from a line to what its document says, for records that have nothing unusual."""

from typing import Final

from domain.attributed_flow import QuickRow
from domain.flow_classes import AddrClasses, Ports
from domain.flow_document import MOST_SECONDS_FROM_EVENT
from domain.flow_log_format import FlowLogFormat
from domain.flow_shared import FindView, SharedFields
from domain.flow_texts import AnswerText, to_members
from domain.initiator import End, find_client_by_handshake
from domain.line_shape import LineShape
from domain.protocols import TCP
from domain.subscription_event import LogEvent

_HIGHEST_FLAGS: Final = 255


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

    def take(self, event: LogEvent) -> QuickRow:
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
        packet_addrs = ""
        if pkt_srcaddr != srcaddr or pkt_dstaddr != dstaddr:
            packet_addrs = _packet_addrs(pkt_srcaddr, pkt_dstaddr, srcaddr, dstaddr, classes)
        flags_text, handshake = self._flags.get(flags) or self._add_flags(flags)
        policy, ports = interface.policy, self._ports
        ports_key = policy.classify_ports(ports[local_port], ports[peer_port])
        key = (policy.number, kind.asked, is_source_local, policy.peer_classes[peer_class], ports_key)
        texts, may_shake = (interface.text, kind.text, peer_text), kind.is_tcp and self._has_flags
        return event, place, texts, flow, sides, flags_text, packet_addrs, key, ends, may_shake, handshake

    def answer(self, row: QuickRow, paired: End | None) -> AnswerText:
        event, place, _, _, _, _, _, key, _, may_shake, handshake = row
        key = (key, handshake if may_shake else None, paired)
        texts = place.texts
        return texts.answers.get(key) or texts.add_answer(key, self._shared.locate(event, place), paired)

    def _add_flags(self, text: str) -> tuple[str, End | None]:
        flags = self._ports[text]
        if flags > _HIGHEST_FLAGS:
            raise ValueError(text)
        added = self._flags[text] = (f',"tcp_flags":{text}', find_client_by_handshake(TCP, flags))
        return added


def _packet_addrs(
    pkt_srcaddr: str, pkt_dstaddr: str, srcaddr: str, dstaddr: str, classes: AddrClasses
) -> str:
    """Those that differ from the plain ones, which must then be addresses too."""
    classes[srcaddr], classes[dstaddr]
    addrs: dict[str, object] = {}
    if pkt_srcaddr != srcaddr:
        addrs["pkt_srcaddr"] = pkt_srcaddr
    if pkt_dstaddr != dstaddr:
        addrs["pkt_dstaddr"] = pkt_dstaddr
    return to_members(addrs)
