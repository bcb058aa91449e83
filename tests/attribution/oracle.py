"""What a flow record's document must say of rules: worked out slowly, sharing no code with `lambdas/`."""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, Literal, TypedDict

from tests.attribution.history import (
    History,
    Observation,
    Record,
    Rule,
    contains,
    find_interface,
    find_packet_addrs,
    find_times,
    has_addr,
    interface_at,
    number,
    observed,
    text,
)

Answer = dict[str, object]
Side = Literal["source", "destination"]
End = tuple[IPv4Address | IPv6Address, int]

TCP: Final = 6
UDP: Final = 17
ICMP: Final = (1, 58)
NUMBERS: Final = {"tcp": TCP, "udp": UDP, "icmp": 1, "icmpv6": 58}
# Of the ports that the worlds use.
SERVICES: Final = (*range(1024), 5432, 5433)
FIRST_EPHEMERAL: Final = 32_768


class Connection(TypedDict):
    """One reading of a record; `port` is the server's."""

    direction: str
    protocol: int | None
    port: int | None
    peer: str


class Sides(TypedDict):
    source_is_local: bool
    peer: str
    local_port: int | None
    peer_port: int | None


def explain(history: History, record: Record, logged: int, known: Sequence[Record]) -> Answer:
    """`logged` is the event's time in seconds; `known` all records of the batches so far, this one's too."""
    if text(record, "log-status") in {"NODATA", "SKIPDATA"}:
        return {}
    sides = find_sides(history, record, logged)
    initiator, evidence = find_initiator(history, record, logged, known)
    rule_ids, match = find_rules(history, record, logged, initiator)
    answer: Answer = {
        "initiator_evidence": evidence,
        "rule_match": match,
        "attribution": attribute(history, record, logged, rule_ids),
        "rule_ids": rule_ids or None,
    }
    if initiator is not None and sides is not None:
        answer |= describe(sides, initiator, number(record, "protocol"))
    return {name: value for name, value in answer.items() if value is not None}


def describe(sides: Sides, initiator: str, protocol: int | None) -> Answer:
    server_port = sides["peer_port"] if initiator == "local" else sides["local_port"]
    return {
        "initiator": initiator,
        "direction": "egress" if initiator == "local" else "ingress",
        "is_response": sides["source_is_local"] == (initiator == "peer"),
        "service_port": server_port if protocol in {TCP, UDP} else None,
    }


def attribute(history: History, record: Record, logged: int, rule_ids: list[str]) -> str | None:
    if text(record, "action") is None:
        return None
    if text(record, "action") == "REJECT":
        return "reject"
    interface = find_interface(history, record, logged)
    if interface is None:
        return "no_inventory"
    if not interface["groups"]:
        return "not_filtered"
    return "rules" if rule_ids else "no_rule"


def find_sides(history: History, record: Record, logged: int) -> Sides | None:
    source, destination = find_packet_addrs(record)
    is_local = is_source_local(history, record, logged)
    if source is None or destination is None or is_local is None:
        return None
    ports = number(record, "srcport"), number(record, "dstport")
    if is_local:
        return Sides(source_is_local=True, peer=destination, local_port=ports[0], peer_port=ports[1])
    return Sides(source_is_local=False, peer=source, local_port=ports[1], peer_port=ports[0])


def is_source_local(history: History, record: Record, logged: int) -> bool | None:
    direction = text(record, "flow-direction")
    if direction is not None:
        return direction == "egress"
    interface = find_interface(history, record, logged)
    if interface is None:
        return None
    source = any(has_addr(interface, text(record, field)) for field in ("srcaddr", "pkt-srcaddr"))
    destination = any(has_addr(interface, text(record, field)) for field in ("dstaddr", "pkt-dstaddr"))
    return None if source == destination else source


def find_initiator(
    history: History, record: Record, logged: int, known: Sequence[Record]
) -> tuple[str | None, str]:
    sides = find_sides(history, record, logged)
    if sides is None:
        return None, "unknown"
    for client, evidence in ((find_client(record), "handshake"), (find_paired(record, known), "paired")):
        if client is not None:
            return find_began(sides, client), evidence
    by_rules = find_by_rules(history, record, logged)
    by_ports = find_by_ports(sides, number(record, "protocol"))
    if by_rules is not None and by_ports in {None, by_rules}:
        return by_rules, "rules"
    if by_ports is not None and by_rules is None:
        return by_ports, "ports"
    # Also where they contradict each other: a connection outlives its rule, and then only the wrong reading
    # is still permitted.
    return None, "unknown"


def find_began(sides: Sides, client: Side) -> str:
    return "local" if (client == "source") == sides["source_is_local"] else "peer"


def find_client(record: Record) -> Side | None:
    """By the handshake alone: SYN and ACK come from the server, SYN alone from the client."""
    flags = number(record, "tcp-flags")
    if number(record, "protocol") != TCP or flags is None or not flags & 2:
        return None
    return "destination" if flags & 16 else "source"


def packet_ends(record: Record) -> tuple[End, End] | None:
    source, destination = find_packet_addrs(record)
    source_port, destination_port = number(record, "srcport"), number(record, "dstport")
    if source is None or destination is None or source_port is None or destination_port is None:
        return None
    return (ip_address(source), source_port), (ip_address(destination), destination_port)


def find_paired(record: Record, known: Sequence[Record]) -> Side | None:
    """The record's end that was the client in each handshake between the two, at whichever interface.

    None where either end was the client in turn.
    """
    ends = packet_ends(record)
    if ends is None or number(record, "protocol") != TCP:
        return None
    clients = {client for pair, client in read_handshakes(known) if pair in {ends, ends[::-1]}}
    if len(clients) != 1 or ends[0] == ends[1]:
        return None
    return "source" if clients == {ends[0]} else "destination"


def read_handshakes(known: Sequence[Record]) -> Iterator[tuple[tuple[End, End], End]]:
    """The two ends of each, and the client's."""
    for record in known:
        client = find_client(record)
        ends = packet_ends(record) if client else None
        if ends is not None:
            yield ends, ends[0] if client == "source" else ends[1]


def find_by_rules(history: History, record: Record, logged: int) -> str | None:
    if text(record, "action") != "ACCEPT":
        return None
    for at in find_times(record, logged):
        local = permitting(history, record, logged, "local", at)
        peer = permitting(history, record, logged, "peer", at)
        if local or peer:
            return None if local and peer else "local" if local else "peer"
    return None


def find_by_ports(sides: Sides, protocol: int | None) -> str | None:
    local, peer = sides["local_port"], sides["peer_port"]
    if protocol not in {TCP, UDP} or local is None or peer is None:
        return None
    if peer in SERVICES and local not in SERVICES and local >= FIRST_EPHEMERAL:
        return "local"
    if local in SERVICES and peer not in SERVICES and peer >= FIRST_EPHEMERAL:
        return "peer"
    return None


def find_rules(history: History, record: Record, logged: int, initiator: str | None) -> tuple[list[str], str]:
    if text(record, "action") != "ACCEPT":
        return [], "none"
    for at in find_times(record, logged):
        readings = [initiator] if initiator else ["local", "peer"]
        found: dict[str, str] = {}
        for reading in readings:
            found |= permitting(history, record, logged, reading, at)
        if found:
            return sorted(found), match_word(found, is_certain=initiator is not None)
    return [], "none"


def match_word(found: Mapping[str, str], *, is_certain: bool) -> str:
    if not is_certain or "possible" in found.values():
        return "possible"
    return "sole" if len(found) == 1 else "shared"


def permitting(history: History, record: Record, logged: int, initiator: str, at: int) -> dict[str, str]:
    """The rules that permit the record's connection if `initiator` began it, each `certain` or `possible`."""
    sides = find_sides(history, record, logged)
    observation, interface = observed(history, at), interface_at(history, record, at)
    if sides is None or observation is None or interface is None:
        return {}
    connection = Connection(
        direction="egress" if initiator == "local" else "ingress",
        protocol=number(record, "protocol"),
        port=sides["peer_port"] if initiator == "local" else sides["local_port"],
        peer=sides["peer"],
    )
    rules = [rule for rule in observation["rules"] if rule["group"] in interface["groups"]]
    answers = {rule["id"]: permits(rule, connection, observation) for rule in rules}
    return {rule_id: answer for rule_id, answer in answers.items() if answer != "no"}


def permits(rule: Rule, connection: Connection, observation: Observation) -> str:
    if rule["direction"] != connection["direction"]:
        return "no"
    answers = {permits_traffic(rule, connection), permits_peer(rule, connection["peer"], observation)}
    return weakest(answers)


def weakest(answers: set[str]) -> str:
    return next(answer for answer in ("no", "possible", "certain") if answer in answers)


def permits_traffic(rule: Rule, connection: Connection) -> str:
    """`possible` also where the record doesn't tell the protocol or the port that the rule asks for."""
    if rule["protocol"] == "-1":
        return "certain"
    protocol = NUMBERS[rule["protocol"]] if rule["protocol"] in NUMBERS else int(rule["protocol"])
    if connection["protocol"] not in {None, protocol}:
        return "no"
    answers = {permits_port(rule, protocol, connection["port"])}
    if connection["protocol"] is None:
        answers.add("possible")
    return weakest(answers)


def permits_port(rule: Rule, protocol: int, port: int | None) -> str:
    from_port, to_port = rule["from_port"], rule["to_port"]
    if from_port in {None, -1} or protocol not in {TCP, UDP, *ICMP}:
        return "certain"
    if protocol in ICMP or port is None:
        return "possible"
    assert from_port is not None
    assert to_port is not None
    return "certain" if from_port <= port <= to_port else "no"


def permits_peer(rule: Rule, peer: str, observation: Observation) -> str:
    if rule["peer"].startswith("sg-"):
        return permits_member(rule, peer, observation)
    if rule["peer"].startswith("pl-"):
        entries = [entry for entry in observation["entries"] if entry["prefix_list"] == rule["peer"]]
        if not entries:
            return "possible"
        return "certain" if any(contains(entry["cidr"], peer) for entry in entries) else "no"
    return "certain" if contains(rule["peer"], peer) else "no"


def permits_member(rule: Rule, peer: str, observation: Observation) -> str:
    members = [each for each in observation["interfaces"] if rule["peer"] in each["groups"]]
    if any(has_addr(member, peer) for member in members):
        return "certain"
    if rule["direction"] == "ingress" and any(each["type"] == "network_load_balancer" for each in members):
        return "possible"
    if rule["peer"] in observation["groups"]:
        return "no"
    return "no" if any(has_addr(each, peer) for each in observation["interfaces"]) else "possible"
