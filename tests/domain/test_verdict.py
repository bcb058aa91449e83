from dataclasses import replace

import pytest

from domain.advice_settings import AdviceSettings
from domain.inventory import PrefixListEntry
from tests.domain.judged import (
    DAYS,
    SETTINGS,
    WINDOW,
    WINDOW_START,
    Used,
    Vpc,
    codes,
    group,
    interface,
    rule,
)

DB = interface("db", ["10.0.1.10"], ["db"])
APP = interface("app", ["10.0.2.20"], ["app"])
GROUPS = (group("app"), group("db"))
FROM_VPC = rule("db", "db", "tcp 3306", "10.0.0.0/8")
BY_APP = Used("db", "db", APP.private_addrs[0], 3306, ("app",))
NIGHT = 0b1111
"""The first four hours of a day."""

VPC = Vpc(groups=GROUPS, interfaces=(APP, DB), rules=(FROM_VPC,), used=(BY_APP,))


def vary(vpc: Vpc = VPC, **changes: object) -> Vpc:
    return replace(vpc, **changes)  # type: ignore[arg-type]


def test_a_rule_that_nothing_used_is_unused() -> None:
    report = vary(used=()).report("db")

    assert (report.verdict, codes(report)) == ("unused", ["unused"])
    assert "flow logs cover 100 % of its group's 240 interface hours" in report.reasons[0].text


def test_a_rule_about_as_wide_as_its_use_is_used() -> None:
    report = vary(rules=(rule("db", "db", "tcp 3306", "10.0.2.0/24"),)).report("db")

    assert (report.verdict, codes(report)) == ("used", ["used"])
    assert (report.space, report.used_space) == (256, 1)
    assert report.reasons[0].text.startswith("1 connection from 1 address on 1 port used it on 1 of 10 days")


@pytest.mark.parametrize(
    ("direction", "cidr", "addr"),
    [
        ("ingress", "10.0.0.0/8", "10.0.2.20"),
        ("egress", "10.0.0.0/8", "10.0.2.20"),
        ("ingress", "2001:db8::/32", "2001:db8::20"),
        ("egress", "2001:db8::/32", "2001:db8::20"),
    ],
)
def test_a_rule_far_beyond_its_use_is_too_wide(direction: str, cidr: str, addr: str) -> None:
    wide = rule("db", "db", "tcp 3306", cidr, direction)  # type: ignore[arg-type]

    report = vary(rules=(wide,), used=(replace(BY_APP, peer=addr, groups=()),)).report("db")

    assert (report.verdict, codes(report)) == ("too_wide", ["too_wide", "used"])
    assert report.used_space == 1


@pytest.mark.parametrize(("prefix", "verdict"), [(24, "used"), (23, "too_wide")])
def test_the_factor_itself_is_not_beyond_it(prefix: int, verdict: str) -> None:
    exact = rule("db", "db", "tcp 3306", f"10.0.2.0/{prefix}")

    assert vary(rules=(exact,)).report("db").verdict == verdict


def test_a_range_of_ports_can_be_too_wide_as_well() -> None:
    ports = rule("db", "db", "tcp 0-65535", "10.0.2.20/32")

    assert vary(rules=(ports,)).report("db").verdict == "too_wide"


def test_a_young_rule_is_too_new_used_or_not() -> None:
    used, idle = (vary(rules=(), late_rules=(FROM_VPC,), used=by).report("db") for by in ((BY_APP,), ()))

    assert (used.verdict, codes(used)) == ("too_new", ["too_new", "used"])
    assert (idle.verdict, codes(idle)) == ("too_new", ["too_new"])
    assert used.known_since > WINDOW_START


def test_a_rule_that_another_one_covers_is_redundant_before_it_is_too_wide() -> None:
    everything = rule("all", "db", "-1", "10.0.0.0/8")
    both = replace(BY_APP, sole=0, shared=1)

    report = vary(rules=(FROM_VPC, everything), used=(both, replace(both, rule="all"))).report("db")

    assert (report.verdict, codes(report)) == ("redundant", ["redundant", "used"])
    assert report.reasons[0].text == "sgr-all permits all that it permits."


def test_a_covered_rule_that_nothing_used_is_unused() -> None:
    assert vary(rules=(FROM_VPC, rule("all", "db", "-1", "10.0.0.0/8")), used=()).report("db").verdict == (
        "unused"
    )


def test_a_rule_that_is_open_to_the_world_for_many_scattered_peers_is_public_by_intent() -> None:
    peers = [f"203.0.{113 + at % 2}.{at}" for at in range(10)] + [f"198.51.100.{at}" for at in range(10)]
    web = rule("db", "db", "tcp 443", "0.0.0.0/0")

    report = vary(rules=(web,), used=[Used("db", "db", peer, 443) for peer in peers]).report("db")

    assert (report.verdict, codes(report)) == ("used", ["used", "public_by_intent"])


def test_too_little_coverage_narrows_nothing() -> None:
    report = vary(logged={"eni-db": NIGHT}).report("db")

    assert (report.verdict, codes(report)) == ("used", ["used", "coverage_too_low_to_narrow"])


def test_without_an_interface_in_the_window_there_is_no_evidence() -> None:
    report = vary(interfaces=(APP,), used=()).report("db")

    assert (report.verdict, codes(report)) == ("no_evidence", ["no_interface"])


def test_an_interface_that_left_in_the_window_was_there() -> None:
    report = vary(interfaces=(APP,), early_interfaces=(DB,), used=()).report("db")

    assert codes(report) == ["no_log_data"]


def test_an_interface_that_never_logged_gives_no_evidence() -> None:
    report = vary(logged={"eni-db": 0}, used=()).report("db")

    assert (report.verdict, codes(report)) == ("no_evidence", ["no_log_data"])


def test_coverage_below_the_threshold_gives_no_evidence() -> None:
    report = vary(logged={"eni-db": NIGHT}, used=()).report("db")

    assert (report.verdict, codes(report)) == ("no_evidence", ["coverage"])
    assert "16.6 % of its group's 240 interface hours, less than the 90 %" in report.reasons[0].text


def test_coverage_at_the_threshold_is_enough() -> None:
    vpc = vary(logged={"eni-db": NIGHT}, used=(), settings=replace(SETTINGS, min_coverage=4 / 24))

    assert vpc.report("db").verdict == "unused"


@pytest.mark.parametrize(
    ("service", "peer", "direction"),
    [
        ("tcp 53", "10.0.0.2/32", "egress"),
        ("udp 53", "0.0.0.0/0", "egress"),
        ("udp 53", "::/0", "egress"),
        ("udp 67-68", "0.0.0.0/0", "egress"),
        ("udp 68", "0.0.0.0/0", "ingress"),
        ("udp 4789", "10.0.0.0/8", "ingress"),
        ("tcp 80", "169.254.169.254/32", "egress"),
        ("-1", "fd00:ec2::254/128", "egress"),
        ("-1", "fe80::/10", "ingress"),
    ],
)
def test_nothing_is_said_of_what_flow_logs_never_show(service: str, peer: str, direction: str) -> None:
    unlogged = rule("db", "db", service, peer, direction)  # type: ignore[arg-type]

    report = vary(rules=(unlogged,), used=()).report("db")

    assert (report.verdict, codes(report)) == ("no_evidence", ["not_logged"])


@pytest.mark.parametrize(
    ("service", "peer", "direction"),
    [
        ("udp 53", "10.0.0.0/8", "ingress"),
        ("udp 53-54", "10.0.0.0/8", "egress"),
        ("udp 66-68", "10.0.0.0/8", "egress"),
        ("tcp 67", "10.0.0.0/8", "egress"),
        ("udp 4789", "10.0.0.0/8", "egress"),
        ("tcp 80", "169.0.0.0/8", "egress"),
        ("icmp", "10.0.0.0/8", "ingress"),
    ],
)
def test_a_rule_that_permits_anything_else_too_can_be_unused(service: str, peer: str, direction: str) -> None:
    logged = rule("db", "db", service, peer, direction)  # type: ignore[arg-type]

    assert vary(rules=(logged,), used=()).report("db").verdict == "unused"


def test_a_rule_for_one_type_of_icmp_can_never_be_told_unused() -> None:
    ping = rule("db", "db", "icmp 8", "10.0.0.0/8")
    maybe = replace(BY_APP, port=None, protocol=1, sole=0, possible=3)

    for used in ((), (maybe,)):
        report = vary(rules=(ping,), used=used).report("db")
        assert (report.verdict, codes(report)) == ("no_evidence", ["icmp_type"])


def test_the_members_of_a_group_that_no_inventory_knows_are_not_seen() -> None:
    report = vary(rules=(rule("db", "db", "tcp 3306", "elsewhere"),), used=()).report("db")

    assert (report.verdict, codes(report)) == ("no_evidence", ["peers_not_seen"])
    assert report.peer_name == ""


def test_a_reference_to_a_known_group_without_members_can_be_unused() -> None:
    vpc = vary(groups=(*GROUPS, group("empty")), rules=(rule("db", "db", "tcp 3306", "empty"),), used=())

    assert vpc.report("db").verdict == "unused"
    assert vpc.report("db").peer_name == "empty"


def test_a_prefix_list_without_entries_is_not_seen() -> None:
    listed = rule("db", "db", "tcp 3306", "pl-0aaa")
    entry = PrefixListEntry("pl-0aaa", "offices", "203.0.113.0/24", "")

    assert codes(vary(rules=(listed,), used=()).report("db")) == ["peers_not_seen"]
    assert vary(rules=(listed,), used=(), entries=(entry,)).report("db").verdict == "unused"


def test_who_comes_through_a_network_load_balancer_is_not_seen() -> None:
    balancer = interface("nlb", ["10.0.3.30"], ["app"], "network_load_balancer")
    behind = rule("db", "db", "tcp 3306", "app")
    towards = rule("to", "db", "tcp 3306", "app", "egress")

    vpc = vary(interfaces=(APP, DB, balancer), rules=(behind, towards), used=())

    assert codes(vpc.report("db")) == ["peers_not_seen"]
    assert vpc.report("to").verdict == "unused"


def test_a_possible_use_is_neither_use_nor_disuse() -> None:
    report = vary(used=(replace(BY_APP, sole=0, possible=2),)).report("db")

    assert (report.verdict, codes(report)) == ("no_evidence", ["possible_use"])


@pytest.mark.parametrize("on_rule", [True, False])
def test_a_tag_protects_a_rule_or_all_of_its_group(on_rule: bool) -> None:
    tags = ((SETTINGS.keep_tag, "disaster recovery"),)
    vpc = vary(
        groups=(group("app"), group("db", () if on_rule else tags)),
        rules=(replace(FROM_VPC, tags=tags if on_rule else ()),),
    )

    report = vpc.report("db")

    assert (report.verdict, report.keep_reason) == ("too_wide", "disaster recovery")
    assert codes(report)[-1] == "protected"
    assert vpc.change("db") is None


def test_a_rules_own_tag_says_why_before_its_groups() -> None:
    tagged = replace(FROM_VPC, tags=((SETTINGS.keep_tag, ""),))

    vpc = vary(groups=(group("app"), group("db", ((SETTINGS.keep_tag, "all"),))), rules=(tagged,))

    assert vpc.report("db").keep_reason == ""


def test_peers_that_the_cap_cut_are_told() -> None:
    peers = [f"10.{at >> 8 & 255}.{at & 255}.1" for at in range(2_100)]

    report = vary(used=[Used("db", "db", peer, 3306) for peer in peers]).report("db")

    assert (report.verdict, codes(report)) == ("used", ["used", "peers_not_all_known"])
    assert report.used_space == 2_100


def test_a_window_of_another_length_judges_by_its_own_days() -> None:
    early = replace(BY_APP, day=0)

    short = vary(used=(early,), settings=AdviceSettings(window_days=WINDOW - 2)).report("db")

    assert short.verdict == "unused"
    assert [day.day for day in short.use.days] == list(DAYS[2:])
