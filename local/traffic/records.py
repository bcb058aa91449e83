"""Conversations as the flow records that they leave: one each way, interface and aggregation interval."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from local.sample.types import SampleInterface
from local.traffic.lines import FlowLog, Values
from local.traffic.paths import Leg
from local.traffic.truth import split_at_refusal, tell_truth, tell_truth_of_reject, unanswered
from local.traffic.types import TCP, Burst, Conversation, Load, SampleRecord, Truth

InterfaceRecord = tuple[SampleInterface, SampleRecord]


def write_records(flow_log: FlowLog, conversation: Conversation) -> Iterator[InterfaceRecord]:
    passed, refusing = split_at_refusal(conversation)
    bursts = conversation.bursts if refusing is None else (unanswered(conversation),)
    for leg in passed:
        for is_response in (False, True):
            for part in _parts(flow_log, leg.interface, bursts, is_response):
                truth = tell_truth(conversation, leg, is_response, part[0].at, part[-1].at)
                yield leg.interface, _record(flow_log, conversation, leg, part, truth)
    if refusing is not None:
        truth = tell_truth_of_reject(conversation, refusing, bursts[0].at)
        yield refusing.interface, _record(flow_log, conversation, refusing, bursts, truth)


def _parts(
    flow_log: FlowLog, interface: SampleInterface, bursts: Sequence[Burst], is_response: bool
) -> Iterator[Sequence[Burst]]:
    """The bursts of one direction, by aggregation interval."""
    flowing = [burst for burst in bursts if _load(burst, is_response).packets]
    for _, part in groupby(flowing, key=lambda burst: flow_log.window(interface, burst.at)):
        yield tuple(part)


def _record(
    flow_log: FlowLog, conversation: Conversation, leg: Leg, part: Sequence[Burst], truth: Truth
) -> SampleRecord:
    values = {
        **_ends(leg, truth.is_response),
        **_counters(conversation, part, truth.is_response),
        "protocol": conversation.protocol,
    }
    action = "REJECT" if truth.attribution == "reject" else "ACCEPT"
    line = flow_log.line_of_flow(leg.interface, values, (part[0].at, part[-1].at), action)
    return SampleRecord(flow_log.start + part[0].at, line, truth)


def _ends(leg: Leg, is_response: bool) -> Values:
    """The fields that say from where to where."""
    local = (leg.local_addr, leg.packet_local_addr, leg.local_port, "-")
    peer = (leg.peer_addr, leg.peer_addr, leg.peer_port, leg.peer_service or "-")
    is_egress = (leg.initiator == "local") != is_response
    source, destination = (local, peer) if is_egress else (peer, local)
    return {
        **dict(zip(("srcaddr", "pkt-srcaddr", "srcport", "pkt-src-aws-service"), source, strict=True)),
        **dict(zip(("dstaddr", "pkt-dstaddr", "dstport", "pkt-dst-aws-service"), destination, strict=True)),
        "type": "IPv6" if ":" in leg.peer_addr else "IPv4",
        "flow-direction": "egress" if is_egress else "ingress",
        "traffic-path": leg.traffic_path if is_egress else "-",
    }


def _counters(conversation: Conversation, part: Sequence[Burst], is_response: bool) -> Values:
    loads = [_load(burst, is_response) for burst in part]
    flags = 0
    for burst in part:
        flags |= burst.answered_flags if is_response else burst.sent_flags
    return {
        "packets": sum(load.packets for load in loads),
        "bytes": sum(load.bytes for load in loads),
        "tcp-flags": flags if conversation.protocol == TCP else 0,
    }


def _load(burst: Burst, is_response: bool) -> Load:
    return burst.answered if is_response else burst.sent
