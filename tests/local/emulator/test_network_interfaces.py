"""Network interfaces of services and subnets, as boto3 reads them from the emulator."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from tests.local.emulator.emulated import filter_by


@pytest.fixture
def network_interface(cloud: LocalCloud, vpc_id: str) -> Iterator[dict[str, Any]]:
    """A load balancer's: service-owned, with IPv6, a prefix and a public address."""
    network_interface = {
        "NetworkInterfaceId": f"eni-{vpc_id.removeprefix('vpc-')}",
        "InterfaceType": "network_load_balancer",
        "RequesterId": "amazon-elb",
        "RequesterManaged": True,
        "OwnerId": cloud.account,
        "Description": "ELB net/front/0123456789abcdef",
        "Status": "in-use",
        "VpcId": vpc_id,
        "SubnetId": "subnet-0123456789abcdef0",
        "Groups": [{"GroupId": "sg-0123456789abcdef0", "GroupName": "front"}],
        "PrivateIpAddress": "10.0.0.5",
        "PrivateIpAddresses": [
            {"Primary": True, "PrivateIpAddress": "10.0.0.5", "Association": {"PublicIp": "198.51.100.5"}},
            {"Primary": False, "PrivateIpAddress": "10.0.0.6"},
        ],
        "Association": {"PublicIp": "198.51.100.5", "IpOwnerId": "amazon-elb"},
        "Ipv6Addresses": [{"Ipv6Address": "2001:db8::5"}],
        "Ipv4Prefixes": [{"Ipv4Prefix": "10.0.0.16/28"}],
        "Attachment": {"InstanceOwnerId": "amazon-elb", "DeviceIndex": 1, "Status": "attached"},
        "TagSet": [{"Key": "Name", "Value": "front <1> & more"}],
    }
    cloud.control.put_network_interface(network_interface)
    yield network_interface
    cloud.control.delete_network_interface(str(network_interface["NetworkInterfaceId"]))


def test_a_network_interface_is_described_as_it_was_put(
    cloud: LocalCloud, network_interface: dict[str, Any]
) -> None:
    ids = [network_interface["NetworkInterfaceId"]]

    described = cloud.client("ec2").describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]

    assert described == [network_interface]


def test_a_deleted_network_interface_is_described_no_more(cloud: LocalCloud) -> None:
    interface_id = "eni-0123456789abcdef0"
    cloud.control.put_network_interface({"NetworkInterfaceId": interface_id})
    cloud.control.delete_network_interface(interface_id)

    with pytest.raises(ClientError, match=r"InvalidNetworkInterfaceID\.NotFound"):
        cloud.client("ec2").describe_network_interfaces(NetworkInterfaceIds=[interface_id])


@pytest.mark.parametrize(
    ("name", "value", "count"),
    [
        ("group-id", "sg-0123456789abcdef0", 1),
        ("subnet-id", "subnet-0123456789abcdef0", 1),
        ("interface-type", "network_load_balancer", 1),
        ("requester-managed", "true", 1),
        ("addresses.private-ip-address", "10.0.0.6", 1),
        ("ipv6-addresses.ipv6-address", "2001:db8::5", 1),
        ("description", "ELB net/*", 1),
        ("tag:Name", "front*", 1),
        ("status", "available", 0),
        ("group-id", "sg-0123456789abcdef1", 0),
    ],
)
def test_network_interfaces_are_filtered(
    cloud: LocalCloud, network_interface: dict[str, Any], name: str, value: str, count: int
) -> None:
    filters = [filter_by("vpc-id", network_interface["VpcId"]), filter_by(name, value)]

    described = cloud.client("ec2").describe_network_interfaces(Filters=filters)["NetworkInterfaces"]

    assert len(described) == count


def test_an_unknown_filter_is_refused(cloud: LocalCloud) -> None:
    with pytest.raises(ClientError, match="The filter 'vpc' is invalid"):
        cloud.client("ec2").describe_network_interfaces(Filters=[filter_by("vpc", "vpc-0123456789abcdef0")])


def test_a_filter_has_at_most_200_values(cloud: LocalCloud) -> None:
    ids = [f"vpc-{number:017x}" for number in range(201)]

    with pytest.raises(ClientError, match="FilterLimitExceeded"):
        cloud.client("ec2").describe_network_interfaces(Filters=[filter_by("vpc-id", *ids)])


def test_network_interfaces_come_in_pages(cloud: LocalCloud, vpc_id: str) -> None:
    ids = [f"eni-{number:017x}" for number in range(12)]
    for interface_id in ids:
        cloud.control.put_network_interface({"NetworkInterfaceId": interface_id, "VpcId": vpc_id})

    paginator = cloud.client("ec2").get_paginator("describe_network_interfaces")
    pages = list(paginator.paginate(Filters=[filter_by("vpc-id", vpc_id)], PaginationConfig={"PageSize": 5}))

    assert [len(page["NetworkInterfaces"]) for page in pages] == [5, 5, 2]
    assert [eni["NetworkInterfaceId"] for page in pages for eni in page["NetworkInterfaces"]] == ids
    for interface_id in ids:
        cloud.control.delete_network_interface(interface_id)


def test_named_interfaces_can_not_be_paged(cloud: LocalCloud, network_interface: dict[str, Any]) -> None:
    ids = [network_interface["NetworkInterfaceId"]]

    with pytest.raises(ClientError, match="InvalidParameterCombination"):
        cloud.client("ec2").describe_network_interfaces(NetworkInterfaceIds=ids, MaxResults=5)


def test_an_unknown_subnet_is_an_error(cloud: LocalCloud) -> None:
    with pytest.raises(ClientError, match=r"InvalidSubnetID\.NotFound"):
        cloud.client("ec2").describe_subnets(SubnetIds=["subnet-0123456789abcdef0"])


def test_an_unknown_filter_of_subnets_is_refused(cloud: LocalCloud) -> None:
    with pytest.raises(ClientError, match="The filter 'vpc' is invalid"):
        cloud.client("ec2").describe_subnets(Filters=[filter_by("vpc", "vpc-0123456789abcdef0")])


def test_a_subnet_tells_its_vpc(cloud: LocalCloud, vpc_id: str) -> None:
    ec2 = cloud.client("ec2")
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]

    (subnet,) = ec2.describe_subnets(SubnetIds=[subnet_id])["Subnets"]

    assert subnet["VpcId"] == vpc_id
