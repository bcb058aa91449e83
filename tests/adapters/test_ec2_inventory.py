from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from adapters.ec2_inventory import get_inventory, get_vpc_id_of_subnets
from domain.errors import InventoryError
from domain.inventory import Peer
from tests.adapters.aws import Ec2
from tests.adapters.networks import Network, make_group, make_interface, make_network, make_prefix_list

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import IpPermissionTypeDef

OBSERVED_AT = 1_795_521_600


@pytest.fixture
def network(ec2: Ec2) -> Network:
    network = make_network(ec2.client)
    ec2.calls.clear()
    return network


def test_an_inventory_holds_the_vpcs_interfaces_groups_and_rules(ec2: Ec2, network: Network) -> None:
    interface_id = make_interface(ec2.client, network, network.group_id)
    ec2.client.authorize_security_group_ingress(
        GroupId=network.group_id, IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="203.0.113.0/24"
    )

    inventory = get_inventory(ec2.client, network.vpc_id, OBSERVED_AT)

    assert (inventory.vpc_id, inventory.observed_at) == (network.vpc_id, OBSERVED_AT)
    assert [eni.interface_id for eni in inventory.network_interfaces] == [interface_id]
    assert {group.group_name for group in inventory.security_groups} == {"default", "web"}
    ingress = [rule for rule in inventory.security_group_rules if rule.direction == "ingress"]
    assert Peer(cidr_ipv4="203.0.113.0/24") in [rule.peer for rule in ingress]


def test_what_belongs_to_another_vpc_stays_out(ec2: Ec2, network: Network) -> None:
    other = make_network(ec2.client, "10.1.0.0/16")
    make_interface(ec2.client, other, other.group_id)

    inventory = get_inventory(ec2.client, network.vpc_id, OBSERVED_AT)

    assert inventory.network_interfaces == ()
    assert {group.vpc_id for group in inventory.security_groups} == {network.vpc_id}


def test_all_pages_are_read(ec2: Ec2, network: Network) -> None:
    ec2.page_size = 2
    interface_ids = {make_interface(ec2.client, network, network.group_id) for _ in range(5)}
    group_ids = {make_group(ec2.client, network.vpc_id, f"group-{number}") for number in range(5)}

    inventory = get_inventory(ec2.client, network.vpc_id, OBSERVED_AT)

    assert {eni.interface_id for eni in inventory.network_interfaces} == interface_ids
    assert {group.group_id for group in inventory.security_groups} >= group_ids
    assert {rule.group_id for rule in inventory.security_group_rules} >= group_ids


def test_every_listing_asks_for_pages_and_for_resources_that_services_manage(
    ec2: Ec2, network: Network
) -> None:
    get_inventory(ec2.client, network.vpc_id, OBSERVED_AT)

    assert all(params["MaxResults"] == 1000 for _, params in ec2.calls)
    interfaces = next(params for operation, params in ec2.calls if operation == "DescribeNetworkInterfaces")
    assert interfaces["IncludeManagedResources"] is True


def test_rules_of_more_than_200_groups_take_several_filters(ec2: Ec2, network: Network) -> None:
    group_ids = {make_group(ec2.client, network.vpc_id, f"group-{number}") for number in range(200)}
    ec2.calls.clear()

    inventory = get_inventory(ec2.client, network.vpc_id, OBSERVED_AT)

    assert ec2.operations().count("DescribeSecurityGroupRules") == 2
    assert {rule.group_id for rule in inventory.security_group_rules} >= group_ids


def test_a_group_of_another_vpc_that_an_interface_carries_is_there_with_its_rules(
    ec2: Ec2, network: Network
) -> None:
    shared = make_network(ec2.client, "10.1.0.0/16").group_id
    make_interface(ec2.client, network, network.group_id, shared)

    inventory = get_inventory(ec2.client, network.vpc_id, OBSERVED_AT)

    assert shared in {group.group_id for group in inventory.security_groups}
    assert shared in {rule.group_id for rule in inventory.security_group_rules}


def test_a_carried_group_that_cannot_be_seen_is_left_out(ec2: Ec2, network: Network) -> None:
    other = make_network(ec2.client, "10.1.0.0/16")
    make_interface(ec2.client, network, other.group_id)
    ec2.client.delete_security_group(GroupId=other.group_id)

    inventory = get_inventory(ec2.client, network.vpc_id, OBSERVED_AT)

    assert other.group_id not in {group.group_id for group in inventory.security_groups}
    assert inventory.network_interfaces[0].group_ids == (other.group_id,)


def test_only_prefix_lists_that_rules_use_are_read(ec2: Ec2, network: Network) -> None:
    ec2.page_size = 2
    cidrs = [f"198.51.100.{number * 16}/28" for number in range(5)]
    used = make_prefix_list(ec2.client, "offices", cidrs)
    make_prefix_list(ec2.client, "unused", ["192.0.2.0/24"])
    permission: IpPermissionTypeDef = {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": used}]}
    ec2.client.authorize_security_group_ingress(GroupId=network.group_id, IpPermissions=[permission])

    entries = get_inventory(ec2.client, network.vpc_id, OBSERVED_AT).prefix_list_entries

    assert {(entry.prefix_list_id, entry.prefix_list_name) for entry in entries} == {(used, "offices")}
    assert {entry.cidr for entry in entries} == set(cidrs)


def test_a_throttled_call_is_tried_again(ec2: Ec2, network: Network, slept: list[float]) -> None:
    interface_id = make_interface(ec2.client, network, network.group_id)
    ec2.throttle("DescribeNetworkInterfaces", 3)

    inventory = get_inventory(ec2.client, network.vpc_id, OBSERVED_AT)

    assert [eni.interface_id for eni in inventory.network_interfaces] == [interface_id]
    assert len(slept) == 3


def test_throttling_that_does_not_end_is_an_error_within_two_minutes(
    ec2: Ec2, network: Network, slept: list[float]
) -> None:
    ec2.throttle("DescribeSecurityGroupRules", 1000)

    with pytest.raises(ClientError, match="RequestLimitExceeded"):
        get_inventory(ec2.client, network.vpc_id, OBSERVED_AT)

    assert 0 < sum(slept) < 120


def test_subnets_are_resolved_to_their_vpcs(ec2: Ec2, network: Network) -> None:
    other = make_network(ec2.client, "10.1.0.0/16")

    found = get_vpc_id_of_subnets(ec2.client, [network.subnet_id, other.subnet_id])

    assert found == {network.subnet_id: network.vpc_id, other.subnet_id: other.vpc_id}


def test_no_subnets_need_no_call(ec2: Ec2) -> None:
    assert get_vpc_id_of_subnets(ec2.client, []) == {}
    assert ec2.calls == []


def test_subnets_that_do_not_exist_are_named(ec2: Ec2, network: Network) -> None:
    with pytest.raises(InventoryError, match="subnet-0123456789abcdef0"):
        get_vpc_id_of_subnets(ec2.client, [network.subnet_id, "subnet-0123456789abcdef0"])
