"""AWS: DescribeNetworkInterfaces shows the interfaces that services own, with IPv6, prefixes and owners.

MiniStack 1.5.33 only knows those of CreateNetworkInterface, picks their addresses itself, has no IPv6 and no
requester, and ignores filters. No public API makes service-owned interfaces: all come from the control API.
"""

from typing import Final

from local.emulator.deviations.ec2_listing import Listing
from local.emulator.ministack import Record, Response, ec2, replace

LISTING: Final = Listing(
    operation="DescribeNetworkInterfaces",
    member="NetworkInterfaces",
    identity="NetworkInterfaceId",
    id_parameter="NetworkInterfaceId",
    not_found="InvalidNetworkInterfaceID.NotFound",
    filters={
        "addresses.association.public-ip": "PrivateIpAddresses[].Association.PublicIp",
        "addresses.primary": "PrivateIpAddresses[].Primary",
        "addresses.private-ip-address": "PrivateIpAddresses[].PrivateIpAddress",
        "association.public-ip": "Association.PublicIp",
        "attachment.attachment-id": "Attachment.AttachmentId",
        "attachment.instance-id": "Attachment.InstanceId",
        "attachment.instance-owner-id": "Attachment.InstanceOwnerId",
        "attachment.status": "Attachment.Status",
        "availability-zone": "AvailabilityZone",
        "description": "Description",
        "group-id": "Groups[].GroupId",
        "group-name": "Groups[].GroupName",
        "interface-type": "InterfaceType",
        "ipv6-addresses.ipv6-address": "Ipv6Addresses[].Ipv6Address",
        "mac-address": "MacAddress",
        "network-interface-id": "NetworkInterfaceId",
        "owner-id": "OwnerId",
        "private-dns-name": "PrivateDnsName",
        "private-ip-address": "PrivateIpAddress",
        "requester-id": "RequesterId",
        "requester-managed": "RequesterManaged",
        "source-dest-check": "SourceDestCheck",
        "status": "Status",
        "subnet-id": "SubnetId",
        "vpc-id": "VpcId",
    },
)


class NetworkInterfaces:
    """The account's network interfaces by id, each in the shape of DescribeNetworkInterfaces' answer."""

    def __init__(self) -> None:
        self._by_id: dict[str, Record] = {}

    def put(self, interface_id: str, network_interface: Record) -> None:
        self._by_id[interface_id] = {**network_interface, "NetworkInterfaceId": interface_id}

    def delete(self, interface_id: str) -> bool:
        return self._by_id.pop(interface_id, None) is not None

    def describe(self, params: Record) -> Response:
        return LISTING.answer(self._by_id.copy().values(), params)


def mend(network_interfaces: NetworkInterfaces) -> None:
    replace(ec2, "_describe_network_interfaces", network_interfaces.describe)
    ec2._ACTION_MAP["DescribeNetworkInterfaces"] = network_interfaces.describe
