"""rules.tf: all rules of the group as they are after the change, for Terraform's AWS provider."""

from collections.abc import Iterator
from typing import Final

from domain.inventory import SecurityGroupRule
from domain.report import GroupReport
from fixes import hcl
from fixes.labels import label_rules
from fixes.plan import AnyRule, Plan, foreign_owner, make_plan, ports_of, settable_tags
from fixes.wording import comment, describe_group, describe_rule, made_at

_TYPES: Final = {
    "ingress": "aws_vpc_security_group_ingress_rule",
    "egress": "aws_vpc_security_group_egress_rule",
}
_ABOUT: Final = """
Import blocks need Terraform 1.5 or later, these resources the AWS provider 4.56 or later.

1. If an aws_security_group resource manages this group, take its ingress and egress arguments out: rules
   within it and rules as resources undo each other. Likewise aws_security_group_rule resources: take their
   blocks out, each with "terraform state rm ADDRESS", which forgets a rule and leaves it in place.
2. Rules that are in your state already, as resources of the types below, keep their addresses: rename the
   blocks below to these, and take out their import blocks.
3. "terraform plan" then imports the rules that stay, and adds the new ones. Was fix.sh run before, then the
   new ones are there already: give each an import block, with the id that EC2 gave it.
4. The import blocks can go after "terraform apply".
"""
_REVOKED: Final = """
These rules are not in the new set. Where Terraform manages one, take its resource block out and Terraform
revokes it. Where fix.sh revoked it: "terraform state rm ADDRESS", and take its block out. Where Terraform
never managed it, only fix.sh, or a person, revokes it.
"""


def render_terraform(report: GroupReport) -> str:
    plan = make_plan(report)
    about = [
        f"The rules of {describe_group(report)},",
        f"as SG Lens proposed them at {made_at(report)}.",
        *_ABOUT.splitlines(),
        *_revoked(plan),
    ]
    return "\n".join([comment(about), *_blocks(report, plan)])


def _revoked(plan: Plan) -> Iterator[str]:
    if plan.revoked:
        yield from _REVOKED.splitlines()
        yield ""
        yield from (f"  {rule.rule_id} {describe_rule(rule)}" for rule in plan.revoked)


def _blocks(report: GroupReport, plan: Plan) -> Iterator[str]:
    for label, rule in label_rules([*plan.kept, *plan.made]):
        kind = _TYPES[rule.direction]
        if isinstance(rule, SecurityGroupRule):
            yield hcl.block("import", {"to": f"{kind}.{label}", "id": hcl.quote(rule.rule_id)})
        yield hcl.block(f"resource {hcl.quote(kind)} {hcl.quote(label)}", _arguments(rule, report))


def _arguments(rule: AnyRule, report: GroupReport) -> dict[str, str]:
    arguments = {
        "security_group_id": hcl.quote(report.group.group_id),
        "ip_protocol": hcl.quote(rule.ip_protocol),
    }
    if ports := ports_of(rule):
        arguments |= {"from_port": str(ports[0]), "to_port": str(ports[1])}
    name, value = _peer(rule, report)
    arguments[name] = hcl.quote(value)
    if rule.description:
        arguments["description"] = hcl.quote(rule.description)
    if tags := settable_tags(rule):
        arguments["tags"] = hcl.quoted_map(tags)
    return arguments


def _peer(rule: AnyRule, report: GroupReport) -> tuple[str, str]:
    peer = rule.peer
    if peer.cidr_ipv4 is not None:
        return "cidr_ipv4", peer.cidr_ipv4
    if peer.cidr_ipv6 is not None:
        return "cidr_ipv6", peer.cidr_ipv6
    if peer.prefix_list_id is not None:
        return "prefix_list_id", peer.prefix_list_id
    owner = foreign_owner(rule, report)
    group_id = peer.referenced_group_id or ""
    return "referenced_security_group_id", f"{owner}/{group_id}" if owner else group_id
