"""fix.sh makes the proposal's rules and revokes those that they replace; undo.sh takes that back.

They are for a POSIX shell and the AWS CLI, version 1 or 2. What is the report's own is written here, as
quoted words; what is the same in every script is in common.sh, fix.sh and undo.sh beside this file.
"""

import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from domain.inventory import SecurityGroupRule
from domain.report import GroupReport
from fixes.ec2_arguments import filters_json, permission_json, tags_json
from fixes.plan import AnyRule, Plan, make_plan, permission_line
from fixes.wording import comment, describe_changes, describe_group, describe_rule, made_at

_FOLDER: Final = Path(__file__).parent
_COMMON: Final = (_FOLDER / "common.sh").read_text(encoding="utf-8")
_FIX: Final = (_FOLDER / "fix.sh").read_text(encoding="utf-8")
_UNDO: Final = (_FOLDER / "undo.sh").read_text(encoding="utf-8")
RULES_PER_GROUP: Final = 60
"""EC2's quota per direction and family, unless it was raised."""

_ABOUT_FIX: Final = """
It needs the AWS CLI (version 1 or 2) and the permissions ec2:DescribeSecurityGroupRules,
ec2:AuthorizeSecurityGroup*, ec2:RevokeSecurityGroup* and, where rules have tags, ec2:CreateTags.

  sh fix.sh --dry-run    says what it would do, and lets EC2 check each call without making it
  sh fix.sh              the same, and then does it: adds the new rules, then revokes the old ones
  sh fix.sh --continue   goes on where an earlier run was interrupted

It changes nothing when a rule was added, taken away or modified since the report was made: the id,
protocol, ports and peer of every rule must be the same. Descriptions and tags may differ. It stops
at the first error.
"""
_ABOUT_UNDO: Final = """
  sh undo.sh --dry-run   says what it would do, and lets EC2 check each call without making it
  sh undo.sh             the same, and then does it: adds the old rules, then revokes the new ones

The old rules come back with the protocols, ports, peers, descriptions and tags that the report saw.
Their ids are new, since EC2 gives no id twice. It works also where fix.sh did only a part, and leaves
all other rules alone.
"""


def render_fix(report: GroupReport) -> str:
    plan = make_plan(report)
    about = [f"Narrows the rules of {describe_group(report)},", f"as SG Lens proposed at {made_at(report)}."]
    if plan.changes_nothing:
        nothing = f"There is nothing to do: the report of {made_at(report)} proposes no change."
        return _head(about) + f"printf '%s\\n' {shlex.quote(nothing)}\n"
    return "\n".join(
        [
            _head([*about, *_ABOUT_FIX.splitlines(), *_quota_warning(plan), "", *describe_changes(report)]),
            _facts("fix.sh", report, plan)
            + _variables(new_count=str(len(plan.made)), revoked_count=str(len(plan.revoked))),
            _function("make_rules", [_make_rule(rule, report) for rule in plan.made]),
            _function("revoke_rules", [_revoke_rule(rule) for rule in plan.revoked]),
            _COMMON,
            _FIX,
        ]
    )


def render_undo(report: GroupReport) -> str:
    plan = make_plan(report)
    about = [
        f"Takes back what fix.sh did to {describe_group(report)}",
        f"for the report of {made_at(report)}.",
    ]
    if plan.changes_nothing:
        nothing = f"There is nothing to take back: the report of {made_at(report)} proposes no change."
        return _head(about) + f"printf '%s\\n' {shlex.quote(nothing)}\n"
    return "\n".join(
        [
            _head([*about, *_ABOUT_UNDO.splitlines()]),
            _facts("undo.sh", report, plan) + _variables(old="\n".join(map(permission_line, plan.revoked))),
            _function("make_rules", [_make_rule(rule, report) for rule in plan.revoked]),
            _COMMON,
            _UNDO,
        ]
    )


def _head(lines: list[str]) -> str:
    return f"#!/bin/sh\n{comment(lines)}\nset -eu\n"


def _quota_warning(plan: Plan) -> list[str]:
    """Until the old rules are revoked there are more of them than before and after."""
    most = max(_count(plan.kept + plan.revoked + plan.made).values())
    if most <= RULES_PER_GROUP:
        return []
    warning = (
        f"Before it revokes, the group has {most} rules of one direction and address family. Where the quota "
        f"is less (it is {RULES_PER_GROUP} unless raised), EC2 refuses the rule that exceeds it. Nothing is "
        "revoked then, and undo.sh takes back what was added."
    )
    return ["", warning]


def _count(rules: Sequence[AnyRule]) -> Counter[tuple[str, int]]:
    """By direction and address family; groups and prefix lists count in both."""
    counts: Counter[tuple[str, int]] = Counter()
    for rule in rules:
        counts[rule.direction, 4] += rule.peer.cidr_ipv6 is None
        counts[rule.direction, 6] += rule.peer.cidr_ipv4 is None
    return counts


def _facts(name: str, report: GroupReport, plan: Plan) -> str:
    """What both scripts know, as variables."""
    region = report.region or "the one that the AWS CLI is set up for"
    said = (
        f"The region is {region}. Each line is a rule: id (not where it is still to be given), direction, "
        "protocol, from and to port (ICMP: type and code; -1 is all), peer."
    )
    return comment([said]) + _variables(
        name=name,
        group=report.group.group_id,
        region=report.region,
        filters=filters_json(report.group.group_id),
        made_at=made_at(report),
        kept="\n".join(f"{rule.rule_id} {permission_line(rule)}" for rule in plan.kept),
        revoked="\n".join(f"{rule.rule_id} {permission_line(rule)}" for rule in plan.revoked),
        new="\n".join(map(permission_line, plan.made)),
    )


def _variables(**values: str) -> str:
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())


def _function(name: str, calls: list[str]) -> str:
    body = "".join(f"  {call}\n" for call in calls or [":"])
    return f"{name}() {{\n{body}}}\n"


def _make_rule(rule: AnyRule, report: GroupReport) -> str:
    return _call(
        "make_rule",
        permission_line(rule),
        describe_rule(rule),
        permission_json(rule, report),
        tags_json(rule),
    )


def _revoke_rule(rule: SecurityGroupRule) -> str:
    return _call("revoke_rule", rule.rule_id, permission_line(rule), describe_rule(rule))


def _call(function: str, *words: str) -> str:
    return " \\\n    ".join([function, *map(shlex.quote, words)])
