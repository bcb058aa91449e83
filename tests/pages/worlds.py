"""Indexes of groups as pages show them; only what a test is about is given."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from domain.group_index import GroupIndex, GroupRow, InterfaceRow, VpcInventory
from domain.group_summary import GroupSummary
from domain.report import Attachment, Verdict
from domain.traffic import RuleMatches
from tests.domain.made_traffic import make_traffic, make_window
from tests.pages.sample_index import make_busy_traffic

MADE_AT = 1795521600
LAST_SEEN = MADE_AT - 8_640
VPC_A, VPC_B = "vpc-0a", "vpc-0b"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1",
    ");!(",
    "\u202egnp.exe\u200f",
    "\U0001f525 caf\u00e9 \u6771\u4eac",
    "x" * 255,
    "</script><!--",
    "",
)


def make_interface(number: int, name: str = "", owner: str = "ec2") -> InterfaceRow:
    return InterfaceRow(
        interface_id=f"eni-{number:04x}",
        name=name or f"server {number}",
        owner=owner,
        instance_id=f"i-{number:04x}" if owner == "ec2" else None,
        addrs=(f"10.20.{number // 250}.{number % 250}",),
    )


def make_group(
    number: int, name: str, *, vpc_id: str = VPC_A, records: int = 0, rejected: int = 0
) -> GroupRow:
    group_id = f"sg-{number:04x}"
    return GroupRow(
        group_id=group_id,
        group_name=name,
        description=f"about {number}",
        vpc_id=vpc_id,
        gone_at=None,
        is_known=True,
        interface_ids=(),
        ingress_rules=number,
        egress_rules=1,
        traffic=make_traffic(group_id, records, rejected, last_seen=LAST_SEEN) if records else None,
    )


def make_summary(
    number: int,
    verdicts: Mapping[Verdict, int],
    *,
    vpc_id: str = VPC_A,
    score: int | None = None,
    worth: int = 0,
    changes: int = 0,
    revokes: int = 0,
    attachment: Attachment = "attached",
    made_at: int = MADE_AT - 3 * 3_600,
) -> GroupSummary:
    return GroupSummary(
        group_id=f"sg-{number:04x}",
        made_at=made_at,
        verdicts=verdicts,
        score=score,
        worth=worth,
        attachment=attachment,
        changes=changes,
        vpc_id=vpc_id,
        revokes=revokes,
    )


def make_index(
    groups: Iterable[GroupRow],
    interfaces: Sequence[InterfaceRow] = (),
    *,
    no_inventory: int = 0,
    not_filtered: int = 0,
) -> GroupIndex:
    rows = tuple(groups)
    traffic = [row.traffic for row in rows if row.traffic]
    return GroupIndex(
        made_at=MADE_AT,
        window=make_window(MADE_AT, traffic, no_inventory=no_inventory, not_filtered=not_filtered),
        vpcs=(
            VpcInventory(VPC_A, "2026-11-24", MADE_AT - 600),
            VpcInventory(VPC_B, "2026-11-24", MADE_AT - 60),
        ),
        groups=rows,
        interfaces=tuple(interfaces),
    )


def make_shop() -> GroupIndex:
    """Each kind of group once; `web` has two interfaces, of which one carries `ssh` too.

    Of the records of `web` 900 are attributed to rules; of those of `ssh` an earlier version indexed 4.
    """
    web = RuleMatches(sole=600, shared=280, possible=20, no_rule=100)
    ssh = RuleMatches(sole=36, shared=0, possible=0, no_rule=0)
    interfaces = [make_interface(1, "web-1"), make_interface(2, "ELB app/shop/50dc6c495c0c9188", "elb")]
    return make_index(
        [
            replace(
                make_group(1, "web"),
                interface_ids=("eni-0001", "eni-0002"),
                traffic=make_traffic(
                    "sg-0001", 1200, 200, last_seen=LAST_SEEN, matches=web, unknown_initiator=30
                ),
            ),
            replace(
                make_group(2, "ssh"),
                interface_ids=("eni-0001",),
                traffic=make_traffic("sg-0002", 40, last_seen=LAST_SEEN, matches=ssh),
            ),
            make_group(3, "never attached", vpc_id=VPC_B),
            replace(make_group(4, "old batch", records=7), gone_at=MADE_AT - 86_400),
            replace(make_group(5, "", records=3, vpc_id=""), is_known=False, description=""),
        ],
        interfaces,
        no_inventory=12,
        not_filtered=5,
    )


def make_judged() -> GroupIndex:
    """The shop once it has reports: `ssh` is the most worth, `never attached` is unattached and has no score.

    Those that are gone or not known have none, nor has `new`.
    """
    shop = make_shop()
    reports = (
        make_summary(
            1, {"used": 4, "too_wide": 1, "too_new": 1}, score=82, worth=9, changes=1, made_at=MADE_AT - 600
        ),
        make_summary(
            2,
            {"unused": 2, "redundant": 1, "too_wide": 1, "used": 1},
            score=7,
            worth=64,
            changes=4,
            revokes=3,
        ),
        make_summary(3, {"no_evidence": 4}, vpc_id=VPC_B, attachment="unattached"),
    )
    judged = [replace(row, summary=summary) for row, summary in zip(shop.groups, reports, strict=False)]
    return replace(shop, groups=(*judged, *shop.groups[len(judged) :], make_group(6, "new")))


def make_offline() -> GroupIndex:
    """As from files of flow logs: its traffic isn't counted."""
    judged = make_judged()
    existing = [row for row in judged.groups if row.is_known and row.gone_at is None]
    return replace(judged, window=None, groups=tuple(replace(row, traffic=None) for row in existing))


def make_hostile() -> GroupIndex:
    interfaces = [make_interface(number, name) for number, name in enumerate(HOSTILE, start=1)]
    groups = [
        replace(
            make_group(number, name, records=number),
            description=name,
            interface_ids=(f"eni-{number:04x}",),
            summary=make_summary(number, {"unused": 1}, score=number, worth=number, changes=1, revokes=1),
        )
        for number, name in enumerate(HOSTILE, start=1)
    ]
    return make_index(groups, interfaces)


def make_busy() -> GroupIndex:
    """A week of thousands of millions of records, and as many rules as a group can have of each verdict."""
    matches = RuleMatches(sole=6_000_000_000, shared=0, possible=0, no_rule=9_999_999)
    traffic = make_traffic("sg-0001", 7_009_999_999, 1_000_000_000, last_seen=LAST_SEEN, matches=matches)
    summary = make_summary(
        1, dict.fromkeys(get_args(Verdict), 1_000), score=100, worth=99_999, changes=2_000, revokes=1_000
    )
    row = replace(make_group(1, "web"), interface_ids=("eni-0001",), traffic=traffic, summary=summary)
    return make_index([row], [make_interface(1)])


def make_empty() -> GroupIndex:
    """Before the first pass of inventory_sync."""
    return replace(make_index([]), vpcs=())


def make_large(groups: int = 2_500, interfaces: int = 10_000) -> GroupIndex:
    """Eight rules a group, each with traffic and a report of its own."""
    rows = [make_interface(number) for number in range(interfaces)]
    share = interfaces // groups
    members = [rows[start : start + share] for start in range(0, share * groups, share)]
    chance = random.Random(11)
    return make_index(
        (
            replace(
                make_group(number, f"team-{number % 97} service {number}"),
                ingress_rules=6,
                egress_rules=2,
                interface_ids=tuple(row.interface_id for row in members[number]),
                traffic=make_busy_traffic(f"sg-{number:04x}", 1 + number, number % 7, chance),
                summary=make_summary(
                    number,
                    {"unused": 2, "too_wide": 1, "used": 5},
                    score=number % 101,
                    worth=number,
                    changes=3,
                ),
            )
            for number in range(groups)
        ),
        rows,
    )
