"""Which end of a flow record is the interface's own."""

from dataclasses import dataclass

from domain.addresses import parse_addr, parse_cidr
from domain.flow_record import FlowRecord
from domain.initiator import End, Initiator
from domain.inventory import NetworkInterface


@dataclass(frozen=True, slots=True)
class Sides:
    """Both ends of a flow, seen from the interface."""

    local_addr: str
    local_port: int | None
    peer_addr: str
    peer_port: int | None
    peer_service: str | None
    """The AWS service that the record names for the peer."""
    is_source_local: bool

    def initiator(self, client: End) -> Initiator:
        return "local" if (client == "source") == self.is_source_local else "peer"

    def is_response(self, initiator: Initiator) -> bool:
        """Whether the record carries the answers."""
        return (initiator == "local") != self.is_source_local


def find_sides(record: FlowRecord, eni: NetworkInterface | None) -> Sides | None:
    """None where neither the record nor the interface's addresses tell which end is local.

    The packet's own addresses win: the plain ones show the interface's primary address for any of its own.
    """
    source = record.pkt_srcaddr or record.srcaddr
    destination = record.pkt_dstaddr or record.dstaddr
    if source is None or destination is None:
        return None
    is_source_local = _is_source_local(record, eni)
    if is_source_local is None:
        return None
    sender = (source, record.srcport)
    receiver = (destination, record.dstport)
    if is_source_local:
        return Sides(*sender, *receiver, record.pkt_dst_aws_service, is_source_local)
    return Sides(*receiver, *sender, record.pkt_src_aws_service, is_source_local)


def _is_source_local(record: FlowRecord, eni: NetworkInterface | None) -> bool | None:
    if record.flow_direction is not None:
        return record.flow_direction == "egress"
    if eni is None:
        return None
    source = _has_addr(eni, record.srcaddr) or _has_addr(eni, record.pkt_srcaddr)
    destination = _has_addr(eni, record.dstaddr) or _has_addr(eni, record.pkt_dstaddr)
    return source if source != destination else None


def _has_addr(eni: NetworkInterface, addr: str | None) -> bool:
    if addr is None:
        return False
    return addr in eni.private_addrs or any(parse_addr(addr) in parse_cidr(prefix) for prefix in eni.prefixes)
