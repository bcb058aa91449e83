"""The document of a flow record, as dashboards/index_templates/flows.json describes it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from domain.addresses import parse_addr, parse_cidr
from domain.errors import FlowRecordError
from domain.flow_record import FlowRecord
from domain.interface_name import name_interface
from domain.interface_owner import classify_owner
from domain.inventory import NetworkInterface
from domain.inventory_view import InventoryView
from domain.protocols import protocol_name

_COPIED: Final = (
    "log_status",
    "interface_id",
    "vpc_id",
    "subnet_id",
    "instance_id",
    "action",
    "protocol",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "packets",
    "bytes",
    "end",
    "tcp_flags",
    "type",
    "region",
    "az_id",
    "sublocation_type",
    "sublocation_id",
    "pkt_src_aws_service",
    "pkt_dst_aws_service",
    "flow_direction",
    "traffic_path",
)
_UNKNOWN_ACCOUNT: Final = "unknown"
_SECONDS_OF_DAY: Final = 86_400

Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class Sides:
    """Both ends of a flow, seen from the interface."""

    local_addr: str
    local_port: int | None
    peer_addr: str
    peer_port: int | None
    peer_service: str | None = None
    """The AWS service that the record names for the peer."""


def find_sides(record: FlowRecord, eni: NetworkInterface | None) -> Sides | None:
    """None where neither the record nor the interface's addresses tell which end is local.

    The packet's own addresses win: the plain ones show the interface's primary address for any of its own.
    """
    source = record.pkt_srcaddr or record.srcaddr
    destination = record.pkt_dstaddr or record.dstaddr
    if source is None or destination is None:
        return None
    local = _is_source_local(record, eni)
    if local is None:
        return None
    if local:
        return Sides(source, record.srcport, destination, record.dstport, record.pkt_dst_aws_service)
    return Sides(destination, record.dstport, source, record.srcport, record.pkt_src_aws_service)


def to_document(record: FlowRecord, view: InventoryView | None, event_timestamp_ms: int) -> Document:
    """What is indexed; a field that nobody knows is left out.

    `view` is of the day that `index_name` gives, or of the last day before it that has an inventory.
    """
    instants = [second for second in (record.start, record.end) if second is not None]
    instants = instants or [event_timestamp_ms // 1000]
    eni, at = _find_interface(record, view, instants)
    return {
        "@timestamp": instants[0],
        **_interface_fields(eni),
        **_record_fields(record),
        **_group_fields(eni, view, at),
        **_side_fields(find_sides(record, eni), view, at),
    }


def index_name(record: FlowRecord, event_timestamp_ms: int) -> str:
    """By the day of the record's end, so that each delivery of a record finds the same index.

    FlowRecordError where that is far from the event's own time, which is the record's start: each damaged
    time would make an index of its own, and a domain has room for so many.
    """
    logged = event_timestamp_ms // 1000
    second = next(second for second in (record.end, record.start, logged) if second is not None)
    if abs(second - logged) > _SECONDS_OF_DAY:
        raise FlowRecordError(f"The record is of {second}, its event of {logged}: over a day apart", "end")
    return _index_name(second // _SECONDS_OF_DAY)


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


def _find_interface(
    record: FlowRecord, view: InventoryView | None, instants: list[int]
) -> tuple[NetworkInterface | None, int]:
    """The interface with the first instant that knows it; the record's first where none does."""
    if view is not None and record.interface_id is not None:
        for at in instants:
            eni = view.network_interface(record.interface_id, at)
            if eni is not None:
                return eni, at
    return None, instants[0]


def _interface_fields(eni: NetworkInterface | None) -> Document:
    if eni is None:
        return {}
    fields = {
        "account_id": eni.owner_id,
        "vpc_id": eni.vpc_id,
        "subnet_id": eni.subnet_id,
        "instance_id": eni.instance_id,
        "interface_name": eni.name,
        "interface_description": eni.description,
        "interface_owner": classify_owner(eni),
    }
    return {name: value for name, value in fields.items() if value}


def _record_fields(record: FlowRecord) -> Document:
    fields: Document = {name: getattr(record, name) for name in _COPIED}
    if record.account_id != _UNKNOWN_ACCOUNT:
        fields["account_id"] = record.account_id
    if record.protocol is not None:
        fields["protocol_name"] = protocol_name(record.protocol)
    if record.pkt_srcaddr != record.srcaddr:
        fields["pkt_srcaddr"] = record.pkt_srcaddr
    if record.pkt_dstaddr != record.dstaddr:
        fields["pkt_dstaddr"] = record.pkt_dstaddr
    return {name: value for name, value in fields.items() if value is not None}


def _group_fields(eni: NetworkInterface | None, view: InventoryView | None, at: int) -> Document:
    if eni is None or view is None:
        return {"group_ids": [], "attribution": "no_inventory"}
    if not eni.group_ids:
        return {"group_ids": [], "attribution": "not_filtered"}
    return {
        "group_ids": list(eni.group_ids),
        "group_names": _group_names(eni, view, at),
    }


def _group_names(eni: NetworkInterface, view: InventoryView, at: int) -> list[str]:
    """The id for a group of another VPC or account: the names stand in the order of the ids."""
    groups = ((group_id, view.group(group_id, at)) for group_id in eni.group_ids)
    return [group.group_name if group else group_id for group_id, group in groups]


def _side_fields(sides: Sides | None, view: InventoryView | None, at: int) -> Document:
    if sides is None:
        return {}
    peer = view.interface_at_addr(sides.peer_addr, at) if view else None
    fields = {
        "local_addr": sides.local_addr,
        "local_port": sides.local_port,
        "peer_addr": sides.peer_addr,
        "peer_port": sides.peer_port,
        "peer_name": _peer_name(peer, view, at) or sides.peer_service,
    }
    known = {name: value for name, value in fields.items() if value is not None}
    return {**known, **_peer_fields(peer)}


def _peer_name(peer: NetworkInterface | None, view: InventoryView | None, at: int) -> str | None:
    if peer is None or view is None:
        return None
    return name_interface(peer, _group_names(peer, view, at))


def _peer_fields(peer: NetworkInterface | None) -> Document:
    if peer is None:
        return {}
    fields: Document = {"peer_interface_id": peer.interface_id}
    if peer.group_ids:
        fields["peer_group_ids"] = list(peer.group_ids)
    return fields


@lru_cache(maxsize=64)
def _index_name(day: int) -> str:
    return f"flows-{datetime.fromtimestamp(day * _SECONDS_OF_DAY, tz=UTC):%Y.%m.%d}"
