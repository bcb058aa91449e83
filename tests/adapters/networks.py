"""VPCs in moto, each with a subnet and a security group."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client


class Network(NamedTuple):
    vpc_id: str
    subnet_id: str
    group_id: str


def make_network(client: EC2Client, cidr: str = "10.0.0.0/16") -> Network:
    """The subnet is the first /24 of the /16."""
    vpc_id = client.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
    subnet_cidr = cidr.replace("/16", "/24")
    subnet_id = client.create_subnet(VpcId=vpc_id, CidrBlock=subnet_cidr)["Subnet"]["SubnetId"]
    return Network(vpc_id, subnet_id, make_group(client, vpc_id, "web"))


def make_group(client: EC2Client, vpc_id: str, name: str) -> str:
    return client.create_security_group(VpcId=vpc_id, GroupName=name, Description=name)["GroupId"]


def make_interface(client: EC2Client, network: Network, *group_ids: str) -> str:
    answer = client.create_network_interface(SubnetId=network.subnet_id, Groups=list(group_ids))
    return answer["NetworkInterface"]["NetworkInterfaceId"]


def make_prefix_list(client: EC2Client, name: str, cidrs: list[str]) -> str:
    answer = client.create_managed_prefix_list(
        PrefixListName=name, AddressFamily="IPv4", MaxEntries=10, Entries=[{"Cidr": cidr} for cidr in cidrs]
    )
    return answer["PrefixList"]["PrefixListId"]
