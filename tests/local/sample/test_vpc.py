from collections import Counter
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import get_args

import pytest

from domain.interface_owner import classify_owner
from domain.inventory import Peer
from local.sample.groups import END_OF_DAY, GROUPS, PEERED_GROUPS
from local.sample.interfaces import INTERFACES, SUBNETS
from local.sample.rules import RULES
from local.sample.types import (
    Cidr,
    Fact,
    ListedIn,
    MembersOf,
    MembersOfPeered,
    SampleInterface,
    SampleRule,
)
from local.sample.vpc import SampleVpc
from tests.local.sample.in_moto import SampleInMoto, make_sample

LASTING_RULES = [rule for rule in RULES if not rule.lifetime.is_past]


@pytest.fixture(scope="module")
def world() -> SampleInMoto:
    return make_sample()


def plan_of(name: str) -> SampleInterface:
    return next(interface for interface in INTERFACES if interface.name == name)


def peer_of(sample: SampleVpc, rule: SampleRule) -> Peer:
    match rule.peer:
        case Cidr(cidr):
            return Peer(cidr_ipv6=cidr) if ":" in cidr else Peer(cidr_ipv4=cidr)
        case ListedIn(name):
            return Peer(prefix_list_id=sample.security.prefix_list_ids[name])
        case MembersOf(name):
            group_id = sample.security.group_ids[name]
            return Peer(referenced_group_id=group_id, referenced_owner_id="123456789012")
        case MembersOfPeered(name):
            group_id = sample.security.peered_group_ids[name]
            return Peer(referenced_group_id=group_id, referenced_owner_id="123456789012")


def test_ec2_holds_the_rules_of_the_end_of_the_day_and_no_other(world: SampleInMoto) -> None:
    rule_ids = world.sample.security.rule_ids

    held = {rule.rule_id for rule in world.inventory.security_group_rules}

    assert held == {rule_ids[rule.name] for rule in LASTING_RULES}


@pytest.mark.parametrize("rule", LASTING_RULES, ids=lambda rule: rule.name)
def test_ec2_holds_a_rule_as_it_is_planned(world: SampleInMoto, rule: SampleRule) -> None:
    security = world.sample.security

    held = {item.rule_id: item for item in world.inventory.security_group_rules}[security.rule_ids[rule.name]]

    assert held.group_id == security.group_ids[rule.group]
    assert (held.direction, held.ip_protocol) == (rule.direction, rule.ip_protocol)
    assert (held.from_port, held.to_port) == rule.ports
    assert held.peer == peer_of(world.sample, rule)


def test_what_is_gone_by_the_end_of_the_day_is_kept_as_ec2_described_it(world: SampleInMoto) -> None:
    security = world.sample.security
    past_rules = {rule.name for rule in RULES if rule.lifetime.is_past}

    assert {rule.rule_id for rule in security.past_rules} == {security.rule_ids[name] for name in past_rules}
    assert [group.group_name for group in security.past_groups] == ["migration"]


def test_ec2_holds_the_groups_of_the_end_of_the_day(world: SampleInMoto) -> None:
    held = {group.group_name: group.description for group in world.inventory.security_groups}

    assert held == {group.name: group.description for group in GROUPS if group.name != "migration"}


def test_a_prefix_list_names_the_offices_and_one_of_aws_is_that_of_s3(world: SampleInMoto) -> None:
    entries = world.inventory.prefix_list_entries

    assert {(entry.prefix_list_name, entry.cidr) for entry in entries} == {
        ("offices", "203.0.113.0/26"),
        ("offices", "203.0.113.64/26"),
        ("com.amazonaws.us-east-1.s3", "192.0.2.192/26"),
    }


def test_no_inventory_of_the_vpc_shows_the_group_of_the_peered_one(world: SampleInMoto) -> None:
    shown = {group.group_id for group in world.inventory.security_groups}

    assert set(world.sample.security.peered_group_ids) == {group.name for group in PEERED_GROUPS}
    assert not shown & set(world.sample.security.peered_group_ids.values())


@pytest.mark.parametrize("interface", INTERFACES, ids=lambda interface: interface.name)
def test_an_interface_tells_its_owner_as_aws_writes_it(
    world: SampleInMoto, interface: SampleInterface
) -> None:
    owner = classify_owner(world.sample.network_interface(interface, END_OF_DAY))

    assert owner == {"unattached": "other", "nlb": "elb"}.get(interface.owner, interface.owner)


@pytest.mark.parametrize("interface", INTERFACES, ids=lambda interface: interface.name)
def test_an_interface_has_its_planned_addresses_and_groups(
    world: SampleInMoto, interface: SampleInterface
) -> None:
    group_ids = world.sample.security.group_ids

    eni = world.sample.network_interface(interface, END_OF_DAY)

    assert eni.private_addrs == interface.addrs
    assert eni.group_ids == tuple(sorted(group_ids[name] for name in interface.groups))
    assert eni.public_addrs == ((interface.public_addr,) if interface.public_addr else ())


def test_only_interfaces_that_are_still_there_and_were_ever_seen_are_put(world: SampleInMoto) -> None:
    put = {eni.interface_id for eni in world.inventory.network_interfaces}

    gone_or_unseen = {"migrator", "short-task"}
    assert put == {world.sample.interface_id(item) for item in INTERFACES if item.name not in gone_or_unseen}


def test_a_second_sample_vpc_has_interfaces_of_its_own(world: SampleInMoto) -> None:
    second = replace(world.sample, vpc_id="vpc-0fedcba9876543210")

    ids = [sample.interface_id(item) for sample in (world.sample, second) for item in INTERFACES]

    assert len(set(ids)) == 2 * len(INTERFACES)


def test_an_interface_that_moved_had_other_groups_before(world: SampleInMoto) -> None:
    batch = plan_of("batch-1")

    before = world.sample.network_interface(batch, batch.moved_at - 1)
    after = world.sample.network_interface(batch, batch.moved_at)

    names = {group_id: name for name, group_id in world.sample.security.group_ids.items()}
    assert {names[group_id] for group_id in before.group_ids} == {"app", "instances-ssh"}
    assert {names[group_id] for group_id in after.group_ids} == {"batch", "instances-ssh"}


def test_every_fact_is_planted() -> None:
    assert {rule.fact for rule in RULES if rule.fact} == set(get_args(Fact))


def test_every_address_lies_in_its_subnet_and_belongs_to_one_interface() -> None:
    subnets = {subnet.name: subnet for subnet in SUBNETS}
    addrs = Counter(addr for interface in INTERFACES for addr in interface.addrs)

    for interface in INTERFACES:
        subnet = subnets[interface.subnet]
        networks = [ip_network(subnet.cidr_ipv4), ip_network(subnet.cidr_ipv6)]
        assert all(any(ip_address(addr) in network for network in networks) for addr in interface.addrs)
    assert set(addrs.values()) == {1}


def test_names_are_unique_and_every_reference_has_its_target() -> None:
    groups = {group.name for group in GROUPS}

    assert len({rule.name for rule in RULES}) == len(RULES)
    assert {rule.group for rule in RULES} <= groups
    assert {rule.peer.group for rule in RULES if isinstance(rule.peer, MembersOf)} <= groups
    assert {name for item in INTERFACES for name in (*item.groups, *item.earlier_groups)} <= groups


def test_two_groups_have_no_interface_and_one_of_them_is_referenced() -> None:
    carried = {name for item in INTERFACES for name in (*item.groups, *item.earlier_groups)}
    referenced = {rule.peer.group for rule in RULES if isinstance(rule.peer, MembersOf)}

    unattached = {group.name for group in GROUPS} - carried

    assert unattached == {"legacy-ftp", "partner-vpn"}
    assert unattached & referenced == {"partner-vpn"}
