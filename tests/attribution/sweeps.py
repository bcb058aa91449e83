"""Many flows of one random VPC, all of few values: what a reader keeps of one serves the others."""

import random
from collections.abc import Iterator, Sequence
from typing import Final

from hypothesis import strategies as st

from tests.attribution.flows import (
    CLIENT_PORTS,
    PROTOCOL_NUMBERS,
    WITH_PORTS,
    Flow,
    World,
    make_line,
    of_family,
)
from tests.attribution.history import History, Interface, Rule
from tests.attribution.log_formats import V2, V3, V5
from tests.attribution.oracle import TCP
from tests.attribution.worlds import ADDRS, histories
from tests.domain.examples import VPC_ID

BATCHES: Final = 3
LINES: Final = 80
"""Of a batch."""
MOMENTS: Final = (-1, 0, 30)
LENGTHS: Final = (0, 1, 60, 61)
ACTIONS: Final = ("ACCEPT", "ACCEPT", "ACCEPT", "ACCEPT", "REJECT")
FLAGS: Final = ("0", "0", "0", "2", "18")


@st.composite
def sweeps(draw: st.DrawFn) -> World:
    history = draw(histories().filter(lambda history: any(seen["interfaces"] for seen in history)))
    source = random.Random(draw(st.integers(0, 2**32)))
    log_format = draw(st.sampled_from((V5, V5, V3, V2)))
    batches = [[make_line(flow, log_format) for flow in sweep(history, source)] for _ in range(BATCHES)]
    observed = [draw(st.integers(1, len(history))) for _ in range(BATCHES - 1)]
    return World(history, log_format, batches, [*sorted(observed), len(history)])


def sweep(history: History, source: random.Random) -> Iterator[Flow]:
    """Of two interfaces and two protocols."""
    seen = [interface for observation in history for interface in observation["interfaces"]]
    interfaces = source.choices(seen, k=2)
    rules = [rule for observation in history for rule in observation["rules"]]
    protocols = [TCP, *(PROTOCOL_NUMBERS.get(rule["protocol"], TCP) for rule in rules)]
    protocols = source.choices(protocols, k=2)
    ports = find_ports(rules)
    for _ in range(LINES):
        interface = source.choice(interfaces)
        yield {
            "version": "5",
            "account-id": "123456789012",
            "interface-id": interface["id"],
            "vpc-id": VPC_ID,
            "packets": "7",
            "bytes": "471",
            "action": source.choice(ACTIONS),
            "log-status": "OK",
            **make_ends(interface, source.choice(protocols), ports, source),
            **make_times(history, source),
        }


def find_ports(rules: Sequence[Rule]) -> list[int]:
    """Where rules begin and end, and the ports beside."""
    bounds = {bound for rule in rules for bound in (rule["from_port"], rule["to_port"]) if bound is not None}
    near = {port + step for port in (*bounds, 443) for step in (-1, 0, 1)}
    return [port for port in sorted(near) if 0 <= port <= 65_535]


def make_times(history: History, source: random.Random) -> Flow:
    start = source.choice(history)["at"] + source.choice(MOMENTS)
    return {"logged": str(start), "start": str(start), "end": str(start + source.choice(LENGTHS))}


def make_ends(interface: Interface, protocol: int, ports: Sequence[int], source: random.Random) -> Flow:
    local_addr = source.choice(interface["addrs"])
    peer_addr = source.choice(of_family(ADDRS, local_addr))
    chosen = [source.choice(ports), source.choice(CLIENT_PORTS)] if protocol in WITH_PORTS else [0, 0]
    local_port, peer_port = source.sample(chosen, k=2)
    local, peer = (local_addr, str(local_port)), (peer_addr, str(peer_port))
    from_local = source.random() < 0.5
    (srcaddr, srcport), (dstaddr, dstport) = (local, peer) if from_local else (peer, local)
    return {
        "srcaddr": srcaddr,
        "srcport": srcport,
        "dstaddr": dstaddr,
        "dstport": dstport,
        "pkt-srcaddr": srcaddr,
        "pkt-dstaddr": dstaddr,
        "protocol": str(protocol),
        "tcp-flags": source.choice(FLAGS) if protocol == TCP else "-",
        "flow-direction": "egress" if from_local else "ingress",
    }
