"""Inventories as the AWS CLI writes them: `aws ec2 describe-… --output json`."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from ipaddress import ip_address, ip_network
from pathlib import Path

from domain.inventory import (
    Inventory,
    NetworkInterface,
    Peer,
    PrefixListEntry,
    SecurityGroup,
    SecurityGroupRule,
    Tags,
)

Json = dict[str, object]


def write_inventory(folder: Path, *inventories: Inventory) -> Path:
    """Of several VPCs, as one account's answers."""
    folder.mkdir(parents=True, exist_ok=True)
    answers = {
        "describe-network-interfaces.json": {
            "NetworkInterfaces": [
                answer_interface(eni) for inventory in inventories for eni in inventory.network_interfaces
            ]
        },
        "describe-security-groups.json": {
            "SecurityGroups": [
                answer_group(group) for inventory in inventories for group in inventory.security_groups
            ]
        },
        "describe-security-group-rules.json": {
            "SecurityGroupRules": [
                answer_rule(rule) for inventory in inventories for rule in inventory.security_group_rules
            ]
        },
    }
    for name, answer in answers.items():
        (folder / name).write_text(json.dumps(answer, indent=4))
    _write_prefix_lists(folder, [e for inventory in inventories for e in inventory.prefix_list_entries])
    return folder


def answer_interface(eni: NetworkInterface) -> Json:
    addrs = {
        version: [a for a in eni.private_addrs if ip_address(a).version == version] for version in (4, 6)
    }
    prefixes = {version: [p for p in eni.prefixes if ip_network(p).version == version] for version in (4, 6)}
    return {
        "Attachment": {"InstanceId": eni.instance_id, "Status": "attached"} if eni.instance_id else {},
        "Description": eni.description,
        "Groups": [{"GroupId": group_id, "GroupName": group_id} for group_id in eni.group_ids],
        "InterfaceType": eni.interface_type,
        "Ipv4Prefixes": [{"Ipv4Prefix": prefix} for prefix in prefixes[4]],
        "Ipv6Addresses": [{"Ipv6Address": addr} for addr in addrs[6]],
        "Ipv6Prefixes": [{"Ipv6Prefix": prefix} for prefix in prefixes[6]],
        "NetworkInterfaceId": eni.interface_id,
        "OwnerId": eni.owner_id,
        "PrivateIpAddress": addrs[4][0] if addrs[4] else None,
        "PrivateIpAddresses": [{"PrivateIpAddress": addr} for addr in addrs[4]]
        + [{"Association": {"PublicIp": addr}} for addr in eni.public_addrs],
        "RequesterId": eni.requester_id,
        "RequesterManaged": eni.requester_managed,
        "SubnetId": eni.subnet_id,
        "TagSet": [{"Key": "Name", "Value": eni.name}] if eni.name else [],
        "VpcId": eni.vpc_id,
    }


def answer_group(group: SecurityGroup) -> Json:
    return {
        "GroupId": group.group_id,
        "IpPermissions": [],
        "VpcId": group.vpc_id,
        "OwnerId": group.owner_id,
        "Description": group.description,
        "GroupName": group.group_name,
        "Tags": _answer_tags(group.tags),
    }


def answer_rule(rule: SecurityGroupRule) -> Json:
    return {
        "SecurityGroupRuleId": rule.rule_id,
        "GroupId": rule.group_id,
        "IsEgress": rule.direction == "egress",
        "IpProtocol": rule.ip_protocol,
        "FromPort": rule.from_port,
        "ToPort": rule.to_port,
        **_answer_peer(rule.peer),
        "Description": rule.description,
        "Tags": _answer_tags(rule.tags),
    }


def _answer_peer(peer: Peer) -> Json:
    if peer.referenced_group_id is not None:
        group = {
            "GroupId": peer.referenced_group_id,
            "UserId": peer.referenced_owner_id,
            "VpcId": peer.referenced_vpc_id,
            "VpcPeeringConnectionId": peer.vpc_peering_connection_id,
        }
        return {"ReferencedGroupInfo": {key: value for key, value in group.items() if value}}
    peers = {"CidrIpv4": peer.cidr_ipv4, "CidrIpv6": peer.cidr_ipv6, "PrefixListId": peer.prefix_list_id}
    return {key: value for key, value in peers.items() if value}


def _answer_tags(tags: Tags) -> Sequence[Json]:
    return [{"Key": key, "Value": value} for key, value in tags]


def _write_prefix_lists(folder: Path, entries: Iterable[PrefixListEntry]) -> None:
    lists: dict[str, list[Json]] = defaultdict(list)
    for entry in entries:
        lists[entry.prefix_list_id].append({"Cidr": entry.cidr, "Description": entry.description})
    for prefix_list_id, answers in lists.items():
        file = folder / "get-managed-prefix-list-entries" / f"{prefix_list_id}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps({"Entries": answers}, indent=4))
