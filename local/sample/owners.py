"""How AWS writes the network interface that one of its services owns.

Service interfaces tell their owner by requester, type and description:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from local.sample.types import ACCOUNT_ID, InterfaceOwner, SampleInterface

Answer = dict[str, object]


@dataclass(frozen=True, slots=True)
class OwnerStyle:
    """`requester_id` is None where the account itself asked for the interface."""

    description: str = ""
    requester_id: str | None = None
    attachment_owner: str | None = None
    interface_type: str = "interface"


STYLES: dict[InterfaceOwner, OwnerStyle] = {
    "ec2": OwnerStyle(attachment_owner=ACCOUNT_ID),
    "unattached": OwnerStyle("kept for the standby database"),
    "elb": OwnerStyle("ELB app/web-lb/50dc6c495c0c9188", "amazon-elb", "amazon-elb"),
    "nlb": OwnerStyle(
        "ELB net/feed-lb/6d0ecf831eec9f09", "amazon-elb", "amazon-elb", "network_load_balancer"
    ),
    "rds": OwnerStyle("RDSNetworkInterface", "amazon-rds", "amazon-rds"),
    "elasticache": OwnerStyle("ElastiCache sessions-001", "amazon-elasticache", "amazon-elasticache"),
    "efs": OwnerStyle(
        "EFS mount target for fs-0a1b2c3d4e5f60718 (fsmt-0f1e2d3c4b5a69788)", "111122223333", "amazon-aws"
    ),
    "ecs": OwnerStyle(
        f"arn:aws:ecs:us-east-1:{ACCOUNT_ID}:attachment/5f9a1c7e-9d0b-4c4e-8a55-1f2e3d4c5b6a",
        "444455556666",
        "444455556666",
    ),
    "lambda": OwnerStyle(
        "AWS Lambda VPC ENI-reports-0b6a2c1e-3d4f-4a5b-8c6d-7e8f90a1b2c3",
        f"AROAEXAMPLEREPORTSFN:{ACCOUNT_ID}",
        "amazon-aws",
        "lambda",
    ),
    "nat_gateway": OwnerStyle(
        "Interface for NAT Gateway nat-0123456789abcdef0", "111122223333", "amazon-aws", "nat_gateway"
    ),
    "vpc_endpoint": OwnerStyle(
        "VPC Endpoint Interface vpce-0fedcba9876543210", "111122223333", "amazon-aws", "vpc_endpoint"
    ),
}


def make_id(prefix: str, vpc_id: str, name: str) -> str:
    """An id in AWS's shape, for what nobody but AWS's own services could create."""
    return f"{prefix}-{hashlib.sha256(f'{vpc_id} {name}'.encode()).hexdigest()[:17]}"


def describe_interface(
    interface: SampleInterface, vpc_id: str, subnet_id: str, group_ids: Mapping[str, str]
) -> Answer:
    """In the shape of DescribeNetworkInterfaces' answer."""
    style = STYLES[interface.owner]
    answer: Answer = {
        "NetworkInterfaceId": make_id("eni", vpc_id, interface.name),
        "VpcId": vpc_id,
        "SubnetId": subnet_id,
        "OwnerId": ACCOUNT_ID,
        "Status": "in-use" if style.attachment_owner else "available",
        "Description": style.description,
        "InterfaceType": style.interface_type,
        "RequesterManaged": style.requester_id is not None,
        "SourceDestCheck": True,
        "Groups": [{"GroupId": group_id, "GroupName": name} for name, group_id in group_ids.items()],
        "TagSet": [] if style.requester_id else [{"Key": "Name", "Value": interface.name}],
    }
    if style.requester_id is not None:
        answer["RequesterId"] = style.requester_id
    if style.attachment_owner is not None:
        answer["Attachment"] = _describe_attachment(interface, vpc_id, style.attachment_owner)
    return answer | _describe_addrs(interface)


def _describe_attachment(interface: SampleInterface, vpc_id: str, owner: str) -> Answer:
    attachment: Answer = {"InstanceOwnerId": owner, "DeviceIndex": 0, "Status": "attached"}
    if interface.owner != "ec2":
        return attachment | {"AttachmentId": make_id("ela-attach", vpc_id, interface.name)}
    return attachment | {
        "AttachmentId": make_id("eni-attach", vpc_id, interface.name),
        "InstanceId": make_id("i", vpc_id, interface.name),
    }


def _describe_addrs(interface: SampleInterface) -> Answer:
    primary, *others = interface.private_addrs
    public = {"Association": {"PublicIp": interface.public_addr}} if interface.public_addr else {}
    return {
        "PrivateIpAddress": primary,
        "PrivateIpAddresses": [
            {"PrivateIpAddress": primary, "Primary": True, **public},
            *({"PrivateIpAddress": addr, "Primary": False} for addr in others),
        ],
        "Ipv6Addresses": [{"Ipv6Address": addr} for addr in interface.ipv6_addrs],
        **public,
    }
