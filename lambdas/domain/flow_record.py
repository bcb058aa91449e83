from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple, get_args

from domain.addresses import canonical_addr
from domain.errors import FlowRecordError
from domain.flow_log_format import FlowLogFormat
from domain.text import shorten

Action = Literal["ACCEPT", "REJECT"]
LogStatus = Literal["OK", "NODATA", "SKIPDATA"]
FlowDirection = Literal["ingress", "egress"]

LAST_SECOND: Final = 253_402_300_799
"""The last second of the year 9999 UTC; a time in milliseconds lies beyond it."""

_NOT_APPLICABLE: Final = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRecord:
    """AWS's fields of versions 2 to 5; None for "-" and for a field that the format doesn't have.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html#flow-logs-fields
    """

    version: int | None = None
    account_id: str | None = None
    interface_id: str | None = None
    srcaddr: str | None = None
    dstaddr: str | None = None
    srcport: int | None = None
    dstport: int | None = None
    protocol: int | None = None
    packets: int | None = None
    bytes: int | None = None
    start: int | None = None
    end: int | None = None
    action: Action | None = None
    log_status: LogStatus | None = None
    vpc_id: str | None = None
    subnet_id: str | None = None
    instance_id: str | None = None
    tcp_flags: int | None = None
    type: str | None = None
    pkt_srcaddr: str | None = None
    pkt_dstaddr: str | None = None
    region: str | None = None
    az_id: str | None = None
    sublocation_type: str | None = None
    sublocation_id: str | None = None
    pkt_src_aws_service: str | None = None
    pkt_dst_aws_service: str | None = None
    flow_direction: FlowDirection | None = None
    traffic_path: int | None = None


class _Kind(NamedTuple):
    """What a field may hold besides "-"; `convert` raises ValueError for anything else."""

    allowed: str
    convert: Callable[[str], object]


class _Column(NamedTuple):
    position: int
    field: str
    attribute: str
    kind: _Kind


def parse_flow_record(line: str, log_format: FlowLogFormat) -> FlowRecord:
    """From one line of a flow log; FlowRecordError says which field holds what, and what is allowed there."""
    values = line.split(" ")
    if len(values) != len(log_format.fields):
        raise FlowRecordError(
            f"{len(values)} fields instead of the {len(log_format.fields)} of {log_format}: {shorten(line)}"
        )
    if not (line.isascii() and line.isprintable()):
        raise FlowRecordError(f"A flow record is printable ASCII: {shorten(line)}")
    attributes: dict[str, Any] = {}
    for position, field, attribute, kind in _columns(log_format):
        value = values[position]
        if value != _NOT_APPLICABLE:
            try:
                attributes[attribute] = kind.convert(value)
            except ValueError as error:
                raise FlowRecordError(f"{field} is {shorten(value)}, not {kind.allowed}", field) from error
    return _in_order(FlowRecord(**attributes))


def _in_order(record: FlowRecord) -> FlowRecord:
    if record.start is not None and record.end is not None and record.start > record.end:
        raise FlowRecordError(f"end is {record.end}, before start, which is {record.start}", "end")
    return record


@lru_cache(maxsize=16)
def _columns(log_format: FlowLogFormat) -> tuple[_Column, ...]:
    """The columns that a FlowRecord keeps, with where they stand in a line."""
    return tuple(
        _Column(position, field, _ATTRIBUTES[field], _KINDS.get(field, _TEXT))
        for position, field in enumerate(log_format.fields)
        if field in _ATTRIBUTES
    )


def _integer(highest: int) -> _Kind:
    def convert(value: str) -> int:
        number = int(value)
        # int() also takes "+1", "1_0", "007" and other digits than ASCII's; AWS writes none of them.
        if not 0 <= number <= highest or str(number) != value:
            raise ValueError(value)
        return number

    return _Kind(f"an integer from 0 to {highest}", convert)


def _one_of(*words: str) -> _Kind:
    def convert(value: str) -> str:
        if value not in words:
            raise ValueError(value)
        return value

    return _Kind(" or ".join(words), convert)


def _not_empty(value: str) -> str:
    if not value:
        raise ValueError(value)
    return value


_BYTE: Final = _integer(2**8 - 1)
_PORT: Final = _integer(2**16 - 1)
_COUNTER: Final = _integer(2**63 - 1)
_EPOCH_SECOND: Final = _integer(LAST_SECOND)
_ADDRESS: Final = _Kind("an IPv4 or IPv6 address", canonical_addr)
_TEXT: Final = _Kind("text without spaces", _not_empty)

_ATTRIBUTES: Final = {field.name.replace("_", "-"): field.name for field in fields(FlowRecord)}
_KINDS: Final = {
    "version": _BYTE,
    "srcaddr": _ADDRESS,
    "dstaddr": _ADDRESS,
    "srcport": _PORT,
    "dstport": _PORT,
    "protocol": _BYTE,
    "packets": _COUNTER,
    "bytes": _COUNTER,
    "start": _EPOCH_SECOND,
    "end": _EPOCH_SECOND,
    "action": _one_of(*get_args(Action)),
    "log-status": _one_of(*get_args(LogStatus)),
    "tcp-flags": _BYTE,
    "pkt-srcaddr": _ADDRESS,
    "pkt-dstaddr": _ADDRESS,
    "flow-direction": _one_of(*get_args(FlowDirection)),
    "traffic-path": _BYTE,
}
