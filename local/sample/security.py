"""Writes the sample's security groups, rules and prefix lists to EC2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.inventory import (
    SecurityGroup,
    SecurityGroupRule,
    parse_security_group,
    parse_security_group_rule,
)
from local.sample.groups import GROUPS, OFFICES, PEERED_GROUPS, PEERED_VPC_CIDR, S3_PREFIX_LIST
from local.sample.rules import RULES, TO_ANYWHERE
from local.sample.types import (
    Cidr,
    ListedIn,
    MembersOf,
    MembersOfPeered,
    PeeredGroup,
    SampleGroup,
    SamplePrefixList,
    SampleRule,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import IpPermissionTypeDef, SecurityGroupRuleTypeDef


@dataclass(frozen=True, slots=True)
class SampleSecurity:
    """The ids that EC2 gave to the sample's names, and what was there earlier in the day and is gone."""

    prefix_list_ids: Mapping[str, str]
    group_ids: Mapping[str, str]
    peered_group_ids: Mapping[str, str]
    rule_ids: Mapping[str, str]
    past_groups: tuple[SecurityGroup, ...]
    past_rules: tuple[SecurityGroupRule, ...]


def create_security(ec2: EC2Client, vpc_id: str) -> SampleSecurity:
    prefix_list_ids = {
        OFFICES.name: _create_prefix_list(ec2, OFFICES),
        S3_PREFIX_LIST.name: _find_prefix_list(ec2, S3_PREFIX_LIST),
    }
    group_ids = _create_groups(ec2, vpc_id)
    peered_group_ids = _create_peered_groups(ec2)
    rule_ids = _take_over_given_rules(ec2, group_ids)
    for rule in RULES:
        if rule.name not in rule_ids:
            rule_ids[rule.name] = _authorize(ec2, rule, group_ids | peered_group_ids, prefix_list_ids)
    past_rules = _revoke_past_rules(ec2, group_ids, rule_ids)
    past_groups = _delete_past_groups(ec2, group_ids)
    return SampleSecurity(prefix_list_ids, group_ids, peered_group_ids, rule_ids, past_groups, past_rules)


def _create_prefix_list(ec2: EC2Client, prefix_list: SamplePrefixList) -> str:
    answer = ec2.create_managed_prefix_list(
        PrefixListName=prefix_list.name,
        AddressFamily="IPv4",
        MaxEntries=len(prefix_list.entries),
        Entries=[{"Cidr": cidr, "Description": description} for cidr, description in prefix_list.entries],
    )
    return answer["PrefixList"]["PrefixListId"]


def _find_prefix_list(ec2: EC2Client, prefix_list: SamplePrefixList) -> str:
    answer = ec2.describe_managed_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": [prefix_list.name]}]
    )
    return answer["PrefixLists"][0]["PrefixListId"]


def _create_groups(ec2: EC2Client, vpc_id: str) -> dict[str, str]:
    given = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])
    group_ids = {group["GroupName"]: group["GroupId"] for group in given["SecurityGroups"]}
    return group_ids | {
        group.name: _create_group(ec2, vpc_id, group) for group in GROUPS if group.name not in group_ids
    }


def _create_peered_groups(ec2: EC2Client) -> dict[str, str]:
    """In another VPC; the emulators don't ask for the peering connection."""
    vpc_id = ec2.create_vpc(CidrBlock=PEERED_VPC_CIDR)["Vpc"]["VpcId"]
    return {group.name: _create_group(ec2, vpc_id, group) for group in PEERED_GROUPS}


def _create_group(ec2: EC2Client, vpc_id: str, group: SampleGroup | PeeredGroup) -> str:
    tags = {"Name": group.name, **(dict(group.tags) if isinstance(group, SampleGroup) else {})}
    return ec2.create_security_group(
        VpcId=vpc_id,
        GroupName=group.name,
        Description=group.description,
        TagSpecifications=[
            {
                "ResourceType": "security-group",
                "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
            }
        ],
    )["GroupId"]


def _take_over_given_rules(ec2: EC2Client, group_ids: Mapping[str, str]) -> dict[str, str]:
    """EC2 gives each new group rules: returns the ids of those that the sample has too, revokes the rest."""
    wanted = {(group_ids[rule.group], rule.peer): rule.name for rule in TO_ANYWHERE}
    taken_over = {}
    for rule in _describe_rules(ec2, group_ids.values()):
        peer = Cidr(rule.get("CidrIpv4") or rule.get("CidrIpv6", ""))
        name = wanted.get((rule["GroupId"], peer))
        if rule["IsEgress"] and name is not None:
            taken_over[name] = rule["SecurityGroupRuleId"]
        else:
            _revoke(ec2, rule)
    return taken_over


def _revoke(ec2: EC2Client, rule: SecurityGroupRuleTypeDef) -> None:
    revoke = ec2.revoke_security_group_egress if rule["IsEgress"] else ec2.revoke_security_group_ingress
    revoke(GroupId=rule["GroupId"], SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])


def _authorize(
    ec2: EC2Client, rule: SampleRule, group_ids: Mapping[str, str], prefix_list_ids: Mapping[str, str]
) -> str:
    group_id = group_ids[rule.group]
    permissions = [_permission(rule, group_ids, prefix_list_ids)]
    if rule.direction == "ingress":
        ingress = ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=permissions)
        return ingress["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    egress = ec2.authorize_security_group_egress(GroupId=group_id, IpPermissions=permissions)
    return egress["SecurityGroupRules"][0]["SecurityGroupRuleId"]


def _permission(
    rule: SampleRule, group_ids: Mapping[str, str], prefix_list_ids: Mapping[str, str]
) -> IpPermissionTypeDef:
    permission: IpPermissionTypeDef = {
        "IpProtocol": rule.ip_protocol,
        "FromPort": rule.ports[0],
        "ToPort": rule.ports[1],
    }
    match rule.peer:
        case Cidr(cidr) if ":" in cidr:
            permission["Ipv6Ranges"] = [{"CidrIpv6": cidr, "Description": rule.description}]
        case Cidr(cidr):
            permission["IpRanges"] = [{"CidrIp": cidr, "Description": rule.description}]
        case ListedIn(name):
            prefix_list_id = prefix_list_ids[name]
            permission["PrefixListIds"] = [{"PrefixListId": prefix_list_id, "Description": rule.description}]
        case MembersOf(name) | MembersOfPeered(name):
            permission["UserIdGroupPairs"] = [{"GroupId": group_ids[name], "Description": rule.description}]
    return permission


def _revoke_past_rules(
    ec2: EC2Client, group_ids: Mapping[str, str], rule_ids: Mapping[str, str]
) -> tuple[SecurityGroupRule, ...]:
    past = {rule_ids[rule.name] for rule in RULES if rule.lifetime.is_past}
    rules = [rule for rule in _describe_rules(ec2, group_ids.values()) if rule["SecurityGroupRuleId"] in past]
    for rule in rules:
        _revoke(ec2, rule)
    return tuple(map(parse_security_group_rule, rules))


def _delete_past_groups(ec2: EC2Client, group_ids: Mapping[str, str]) -> tuple[SecurityGroup, ...]:
    past = [group_ids[group.name] for group in GROUPS if group.lifetime.is_past]
    described = ec2.describe_security_groups(GroupIds=past)["SecurityGroups"]
    for group_id in past:
        ec2.delete_security_group(GroupId=group_id)
    return tuple(map(parse_security_group, described))


def _describe_rules(ec2: EC2Client, group_ids: Collection[str]) -> list[SecurityGroupRuleTypeDef]:
    pages = ec2.get_paginator("describe_security_group_rules").paginate(
        Filters=[{"Name": "group-id", "Values": list(group_ids)}]
    )
    return [rule for page in pages for rule in page["SecurityGroupRules"]]
