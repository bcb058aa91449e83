from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from domain.advise import advise
from domain.report import Reference
from domain.usage import Tally
from tests.domain.judged import (
    MADE_AT,
    SETTINGS,
    WINDOW_START,
    UsageOf,
    Used,
    Vpc,
    codes,
    group,
    interface,
    rule,
    to_tally,
)

DB = interface("db", ["10.0.1.10"], ["db", "base"])
APP = interface("app", ["10.0.2.20"], ["app"])
GROUPS = (group("app"), group("base"), group("db"))
OWN = rule("own", "db", "tcp 3306", "10.0.2.0/24")
BASE = rule("base", "base", "tcp 3306", "10.0.0.0/16")
SHARED = Used("own", "db", "10.0.2.20", 3306, ("app",), sole=0, shared=1)
VPC = Vpc(
    groups=GROUPS,
    interfaces=(APP, DB),
    rules=(OWN, BASE),
    used=(SHARED, replace(SHARED, rule="base")),
)


def vary(**changes: object) -> Vpc:
    return replace(VPC, **changes)  # type: ignore[arg-type]


@dataclass
class Raw:
    """Raw flows with more than the documents have."""

    tallied: Sequence[Used]
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def tallies(self, group_id: str, rule_ids: Sequence[str]) -> Iterator[Tally]:
        self.asked.append((group_id, tuple(rule_ids)))
        return (to_tally(used) for used in self.tallied if f"sgr-{used.rule}" in rule_ids)


def test_a_group_that_is_always_beside_makes_a_rule_redundant() -> None:
    report = VPC.report("own")

    assert (report.verdict, codes(report)) == ("redundant", ["redundant", "used"])
    assert report.reasons[0].text == (
        "sgr-base of base permits all that it permits, a group that every interface with this one has."
    )
    assert VPC.replacements("own") == []


def test_a_group_that_is_missing_on_one_interface_covers_nothing() -> None:
    alone = interface("alone", ["10.0.1.11"], ["db"])

    assert vary(interfaces=(APP, DB, alone)).report("own").verdict == "used"


def test_a_group_that_was_not_there_all_the_window_covers_nothing() -> None:
    assert vary(early_interfaces=(replace(DB, group_ids=("sg-db",)),)).report("own").verdict == "used"


def test_a_younger_rule_covers_nothing() -> None:
    vpc = vary(rules=(OWN,), late_rules=(BASE,))

    assert vpc.report("own").verdict == "used"


def test_of_two_equal_rules_that_of_the_group_with_more_interfaces_stays() -> None:
    twin = replace(BASE, from_port=3306, to_port=3306, peer=OWN.peer)
    other = interface("other", ["10.0.1.12"], ["base"])

    vpc = vary(interfaces=(APP, DB, other), rules=(OWN, twin))

    assert (vpc.report("own").verdict, vpc.report("base").verdict) == ("redundant", "used")


def test_of_two_equal_rules_on_the_same_interfaces_the_lesser_id_stays() -> None:
    twin = replace(BASE, peer=OWN.peer)

    vpc = vary(rules=(OWN, twin))

    assert (vpc.report("base").verdict, vpc.report("own").verdict) == ("used", "redundant")


def test_of_three_nested_rules_the_widest_is_named_and_stays() -> None:
    widest = rule("widest", "base", "-1", "10.0.0.0/8")
    used = (*VPC.used, replace(SHARED, rule="widest"))

    vpc = vary(rules=(OWN, BASE, widest), used=used)

    assert [vpc.report(name).verdict for name in ("own", "base")] == ["redundant", "redundant"]
    assert vpc.report("own").reasons[0].text.startswith("sgr-widest of base")
    assert vpc.replacements("widest") == ["tcp 3306 from app"]


def test_nothing_of_a_default_proposal_is_refused() -> None:
    replayed = VPC.reports()["db"].proposal.replay

    assert (replayed.connections, replayed.records, replayed.already_refused) == (1, 1, 0)
    assert (replayed.refused, replayed.raw_records) == ((), None)


def test_a_connection_of_an_interface_that_has_other_groups_now_is_judged_by_those() -> None:
    moved = interface("db", ["10.0.1.10"], ["base"])
    unused_now = rule("later", "base", "tcp 3306", "10.0.0.0/8")
    early = replace(SHARED, sole=1, shared=0, day=1)

    vpc = Vpc(
        groups=GROUPS,
        interfaces=(APP, moved, interface("x", ["10.0.1.13"], ["db"])),
        early_interfaces=(replace(moved, group_ids=("sg-db",)),),
        rules=(OWN, unused_now),
        used=(early,),
    )

    assert vpc.report("later").verdict == "unused"
    reasons = vpc.reports()["base"].proposal.not_proposed
    assert [reason.code for reason in reasons] == ["refused"]
    assert reasons[0].text == (
        "sgr-later stays as it is: without it tcp 3306 from 10.0.2.20 at db would have been refused."
    )
    assert vpc.replacements("later") is None


def test_what_the_new_groups_of_an_interface_do_not_permit_is_already_refused() -> None:
    moved = interface("db", ["10.0.1.10"], ["base"])
    early = replace(SHARED, sole=1, shared=0, day=1)

    vpc = Vpc(
        groups=GROUPS,
        interfaces=(APP, moved),
        early_interfaces=(replace(moved, group_ids=("sg-db",)),),
        rules=(OWN,),
        used=(early,),
    )

    assert vpc.reports()["db"].proposal.replay.already_refused == 1


def test_of_a_change_only_those_connections_count_that_today_s_rules_permit() -> None:
    wide = rule("own", "db", "tcp 3306", "10.0.0.0/8")
    stayed = interface("stayed", ["10.0.1.14"], ["db"])
    use = replace(SHARED, sole=1, shared=0, day=1)

    vpc = Vpc(
        groups=GROUPS,
        interfaces=(APP, interface("db", ["10.0.1.10"], ["base"]), stayed),
        early_interfaces=(replace(DB, group_ids=("sg-db",)),),
        rules=(wide,),
        used=(use, replace(use, interface="stayed")),
    )

    change = vpc.change("own")
    assert change is not None
    assert (change.connections, change.connections_before) == (1, 1)


def test_raw_flows_are_asked_for_the_changed_rules_alone() -> None:
    raw = Raw([replace(SHARED, sole=3)])

    reports = VPC.reports(raw=raw)

    assert raw.asked == [("sg-base", ("sgr-base",)), ("sg-db", ("sgr-own",))]
    assert reports["db"].proposal.replay.raw_records == 4
    assert reports["db"].proposal.replay.raw_refused == 0
    assert reports["app"].proposal.replay.raw_records is None


def test_a_change_that_a_raw_flow_contradicts_is_left_out() -> None:
    wide = rule("own", "db", "tcp 3306", "10.0.0.0/8")
    vpc = vary(rules=(wide,), used=(replace(SHARED, sole=1, shared=0),))
    cut_by_the_cap = Raw([replace(SHARED, peer="10.0.9.9", groups=(), sole=1, shared=0)])

    report = vpc.reports(raw=cut_by_the_cap)["db"]

    assert report.proposal.changes == ()
    assert [reason.code for reason in report.proposal.not_proposed] == ["refused"]
    assert vpc.replacements("own") == ["tcp 3306 from app"]


def test_a_raw_answer_is_no_connection() -> None:
    answer = replace(SHARED, peer="10.0.9.9", groups=(), sole=0, shared=0)
    raw = Raw([answer])

    assert VPC.reports(raw=raw)["db"].proposal.replay.raw_records == 0


def test_the_usage_is_read_twice_where_each_group_keeps_what_it_permitted() -> None:
    wide = rule("own", "db", "tcp 3306", "10.0.0.0/8")
    usage = UsageOf(vary(rules=(wide,), used=(replace(SHARED, sole=1, shared=0),)))

    list(advise(usage.vpc.state(), usage, SETTINGS, MADE_AT, ""))

    assert usage.passes == 2


def test_the_usage_is_read_a_third_time_where_a_group_leans_on_another_one() -> None:
    usage = UsageOf(VPC)

    list(advise(VPC.state(), usage, SETTINGS, MADE_AT, ""))

    assert usage.passes == 3


def test_only_the_groups_that_are_wanted_get_a_report() -> None:
    reports = VPC.reports(group_ids=["sg-db"])

    assert reports == {"db": VPC.reports()["db"]}


def test_every_group_gets_a_report_also_one_that_the_source_has_nothing_of() -> None:
    class Empty:
        def groups(self) -> Iterator[tuple[str, tuple[()], tuple[()]]]:
            return iter(())

    reports = list(advise(VPC.state(), Empty(), SETTINGS, MADE_AT, "eu-west-1"))

    assert [report.group.group_id for report in reports] == list(VPC.state().own_groups())
    assert {each.verdict for report in reports for each in report.rules} == {"no_evidence"}
    assert {report.region for report in reports} == {"eu-west-1"}


def test_a_group_of_another_vpc_that_an_interface_carries_gets_no_report() -> None:
    foreign = replace(group("foreign"), vpc_id="vpc-0f")

    assert list(vary(groups=(*GROUPS, foreign)).reports()) == ["app", "base", "db"]


def test_a_group_is_attached_or_referenced_or_unattached() -> None:
    named = rule("named", "db", "tcp 1", "idle")
    itself = rule("itself", "lonely", "tcp 1", "lonely")

    reports = vary(groups=(*GROUPS, group("idle"), group("lonely")), rules=(OWN, named, itself)).reports()

    assert {name: report.attachment for name, report in reports.items()} == {
        "app": "attached",
        "base": "attached",
        "db": "attached",
        "idle": "referenced",
        "lonely": "unattached",
    }
    assert reports["idle"].referenced_by == (Reference("sg-db", "db", "sgr-named"),)


def test_a_report_tells_interfaces_and_rules_in_order() -> None:
    rules = [
        rule("d", "db", "tcp 443", "10.0.0.0/8", "egress"),
        rule("c", "db", "udp 53", "10.0.0.0/8"),
        rule("b", "db", "tcp 443", "10.0.0.0/8"),
        rule("a", "db", "tcp 443", "10.0.0.0/16"),
        rule("e", "db", "-1", "10.0.0.0/8"),
    ]
    report = vary(rules=rules, used=()).reports()["db"]

    assert [each.rule.rule_id for each in report.rules] == ["sgr-e", "sgr-a", "sgr-b", "sgr-c", "sgr-d"]
    assert [(row.interface_id, row.name, row.owner) for row in report.interfaces] == [("eni-db", "db", "ec2")]
    assert (report.evidence.window_start, report.evidence.window_end) == (WINDOW_START, MADE_AT)
