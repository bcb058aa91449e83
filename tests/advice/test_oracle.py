"""The advice against the oracle, over random small VPCs and what was recorded in them.

SG_LENS_EXAMPLES=100000 makes a long run of it.
"""

import os
from collections import defaultdict
from dataclasses import replace
from itertools import chain, combinations
from typing import Final

from hypothesis import HealthCheck, given, settings

from domain.advise import advise
from domain.inventory_day import InventoryDay, changed, observe
from domain.report import GroupReport, RuleReport
from domain.usage import CAPS
from domain.vpc_state import VpcState
from tests.advice.oracle import Oracle
from tests.advice.oracle_replay import Replayer, made_changes
from tests.advice.oracle_rules import Target, bits, is_within, made_of, space, weight
from tests.advice.oracle_traffic import DAY
from tests.advice.oracle_usage import make_source
from tests.advice.worlds import World, worlds

EXAMPLES: Final = int(os.environ.get("SG_LENS_EXAMPLES", "100"))
many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[*HealthCheck])
some = settings(many, max_examples=EXAMPLES // 4)


def make_days(world: World) -> list[InventoryDay]:
    """One of each day, as regular passes leave them: what says nothing new is not stored."""
    days: dict[str, InventoryDay] = {}
    day: InventoryDay | None = None
    first, last = world.observations[0].observed_at, world.made_at
    for at in sorted({each.observed_at for each in world.observations} | {*range(first, last, DAY // 4)}):
        inventory = world.at(at)
        assert inventory is not None
        observed = observe(day, replace(inventory, observed_at=at))
        if changed(day, observed):
            day = days[observed.day] = observed
    return list(days.values())


def report_on(world: World) -> dict[str, GroupReport]:
    state = VpcState.build(make_days(world), world.made_at)
    reports = advise(state, make_source(world), world.settings, world.made_at, "eu-central-1")
    return {report.group.group_id: report for report in reports}


def say(rule: RuleReport) -> str:
    return f"no_evidence: {rule.reasons[0].code}" if rule.verdict == "no_evidence" else rule.verdict


@many
@given(world=worlds())
def test_every_rule_has_the_verdict_that_the_oracle_gives(world: World) -> None:
    check_verdicts(world)


def check_verdicts(world: World) -> None:
    oracle, reports = Oracle(world), report_on(world)

    assert sorted(reports) == sorted(group.group_id for group in world.now.security_groups)
    for group_id, report in reports.items():
        rules = oracle.rules_of(group_id)
        verdicts = {rule.rule_id: oracle.verdict(rule) for rule in rules}
        assert {rule.rule.rule_id: say(rule) for rule in report.rules} == verdicts
        assert report.score == oracle.score(verdicts, rules)


@some
@given(world=worlds())
def test_every_rule_has_the_age_coverage_and_space_that_the_oracle_counts(world: World) -> None:
    oracle, reports = Oracle(world), report_on(world)

    for group_id, report in reports.items():
        assert report.evidence.coverage == oracle.coverage(group_id)
        for each in report.rules:
            assert each.known_since == oracle.known_since(each.rule)
            assert each.space == space(made_of(each.rule), world.now)
            assert each.used_space == oracle.used_space(each.rule)
            allowed = weight(made_of(each.rule), world.now)
            assert (each.width, each.used_width) == (bits(allowed), bits(min(allowed, each.used_space)))
            assert (each.keep_reason is not None) == oracle.is_kept(each.rule)


@many
@given(world=worlds())
def test_what_is_proposed_is_the_narrowest_where_nothing_is_refused(world: World) -> None:
    check_proposals(world)


def check_proposals(world: World) -> None:
    oracle, reports = Oracle(world), report_on(world)
    drafts = {group_id: oracle.draft(group_id) for group_id in reports}
    replayer = Replayer(oracle, drafts)
    if any(replayer.replay(group_id, [*reports]).refused for group_id in reports):
        return

    for group_id, report in reports.items():
        made = made_changes(report.proposal.changes)
        assert oracle.measure(made) == oracle.measure(drafts[group_id])


@many
@given(world=worlds())
def test_no_recorded_connection_is_refused_whichever_groups_are_changed(world: World) -> None:
    oracle, reports = Oracle(world), report_on(world)
    changes = {id_: made_changes(report.proposal.changes) for id_, report in reports.items()}
    replayer = Replayer(oracle, changes)

    for applied in chain.from_iterable(combinations(reports, count) for count in range(len(reports) + 1)):
        for group_id in reports:
            assert replayer.replay(group_id, applied).refused == (), applied
    for group_id, report in reports.items():
        replayed = replayer.replay(group_id, [*reports])
        assert report.proposal.replay.refused == ()
        assert report.proposal.replay.connections == replayed.connections
        assert report.proposal.replay.already_refused == replayed.already_refused


@some
@given(world=worlds())
def test_nor_is_any_refused_that_a_cap_cut(world: World) -> None:
    everything, reports = Oracle(replace(world, caps=CAPS)), report_on(world)
    replayer = Replayer(
        everything, {id_: made_changes(each.proposal.changes) for id_, each in reports.items()}
    )

    for group_id in reports:
        assert replayer.replay(group_id, [*reports]).refused == ()


@some
@given(world=worlds())
def test_every_change_is_narrower_in_everything(world: World) -> None:
    for report in report_on(world).values():
        today = {rule.rule.rule_id: rule for rule in report.rules}
        ids = [change.rule_id for change in report.proposal.changes]
        assert len(ids) == len({*ids})
        for change in report.proposal.changes:
            old = made_of(today[change.rule_id].rule)
            new = [made_of(rule) for rule in change.rules]

            assert all(is_within(rule, old, world.now) for rule in new)
            assert change.space_before == space(old, world.now)
            assert change.space_after == sum(space(rule, world.now) for rule in new)
            assert change.space_after < change.space_before
            before, after = (sum(weight(rule, world.now) for rule in rules) for rules in ([old], new))
            assert (change.width_before, change.width_after) == (bits(before), bits(min(before, after)))
            assert today[change.rule_id].verdict in {"unused", "redundant", "too_wide"}
            assert today[change.rule_id].keep_reason is None


@some
@given(world=worlds())
def test_ports_that_touch_and_have_the_same_peers_are_one_range(world: World) -> None:
    for report in report_on(world).values():
        for made in made_changes(report.proposal.changes).values():
            targets: dict[tuple[int, int, int], set[Target]] = defaultdict(set)
            for rule in made:
                targets[rule.protocol, rule.first, rule.last].add(rule.target)
            # What a rule beside it permits is not made again, which may leave the same peers by chance.
            if len(report.rules) > 1:
                continue
            for (protocol, _, last), of_range in targets.items():
                touching = [each for each in targets if each[:2] == (protocol, last + 1)]
                assert all(targets[each] != of_range for each in touching)


@some
@given(world=worlds())
def test_no_rule_is_made_twice_or_beside_an_equal_one(world: World) -> None:
    for report in report_on(world).values():
        made = [made_of(rule) for change in report.proposal.changes for rule in change.rules]
        today = {made_of(rule.rule) for rule in report.rules}

        assert len(made) == len({*made})
        assert not today & {*made}


@some
@given(world=worlds())
def test_the_worth_is_what_the_changes_take_away_from_interfaces(world: World) -> None:
    oracle = Oracle(world)
    for group_id, report in report_on(world).items():
        changes = report.proposal.changes
        taken = sum(change.width_before - change.width_after for change in changes)

        assert report.worth == (round(taken) if oracle.carriers(group_id, world.now) else 0)


def watch_longer(world: World) -> World:
    """What was there first has been there for days."""
    first, *later = world.observations
    long_ago = replace(first, observed_at=world.made_at - 9 * DAY)
    return replace(world, observations=(long_ago, *later), settings=replace(world.settings, window_days=8))


def come_late(world: World) -> World:
    """Without interfaces at first."""
    first, *later = world.observations
    empty = replace(first, network_interfaces=())
    full = replace(first, observed_at=world.made_at - 5 * DAY)
    return replace(world, observations=(empty, full, *later))


@some
@given(world=worlds() | worlds().map(watch_longer) | worlds().map(watch_longer).map(come_late))
def test_each_change_is_as_sure_as_the_oracle_says(world: World) -> None:
    oracle = Oracle(world)
    for report in report_on(world).values():
        rules = {each.rule.rule_id: each.rule for each in report.rules}
        for change in report.proposal.changes:
            assert change.confidence == oracle.confidence(rules[change.rule_id])
