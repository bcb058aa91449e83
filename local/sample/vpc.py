"""A VPC that looks like a real one, written to EC2 through its API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.inventory import NetworkInterface, parse_network_interface
from local.sample.groups import END_OF_DAY
from local.sample.interfaces import INTERFACES, SUBNETS, VPC_CIDR_IPV4
from local.sample.owners import describe_interface, make_id
from local.sample.security import SampleSecurity, create_security
from local.sample.types import REGION, SampleInterface, SampleSubnet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_ec2 import EC2Client


class InterfaceControl(Protocol):
    """Interfaces are put beside the API: through it nobody can create those of AWS's services."""

    def put_network_interface(self, answer: Mapping[str, object]) -> None: ...


@dataclass(frozen=True, slots=True)
class CreatedSubnet:
    subnet_id: str
    availability_zone: str
    az_id: str


@dataclass(frozen=True, slots=True)
class SampleVpc:
    """The ids that EC2 gave to the sample's names."""

    vpc_id: str
    subnets: Mapping[str, CreatedSubnet]
    security: SampleSecurity

    def describe(self, interface: SampleInterface, second: int) -> dict[str, object]:
        """What DescribeNetworkInterfaces says of it at a second of the day."""
        group_ids = {name: self.security.group_ids[name] for name in interface.groups_at(second)}
        subnet = self.subnets[interface.subnet]
        answer = describe_interface(interface, self.vpc_id, subnet.subnet_id, group_ids)
        return answer | {"AvailabilityZone": subnet.availability_zone}

    def interface_id(self, interface: SampleInterface) -> str:
        return make_id("eni", self.vpc_id, interface.name)

    def instance_id(self, interface: SampleInterface) -> str | None:
        return make_id("i", self.vpc_id, interface.name) if interface.owner == "ec2" else None

    def network_interface(self, interface: SampleInterface, second: int) -> NetworkInterface:
        return parse_network_interface(self.describe(interface, second))


def create_sample_vpc(ec2: EC2Client, control: InterfaceControl) -> SampleVpc:
    """The VPC as it is at the end of the sample day."""
    vpc_id = ec2.create_vpc(
        CidrBlock=VPC_CIDR_IPV4,
        AmazonProvidedIpv6CidrBlock=True,
        TagSpecifications=[{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "sample"}]}],
    )["Vpc"]["VpcId"]
    subnets = {subnet.name: _create_subnet(ec2, vpc_id, subnet) for subnet in SUBNETS}
    sample = SampleVpc(vpc_id, subnets, create_security(ec2, vpc_id))
    for interface in INTERFACES:
        if interface.in_inventory and not interface.lifetime.is_past:
            control.put_network_interface(sample.describe(interface, second=END_OF_DAY))
    return sample


def _create_subnet(ec2: EC2Client, vpc_id: str, subnet: SampleSubnet) -> CreatedSubnet:
    answer = ec2.create_subnet(
        VpcId=vpc_id,
        CidrBlock=subnet.cidr_ipv4,
        Ipv6CidrBlock=subnet.cidr_ipv6,
        AvailabilityZone=f"{REGION}{subnet.zone}",
        TagSpecifications=[{"ResourceType": "subnet", "Tags": [{"Key": "Name", "Value": subnet.name}]}],
    )["Subnet"]
    return CreatedSubnet(answer["SubnetId"], answer["AvailabilityZone"], answer["AvailabilityZoneId"])
