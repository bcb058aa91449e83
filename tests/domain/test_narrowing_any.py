"""Whatever came: the new rules permit it, and nothing that the old one didn't."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from random import Random
from typing import Final

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.advice_settings import AdviceSettings
from domain.cidr_cover import cover, covered_size
from domain.inventory import Peer, SecurityGroupRule
from domain.narrowing import Narrowed, narrow
from domain.protocols import ICMP, ICMPV6, TCP, UDP
from domain.rule_cover import covers, rule_key
from domain.rule_match import Match, match_service
from domain.rule_space import PeerContext, PrefixList, RuleShape, peer_space, space_of
from domain.usage import SeenConnection, SeenPeer
from tests.domain.rule_shapes import Service, make_rule

GROUPS: Final = ("sg-0aaaaaaaaaaaaaaaa", "sg-0bbbbbbbbbbbbbbbb", "sg-0cccccccccccccccc")
LISTS: Final = ("pl-0aaaaaaaaaaaaaaaa", "pl-0bbbbbbbbbbbbbbbb")
V4: Final = tuple(
    f"{network}.{host}" for network in ("10.0.0", "10.0.1", "10.9.0", "192.0.2") for host in range(9)
)
V6: Final = tuple(f"2001:db8:{network}::{host}" for network in range(4) for host in range(9))
BLOCKS: Final = (
    *("0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/23", "10.0.1.0/29", "192.0.2.0/24", "192.0.2.3/32"),
    *("::/0", "2001:db8::/32", "2001:db8:1::/125", "2001:db8:2::2/128"),
)
SERVICES: Final = (
    *(Service("-1", -1, -1), Service("tcp", 0, 65_535), Service("tcp", 20, 30), Service("udp", 53, 53)),
    *(Service("icmp", -1, -1), Service("icmp", 8, -1), Service("icmpv6", -1, -1), Service("50", None, None)),
)


@dataclass(frozen=True, slots=True)
class Case:
    rule: SecurityGroupRule
    connections: list[SeenConnection]
    peers: dict[str, SeenPeer]
    context: PeerContext
    settings: AdviceSettings
    peers_complete: bool
    ports_complete: bool
    max_ranges: int

    def narrowed(self) -> Narrowed:
        return narrow(
            self.rule,
            self.connections,
            self.peers,
            self.context,
            self.settings,
            peers_complete=self.peers_complete,
            ports_complete=self.ports_complete,
            max_ranges=self.max_ranges,
        )


def to_block_peer(block: str) -> Peer:
    return Peer(cidr_ipv6=block) if ":" in block else Peer(cidr_ipv4=block)


def rule_peers() -> st.SearchStrategy[Peer]:
    return st.one_of(
        st.sampled_from(BLOCKS).map(to_block_peer),
        st.sampled_from(LISTS).map(lambda each: Peer(prefix_list_id=each)),
        st.sampled_from(GROUPS).map(lambda each: Peer(referenced_group_id=each)),
    )


@st.composite
def connections(draw: st.DrawFn, addrs: tuple[str, ...]) -> SeenConnection:
    protocol = draw(st.sampled_from((TCP, TCP, TCP, UDP, ICMP, ICMPV6, 50)))
    some_ports = st.sampled_from((*range(20, 32), 53, 443, 65_535, None))
    port = draw(some_ports) if protocol in {TCP, UDP} else None
    addr = draw(st.sampled_from(addrs))
    return SeenConnection("eni-0aaaaaaaaaaaaaaaa", protocol, port, addr, 1, 0, 0)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    peer = draw(rule_peers())
    addrs = V6 if peer.cidr_ipv6 else V4
    all_of = draw(st.sets(st.sampled_from(GROUPS), max_size=2))
    some_groups = st.sets(st.sampled_from(GROUPS), max_size=1).map(lambda own: tuple(sorted(own | all_of)))
    seen = {
        addr: SeenPeer(addr, "", draw(some_groups), 1, 0) for addr in draw(st.sets(st.sampled_from(addrs)))
    }
    members = st.lists(st.sampled_from((*V4, *V6, "10.0.1.0/28")), max_size=4).map(tuple)
    entries = st.lists(st.sampled_from(BLOCKS[1:6] + BLOCKS[7:]), max_size=3).map(tuple)
    lists = {each: PrefixList("", draw(entries)) for each in LISTS}
    context = PeerContext(draw(st.dictionaries(st.sampled_from(GROUPS), members)), lists, {})
    limits = AdviceSettings(
        too_wide_factor=draw(st.sampled_from((1, 4, 256))),
        max_cidrs=draw(st.integers(1, 5)),
        public_peers=draw(st.sampled_from((3, 20))),
    )
    return Case(
        rule=make_rule(draw(st.sampled_from(SERVICES)), peer),
        connections=draw(st.lists(connections(tuple(seen) or addrs), max_size=25)),
        peers=seen,
        context=context,
        settings=limits,
        peers_complete=draw(st.sampled_from((True, True, True, False))),
        ports_complete=draw(st.sampled_from((True, True, True, False))),
        max_ranges=draw(st.integers(1, 5)),
    )


def match(rule: RuleShape, connection: SeenConnection, case: Case) -> Match:
    """By the groups that the peer had at the time."""
    service = match_service(rule, connection.protocol, connection.port)
    return min(service, Match.CERTAIN if is_peer(rule.peer, connection.peer_addr, case) else Match.NO)


def is_peer(peer: Peer, addr: str, case: Case) -> bool:
    if peer.referenced_group_id is not None:
        seen: Mapping[str, SeenPeer] = case.peers
        return addr in seen and peer.referenced_group_id in seen[addr].group_ids
    blocks = case.context.prefix_lists[peer.prefix_list_id].cidrs if peer.prefix_list_id else ()
    block = peer.cidr_ipv4 or peer.cidr_ipv6
    return any(ip_address(addr) in ip_network(each) for each in (*blocks, *([block] if block else ())))


def in_words(case: Case, narrowed: Narrowed) -> str:
    return f"{case}\n{narrowed}"


@settings(deadline=None, max_examples=300)
@given(cases())
def test_every_connection_stays_permitted_as_surely_as_before(case: Case) -> None:
    narrowed = case.narrowed()

    for connection in case.connections:
        before = match(case.rule, connection, case)
        after = max((match(rule, connection, case) for rule in narrowed.rules), default=Match.NO)
        assert after >= before, in_words(case, narrowed)


@settings(deadline=None, max_examples=300)
@given(cases())
def test_nothing_is_permitted_that_was_not(case: Case) -> None:
    narrowed = case.narrowed()

    for rule in narrowed.rules:
        if covers(case.rule, rule, case.context):
            continue
        assert covers(case.rule, replace(rule, peer=case.rule.peer), case.context), in_words(case, narrowed)
        block = ip_network(case.rule.peer.cidr_ipv4 or case.rule.peer.cidr_ipv6 or "")
        for member in map(ip_network, case.context.members[rule.peer.referenced_group_id or ""]):
            is_within = member[0] in block and member[-1] in block
            assert is_within or member.version != block.version, in_words(case, narrowed)


@settings(deadline=None)
@given(cases())
def test_the_space_never_grows(case: Case) -> None:
    narrowed = case.narrowed()

    after = sum(space_of(rule, case.context) for rule in narrowed.rules)
    assert after <= space_of(case.rule, case.context), in_words(case, narrowed)


@settings(deadline=None)
@given(cases())
def test_the_limits_hold(case: Case) -> None:
    narrowed = case.narrowed()

    services = [rule_key(rule)[1:4] for rule in narrowed.rules]
    for protocol in {protocol for protocol, _, _ in services}:
        assert len({each for each in services if each[0] == protocol}) <= case.max_ranges
    assert all(services.count(each) <= case.settings.max_cidrs for each in services)
    assert len({rule_key(rule) for rule in narrowed.rules}) == len(narrowed.rules)


@settings(deadline=None)
@given(cases(), st.integers())
def test_the_order_in_which_connections_came_makes_no_difference(case: Case, seed: int) -> None:
    narrowed = case.narrowed()

    Random(seed).shuffle(case.connections)
    assert case.narrowed() == narrowed


@settings(deadline=None)
@given(cases())
def test_no_ways_are_named_but_those_that_were_gone(case: Case) -> None:
    narrowed = case.narrowed()
    assume(narrowed.rules)

    same_service = all(rule_key(rule)[:4] == rule_key(case.rule)[:4] for rule in narrowed.rules)
    same_peer = all(rule.peer == case.rule.peer for rule in narrowed.rules)
    assert ("ports" in narrowed.ways) != same_service
    assert bool({"group", "prefix_list", "cidrs"} & {*narrowed.ways}) != same_peer
    assert narrowed.is_public == ("public" in narrowed.ways)


@settings(deadline=None)
@given(cases())
def test_a_group_or_list_is_never_far_wider_than_the_blocks_would_be(case: Case) -> None:
    narrowed = case.narrowed()

    for rule in narrowed.rules:
        if rule.peer == case.rule.peer or not (rule.peer.referenced_group_id or rule.peer.prefix_list_id):
            continue
        block = case.rule.peer.cidr_ipv4 or case.rule.peer.cidr_ipv6
        assert block is not None, "a group or a list stays"
        permitted = [each for each in case.connections if match(case.rule, each, case) is not Match.NO]
        came = [each.peer_addr for each in permitted if match(rule, each, case) is not Match.NO]
        most = covered_size(cover(came, case.settings.max_cidrs, block)) * case.settings.too_wide_factor
        assert peer_space(rule.peer, case.context) <= min(most, peer_space(case.rule.peer, case.context))
