from dataclasses import replace

import pytest

from domain.inventory import NetworkInterface, Peer, PrefixListEntry, SecurityGroupRule
from domain.inventory_day import observe
from domain.inventory_view import InventoryView
from domain.rule_match import Connection, Match, match_rule
from tests.domain.examples import ENI, ENTRY, GROUP, INVENTORY, PEER, RULE, START

HTTPS = Connection("ingress", protocol=6, server_port=443, peer_addr="203.0.113.9")
PEERS_GROUP = "sg-0bbbbbbbbbbbbbbbb"
FOREIGN_GROUP = "sg-0fffffffffffffff0"
KNOWN_GROUPS = (GROUP, replace(GROUP, group_id=PEERS_GROUP))


def match(
    rule: SecurityGroupRule,
    connection: Connection = HTTPS,
    *enis: NetworkInterface,
    entries: tuple[PrefixListEntry, ...] = (ENTRY,),
) -> Match:
    inventory = replace(
        INVENTORY,
        network_interfaces=(ENI, *enis),
        security_groups=KNOWN_GROUPS,
        prefix_list_entries=entries,
    )
    return match_rule(rule, connection, InventoryView(observe(None, inventory)), START)


def test_a_rule_permits_what_its_direction_protocol_port_and_peer_permit() -> None:
    assert match(RULE) is Match.CERTAIN


@pytest.mark.parametrize(
    "connection",
    [
        replace(HTTPS, direction="egress"),
        replace(HTTPS, protocol=17),
        replace(HTTPS, server_port=442),
        replace(HTTPS, server_port=444),
        replace(HTTPS, peer_addr="203.0.114.1"),
        replace(HTTPS, peer_addr="2001:db8::1"),
    ],
)
def test_each_of_them_alone_can_refuse(connection: Connection) -> None:
    assert match(RULE, connection) is Match.NO


@pytest.mark.parametrize(("port", "expected"), [(20, 2), (21, 2), (19, 0), (22, 0)])
def test_both_ends_of_a_range_of_ports_are_in_it(port: int, expected: int) -> None:
    assert match(replace(RULE, from_port=20, to_port=21), replace(HTTPS, server_port=port)) == expected


@pytest.mark.parametrize("protocol", [1, 6, 17, 47, 58, 132])
def test_minus_one_is_every_protocol_and_every_port(protocol: int) -> None:
    rule = replace(RULE, ip_protocol="-1", from_port=-1, to_port=-1)

    assert match(rule, replace(HTTPS, protocol=protocol)) is Match.CERTAIN


@pytest.mark.parametrize(("ip_protocol", "protocol"), [("47", 47), ("50", 50), ("132", 132)])
def test_a_protocol_by_number_is_permitted_on_every_port(ip_protocol: str, protocol: int) -> None:
    rule = replace(RULE, ip_protocol=ip_protocol)

    assert match(rule, replace(HTTPS, protocol=protocol, server_port=9)) is Match.CERTAIN
    assert match(rule, HTTPS) is Match.NO


@pytest.mark.parametrize(("ip_protocol", "protocol"), [("icmp", 1), ("icmpv6", 58)])
@pytest.mark.parametrize(("icmp_type", "expected"), [(-1, 2), (None, 2), (8, 1), (0, 1)])
def test_a_record_does_not_show_the_icmp_type(
    ip_protocol: str, protocol: int, icmp_type: int | None, expected: int
) -> None:
    rule = replace(RULE, ip_protocol=ip_protocol, from_port=icmp_type, to_port=-1)

    assert match(rule, replace(HTTPS, protocol=protocol, server_port=0)) == expected


def test_a_port_or_protocol_that_the_record_lacks_may_be_the_rules() -> None:
    assert match(RULE, replace(HTTPS, server_port=None)) is Match.POSSIBLE
    assert match(RULE, replace(HTTPS, protocol=None)) is Match.POSSIBLE


def test_a_prefix_list_permits_what_one_of_its_entries_contains() -> None:
    rule = replace(RULE, peer=Peer(prefix_list_id=ENTRY.prefix_list_id))

    assert match(rule, replace(HTTPS, peer_addr="198.51.100.7")) is Match.CERTAIN
    assert match(rule) is Match.NO


def test_a_prefix_list_that_the_inventory_does_not_hold_may_contain_anyone() -> None:
    rule = replace(RULE, peer=Peer(prefix_list_id=ENTRY.prefix_list_id))

    assert match(rule, entries=()) is Match.POSSIBLE


@pytest.mark.parametrize("group_id", PEER.group_ids)
def test_a_referenced_group_permits_the_private_addresses_of_its_members(group_id: str) -> None:
    rule = replace(RULE, peer=Peer(referenced_group_id=group_id))

    assert match(rule, replace(HTTPS, peer_addr=PEER.private_addrs[0]), PEER) is Match.CERTAIN


def test_a_group_may_reference_itself() -> None:
    rule = replace(RULE, peer=Peer(referenced_group_id=GROUP.group_id))
    twin = replace(ENI, interface_id="eni-0cccccccccccccccc", private_addrs=("10.0.1.11",))

    assert match(rule, replace(HTTPS, peer_addr="10.0.1.11"), twin) is Match.CERTAIN


def test_an_address_in_a_members_prefix_is_the_members() -> None:
    rule = replace(RULE, peer=Peer(referenced_group_id=PEERS_GROUP))
    node = replace(PEER, prefixes=("10.0.2.32/28",))

    assert match(rule, replace(HTTPS, peer_addr="10.0.2.40"), node) is Match.CERTAIN


@pytest.mark.parametrize("peer_addr", ["203.0.113.9", "10.0.2.21"])
def test_a_referenced_group_is_no_wildcard(peer_addr: str) -> None:
    rule = replace(RULE, peer=Peer(referenced_group_id=PEERS_GROUP))
    member = replace(PEER, public_addrs=("203.0.113.9",))

    assert match(rule, replace(HTTPS, peer_addr=peer_addr), member) is Match.NO


def test_whom_a_group_of_another_vpc_has_nobody_here_can_tell() -> None:
    rule = replace(RULE, peer=Peer(referenced_group_id=FOREIGN_GROUP))

    assert match(rule, replace(HTTPS, peer_addr="10.9.0.1")) is Match.POSSIBLE


def test_an_interface_of_this_vpc_is_known_not_to_have_that_group() -> None:
    rule = replace(RULE, peer=Peer(referenced_group_id=FOREIGN_GROUP))

    assert match(rule, replace(HTTPS, peer_addr=PEER.private_addrs[0]), PEER) is Match.NO


def test_anyone_may_come_through_a_load_balancer_that_preserves_addresses() -> None:
    balancer = replace(PEER, interface_type="network_load_balancer")
    rule = replace(RULE, peer=Peer(referenced_group_id=PEERS_GROUP))

    assert match(rule, HTTPS, balancer) is Match.POSSIBLE
    assert match(replace(rule, direction="egress"), replace(HTTPS, direction="egress"), balancer) is Match.NO
    assert match(rule, replace(HTTPS, peer_addr=balancer.private_addrs[0]), balancer) is Match.CERTAIN
