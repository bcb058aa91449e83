"""Usage and evidence to vary with dataclasses.replace, and random ones."""

from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st

from domain.inventory import Direction
from domain.usage import (
    UNATTRIBUTED,
    GroupEvidence,
    InterfaceHours,
    Knock,
    RuleUsage,
    SeenConnection,
    SeenPeer,
    SeenPort,
    Tally,
)
from tests.domain.examples import ENI, GROUP, MIDNIGHT, RULE, VPC_ID

DAY: Final = "2026-01-01"
NOON: Final = MIDNIGHT + 43_200

USAGE: Final = RuleUsage(
    vpc_id=VPC_ID,
    group_id=GROUP.group_id,
    rule_id=RULE.rule_id,
    direction="ingress",
    day=DAY,
    sole=3,
    shared=1,
    possible=1,
    unknown=1,
    request_bytes=500,
    request_packets=5,
    response_bytes=9_000,
    response_packets=6,
    first_seen=MIDNIGHT,
    last_seen=NOON,
    peer_count=2,
    port_count=2,
    peers=(
        SeenPeer("203.0.113.7", "", (), 4, NOON),
        SeenPeer("2001:db8::7", "web-2", ("sg-0bbbbbbbbbbbbbbbb",), 1, MIDNIGHT),
    ),
    ports=(SeenPort(1, None, 1), SeenPort(6, 443, 4)),
    connections=(
        SeenConnection(ENI.interface_id, 1, None, "203.0.113.7", 1, 0, MIDNIGHT),
        SeenConnection(ENI.interface_id, 6, 443, "2001:db8::7", 0, 1, MIDNIGHT),
        SeenConnection(ENI.interface_id, 6, 443, "203.0.113.7", 3, 0, NOON),
    ),
)
EVIDENCE: Final = GroupEvidence(
    vpc_id=VPC_ID,
    group_id=GROUP.group_id,
    day=DAY,
    interfaces=(
        InterfaceHours(ENI.interface_id, expected=0b111, logged=0b101, skipdata=2),
        InterfaceHours("eni-0bbbbbbbbbbbbbbbb", expected=0b1, logged=0, skipdata=0),
    ),
    records=10,
    unattributed={"reject": 3, "no_rule": 1, "unknown": 2},
    knocks=(Knock("203.0.113.9", "", 6, 22, "ingress", 3, NOON), Knock("192.0.2.1", "", 1, None, None, 1, 0)),
    knock_count=2,
)

ADDRS: Final = ("10.0.0.5", "10.0.0.50", "192.0.2.1", "203.0.113.7", "2001:db8::1", "2001:db8::a")
_TEXTS: Final = st.text(max_size=8)
_COUNTS: Final = st.integers(0, 2**53)
_FEW: Final = st.sampled_from((0, 0, 1, 2, 3))
_SECONDS: Final = st.integers(MIDNIGHT, MIDNIGHT + 86_399)
_HOURS: Final = st.integers(0, 2**24 - 1)
_PORTS: Final = st.sampled_from(((1, None), (6, 0), (6, 22), (6, 443), (17, 443), (47, None)))
_GROUPS: Final = st.lists(st.sampled_from(("sg-0a", "sg-0b", "sg-0c")), unique=True).map(sorted).map(tuple)
_INTERFACES: Final = st.sampled_from(("eni-0a", "eni-0b"))
_DIRECTIONS: Final[st.SearchStrategy[Direction]] = st.sampled_from(("ingress", "egress"))


@st.composite
def tallies(draw: st.DrawFn, rule_id: str) -> Tally:
    possible = draw(_FEW)
    protocol, port = draw(_PORTS)
    return Tally(
        rule_id=rule_id,
        peer_addr=draw(st.sampled_from(ADDRS)),
        protocol=protocol,
        port=port,
        interface_id=draw(_INTERFACES),
        sole=draw(_FEW),
        shared=draw(_FEW),
        possible=possible,
        unknown=draw(st.integers(0, possible)),
        last_seen=draw(_SECONDS),
        peer_group_ids=draw(_GROUPS),
        peer_name=draw(st.sampled_from(("", "web-1", "web-2"))),
    )


@st.composite
def usages(draw: st.DrawFn) -> RuleUsage:
    addrs = draw(st.lists(st.sampled_from(ADDRS), unique=True).map(sorted))
    ports = draw(st.lists(_PORTS, unique=True))
    connections = [
        SeenConnection(draw(_INTERFACES), *draw(_PORTS), addr, draw(_COUNTS), draw(_COUNTS), draw(_SECONDS))
        for addr in addrs
    ]
    times = st.one_of(st.none(), _SECONDS)
    counts = ("sole", "shared", "possible", "unknown", "request_bytes", "request_packets")
    more = ("response_bytes", "response_packets", "peer_count", "port_count")
    figures: dict[str, Any] = {name: draw(_COUNTS) for name in (*counts, *more)}
    return replace(
        USAGE,
        direction=draw(_DIRECTIONS),
        first_seen=draw(times),
        last_seen=draw(times),
        **figures,
        peers=tuple(
            SeenPeer(addr, draw(_TEXTS), draw(_GROUPS), draw(_COUNTS), draw(_SECONDS)) for addr in addrs
        ),
        ports=tuple(SeenPort(*port, draw(_COUNTS)) for port in ports),
        connections=tuple(connections),
    )


@st.composite
def evidences(draw: st.DrawFn) -> GroupEvidence:
    directions = st.one_of(st.none(), _DIRECTIONS)
    interfaces = [
        InterfaceHours(f"eni-{number}", draw(_HOURS), draw(_HOURS), draw(_COUNTS))
        for number in range(draw(st.integers(0, 3)))
    ]
    knocks = [
        Knock(addr, draw(_TEXTS), *draw(_PORTS), draw(directions), draw(_COUNTS), draw(_SECONDS))
        for addr in draw(st.lists(st.sampled_from(ADDRS)))
    ]
    return replace(
        EVIDENCE,
        interfaces=tuple(interfaces),
        records=draw(_COUNTS),
        unattributed={reason: draw(_COUNTS) for reason in UNATTRIBUTED},
        knocks=tuple(knocks),
        knock_count=draw(_COUNTS),
    )
