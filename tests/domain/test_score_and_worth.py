from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.advice_settings import AdviceSettings
from domain.inventory import SecurityGroupRule
from domain.report import GroupReport
from tests.domain.judged import SETTINGS, Used, Vpc, group, interface, rule

DB = interface("db", ["10.0.1.10"], ["db"])
APP = interface("app", ["10.0.2.20"], ["app"])
BY_APP = Used("db", "db", APP.private_addrs[0], 3306, ("app",))
VPC = Vpc(
    groups=(group("app"), group("db")),
    interfaces=(APP, DB),
    rules=(rule("db", "db", "tcp 3306", "10.0.0.0/8"),),
    used=(BY_APP,),
)
OF_BOTH_FAMILIES = pytest.mark.parametrize(
    ("world", "block", "base"),
    [("0.0.0.0/0", "10.9.0.0/16", "10.9.0."), ("::/0", "2001:db8::/64", "2001:db8::")],
    ids=["IPv4", "IPv6"],
)


def report_on(
    *rules: SecurityGroupRule, used: Sequence[Used] = (), settings: AdviceSettings = SETTINGS
) -> GroupReport:
    return replace(VPC, rules=rules, used=used, settings=settings).reports()["db"]


def seen(*peers: str) -> list[Used]:
    return [replace(BY_APP, peer=peer, groups=()) for peer in peers]


def test_the_score_is_the_share_of_the_permitted_bits_that_were_used() -> None:
    exact = report_on(rule("db", "db", "tcp 3306", "10.0.2.20/32"), used=[BY_APP])

    assert (replace(VPC, used=()).reports()["db"].score, exact.score) == (0, 100)
    assert VPC.reports()["db"].score == round(100 * 1 / 24)
    assert VPC.reports()["app"].score is None


@pytest.mark.parametrize("block", ["192.0.2.0/31", "2001:db8::/127"])
def test_a_group_whose_rules_permit_no_more_than_what_was_seen_has_a_score_of_100(block: str) -> None:
    first = block.partition("/")[0]
    used = seen(first, first[:-1] + "1") if block.startswith("192") else seen(first, first + "1")
    one = rule("db", "db", "tcp 3306", block)
    other = rule("app", "db", "tcp 22", "app")

    report = report_on(one, other, used=[*used, Used("app", "db", "10.0.2.20", 22, ("app",))])

    assert report.score == 100


@OF_BOTH_FAMILIES
def test_the_score_is_the_same_in_both_families(world: str, block: str, base: str) -> None:
    used = seen(*(f"{base}{number}" for number in range(1, 8)))

    assert report_on(rule("db", "db", "tcp 3306", world), used=used).score == round(100 * 3 / 32)
    assert report_on(rule("db", "db", "tcp 3306", block), used=used).score == round(100 * 3 / 16)


def test_no_more_space_counts_as_used_than_is_permitted() -> None:
    """Of two that came as members of the group one is left."""
    gone = replace(BY_APP, peer="10.0.2.21")

    report = report_on(rule("db", "db", "tcp 3306", "app"), used=[BY_APP, gone])

    assert (report.rules[0].used_space, report.rules[0].space, report.score) == (2, 1, 100)


def test_the_worth_is_the_bits_that_go_of_a_group_that_an_interface_carries() -> None:
    bare = interface("db", ["10.0.1.10"], ["app"])
    narrow = rule("narrow", "db", "tcp 3306", "10.0.2.0/24")
    detached = replace(
        VPC,
        rules=(*VPC.rules, narrow),
        interfaces=(APP, bare),
        early_interfaces=(DB,),
        used=(BY_APP, replace(BY_APP, rule="narrow")),
    )

    assert VPC.reports()["db"].worth == 23
    assert replace(VPC, used=()).reports()["db"].worth == 24
    assert detached.reports()["db"].proposal.changes != ()
    assert detached.reports()["db"].worth == 0


@OF_BOTH_FAMILIES
def test_the_worth_is_the_same_in_both_families(world: str, block: str, base: str) -> None:
    everything = rule("db", "db", "-1", world, "egress")
    one, three = seen(f"{base}1"), seen(f"{base}1", f"{base}77", f"{base}200")

    assert report_on(everything).worth == 49
    assert report_on(everything, used=one).worth == 48
    assert report_on(everything, used=three).worth == 47
    assert report_on(rule("db", "db", "tcp 3306", block)).worth == 16


def test_blocks_that_replace_one_are_never_wider_than_it() -> None:
    """Eight addresses weigh as much as eight, the block of IPv6 around them as less than four."""
    tight = replace(SETTINGS, max_cidrs=8, too_wide_factor=2)
    used = seen(*(f"2001:db8::{number:x}" for number in range(0, 128, 16)))

    report = report_on(rule("db", "db", "tcp 3306", "2001:db8::/121"), used=used, settings=tight)

    (change,) = report.proposal.changes
    assert len(change.rules) == 8
    assert (change.width_before, change.width_after, report.worth) == (2.13, 2.13, 0)
