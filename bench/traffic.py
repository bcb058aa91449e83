"""Traffic of a world as the events of a CloudWatch Logs subscription. The same each time."""

import gzip
import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Final, NamedTuple

from bench.conversations import WINDOW, Conversations, FlowValues
from bench.worlds import ACCOUNT_ID, World
from domain.inventory import NetworkInterface

_SEED: Final = 11
_DELIVERY_SECONDS: Final = 5 * 60

Event = dict[str, dict[str, str]]


class Written(NamedTuple):
    start: int
    line: str


@dataclass(frozen=True, slots=True)
class Amount:
    records: int
    batch: int = 300
    """Records in an event: all of one interface, since each has a log stream of its own."""
    peers: int = 70_000
    """To choose from: of half a million records, some 50,000 then are seen."""


def make_events(world: World, version: str, amount: Amount) -> Iterator[Event]:
    """In the order in which batches are full; the last ones are not."""
    rng = Random(_SEED)
    pending: dict[str, list[Written]] = defaultdict(list)
    flows = Conversations(world, rng, amount.peers, amount.records).flows()
    for flow in islice(flows, amount.records):
        stream = pending[flow.eni.interface_id]
        stream.append(Written(flow.start, write_line(flow, version)))
        if len(stream) == amount.batch:
            yield make_event(flow.eni.interface_id, stream, rng)
            stream.clear()
    for interface_id, stream in pending.items():
        if stream:
            yield make_event(interface_id, stream, rng)


def make_event(interface_id: str, records: Iterable[Written], rng: Random) -> Event:
    """What CloudWatch Logs gives a Lambda function."""
    ordered = sorted(records)
    content = {
        "messageType": "DATA_MESSAGE",
        "owner": ACCOUNT_ID,
        "logGroup": "FlowLogGroup",
        "logStream": f"{interface_id}-all",
        "subscriptionFilters": ["FlowIngest"],
        "logEvents": [
            {"id": event_id, "timestamp": record.start * 1000, "message": record.line}
            for event_id, record in zip(make_event_ids(ordered, rng), ordered, strict=True)
        ],
    }
    data = gzip.compress(json.dumps(content, separators=(",", ":")).encode(), mtime=0)
    return {"awslogs": {"data": b64encode(data).decode()}}


def make_event_ids(records: Iterable[Written], rng: Random) -> Iterator[str]:
    """56 digits, as in the ids that AWS's users show: the event's time in milliseconds, that of its arrival,
    64 bits that are those of the PutLogEvents call, and 16 that number its events."""
    ordered = list(records)
    received = (ordered[-1].start + WINDOW + _DELIVERY_SECONDS) * 1000 + rng.randrange(1000)
    call = rng.getrandbits(64)
    for number, record in enumerate(ordered):
        yield f"{(record.start * 1000 << 144) + (received << 80) + (call << 16) + number:056d}"


def write_line(flow: FlowValues, version: str) -> str:
    eni, local, peer = flow.eni, flow.local, flow.peer
    shown = (eni.private_addrs[0] if ":" not in local[0] else local[0], local[1])
    ends = (shown, peer) if flow.is_egress else (peer, shown)
    (srcaddr, srcport), (dstaddr, dstport) = ends
    base = (
        f"{version[1]} {ACCOUNT_ID} {eni.interface_id} {srcaddr} {dstaddr} {srcport} {dstport}"
        f" {flow.protocol} {flow.packets} {flow.bytes} {flow.start} {flow.end} {flow.action} OK"
    )
    return base if version == "v2" else f"{base} {_write_rest(flow, eni)}"


def _write_rest(flow: FlowValues, eni: NetworkInterface) -> str:
    """The fields that versions 3 to 5 brought."""
    pkt_srcaddr, pkt_dstaddr = flow.pkt_local or flow.local[0], flow.peer[0]
    services = ("-", flow.peer_service)
    if not flow.is_egress:
        pkt_srcaddr, pkt_dstaddr = pkt_dstaddr, pkt_srcaddr
        services = (flow.peer_service, "-")
    kind = "IPv6" if ":" in pkt_srcaddr else "IPv4"
    way = "egress" if flow.is_egress else "ingress"
    path = "-" if not flow.is_egress else "1" if flow.peer[0].startswith("10.") else "8"
    return (
        f"{eni.vpc_id} {eni.subnet_id} {eni.instance_id or '-'} {flow.tcp_flags} {kind} {pkt_srcaddr}"
        f" {pkt_dstaddr} us-east-1 use1-az{eni.subnet_id[-1]} - - {' '.join(services)} {way} {path}"
    )
