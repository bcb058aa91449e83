"""The document of a flow record, as dashboards/index_templates/flows.json describes it.

`to_document` is the definition. What each of the `…_fields` gives depends on little, and `domain.flow_texts`
makes use of it: it renders them once for all records that agree in that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from domain.attribution import DIRECTIONS, Attribution, attribute
from domain.errors import FlowRecordError
from domain.flow_record import FlowRecord
from domain.flow_sides import Sides, find_sides
from domain.initiator import End
from domain.interface_name import name_interface
from domain.interface_owner import classify_owner
from domain.inventory import NetworkInterface
from domain.inventory_view import InventoryView
from domain.protocols import TCP, UDP, protocol_name

OF_INTERFACE: Final = (
    *("interface_id", "vpc_id", "subnet_id", "instance_id"),
    *("region", "az_id", "sublocation_type", "sublocation_id"),
)
_OF_KIND: Final = (
    *("log_status", "action", "protocol", "type", "flow_direction", "traffic_path"),
    *("pkt_src_aws_service", "pkt_dst_aws_service"),
)
_OF_FLOW: Final = (
    *("srcaddr", "dstaddr", "srcport", "dstport"),
    *("packets", "bytes", "end", "tcp_flags"),
)
_WITHOUT_FLOW: Final = frozenset({"NODATA", "SKIPDATA"})
_UNKNOWN_ACCOUNT: Final = "unknown"
_SECONDS_OF_DAY: Final = 86_400
MOST_SECONDS_FROM_EVENT: Final = _SECONDS_OF_DAY
"""A record's time is near that of its log event."""

Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class LocatedFlow:
    """A record with what the inventory knows of its interface."""

    record: FlowRecord
    view: InventoryView | None
    instants: tuple[int, ...]
    """Its start and its end, as far as it has them; else the second of its log event."""
    eni: NetworkInterface | None
    at: int
    """The first instant that knows the interface."""
    sides: Sides | None


def to_document(
    record: FlowRecord, view: InventoryView | None, event_timestamp_ms: int, paired: End | None = None
) -> Document:
    """What is indexed; a field that nobody knows is left out.

    `view` is of the day that `index_name` gives, or of the last day before it that has an inventory; `paired`
    is the client by a handshake of the same connection that another record showed.
    """
    flow = locate(record, view, event_timestamp_ms)
    # What neighbours share stands together, which the index's compression is grateful for.
    return {
        **interface_fields(flow),
        **kind_fields(record),
        **peer_fields(flow),
        **attribution_fields(flow, paired),
        "@timestamp": flow.instants[0],
        **_flow_fields(record),
        **_side_fields(flow.sides),
    }


def locate(record: FlowRecord, view: InventoryView | None, event_timestamp_ms: int) -> LocatedFlow:
    instants = tuple(second for second in (record.start, record.end) if second is not None)
    instants = instants or (event_timestamp_ms // 1000,)
    eni, at = _find_interface(record, view, instants)
    return LocatedFlow(record, view, instants, eni, at, find_sides(record, eni))


def index_name(record: FlowRecord, event_timestamp_ms: int) -> str:
    """By the day of the record's end, so that each delivery of a record finds the same index.

    FlowRecordError where that is far from the event's own time, which is the record's start: each damaged
    time would make an index of its own, and a domain has room for so many.
    """
    logged = event_timestamp_ms // 1000
    second = next(second for second in (record.end, record.start, logged) if second is not None)
    if abs(second - logged) > MOST_SECONDS_FROM_EVENT:
        raise FlowRecordError(f"The record is of {second}, its event of {logged}: over a day apart", "end")
    return index_of_day(second // _SECONDS_OF_DAY)


@lru_cache(maxsize=64)
def index_of_day(day: int) -> str:
    """`day` counts from 1970-01-01."""
    return f"flows-{datetime.fromtimestamp(day * _SECONDS_OF_DAY, tz=UTC):%Y.%m.%d}"


def interface_fields(flow: LocatedFlow) -> Document:
    """Of the interface that the record names; what the record says of it wins."""
    known = _inventory_fields(flow.eni) | _copy(flow.record, OF_INTERFACE)
    account_id = flow.record.account_id
    if account_id is not None and account_id != _UNKNOWN_ACCOUNT:
        known["account_id"] = account_id
    return {**known, **_group_fields(flow)}


def kind_fields(record: FlowRecord) -> Document:
    """What there are only a few combinations of."""
    fields = _copy(record, _OF_KIND)
    if record.protocol is not None:
        fields["protocol_name"] = protocol_name(record.protocol)
    return fields


def peer_fields(flow: LocatedFlow) -> Document:
    if flow.sides is None:
        return {}
    peer = flow.view.interface_at_addr(flow.sides.peer_addr, flow.at) if flow.view else None
    if peer is None:
        return _without_none({"peer_name": flow.sides.peer_service})
    return _without_none(
        {
            "peer_name": name_interface(peer, _group_names(peer, flow)),
            "peer_interface_id": peer.interface_id,
            "peer_group_ids": list(peer.group_ids) or None,
        }
    )


def attribution_fields(flow: LocatedFlow, paired: End | None) -> Document:
    if flow.record.log_status in _WITHOUT_FLOW:
        return {}
    attribution = attribute(flow.record, flow.sides, flow.eni, flow.view, flow.instants, paired)
    fields: Document = {
        "initiator_evidence": attribution.initiator_evidence,
        "rule_match": attribution.rule_match,
        "attribution": attribution.reason,
        "rule_ids": list(attribution.rule_ids) or None,
        **_initiator_fields(flow, attribution),
    }
    return _without_none(fields)


def _find_interface(
    record: FlowRecord, view: InventoryView | None, instants: tuple[int, ...]
) -> tuple[NetworkInterface | None, int]:
    """The interface with the first instant that knows it; the record's first where none does."""
    if view is not None and record.interface_id is not None:
        for at in instants:
            eni = view.network_interface(record.interface_id, at)
            if eni is not None:
                return eni, at
    return None, instants[0]


def _inventory_fields(eni: NetworkInterface | None) -> Document:
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


def _flow_fields(record: FlowRecord) -> Document:
    fields = _copy(record, _OF_FLOW)
    if record.pkt_srcaddr != record.srcaddr:
        fields["pkt_srcaddr"] = record.pkt_srcaddr
    if record.pkt_dstaddr != record.dstaddr:
        fields["pkt_dstaddr"] = record.pkt_dstaddr
    return _without_none(fields)


def _group_fields(flow: LocatedFlow) -> Document:
    if flow.eni is None or not flow.eni.group_ids:
        return {"group_ids": []}
    return {"group_ids": list(flow.eni.group_ids), "group_names": _group_names(flow.eni, flow)}


def _group_names(eni: NetworkInterface, flow: LocatedFlow) -> list[str]:
    """The id for a group of another VPC or account: the names stand in the order of the ids."""
    if flow.view is None:
        return []
    groups = ((group_id, flow.view.group(group_id, flow.at)) for group_id in eni.group_ids)
    return [group.group_name if group else group_id for group_id, group in groups]


def _side_fields(sides: Sides | None) -> Document:
    if sides is None:
        return {}
    fields: Document = {
        "local_addr": sides.local_addr,
        "local_port": sides.local_port,
        "peer_addr": sides.peer_addr,
        "peer_port": sides.peer_port,
    }
    return _without_none(fields)


def _initiator_fields(flow: LocatedFlow, attribution: Attribution) -> Document:
    sides, initiator = flow.sides, attribution.initiator
    if sides is None or initiator is None:
        return {}
    server_port = sides.local_port if initiator == "peer" else sides.peer_port
    return {
        "initiator": initiator,
        "direction": DIRECTIONS[initiator],
        "is_response": sides.is_response(initiator),
        "service_port": server_port if flow.record.protocol in {TCP, UDP} else None,
    }


def _copy(record: FlowRecord, names: Iterable[str]) -> Document:
    return _without_none({name: getattr(record, name) for name in names})


def _without_none(fields: Document) -> Document:
    return {name: value for name, value in fields.items() if value is not None}
