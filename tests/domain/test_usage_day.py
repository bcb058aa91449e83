from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.usage import CAPS, Caps, RuleTotals, RuleUsage, Tally
from domain.usage_day import (
    RuleOwner,
    summarize_rule,
    summarize_rules,
)
from tests.domain.examples import MIDNIGHT, VPC_ID
from tests.domain.made_usage import ADDRS, DAY, tallies

RULES = ("sgr-0a", "sgr-0b")
OWNERS = {
    "sgr-0a": RuleOwner(VPC_ID, "sg-0a", "ingress"),
    "sgr-0b": RuleOwner(VPC_ID, "sg-0b", "egress"),
}
ONE = Tally("sgr-0a", "10.0.0.5", 6, 443, "eni-0a", 1, 0, 0, 0, MIDNIGHT, (), "")
TOTALS = RuleTotals("sgr-0a", 40, 1, 9_000, 7, MIDNIGHT, MIDNIGHT + 60)

some_tallies = st.lists(st.sampled_from(RULES).flatmap(tallies), max_size=30)


def summarize(given_tallies: Sequence[Tally]) -> RuleUsage:
    return summarize_rule(TOTALS, together(given_tallies), OWNERS["sgr-0a"], DAY)


def summarize_all(given_tallies: Sequence[Tally], caps: Caps = CAPS) -> dict[str, RuleUsage]:
    totals = {each.rule_id: TOTALS._replace(rule_id=each.rule_id) for each in given_tallies}
    return {each.rule_id: each for each in summarize_rules(totals, given_tallies, OWNERS.get, DAY, caps)}


def together(given_tallies: Sequence[Tally], seed: int = 0) -> list[Tally]:
    """All tallies of a rule, and in it all of a peer; else in an order that `seed` decides."""
    rng = Random(seed)
    ranks = {key: rng.random() for key in (*RULES, *ADDRS, *(each.peer_addr for each in given_tallies))}
    shuffled = rng.sample(given_tallies, len(given_tallies))
    return sorted(shuffled, key=lambda each: (ranks[each.rule_id], ranks[each.peer_addr]))


@given(some=some_tallies, seed=st.integers(0, 2**32))
def test_the_order_within_a_rule_and_of_its_peers_means_nothing(some: list[Tally], seed: int) -> None:
    one = summarize_all(together(some))

    assert summarize_all(together(some, seed)) == one


@given(some=some_tallies, seed=st.integers(0, 2**32), peers=st.integers(0, 4), connections=st.integers(0, 8))
def test_nor_does_it_where_not_all_are_kept(
    some: list[Tally], seed: int, peers: int, connections: int
) -> None:
    caps = Caps(peers, CAPS.ports, connections)
    one = summarize_all(together(some), caps)

    assert summarize_all(together(some, seed), caps) == one


@given(some=some_tallies, peers=st.integers(0, 4), connections=st.integers(0, 8))
def test_the_most_used_peers_are_kept_as_far_as_they_fit(
    some: list[Tally], peers: int, connections: int
) -> None:
    everything = summarize_all(together(some))
    kept = summarize_all(together(some), Caps(peers, CAPS.ports, connections))

    for rule_id, usage in everything.items():
        ranked = sorted(usage.peers, key=lambda peer: (-peer.connections, peer.addr))
        sizes = Counter(connection.peer_addr for connection in usage.connections)
        first = [
            number
            for number in range(len(ranked) + 1)
            if number <= peers and sum(sizes[peer.addr] for peer in ranked[:number]) <= connections
        ][-1]
        addrs = {peer.addr for peer in ranked[:first]}
        assert kept[rule_id] == replace(
            usage,
            peers=tuple(peer for peer in usage.peers if peer.addr in addrs),
            connections=tuple(each for each in usage.connections if each.peer_addr in addrs),
        )


@given(some=some_tallies, ports=st.integers(0, 4))
def test_the_most_used_ports_are_kept(some: list[Tally], ports: int) -> None:
    everything = summarize_all(together(some))
    kept = summarize_all(together(some), CAPS._replace(ports=ports))

    for rule_id, usage in everything.items():
        ranked = sorted(usage.ports, key=lambda port: -port.connections)[:ports]
        assert kept[rule_id] == replace(usage, ports=tuple(port for port in usage.ports if port in ranked))


@given(some=some_tallies)
def test_everything_is_the_sum_of_the_tallies(some: list[Tally]) -> None:
    summed = summarize_all(together(some))

    for rule_id, group in groupby(together(some), key=lambda each: each.rule_id):
        own, usage = list(group), summed[rule_id]
        assert usage.sole == sum(each.sole for each in own)
        connections = sum(each.sole + each.shared + each.possible for each in own)
        assert connections == sum(peer.connections for peer in usage.peers)
        assert connections == sum(port.connections for port in usage.ports)
        assert connections == sum(each.certain + each.possible for each in usage.connections)
        assert (usage.peer_count, usage.port_count) == (len(usage.peers), len(usage.ports))
        assert usage.last_seen == TOTALS.last_seen


def test_peers_ports_and_connections_stand_in_the_order_of_what_they_are() -> None:
    usage = summarize(
        [
            ONE._replace(peer_addr="203.0.113.9", port=22),
            ONE._replace(peer_addr="203.0.113.10", port=443, interface_id="eni-0b"),
            ONE._replace(peer_addr="203.0.113.10", protocol=1, port=None),
            ONE._replace(peer_addr="203.0.113.10", port=443),
        ]
    )

    assert [peer.addr for peer in usage.peers] == ["203.0.113.10", "203.0.113.9"]
    assert [(port.protocol, port.port) for port in usage.ports] == [(1, None), (6, 22), (6, 443)]
    assert [(each.interface_id, each.port, each.peer_addr) for each in usage.connections] == [
        ("eni-0a", None, "203.0.113.10"),
        ("eni-0a", 22, "203.0.113.9"),
        ("eni-0a", 443, "203.0.113.10"),
        ("eni-0b", 443, "203.0.113.10"),
    ]


def test_tallies_of_the_same_connection_are_one_connection() -> None:
    usage = summarize([ONE, ONE._replace(sole=0, possible=2, unknown=2, last_seen=MIDNIGHT + 60)])

    ((connection,), (peer,)) = usage.connections, usage.peers
    assert (connection.certain, connection.possible, connection.last_seen) == (1, 2, MIDNIGHT + 60)
    assert (peer.connections, usage.sole, usage.possible, usage.unknown) == (3, 1, 2, 2)


def test_bytes_packets_and_times_are_those_of_the_totals() -> None:
    usage = summarize([ONE])

    assert (usage.request_bytes, usage.request_packets) == (40, 1)
    assert (usage.response_bytes, usage.response_packets) == (9_000, 7)
    assert (usage.first_seen, usage.last_seen) == (MIDNIGHT, MIDNIGHT + 60)


def test_a_peer_s_groups_are_those_of_all_its_tallies() -> None:
    usage = summarize(
        [
            ONE._replace(peer_group_ids=("sg-0a", "sg-0b"), peer_name="web-1"),
            ONE._replace(port=22, peer_group_ids=("sg-0b", "sg-0c"), peer_name="web-2"),
        ]
    )

    assert [(peer.group_ids, peer.name) for peer in usage.peers] == [(("sg-0b",), "web-2")]


def test_a_rule_with_answers_alone_has_no_peers() -> None:
    answered = RuleTotals("sgr-0b", 0, 0, 70, 7, None, None)
    totals = {"sgr-0b": answered, "sgr-0a": TOTALS}

    first, usage = summarize_rules(totals, [ONE], OWNERS.get, DAY)

    assert (usage.rule_id, usage.peer_count, usage.peers, usage.connections) == ("sgr-0b", 0, (), ())
    assert (usage.response_bytes, usage.last_seen) == (70, None)
    assert (first.rule_id, first.sole) == ("sgr-0a", 1)


def test_one_peer_that_scans_all_ports_fills_neither_document_nor_memory() -> None:
    scanner = (ONE._replace(peer_addr="192.0.2.66", port=port) for port in range(20_000))
    client = ONE._replace(peer_addr="203.0.113.7", sole=30_000)

    usage = summarize([*scanner, client])

    assert [peer.addr for peer in usage.peers] == ["203.0.113.7"]
    assert (usage.peer_count, usage.port_count, usage.peers_capped) == (2, 20_000, True)
    assert (usage.sole, len(usage.ports), usage.ports_capped) == (50_000, 1_000, True)


def test_a_rule_that_no_inventory_knows_is_left_out() -> None:
    other = ONE._replace(rule_id="sgr-0f")

    usages = summarize_all([other, ONE, ONE._replace(rule_id="sgr-0b")])

    assert [(usage.rule_id, usage.group_id, usage.direction) for usage in usages.values()] == [
        ("sgr-0a", "sg-0a", "ingress"),
        ("sgr-0b", "sg-0b", "egress"),
    ]
