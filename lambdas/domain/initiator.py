"""Who began the connection that a flow record is of, by what the record itself shows."""

from typing import Final, Literal

from domain.flow_record import FlowRecord
from domain.protocols import TCP, UDP
from domain.services import is_ephemeral, is_service

Initiator = Literal["local", "peer"]
Evidence = Literal["handshake", "paired", "rules", "ports", "unknown"]
End = Literal["source", "destination"]
"""Which end of a record. The other half of the connection has them the other way round."""

_SYN: Final = 2
_SYN_ACK: Final = 18


def find_client_by_handshake(protocol: int | None, tcp_flags: int | None) -> End | None:
    """Flow logs show SYN and SYN-ACK, but not ACK alone, OR-ed over the aggregation interval: whoever sent
    SYN-ACK is the server.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html#flow-logs-fields, tcp-flags
    """
    if protocol != TCP or tcp_flags is None:
        return None
    if tcp_flags & _SYN_ACK == _SYN_ACK:
        return "destination"
    return "source" if tcp_flags & _SYN_ACK == _SYN else None


def find_client_by_ports(record: FlowRecord) -> End | None:
    """Where one port is a service's and the other is one that systems choose for a client."""
    source, destination = record.srcport, record.dstport
    if record.protocol not in {TCP, UDP} or source is None or destination is None:
        return None
    if is_ephemeral(source) and is_service(destination):
        return "source"
    return "destination" if is_service(source) and is_ephemeral(destination) else None
