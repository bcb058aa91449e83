import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inventory import Peer
from domain.rule_cover import covers
from domain.rule_space import PeerContext, PrefixList, peer_space, service_space, space_of, width, width_of
from tests.domain.rule_shapes import (
    APP,
    CONTEXT,
    HOMES,
    OFFICES,
    STRANGE,
    UNKNOWN_LIST,
    WEB,
    Service,
    all_rules,
    make_rule,
)

ONE = Peer(cidr_ipv4="192.0.2.1/32")
SERVICES = (Service("tcp", 443, 443), Service("udp", 8000, 8009), Service("-1", -1, -1))


@pytest.mark.parametrize(
    ("service", "space"),
    [
        (Service("tcp", 443, 443), 1),
        (Service("udp", 8000, 8009), 10),
        (Service("17", 0, 65_535), 65_536),
        (Service("tcp", -1, -1), 65_536),
        (Service("icmp", 8, -1), 1),
        (Service("icmp", 8, 0), 1),
        (Service("icmp", -1, -1), 256),
        (Service("icmpv6", None, None), 256),
        (Service("50", None, None), 1),
        (Service("50", 0, 65_535), 1),
        (Service("-1", -1, -1), 2 * 65_536 + 2 * 256 + 252),
    ],
)
def test_the_space_of_a_service_is_its_ports_or_types(service: Service, space: int) -> None:
    assert service_space(make_rule(service, ONE)) == space


@pytest.mark.parametrize(
    ("peer", "space"),
    [
        (ONE, 1),
        (Peer(cidr_ipv4="0.0.0.0/0"), 2**32),
        (Peer(cidr_ipv6="2001:db8::/32"), 2**96),
        (Peer(prefix_list_id=OFFICES), 5),
        (Peer(prefix_list_id=HOMES), 4),
        (Peer(prefix_list_id=UNKNOWN_LIST), 1),
        (Peer(referenced_group_id=APP), 3),
        (Peer(referenced_group_id=WEB), 16),
        (Peer(referenced_group_id=STRANGE), 1),
    ],
)
def test_the_space_of_a_peer_is_its_addresses(peer: Peer, space: int) -> None:
    assert peer_space(peer, CONTEXT) == space


def test_the_space_of_a_rule_is_addresses_times_ports() -> None:
    rule = make_rule(Service("tcp", 8000, 8009), Peer(cidr_ipv4="192.0.2.0/24"))

    assert space_of(rule, CONTEXT) == 2560


def test_entries_that_overlap_count_once() -> None:
    overlapping = PrefixList("", ("192.0.2.0/24", "192.0.2.128/25", "192.0.3.0/24"))
    context = PeerContext({}, {OFFICES: overlapping}, {})

    assert context.list_size(OFFICES) == 512


def test_a_group_without_members_and_a_list_without_entries_count_as_one_address() -> None:
    context = PeerContext({APP: ()}, {OFFICES: PrefixList("", ())}, {})

    assert (context.group_size(APP), context.list_size(OFFICES)) == (1, 1)


def test_peers_have_the_names_of_their_groups_and_lists() -> None:
    assert CONTEXT.peer_name(Peer(referenced_group_id=APP)) == "app"
    assert CONTEXT.peer_name(Peer(prefix_list_id=OFFICES)) == "offices"
    for nameless in (ONE, Peer(referenced_group_id=STRANGE), Peer(prefix_list_id=UNKNOWN_LIST)):
        assert CONTEXT.peer_name(nameless) == ""


def test_whoever_is_covered_has_no_more_space() -> None:
    rules = list(all_rules())

    for wider in rules:
        space, bits = space_of(wider, CONTEXT), width_of([wider], CONTEXT)
        covered = [other for other in rules if covers(wider, other, CONTEXT)]
        assert all(space_of(other, CONTEXT) <= space for other in covered)
        assert all(width_of([other], CONTEXT) <= bits for other in covered)


@pytest.mark.parametrize(
    ("ipv6", "ipv4"),
    [
        ("::/0", "0.0.0.0/0"),
        ("2000::/4", "0.0.0.0/1"),
        ("2001:db8::/32", "10.0.0.0/8"),
        ("2001:db8::/64", "10.0.0.0/16"),
        ("2001:db8::/96", "192.0.2.0/24"),
        ("2001:db8::1/128", "192.0.2.1/32"),
    ],
)
@pytest.mark.parametrize("service", SERVICES)
def test_a_block_is_as_wide_as_one_of_the_other_family(service: Service, ipv6: str, ipv4: str) -> None:
    sixth, fourth = make_rule(service, Peer(cidr_ipv6=ipv6)), make_rule(service, Peer(cidr_ipv4=ipv4))

    assert width_of([sixth], CONTEXT) == width_of([fourth], CONTEXT)


def test_members_and_entries_of_both_families_count_each_in_their_way() -> None:
    blocks = ("192.0.2.1", "192.0.2.2", "2001:db8::/64")
    context = PeerContext({APP: blocks}, {OFFICES: PrefixList("", blocks)}, {})

    for peer in (Peer(referenced_group_id=APP), Peer(prefix_list_id=OFFICES)):
        assert width_of([make_rule(SERVICES[0], peer)], context) == width(2 + 2**16)


@pytest.mark.parametrize("peer", [Peer(referenced_group_id=STRANGE), Peer(prefix_list_id=UNKNOWN_LIST)])
def test_a_peer_without_addresses_is_as_wide_as_one_address(peer: Peer) -> None:
    assert width_of([make_rule(SERVICES[1], peer)], CONTEXT) == width(10)


def test_rules_together_are_as_wide_as_their_ports_and_addresses_add_up() -> None:
    blocks = ("192.0.2.0/31", "2001:db8::/120")
    rules = [
        make_rule(SERVICES[1], Peer(cidr_ipv4=blocks[0])),
        make_rule(SERVICES[0], Peer(cidr_ipv6=blocks[1])),
    ]

    assert width_of(rules, CONTEXT) == width(10 * 2 + 1 * 4)
    assert width_of([], CONTEXT) == 0


@given(st.integers(0, 2**49), st.integers(0, 2**49))
def test_more_is_wider(one: int, other: int) -> None:
    assert width(min(one, other)) <= width(max(one, other))


def test_a_width_is_in_bits() -> None:
    assert (width(0), width(1), width(2), width(255)) == (0, 1, 1.58, 8)
