"""Random flow records of such a VPC, as lines: both halves of connections, near twins, and noise."""

from collections.abc import Sequence
from itertools import chain, groupby
from typing import Final, NamedTuple

from hypothesis import strategies as st

from tests.attribution.history import History, Interface, Record, Rule, contains
from tests.attribution.log_formats import V2, V5, Format, log_formats
from tests.attribution.worlds import (
    ADDRS,
    ENTRIES,
    INSIDE,
    INTERFACE_IDS,
    ONE_IN_FOUR,
    OUTSIDE,
    PORTS,
    histories,
)
from tests.domain.examples import VPC_ID

Flow = dict[str, str]
"""A record's fields under AWS's names, of every version, and `logged`: the second of its event."""

PROTOCOLS: Final = (6, 6, 6, 6, 17, 17, 1, 58, 50, 132)
PROTOCOL_NUMBERS: Final = {
    "tcp": 6,
    "6": 6,
    "udp": 17,
    "17": 17,
    "icmp": 1,
    "icmpv6": 58,
    "58": 58,
    "50": 50,
    "132": 132,
}
WITH_PORTS: Final = (6, 17, 132)
CLIENT_PORTS: Final = (40_000, 65_535, 32_768, *PORTS)
SYN: Final = ("2", "3", "6")
SYN_ACK: Final = ("18", "19", "22")
OTHER_FLAGS: Final = ("0", "0", "1", "4", "16", "17", "-")
MOMENTS: Final = (0, 1, 30, 30, 30, 60, 60, 60, -1, -61)
"""Of a record's start after an observation."""
LENGTHS: Final = (0, 1, 59, 60, 600)
STRANGERS: Final = tuple(
    Interface(id=interface_id, type="interface", groups=[], addrs=["10.0.0.9", "2001:db8::9"], prefixes=[])
    for interface_id in ("eni-0f", "-")
)
"""Interfaces that no inventory has; a regional NAT gateway's records name none."""
NOISE: Final = {
    "srcport": ("-", "0", "443", "65535"),
    "dstport": ("-", "0", "443", "65535"),
    "protocol": ("-", "6", "17"),
    "tcp-flags": ("-", *SYN, *SYN_ACK, "255"),
    "srcaddr": ("-", *ADDRS),
    "dstaddr": ("-", *ADDRS),
    "pkt-srcaddr": ("-", *ADDRS),
    "pkt-dstaddr": ("-", *ADDRS),
    "flow-direction": ("-", "ingress", "egress"),
    "interface-id": ("-", *INTERFACE_IDS),
    "action": ("-", "ACCEPT", "REJECT"),
    "log-status": ("-", "OK", "NODATA", "SKIPDATA"),
    "start": ("-",),
    "end": ("-",),
    "vpc-id": ("-",),
    "account-id": ("-", "unknown", "210987654321"),
    "packets": ("-", "9223372036854775807"),
    "bytes": ("-", "9223372036854775807"),
    "pkt-src-aws-service": ("-", "S3"),
    "pkt-dst-aws-service": ("-", "EC2"),
}


class Connection(NamedTuple):
    """As one interface sees it."""

    interface: Interface
    protocol: int
    local: tuple[str, int]
    peer: tuple[str, int]
    local_began: bool


class Line(NamedTuple):
    logged: int
    """When, in epoch seconds: the record's start, also where the format doesn't show it."""
    message: str


class World(NamedTuple):
    history: History
    log_format: Format
    batches: list[list[Line]]
    observed: list[int]
    """How many observations the reader's inventory has at each batch."""

    def parse(self, line: Line) -> Record:
        return dict(zip(self.log_format, line.message.split(" "), strict=True))


@st.composite
def connections(draw: st.DrawFn, history: History) -> Connection:
    """Most of them nearly as a rule permits them, the others anyhow."""
    rules = [rule for observation in history for rule in observation["rules"]]
    rule = draw(st.sampled_from(rules)) if rules and not draw(ONE_IN_FOUR) else None
    interface = draw(st.sampled_from(find_interfaces(history, rule)))
    protocol, server_port = draw(anything() if rule is None else nearly_permitted(rule))
    local_began = draw(st.booleans()) if rule is None else rule["direction"] == "egress"
    peers = ADDRS if rule is None or draw(ONE_IN_FOUR) else find_peers(history, rule)
    peer_addr = draw(st.sampled_from([addr for addr in peers if find_own(interface, addr)] or peers))
    own = find_own(interface, peer_addr) * 3
    local_addr = draw(st.sampled_from([*own, *of_family(INSIDE, peer_addr)[:2]]))
    client_port = draw(st.sampled_from(CLIENT_PORTS)) if protocol in WITH_PORTS else 0
    local_port, peer_port = (client_port, server_port) if local_began else (server_port, client_port)
    return Connection(interface, protocol, (local_addr, local_port), (peer_addr, peer_port), local_began)


def find_interfaces(history: History, rule: Rule | None = None) -> list[Interface]:
    """As they were at each observation: those with the rule's group, or all and strangers."""
    seen = [interface for observation in history for interface in observation["interfaces"]]
    carriers = [each for each in seen if rule is not None and rule["group"] in each["groups"]]
    return carriers or [*seen, *seen, *seen, *seen, *STRANGERS]


def find_peers(history: History, rule: Rule) -> Sequence[str]:
    """Addresses that the rule may mean, of those that there are."""
    cidrs = [cidr for prefix_list, cidr in ENTRIES if prefix_list == rule["peer"]]
    if "/" in rule["peer"]:
        cidrs = [rule["peer"]]
    seen = [interface for observation in history for interface in observation["interfaces"]]
    members = [addr for each in seen if rule["peer"] in each["groups"] for addr in each["addrs"]]
    if members:
        return [*members, *OUTSIDE]
    return [addr for addr in ADDRS if any(contains(cidr, addr) for cidr in cidrs)] or ADDRS


def find_own(interface: Interface, peer_addr: str) -> list[str]:
    return of_family(interface["addrs"], peer_addr)


def of_family(addrs: Sequence[str], other: str) -> list[str]:
    return [addr for addr in addrs if (":" in addr) == (":" in other)]


@st.composite
def anything(draw: st.DrawFn) -> tuple[int, int]:
    """Protocol and server port."""
    protocol = draw(st.sampled_from(PROTOCOLS))
    return protocol, draw(st.sampled_from(PORTS)) if protocol in WITH_PORTS else 0


@st.composite
def nearly_permitted(draw: st.DrawFn, rule: Rule) -> tuple[int, int]:
    all_protocols = rule["protocol"] == "-1"
    protocol = draw(st.sampled_from(PROTOCOLS)) if all_protocols else PROTOCOL_NUMBERS[rule["protocol"]]
    if protocol not in WITH_PORTS:
        return protocol, 0
    first, last = rule["from_port"], rule["to_port"]
    if first is None or last is None:
        return protocol, draw(st.sampled_from(PORTS))
    near = [port for port in (first, last, first - 1, last + 1) if 0 <= port <= 65_535]
    return protocol, draw(st.sampled_from(near))


def from_other_side(connection: Connection, history: History) -> Connection:
    """The same connection at the interface of its peer, where it has one."""
    for interface in find_interfaces(history):
        if connection.peer[0] in interface["addrs"]:
            _, protocol, local, peer, local_began = connection
            return Connection(interface, protocol, peer, local, not local_began)
    return connection


@st.composite
def flows(draw: st.DrawFn, connection: Connection, history: History) -> Flow:
    if draw(ONE_IN_FOUR):
        connection = from_other_side(connection, history)
    from_local = draw(st.booleans())
    start = draw(st.sampled_from([seen["at"] for seen in history])) + draw(st.sampled_from(MOMENTS))
    flow = {
        "logged": str(start),
        "version": "5",
        "account-id": "123456789012",
        "interface-id": connection.interface["id"],
        "vpc-id": VPC_ID,
        "protocol": str(connection.protocol),
        "packets": "7",
        "bytes": "471",
        "start": str(start),
        "end": str(start + draw(st.sampled_from(LENGTHS))),
        "action": draw(st.sampled_from(("ACCEPT", "ACCEPT", "ACCEPT", "ACCEPT", "REJECT"))),
        "log-status": "OK",
        "flow-direction": "egress" if from_local else "ingress",
        "type": "IPv6" if ":" in connection.local[0] else "IPv4",
        **draw(ends(connection, from_local=from_local)),
    }
    if connection.protocol == 6:
        flags = SYN if from_local == connection.local_began else SYN_ACK
        flow["tcp-flags"] = draw(st.sampled_from((*flags, *OTHER_FLAGS)))
    return flow | draw(noise())


@st.composite
def ends(draw: st.DrawFn, connection: Connection, *, from_local: bool) -> Flow:
    """The plain fields show the interface's primary address, the packet's own the real one."""
    (local, local_port), (peer, peer_port) = connection.local, connection.peer
    shown = draw(st.sampled_from((local, local, connection.interface["addrs"][0])))
    packet = draw(st.sampled_from((*[(local, peer)] * 7, ("-", "-"))))
    fields = {
        "addr": (shown, peer),
        "port": (str(local_port), str(peer_port)),
        "pkt": packet,
    }
    order = 1 if from_local else -1
    source, destination = zip(*[values[::order] for values in fields.values()], strict=True)
    return {
        **dict(zip(("srcaddr", "srcport", "pkt-srcaddr"), source, strict=True)),
        **dict(zip(("dstaddr", "dstport", "pkt-dstaddr"), destination, strict=True)),
    }


@st.composite
def noise(draw: st.DrawFn) -> Flow:
    """Other values in a few fields, and now and then a record without a flow."""
    kind = draw(st.integers(0, 19))
    if kind == 19:
        status = draw(st.sampled_from(("NODATA", "SKIPDATA")))
        without = {field: "-" for field in V5 if field not in V2 or field in V2[3:10]}
        return without | {"action": "-", "log-status": status}
    names = draw(st.lists(st.sampled_from([*NOISE]), max_size=2, unique=True)) if kind > 14 else []
    return {name: draw(st.sampled_from(NOISE[name])) for name in names}


@st.composite
def with_twins(draw: st.DrawFn, spoken: st.SearchStrategy[Flow]) -> list[Flow]:
    """Often with some that differ in one thing: whoever keeps answers must tell them apart."""
    flow = draw(spoken)
    twins = [flow | draw(st.sampled_from(TWINS))(draw, flow) for _ in range(draw(st.integers(0, 3)))]
    return [flow, *twins]


def at_another_time(draw: st.DrawFn, flow: Flow) -> Flow:
    later = draw(st.sampled_from((-600, -61, -60, -1, 1, 60, 61, 600)))
    times = {name: flow[name] for name in ("logged", "start", "end") if flow[name] != "-"}
    return {name: str(int(second) + later) for name, second in times.items()}


def until_another_time(draw: st.DrawFn, flow: Flow) -> Flow:
    return {"end": str(int(flow["logged"]) + draw(st.sampled_from(LENGTHS)))}


def at_a_port_beside(draw: st.DrawFn, flow: Flow) -> Flow:
    name = draw(st.sampled_from(("srcport", "dstport")))
    if flow[name] == "-":
        return {}
    port = int(flow[name]) + draw(st.sampled_from((-1, 1)))
    return {name: str(min(max(port, 0), 65_535))}


def with_another_value(draw: st.DrawFn, flow: Flow) -> Flow:
    name = draw(st.sampled_from([name for name in NOISE if name in flow]))
    return {name: draw(st.sampled_from(NOISE[name]))}


TWINS: Final = (at_another_time, at_another_time, until_another_time, at_a_port_beside, with_another_value)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    history = draw(histories())
    log_format = draw(log_formats())
    talking = [draw(connections(history)) for _ in range(draw(st.integers(1, 4)))]
    spoken = st.sampled_from(talking).flatmap(lambda connection: flows(connection, history))
    drawn = [*chain.from_iterable(draw(with_twins(spoken)) for _ in range(draw(st.integers(1, 7))))]
    batches = draw(split(drawn))
    grows = draw(st.booleans())
    by_now = [len(history)] * 3 + [*range(len(history))] * grows
    observed = [draw(st.sampled_from(by_now)) for _ in batches]
    lines = [[make_line(flow, log_format) for flow in batch] for batch in batches]
    return World(history, log_format, lines, sorted(observed))


@st.composite
def split(draw: st.DrawFn, drawn: Sequence[Flow]) -> list[list[Flow]]:
    """A batch for each interface, as CloudWatch Logs delivers them, or mixed."""
    if draw(st.booleans()):
        return [[*batch] for _, batch in groupby(drawn, key=lambda flow: flow["interface-id"])]
    size = draw(st.integers(1, len(drawn)))
    return [list(drawn[first : first + size]) for first in range(0, len(drawn), size)]


def make_line(flow: Flow, log_format: Format) -> Line:
    return Line(int(flow["logged"]), " ".join(flow.get(field, "-") for field in log_format))
