"""What a VPC held at one time, parsed from the answers of the EC2 API."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from domain.ec2_answer import (
    Answer,
    flag,
    member,
    members,
    optional_addr,
    optional_cidr,
    optional_number,
    optional_text,
    required_text,
    text_or_empty,
)
from domain.errors import InventoryError

Direction = Literal["ingress", "egress"]
Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NetworkInterface:
    """Text that EC2 doesn't give is ""; addresses and prefixes are in canonical spelling."""

    interface_id: str
    vpc_id: str
    subnet_id: str
    instance_id: str | None
    description: str
    name: str
    interface_type: str
    requester_id: str
    requester_managed: bool
    owner_id: str
    private_addrs: tuple[str, ...]
    """Primary IPv4, then the other IPv4 ones, then IPv6, each sorted."""
    prefixes: tuple[str, ...]
    """Delegated IPv4 and IPv6 prefixes: each address in them is the interface's."""
    public_addrs: tuple[str, ...]
    group_ids: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.interface_id


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    group_id: str
    group_name: str
    description: str
    vpc_id: str
    owner_id: str
    tags: Tags

    @property
    def key(self) -> str:
        return self.group_id


@dataclass(frozen=True, slots=True)
class Peer:
    """The far side of a rule: exactly one of the first four is set."""

    cidr_ipv4: str | None = None
    cidr_ipv6: str | None = None
    prefix_list_id: str | None = None
    referenced_group_id: str | None = None
    referenced_owner_id: str | None = None
    referenced_vpc_id: str | None = None
    vpc_peering_connection_id: str | None = None

    def __post_init__(self) -> None:
        kinds = (self.cidr_ipv4, self.cidr_ipv6, self.prefix_list_id, self.referenced_group_id)
        if sum(kind is not None for kind in kinds) != 1:
            raise InventoryError(f"A rule has one CIDR block, prefix list or group as its peer, not {self}")


@dataclass(frozen=True, slots=True)
class SecurityGroupRule:
    """`ip_protocol`, `from_port` and `to_port` are as EC2 gives them: "-1" and -1 stand for all."""

    rule_id: str
    group_id: str
    direction: Direction
    ip_protocol: str
    from_port: int | None
    to_port: int | None
    peer: Peer
    description: str
    tags: Tags

    @property
    def key(self) -> str:
        return self.rule_id


@dataclass(frozen=True, slots=True)
class PrefixListEntry:
    prefix_list_id: str
    prefix_list_name: str
    cidr: str
    description: str

    @property
    def key(self) -> str:
        return f"{self.prefix_list_id} {self.cidr}"


@dataclass(frozen=True, slots=True)
class Inventory:
    """One complete observation of a VPC; `observed_at` in epoch seconds."""

    vpc_id: str
    observed_at: int
    network_interfaces: tuple[NetworkInterface, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    security_group_rules: tuple[SecurityGroupRule, ...] = ()
    prefix_list_entries: tuple[PrefixListEntry, ...] = ()


def parse_network_interface(answer: Answer) -> NetworkInterface:
    """From one of DescribeNetworkInterfaces' NetworkInterfaces."""
    return NetworkInterface(
        interface_id=required_text(answer, "NetworkInterfaceId"),
        vpc_id=required_text(answer, "VpcId"),
        subnet_id=text_or_empty(answer, "SubnetId"),
        instance_id=optional_text(member(answer, "Attachment"), "InstanceId"),
        description=text_or_empty(answer, "Description"),
        name=dict(_parse_tags(answer, "TagSet")).get("Name", ""),
        interface_type=text_or_empty(answer, "InterfaceType"),
        requester_id=text_or_empty(answer, "RequesterId"),
        requester_managed=flag(answer, "RequesterManaged"),
        owner_id=text_or_empty(answer, "OwnerId"),
        private_addrs=_parse_private_addrs(answer),
        prefixes=_parse_prefixes(answer),
        public_addrs=_parse_public_addrs(answer),
        group_ids=tuple(sorted(required_text(group, "GroupId") for group in members(answer, "Groups"))),
    )


def parse_security_group(answer: Answer) -> SecurityGroup:
    """From one of DescribeSecurityGroups' SecurityGroups."""
    return SecurityGroup(
        group_id=required_text(answer, "GroupId"),
        group_name=text_or_empty(answer, "GroupName"),
        description=text_or_empty(answer, "Description"),
        vpc_id=text_or_empty(answer, "VpcId"),
        owner_id=text_or_empty(answer, "OwnerId"),
        tags=_parse_tags(answer, "Tags"),
    )


def parse_security_group_rule(answer: Answer) -> SecurityGroupRule:
    """From one of DescribeSecurityGroupRules' SecurityGroupRules."""
    return SecurityGroupRule(
        rule_id=required_text(answer, "SecurityGroupRuleId"),
        group_id=required_text(answer, "GroupId"),
        direction="egress" if flag(answer, "IsEgress") else "ingress",
        ip_protocol=required_text(answer, "IpProtocol"),
        from_port=optional_number(answer, "FromPort"),
        to_port=optional_number(answer, "ToPort"),
        peer=_parse_peer(answer),
        description=text_or_empty(answer, "Description"),
        tags=_parse_tags(answer, "Tags"),
    )


def parse_prefix_list_entry(prefix_list: Answer, entry: Answer) -> PrefixListEntry:
    """From one of DescribeManagedPrefixLists' PrefixLists and one of GetManagedPrefixListEntries' Entries."""
    cidr = optional_cidr(entry, "Cidr")
    if cidr is None:
        raise InventoryError(f"An entry of prefix list {prefix_list.get('PrefixListId')} has no Cidr")
    return PrefixListEntry(
        prefix_list_id=required_text(prefix_list, "PrefixListId"),
        prefix_list_name=text_or_empty(prefix_list, "PrefixListName"),
        cidr=cidr,
        description=text_or_empty(entry, "Description"),
    )


def _parse_tags(answer: Answer, key: str) -> Tags:
    return tuple(
        sorted((text_or_empty(tag, "Key"), text_or_empty(tag, "Value")) for tag in members(answer, key))
    )


def _parse_private_addrs(answer: Answer) -> tuple[str, ...]:
    primary = optional_addr(answer, "PrivateIpAddress")
    ipv4 = [optional_addr(item, "PrivateIpAddress") for item in members(answer, "PrivateIpAddresses")]
    ipv6 = [optional_addr(item, "Ipv6Address") for item in members(answer, "Ipv6Addresses")]
    return _distinct([primary, *_sorted(ipv4), *_sorted(ipv6)])


def _parse_prefixes(answer: Answer) -> tuple[str, ...]:
    ipv4 = [optional_cidr(item, "Ipv4Prefix") for item in members(answer, "Ipv4Prefixes")]
    ipv6 = [optional_cidr(item, "Ipv6Prefix") for item in members(answer, "Ipv6Prefixes")]
    return _distinct([*_sorted(ipv4), *_sorted(ipv6)])


def _parse_public_addrs(answer: Answer) -> tuple[str, ...]:
    bearers = [answer, *members(answer, "PrivateIpAddresses")]
    return _distinct(_sorted(optional_addr(member(bearer, "Association"), "PublicIp") for bearer in bearers))


def _parse_peer(answer: Answer) -> Peer:
    group = member(answer, "ReferencedGroupInfo")
    return Peer(
        cidr_ipv4=optional_cidr(answer, "CidrIpv4"),
        cidr_ipv6=optional_cidr(answer, "CidrIpv6"),
        prefix_list_id=optional_text(answer, "PrefixListId"),
        referenced_group_id=optional_text(group, "GroupId"),
        referenced_owner_id=optional_text(group, "UserId"),
        referenced_vpc_id=optional_text(group, "VpcId"),
        vpc_peering_connection_id=optional_text(group, "VpcPeeringConnectionId"),
    )


def _sorted(texts: Iterable[str | None]) -> list[str]:
    # EC2 promises no order; without one the same interface would look changed at each observation.
    return sorted(text for text in texts if text is not None)


def _distinct(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text is not None))
