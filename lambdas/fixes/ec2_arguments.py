"""A rule as the arguments of AuthorizeSecurityGroupIngress and -Egress, in JSON."""

import json

from domain.report import GroupReport
from fixes.plan import PROTOCOLS_WITH_PORTS, AnyRule, foreign_owner, ports_of, settable_tags


def permission_json(rule: AnyRule, report: GroupReport) -> str:
    """A list of one IpPermission."""
    permission: dict[str, object] = {"IpProtocol": rule.ip_protocol}
    ports = ports_of(rule) or (rule.from_port, rule.to_port)
    if rule.ip_protocol in PROTOCOLS_WITH_PORTS or not {None, -1} & set(ports):
        permission |= {"FromPort": ports[0], "ToPort": ports[1]}
    kind, source = _source(rule, report)
    described = source | ({"Description": rule.description} if rule.description else {})
    return to_json([permission | {kind: [described]}])


def _source(rule: AnyRule, report: GroupReport) -> tuple[str, dict[str, str]]:
    peer = rule.peer
    if peer.cidr_ipv4 is not None:
        return "IpRanges", {"CidrIp": peer.cidr_ipv4}
    if peer.cidr_ipv6 is not None:
        return "Ipv6Ranges", {"CidrIpv6": peer.cidr_ipv6}
    if peer.prefix_list_id is not None:
        return "PrefixListIds", {"PrefixListId": peer.prefix_list_id}
    owner = foreign_owner(rule, report)
    return "UserIdGroupPairs", {"GroupId": peer.referenced_group_id or ""} | (
        {"UserId": owner} if owner else {}
    )


def tags_json(rule: AnyRule) -> str:
    """A list of one TagSpecification; "" without tags."""
    tags = [{"Key": key, "Value": value} for key, value in settable_tags(rule).items()]
    return to_json([{"ResourceType": "security-group-rule", "Tags": tags}]) if tags else ""


def filters_json(group_id: str) -> str:
    """The filter of DescribeSecurityGroupRules for the rules of one group."""
    return to_json([{"Name": "group-id", "Values": [group_id]}])


def to_json(value: object) -> str:
    """ASCII: the same in every locale, and free of characters that a terminal or a reviewer can't see."""
    return json.dumps(value, ensure_ascii=True)
