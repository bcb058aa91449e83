"""rules.yaml: all rules of the group as they are after the change, as a CloudFormation template."""

from collections.abc import Iterator
from typing import Final

from domain.inventory import SecurityGroupRule
from domain.report import GroupReport
from domain.text import well_formed
from fixes.labels import label_rules
from fixes.plan import AnyRule, Plan, foreign_owner, make_plan, ports_of, settable_tags
from fixes.wording import comment, describe_group, describe_rule, made_at, one_line

_TYPES: Final = {"ingress": "AWS::EC2::SecurityGroupIngress", "egress": "AWS::EC2::SecurityGroupEgress"}
_ABOUT: Final = """
A stack can't create rules that exist already, and an import can't create any. So there are two steps:

1. A change set of the type IMPORT, with a copy of this template that has only the resources with a
   DeletionPolicy. The identifier of each is its Id: the sgr-... in the comment above it. Have you a stack
   for them already, then import into it, with its template and these resources.
2. An update with the whole template creates the new rules. Was fix.sh run before, then they are there
   already: import them too.

If an AWS::EC2::SecurityGroup resource manages this group, take its SecurityGroupIngress and
SecurityGroupEgress properties out: the same rule must not be in both.
"""
_REVOKED: Final = """
These rules are not in the new set. Where a stack manages one, take its resource out and the stack
revokes it; else fix.sh, or a person, does.
"""
_TAGS: Final = """
CloudFormation can't tag rules. An imported rule keeps its tags; a new one is to be given them otherwise:
"""
# A template must have a resource; this one is nothing but a name.
_NO_RULES: Final = "  NoRules:\n    Type: AWS::CloudFormation::WaitConditionHandle\n"
# An import asks for a policy. With this one the rule stays when somebody deletes the stack.
_IMPORTED: Final = ("    DeletionPolicy: Retain", "    UpdateReplacePolicy: Delete")


def render_cloudformation(report: GroupReport) -> str:
    plan = make_plan(report)
    labelled = list(label_rules([*plan.kept, *plan.made]))
    about = [
        f"The rules of {describe_group(report)},",
        f"as SG Lens proposed them at {made_at(report)}.",
        *_ABOUT.splitlines(),
        *_revoked(plan),
        *_tagged(labelled),
    ]
    description = f"Rules of the security group {report.group.group_id}, as SG Lens proposed them"
    head = f'AWSTemplateFormatVersion: "2010-09-09"\nDescription: {quote(description)}\nResources:\n'
    resources = "\n".join(_resource(label, rule, report) for label, rule in labelled)
    return f"{comment(about)}\n{head}{resources or _NO_RULES}"


def quote(text: str) -> str:
    """A double-quoted scalar; what can't be seen is written as its number."""
    return f'"{"".join(map(_escape, well_formed(text)))}"'


def _escape(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def _revoked(plan: Plan) -> Iterator[str]:
    if plan.revoked:
        yield from _REVOKED.splitlines()
        yield ""
        yield from (f"  {rule.rule_id} {describe_rule(rule)}" for rule in plan.revoked)


def _tagged(labelled: list[tuple[str, AnyRule]]) -> Iterator[str]:
    tagged = [(label, settable_tags(rule)) for label, rule in labelled if settable_tags(rule)]
    if tagged:
        yield from _TAGS.splitlines()
        yield ""
        for label, tags in tagged:
            yield from (f"  {_logical_id(label)}: {quote(key)} = {quote(tags[key])}" for key in tags)


def _resource(label: str, rule: AnyRule, report: GroupReport) -> str:
    is_kept = isinstance(rule, SecurityGroupRule)
    lines = [
        f"  # {one_line(rule.rule_id) if isinstance(rule, SecurityGroupRule) else 'new'}",
        f"  {_logical_id(label)}:",
        f"    Type: {_TYPES[rule.direction]}",
        *(_IMPORTED if is_kept else ()),
        "    Properties:",
        *(f"      {name}: {value}" for name, value in _properties(rule, report).items()),
    ]
    return "".join(f"{line}\n" for line in lines)


def _logical_id(label: str) -> str:
    """IngressTcpX443X10X0X0X0X16: letters and digits alone, and as distinct as the labels are."""
    direction, protocol, *rest = label.split("_")
    return "X".join([direction.capitalize() + protocol.capitalize(), *rest])


def _properties(rule: AnyRule, report: GroupReport) -> dict[str, str]:
    properties = {"GroupId": quote(report.group.group_id), "IpProtocol": quote(rule.ip_protocol)}
    if ports := ports_of(rule):
        properties |= {"FromPort": str(ports[0]), "ToPort": str(ports[1])}
    properties |= _peer(rule, report)
    if rule.description:
        properties["Description"] = quote(rule.description)
    return properties


def _peer(rule: AnyRule, report: GroupReport) -> dict[str, str]:
    side = "Source" if rule.direction == "ingress" else "Destination"
    peer = rule.peer
    if peer.cidr_ipv4 is not None:
        return {"CidrIp": quote(peer.cidr_ipv4)}
    if peer.cidr_ipv6 is not None:
        return {"CidrIpv6": quote(peer.cidr_ipv6)}
    if peer.prefix_list_id is not None:
        return {f"{side}PrefixListId": quote(peer.prefix_list_id)}
    group = {f"{side}SecurityGroupId": quote(peer.referenced_group_id or "")}
    owner = foreign_owner(rule, report)
    # Egress rules have no property for it.
    if owner and rule.direction == "ingress":
        group["SourceSecurityGroupOwnerId"] = quote(owner)
    return group
