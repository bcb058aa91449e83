"""The planted truth against the rules, read from the lines alone and with no code of the generator."""

from ipaddress import ip_address, ip_network

import pytest

from local.sample.groups import PEERED_VPC_CIDR, PREFIX_LISTS
from local.sample.interfaces import INTERFACES
from local.sample.rules import RULES
from local.sample.types import Cidr, ListedIn, MembersOf, MembersOfPeered, SampleRule
from tests.local.traffic.sample_traffic import Written, make_traffic, read_flows

PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp"}


@pytest.fixture(scope="module")
def flows() -> list[Written]:
    return list(read_flows(make_traffic()))


def permits(rule: SampleRule, flow: Written) -> bool:
    """But for ICMP's type and code, which no line shows."""
    peer_is_source = flow.fields["flow-direction"] == "ingress"
    server_is_source = flow.truth.is_response
    peer = flow.fields["pkt-srcaddr" if peer_is_source else "pkt-dstaddr"]
    port = int(flow.fields["srcport" if server_is_source else "dstport"])
    protocol = PROTOCOLS[flow.fields["protocol"]]
    has_port = protocol == "icmp" or rule.ports[0] <= port <= rule.ports[1]
    return (
        rule.direction == flow.truth.direction
        and rule.lifetime.covers(flow.second)
        and (rule.ip_protocol == "-1" or (rule.ip_protocol == protocol and has_port))
        and is_peer(rule, peer, flow.second)
    )


def is_peer(rule: SampleRule, addr: str, second: int) -> bool:
    match rule.peer:
        case MembersOf(group):
            members = [item for item in INTERFACES if group in item.groups_at(second)]
            # The load balancer of the feed keeps its clients' addresses.
            return group == "feed-lb" or any(
                addr in item.addrs and item.lifetime.covers(second) for item in members
            )
        case MembersOfPeered():
            cidrs = [PEERED_VPC_CIDR]
        case ListedIn(name):
            cidrs = [cidr for item in PREFIX_LISTS if item.name == name for cidr, _ in item.entries]
        case Cidr(cidr):
            cidrs = [cidr]
    return any(ip_address(addr) in ip_network(cidr) for cidr in cidrs)


def permitting(flow: Written) -> tuple[str, ...]:
    groups = next(item for item in INTERFACES if item.name == flow.interface).groups_at(flow.second)
    return tuple(sorted(rule.name for rule in RULES if rule.group in groups and permits(rule, flow)))


def test_an_accepted_flow_names_every_rule_that_permits_it(flows: list[Written]) -> None:
    # Of each flow that looks the same to the rules, one will do.
    distinct = {
        (flow.interface, flow.truth, flow.fields["flow-direction"], flow.fields["dstport"]): flow
        for flow in flows
        if flow.truth.attribution in {"rules", "no_rule"}
    }

    assert all(permitting(flow) == flow.truth.rule_names for flow in distinct.values())


def test_no_rule_permits_what_was_rejected(flows: list[Written]) -> None:
    # The type of a ping is not in its record, and late packets are rejected whatever the rules say.
    rejected = [
        flow
        for flow in flows
        if flow.truth.attribution == "reject" and flow.truth.kind not in {"outside ping", "late packet"}
    ]

    assert rejected
    assert not any(permitting(flow) for flow in rejected)


def test_types_peered_groups_and_preserved_addresses_are_what_records_do_not_prove(
    flows: list[Written],
) -> None:
    possible = {
        (flow.truth.kind, flow.truth.direction, flow.interface) for flow in flows if flow.truth.is_possible
    }

    assert {kind for kind, _, interface in possible if interface == "feed-1"} == {"feed"}
    assert {(kind, direction) for kind, direction, _ in possible} == {
        ("ping", "ingress"),
        ("path mtu", "ingress"),
        ("feed", "ingress"),
        ("warehouse order", "ingress"),
    }
