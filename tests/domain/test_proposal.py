from dataclasses import replace

import pytest

from domain.advice_settings import AdviceSettings
from domain.inventory import PrefixListEntry
from domain.report import Change
from tests.domain.judged import DAYS, SETTINGS, Used, Vpc, codes, describe, group, interface, rule

DB = interface("db", ["10.0.1.10"], ["db"])
APP = interface("app", ["10.0.2.20"], ["app"])
GROUPS = (group("app"), group("db"))
FROM_VPC = rule("db", "db", "tcp 3306", "10.0.0.0/8")
BY_APP = Used("db", "db", APP.private_addrs[0], 3306, ("app",))
VPC = Vpc(groups=GROUPS, interfaces=(APP, DB), rules=(FROM_VPC,), used=(BY_APP,))
WHOLE_WINDOW = tuple(replace(BY_APP, day=day) for day in range(len(DAYS)))


def vary(vpc: Vpc = VPC, **changes: object) -> Vpc:
    return replace(vpc, **changes)  # type: ignore[arg-type]


def change(vpc: Vpc, name: str = "db") -> Change:
    found = vpc.change(name)
    assert found is not None
    return found


def not_proposed(vpc: Vpc, group_name: str = "db") -> list[str]:
    return [reason.code for reason in vpc.reports()[group_name].proposal.not_proposed]


def test_an_unused_rule_is_revoked() -> None:
    found = change(vary(used=()))

    assert (found.ways, found.rules, found.space_after) == (("revoke",), (), 0)
    assert (found.connections, found.connections_before) == (0, 0)


def test_a_wide_peer_becomes_the_group_that_all_came_from() -> None:
    found = change(VPC)

    assert [describe(new) for new in found.rules] == ["tcp 3306 from app"]
    assert (found.ways, found.space_before, found.space_after) == (("group",), 2**24, 1)
    assert (found.connections, found.connections_before) == (1, 1)
    assert [(new.description, new.tags) for new in found.rules] == [("db", ())]


@pytest.mark.parametrize("direction", ["ingress", "egress"])
@pytest.mark.parametrize(
    ("cidr", "addr", "narrowed"),
    [("10.0.0.0/8", "10.0.9.9", "10.0.9.9/32"), ("2001:db8::/32", "2001:db8::9", "2001:db8::9/128")],
)
def test_a_wide_peer_without_a_group_becomes_blocks(
    direction: str, cidr: str, addr: str, narrowed: str
) -> None:
    wide = rule("db", "db", "tcp 3306", cidr, direction)  # type: ignore[arg-type]
    vpc = vary(rules=(wide,), used=(replace(BY_APP, peer=addr, groups=()),))

    word = "from" if direction == "ingress" else "to"
    assert vpc.replacements("db") == [f"tcp 3306 {word} {narrowed}"]


def test_a_prefix_list_that_covers_all_may_take_a_blocks_place() -> None:
    entry = PrefixListEntry("pl-0aaa", "offices", "203.0.113.0/28", "")
    office = replace(BY_APP, peer="203.0.113.9", groups=())

    vpc = vary(rules=(rule("db", "db", "tcp 3306", "0.0.0.0/0"),), entries=(entry,), used=(office,))

    assert vpc.replacements("db") == ["tcp 3306 from offices"]


def test_a_rule_for_everything_becomes_rules_for_what_was_seen() -> None:
    everything = rule("db", "db", "-1", "0.0.0.0/0", "egress")
    used = (
        replace(BY_APP, port=443),
        replace(BY_APP, port=53, protocol=17),
        replace(BY_APP, port=None, protocol=1),
    )

    vpc = vary(rules=(everything,), used=used)

    assert vpc.replacements("db") == ["icmp to app", "tcp 443 to app", "udp 53 to app"]


def test_a_redundant_rule_goes_and_the_one_that_covers_it_is_narrowed_for_both() -> None:
    narrow = rule("narrow", "db", "tcp 3306", "10.0.2.0/24")
    used = (replace(BY_APP, sole=0, shared=1), replace(BY_APP, rule="narrow", sole=0, shared=1))

    vpc = vary(rules=(FROM_VPC, narrow), used=used)

    assert vpc.replacements("narrow") == []
    assert vpc.replacements("db") == ["tcp 3306 from app"]


def test_a_wide_rule_is_left_with_what_rules_that_stay_do_not_permit() -> None:
    stays = rule("stays", "db", "tcp 3306", "10.0.2.20/32", tags=((SETTINGS.keep_tag, ""),))
    shared = replace(BY_APP, sole=0, shared=1)
    other = replace(BY_APP, peer="10.0.9.9", groups=())

    vpc = vary(rules=(FROM_VPC, stays), used=(shared, replace(shared, rule="stays"), other))

    assert vpc.replacements("db") == ["tcp 3306 from 10.0.9.9/32"]


def test_a_wide_rule_whose_connections_other_rules_permit_is_revoked_with_that_reason() -> None:
    stays = rule("stays", "db", "tcp 3306", "app")
    shared = replace(BY_APP, sole=0, shared=1)

    vpc = vary(rules=(FROM_VPC, stays), used=(shared, replace(shared, rule="stays")))

    found = change(vpc)
    assert (found.ways, found.rules, found.connections) == (("revoke",), (), 1)
    assert codes(vpc.report("db")) == ["too_wide", "used", "permitted_by_others"]


def test_a_new_rule_that_an_old_one_permits_already_is_not_made_twice() -> None:
    first = rule("first", "db", "tcp 3306", "10.0.0.0/9")
    second = rule("second", "db", "tcp 3306-3307", "10.0.0.0/10")
    used = [replace(BY_APP, rule=name, sole=0, shared=1) for name in ("first", "second")]

    vpc = vary(rules=(first, second), used=used)

    made = [new for name in ("first", "second") for new in vpc.replacements(name) or []]
    assert made == ["tcp 3306 from app"]


def test_a_rule_that_is_to_go_stays_where_another_one_would_become_the_same() -> None:
    exact = rule("exact", "db", "tcp 3306", "10.0.9.9/32")
    shared = replace(BY_APP, peer="10.0.9.9", groups=(), sole=0, shared=1)

    vpc = vary(rules=(FROM_VPC, exact), used=(shared, replace(shared, rule="exact")))

    assert vpc.report("exact").verdict == "redundant"
    assert vpc.replacements("exact") is None
    assert vpc.replacements("db") == []
    assert not_proposed(vpc) == ["stays"]


@pytest.mark.parametrize("verdict", ["too_new", "no_evidence", "used"])
def test_what_is_not_known_well_enough_is_not_changed(verdict: str) -> None:
    vpc = {
        "too_new": vary(rules=(), late_rules=(FROM_VPC,)),
        "no_evidence": vary(used=(replace(BY_APP, sole=0, possible=1),)),
        "used": vary(rules=(rule("db", "db", "tcp 3306", "10.0.2.0/24"),)),
    }[verdict]

    assert vpc.report("db").verdict == verdict
    assert vpc.replacements("db") is None


def many_rules(count: int) -> list[Used]:
    return [replace(BY_APP, rule=f"old{at:02}", port=9000 + at) for at in range(count)]


def test_the_quota_takes_blocks_away_before_it_takes_a_change_away() -> None:
    old = [rule(f"old{at:02}", "db", f"tcp {9000 + at}", "app") for at in range(56)]
    peers = [replace(BY_APP, peer=f"10.9.0.{at}", groups=()) for at in (1, 3, 9, 65, 200)]

    full = vary(rules=(FROM_VPC, *old), used=(*peers, *many_rules(56)))
    fuller = vary(
        rules=(FROM_VPC, *old, rule("x", "db", "tcp 1", "app"), rule("y", "db", "tcp 2", "app")),
        used=(*full.used, replace(BY_APP, rule="x", port=1), replace(BY_APP, rule="y", port=2)),
    )

    assert len(full.replacements("db") or []) == 4
    assert len(fuller.replacements("db") or []) == 2


def test_where_not_even_the_least_fits_the_change_is_left_out() -> None:
    old = [rule(f"old{at:02}", "db", f"tcp {9000 + at}", "app") for at in range(59)]
    everything = rule("db", "db", "-1", "10.0.0.0/8")
    used = (BY_APP, replace(BY_APP, protocol=17), *many_rules(59))

    vpc = vary(
        rules=(everything, *(replace(each, tags=((SETTINGS.keep_tag, ""),)) for each in old)), used=used
    )

    assert vpc.replacements("db") is None
    assert not_proposed(vpc) == ["quota"]


def test_a_raised_quota_shows_in_what_is_there() -> None:
    old = [rule(f"old{at:02}", "db", f"tcp {9000 + at}", "app") for at in range(80)]

    vpc = vary(rules=(FROM_VPC, *old), used=(BY_APP, *many_rules(80)))

    assert vpc.replacements("db") == ["tcp 3306 from app"]


def test_a_change_of_what_was_watched_all_the_time_is_made_with_high_confidence() -> None:
    found = change(VPC)

    assert found.confidence == "high"
    assert found.confidence_reason.startswith("Flow logs cover 100 % of 240 interface hours, on every day")


def test_possible_use_and_skipped_data_lower_the_confidence() -> None:
    possible = change(vary(used=(BY_APP, replace(BY_APP, sole=0, possible=1))))
    skipped = change(vary(skipdata=2))

    assert (possible.confidence, skipped.confidence) == ("low", "low")
    assert possible.confidence_reason == "1 connection may or may not have used it."
    assert skipped.confidence_reason == "Flow logs skipped data 20 times beside 1,000 records."


def test_a_gap_in_the_logs_makes_the_confidence_medium() -> None:
    found = change(vary(logged={"eni-db": (1 << 23) - 1}))

    assert found.confidence == "medium"
    assert found.confidence_reason == "Flow logs cover 95.8 % of the interface hours, not 98 %."


def test_a_few_days_are_no_ground_for_high_confidence() -> None:
    found = change(vary(settings=AdviceSettings(window_days=6)))

    assert found.confidence == "medium"
    assert "the window is 6 days long only" in found.confidence_reason.lower()


def test_what_came_on_a_day_or_two_is_told_as_a_risk() -> None:
    assert any("It was used on 1 day only." in risk for risk in change(VPC).risks)
    assert not any("day only" in risk for risk in change(vary(used=WHOLE_WINDOW)).risks)


def test_an_address_that_belongs_to_no_group_is_told_as_a_risk() -> None:
    found = change(vary(used=(replace(BY_APP, peer="10.0.9.9", groups=()),)))

    assert any(risk.startswith("10.0.9.9/32 may pass to something else") for risk in found.risks)


def test_clients_from_outside_may_come_from_elsewhere_tomorrow() -> None:
    open_rule = rule("db", "db", "tcp 3306", "0.0.0.0/0")
    found = change(vary(rules=(open_rule,), used=(replace(BY_APP, peer="203.0.113.9", groups=()),)))

    assert "Clients may come from other addresses tomorrow than 203.0.113.9/32." in found.risks


def test_icmp_is_told_as_a_risk_both_ways() -> None:
    everything = rule("db", "db", "-1", "10.0.0.0/8")
    seen = vary(rules=(everything,), used=(BY_APP, replace(BY_APP, protocol=1, port=None)))
    unseen = vary(rules=(everything,))

    assert "Flow logs don't show types of ICMP: all of them stay permitted." in change(seen).risks
    assert "ICMP was not seen and is not permitted any more, ping included." in change(unseen).risks


def test_an_unused_rules_risk_names_what_sg_lens_does_not_see() -> None:
    (risk,) = change(vary(used=())).risks

    assert "less often than once in 10 days" in risk
    assert "launch templates, Lambda functions, Batch, CodeBuild and ECS" in risk


def test_max_cidrs_is_a_setting() -> None:
    peers = [replace(BY_APP, peer=f"10.9.0.{1 + at * 50}", groups=()) for at in range(4)]
    settings = AdviceSettings(window_days=SETTINGS.window_days, max_cidrs=2)

    assert len(vary(used=peers).replacements("db") or []) == 4
    assert len(vary(used=peers, settings=settings).replacements("db") or []) == 2
