"""AWS: DescribeSubnets refuses a filter it doesn't know and pages; MiniStack 1.5.33 ignores both."""

from typing import Final

from local.emulator.deviations.ec2_listing import Listing, tags_of
from local.emulator.ministack import Record, Response, ec2

LISTING: Final = Listing(
    operation="DescribeSubnets",
    member="Subnets",
    identity="SubnetId",
    id_parameter="SubnetId",
    not_found="InvalidSubnetID.NotFound",
    filters={
        "availability-zone": "AvailabilityZone",
        "availability-zone-id": "AvailabilityZoneId",
        "cidr": "CidrBlock",
        "cidr-block": "CidrBlock",
        "default-for-az": "DefaultForAz",
        "owner-id": "OwnerId",
        "state": "State",
        "subnet-id": "SubnetId",
        "vpc-id": "VpcId",
    },
)


def mend() -> None:
    ec2._ACTION_MAP["DescribeSubnets"] = _describe_subnets


def _describe_subnets(params: Record) -> Response:
    subnets = ec2._subnets.values()
    return LISTING.answer([{**subnet, "Tags": tags_of(subnet["SubnetId"])} for subnet in subnets], params)
