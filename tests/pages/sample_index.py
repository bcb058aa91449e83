"""The sample VPC as the index page shows it, with a week of traffic made up."""

import math
import random
from collections import Counter
from typing import get_args

from domain.group_index import GroupIndex, build_group_index
from domain.group_summary import GroupSummary
from domain.inventory import (
    Inventory,
    NetworkInterface,
    Peer,
    SecurityGroup,
    SecurityGroupRule,
    parse_network_interface,
)
from domain.inventory_day import observe
from domain.report import Verdict
from domain.traffic import BARS, GroupTraffic, RuleMatches, TrafficWindow
from local.sample.groups import GROUPS
from local.sample.interfaces import INTERFACES
from local.sample.owners import describe_interface, make_id
from local.sample.rules import RULES
from local.sample.types import ACCOUNT_ID, SampleGroup, SampleInterface, SampleRule
from tests.domain.made_traffic import make_window

MADE_AT = 1_795_521_600
BEFORE, NOW = MADE_AT - 90_000, MADE_AT - 660
VPC_ID = "vpc-0a1b2c3d4e5f60718"
OTHER_GROUP = "sg-0f1e2d3c4b5a69788"
GROUP_IDS = {group.name: make_id("sg", VPC_ID, group.name) for group in GROUPS}
RECORDS_PER_BAR = {
    "web-lb": (9_000, 2_600),
    "app": (7_400, 30),
    "instances-ssh": (5_200, 410),
    "vpc-endpoints": (2_100, 0),
    "database": (1_900, 4),
    "cache": (1_500, 0),
    "search": (1_300, 0),
    "orders": (840, 0),
    "monitoring": (610, 2),
    "billing": (420, 0),
    "bastion": (60, 900),
    "file-system": (220, 0),
    "batch": (130, 12),
    "reports": (40, 0),
    "reports-database": (38, 0),
    "admin-ui": (25, 700),
    "backup": (9, 0),
    "migration": (12, 0),
}
"""Accepted and rejected ones of an average bar."""


def make_sample() -> GroupIndex:
    before = observe(None, _observe(BEFORE, past=True))
    now = observe(before, _observe(NOW, past=False))
    return build_group_index([before, now], make_sample_traffic(), MADE_AT, make_sample_summaries())


def make_sample_summaries() -> list[GroupSummary]:
    """Made up, but with each group's number of rules."""
    chance = random.Random(5)
    rules = Counter(rule.group for rule in RULES if not rule.lifetime.is_past)
    return [_make_summary(group, rules[group.name], chance) for group in GROUPS]


def _make_summary(group: SampleGroup, rules: int, chance: random.Random) -> GroupSummary:
    verdicts = Counter(chance.choices(get_args(Verdict), (8, 2, 1, 2, 1, 1), k=rules))
    revokes = verdicts["redundant"] + verdicts["unused"]
    changes = revokes + verdicts["too_wide"]
    judged = changes + verdicts["used"]
    return GroupSummary(
        group_id=GROUP_IDS[group.name],
        made_at=MADE_AT - 4 * 3_600,
        verdicts=verdicts,
        score=100 * verdicts["used"] // judged if judged else None,
        worth=changes * chance.randrange(4, 40),
        attachment="attached" if group.name in RECORDS_PER_BAR else "unattached",
        changes=changes,
        vpc_id=VPC_ID,
        revokes=revokes,
    )


def make_sample_traffic() -> TrafficWindow:
    chance = random.Random(7)
    groups = [
        make_busy_traffic(GROUP_IDS[name], accepted, rejected, chance)
        for name, (accepted, rejected) in RECORDS_PER_BAR.items()
    ]
    groups.append(make_busy_traffic(OTHER_GROUP, 3, 1, chance))
    groups.sort(key=lambda group: group.group_id)
    records = sum(group.records for group in groups)
    return make_window(MADE_AT, groups, no_inventory=records // 400, not_filtered=records // 90)


def make_busy_traffic(group_id: str, accepted: int, rejected: int, chance: random.Random) -> GroupTraffic:
    up = tuple(int(accepted * _rhythm(bar) * chance.uniform(0.7, 1.3)) for bar in range(BARS))
    down = tuple(int(rejected * chance.uniform(0.2, 1) ** 3 * 3) for _ in range(BARS))
    records = sum(up) + sum(down)
    return GroupTraffic(
        group_id=group_id,
        records=records,
        rejected=sum(down),
        matches=_make_matches(sum(up), chance),
        unknown_initiator=records // 200,
        bytes=records * chance.randrange(400, 9_000),
        last_seen=MADE_AT - chance.randrange(60, 9_000),
        accepted_bars=up,
        rejected_bars=down,
    )


def _rhythm(bar: int) -> float:
    return 1 + 0.7 * math.sin(bar * math.pi / 2)


def _make_matches(accepted: int, chance: random.Random) -> RuleMatches:
    """Of most groups all records are attributed."""
    no_rule = accepted // 150 if chance.random() < 0.3 else 0
    shared, possible = accepted // 5, accepted // 90
    return RuleMatches(accepted - shared - possible - no_rule, shared, possible, no_rule)


def _observe(at: int, *, past: bool) -> Inventory:
    enis = tuple(
        _make_interface(each)
        for each in INTERFACES
        if each.in_inventory and (past or not each.lifetime.is_past)
    )
    groups = tuple(_make_group(group) for group in GROUPS if past or not group.lifetime.is_past)
    rules = tuple(_make_rule(rule) for rule in RULES if past or not rule.lifetime.is_past)
    return Inventory(VPC_ID, at, enis, groups, rules)


def _make_interface(interface: SampleInterface) -> NetworkInterface:
    group_ids = {name: GROUP_IDS[name] for name in interface.groups}
    return parse_network_interface(describe_interface(interface, VPC_ID, "subnet-0a", group_ids))


def _make_group(group: SampleGroup) -> SecurityGroup:
    return SecurityGroup(GROUP_IDS[group.name], group.name, group.description, VPC_ID, ACCOUNT_ID, group.tags)


def _make_rule(rule: SampleRule) -> SecurityGroupRule:
    """Enough to be counted."""
    return SecurityGroupRule(
        rule_id=make_id("sgr", VPC_ID, rule.name),
        group_id=GROUP_IDS[rule.group],
        direction=rule.direction,
        ip_protocol=rule.ip_protocol,
        from_port=rule.ports[0],
        to_port=rule.ports[1],
        peer=Peer(cidr_ipv4="0.0.0.0/0"),
        description=rule.description,
        tags=(),
    )
