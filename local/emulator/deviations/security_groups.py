"""AWS: each source of a permission is a rule of its own, with an id that no other rule gets again; protocol
numbers and CIDR blocks are made canonical (EC2 API Reference, SecurityGroupRule, SecurityGroupRuleRequest).

MiniStack 1.5.33 keeps a permission with all its sources under one id, derived from its content (so a rule
that is revoked and granted again looks as old as before), drops prefix lists, knows few filters and no pages.
"""

import ipaddress
import uuid
from collections.abc import Callable, Iterator
from typing import Final

from local.emulator.deviations.ec2_listing import Listing, tags_of
from local.emulator.deviations.ec2_response import items
from local.emulator.ministack import Record, Response, ec2, replace, responses

PROTOCOL_NAMES: Final = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
# Where MiniStack keeps a permission's sources, and what names one of them.
SOURCES: Final = {
    "IpRanges": "CidrIp",
    "Ipv6Ranges": "CidrIpv6",
    "PrefixListIds": "PrefixListId",
    "UserIdGroupPairs": "GroupId",
}
GROUPS: Final = Listing(
    operation="DescribeSecurityGroups",
    member="SecurityGroups",
    identity="GroupId",
    id_parameter="GroupId",
    not_found="InvalidGroup.NotFound",
    filters={
        "description": "Description",
        "group-id": "GroupId",
        "group-name": "GroupName",
        "ip-permission.cidr": "IpPermissions[].IpRanges[].CidrIp",
        "ip-permission.group-id": "IpPermissions[].UserIdGroupPairs[].GroupId",
        "owner-id": "OwnerId",
        "vpc-id": "VpcId",
    },
)
RULES: Final = Listing(
    operation="DescribeSecurityGroupRules",
    member="SecurityGroupRules",
    identity="SecurityGroupRuleId",
    id_parameter="SecurityGroupRuleId",
    not_found="InvalidSecurityGroupRuleId.NotFound",
    filters={"group-id": "GroupId", "security-group-rule-id": "SecurityGroupRuleId"},
)

_parse_permissions: Callable[[Record, str], list[Record]] = ec2._parse_ip_permissions


def mend() -> None:
    replace(ec2, "_parse_ip_permissions", parse_rules)
    replace(ec2, "_strip_descriptions", identity)
    replace(ec2, "_sg_rule_xml", _authorized_rules)
    ec2._ACTION_MAP["DescribeSecurityGroups"] = _describe_security_groups
    ec2._ACTION_MAP["DescribeSecurityGroupRules"] = _describe_security_group_rules


def parse_rules(params: Record, prefix: str) -> list[Record]:
    """The request's permissions, one for each source."""
    permissions = _parse_permissions(params, prefix)
    for number, permission in enumerate(permissions, start=1):
        permission["PrefixListIds"] += _parse_prefix_lists(params, f"{prefix}.{number}.PrefixListIds")
    return [rule for permission in permissions for rule in _split(permission)]


def _parse_prefix_lists(params: Record, prefix: str) -> Iterator[Record]:
    number = 1
    while prefix_list_id := ec2._p(params, f"{prefix}.{number}.PrefixListId"):
        description = ec2._p(params, f"{prefix}.{number}.Description")
        yield {"PrefixListId": prefix_list_id} | ({"Description": description} if description else {})
        number += 1


def _split(permission: Record) -> Iterator[Record]:
    for kind, source in _sources(permission):
        yield {
            **_alone(permission, kind, canonical(kind, source)),
            "SecurityGroupRuleId": f"sgr-{uuid.uuid4().hex[:17]}",
            "IpProtocol": PROTOCOL_NAMES.get(permission["IpProtocol"], permission["IpProtocol"]),
        }


def _sources(permission: Record) -> list[tuple[str, Record]]:
    return [(kind, source) for kind in SOURCES for source in permission.get(kind, [])]


def _alone(permission: Record, kind: str, source: Record) -> Record:
    return {**permission, **{other: [] for other in SOURCES}, kind: [source]}


def canonical(kind: str, source: Record) -> Record:
    if kind == "UserIdGroupPairs":
        return {"UserId": responses.get_account_id(), **source}
    name = SOURCES[kind]
    is_cidr = name.startswith("Cidr")
    return {**source, name: str(ipaddress.ip_network(source[name], strict=False))} if is_cidr else source


def identity(rule: Record) -> tuple[str, int, int, list[tuple[str, str]]]:
    """What makes two rules the same: not their ids and descriptions."""
    sources = [(kind, source[SOURCES[kind]]) for kind, source in _sources(rule)]
    return rule["IpProtocol"], rule.get("FromPort", -1), rule.get("ToPort", -1), sources


def _describe_security_groups(params: Record) -> Response:
    return GROUPS.answer(map(_to_group, ec2._security_groups.values()), params)


def _to_group(group: Record) -> Record:
    return {
        **group,
        "IpPermissions": _to_permissions(group["IpPermissions"]),
        "IpPermissionsEgress": _to_permissions(group["IpPermissionsEgress"]),
        "SecurityGroupArn": ec2._security_group_arn(group["GroupId"]),
        "Tags": tags_of(group["GroupId"]),
    }


def _to_permissions(rules: list[Record]) -> list[Record]:
    """AWS shows the rules of one protocol and port range as one permission, without their ids."""
    permissions: dict[tuple[object, ...], Record] = {}
    for rule in rules:
        head = {name: rule[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in rule}
        permission = permissions.setdefault(tuple(head.values()), head | {kind: [] for kind in SOURCES})
        for kind, source in _sources(rule):
            permission[kind].append(source)
    return list(permissions.values())


def _describe_security_group_rules(params: Record) -> Response:
    groups = ec2._security_groups.values()
    return RULES.answer([rule for group in groups for rule in _rules_of(group)], params)


def _rules_of(group: Record) -> Iterator[Record]:
    for rule in group["IpPermissions"]:
        yield from _to_rules(group["GroupId"], rule, is_egress=False)
    for rule in group["IpPermissionsEgress"]:
        yield from _to_rules(group["GroupId"], rule, is_egress=True)


def _authorized_rules(group_id: str, rule: Record, is_egress: bool = False) -> str:
    rules = list(_to_rules(group_id, rule, is_egress=is_egress))
    return items("AuthorizeSecurityGroupIngress", "SecurityGroupRules", rules)


def _to_rules(group_id: str, rule: Record, *, is_egress: bool) -> Iterator[Record]:
    """One rule as a rule, and a permission of several sources (CloudFormation makes them) as several."""
    sources = _sources(rule)
    for kind, source in sources:
        alone = _alone(rule, kind, source)
        if len(sources) > 1:
            alone.pop("SecurityGroupRuleId", None)
        rule_id = ec2._sg_rule_id(group_id, is_egress, alone)
        yield {
            "SecurityGroupRuleId": rule_id,
            "GroupId": group_id,
            "GroupOwnerId": responses.get_account_id(),
            "IsEgress": is_egress,
            "IpProtocol": rule["IpProtocol"],
            # AWS shows rules of all protocols and ports with -1, where DescribeSecurityGroups leaves it out.
            "FromPort": rule.get("FromPort", -1),
            "ToPort": rule.get("ToPort", -1),
            **_peer(kind, source),
            "Description": source.get("Description"),
            "Tags": tags_of(rule_id),
            "SecurityGroupRuleArn": ec2._sg_rule_arn(rule_id),
        }


def _peer(kind: str, source: Record) -> Record:
    if kind == "IpRanges":
        return {"CidrIpv4": source["CidrIp"]}
    if kind == "UserIdGroupPairs":
        owner = source.get("UserId") or responses.get_account_id()
        return {"ReferencedGroupInfo": {**source, "UserId": owner}}
    return {SOURCES[kind]: source[SOURCES[kind]]}
