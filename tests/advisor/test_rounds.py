"""One run after the other: what is due, and what a run had no time for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from advisor.error import AdvisorError
from advisor.request import AdviceRequest
from tests.adapters.flow_days import ADVISOR_ARN, make_reader
from tests.advisor.advised import DATABASE, FILES, GROUP_IDS, QUARTER, SPARE, UNUSED, VPC
from tests.domain.examples import GROUP, RULE

if TYPE_CHECKING:
    from tests.advisor.advised import World

FIRST, SECOND, THIRD = GROUP_IDS


@dataclass
class Lasting:
    """The time that is left, until so many groups have been published: a new folder is a new group."""

    world: World
    groups: int

    def __call__(self) -> float:
        return 800.0 if len(self.world.folders()) < self.groups else 0.0


def run_until(world: World, groups: int, **request: object) -> list[str]:
    """The groups that got a report, in a run whose time is over with the `groups`th folder."""
    pace = replace(world.clock.pace(0), remaining=Lasting(world, groups))
    reader = make_reader(world.engine, ADVISOR_ARN, pace)
    outcome = world.advisor(reader).run(AdviceRequest.parse(request))
    assert outcome.failures == {}
    return [summary.group_id for summary in outcome.summaries]


def test_what_is_due_is_made_once_and_then_no_more(world: World) -> None:
    assert world.run_due() == list(GROUP_IDS)
    assert world.run_due() == []


def test_a_new_rule_is_in_the_report_after_the_next_look(world: World) -> None:
    world.run_due()
    rule = replace(RULE, rule_id="sgr-0ccccccccccccccccc", from_port=22, to_port=22)
    world.observe(
        replace(VPC, observed_at=int(world.clock.now) + 60, security_group_rules=(RULE, UNUSED, rule))
    )

    assert world.run_due() == list(GROUP_IDS)

    verdicts = {each["rule"]["rule_id"]: each["verdict"] for each in world.report()["rules"]}
    assert verdicts[rule.rule_id] == "too_new"


def test_other_settings_bring_new_reports(world: World) -> None:
    world.run_due()
    world.clock.now += QUARTER

    outcome = world.advisor(made_with="other code").run(AdviceRequest(only_due=True))

    assert len(outcome.summaries) == len(GROUP_IDS)


def test_a_run_that_is_out_of_time_says_how_far_it_got_and_the_next_one_goes_on(world: World) -> None:
    assert run_until(world, groups=1) == [FIRST]
    assert world.summarized() == [FIRST]
    assert world.run_due() == [SECOND, THIRD]
    assert world.summarized() == list(GROUP_IDS)
    assert world.run_due() == []


def test_what_changes_before_a_run_got_to_its_end_is_taken_up_afterwards(world: World) -> None:
    run_until(world, groups=1)
    world.observe(replace(VPC, observed_at=int(world.clock.now) + 60, security_group_rules=(RULE,)))

    assert world.run_due() == [SECOND, THIRD]
    assert world.run_due() == list(GROUP_IDS)


def test_a_run_without_time_for_one_report_leaves_all_to_the_next_one(world: World) -> None:
    world.seconds = 0.0

    outcome = world.run()

    assert (outcome.summaries, outcome.left) == ([], len(GROUP_IDS))
    world.seconds = 800.0
    assert world.run_due() == list(GROUP_IDS)


def test_the_folder_and_the_summary_of_a_group_go_with_it(world: World) -> None:
    world.run()
    world.observe(replace(VPC, observed_at=int(world.clock.now) + 60, security_groups=(GROUP, DATABASE)))
    world.clock.now += QUARTER

    outcome = world.run(only_due=True)

    assert outcome.gone == 1
    assert SPARE.group_id not in world.folders()
    assert world.summarized() == [FIRST, SECOND]


def test_named_groups_get_reports_alone_and_say_nothing_of_the_others(world: World) -> None:
    outcome = world.run(group_ids=[SECOND])

    assert [each.group_id for each in outcome.summaries] == [SECOND]
    assert world.folders() == {SECOND: FILES}
    assert world.run_due() == list(GROUP_IDS)


def test_a_group_that_no_inventory_shows_is_refused(world: World) -> None:
    with pytest.raises(AdvisorError, match="sg-0eeeeeeeeeeeeeeee"):
        world.run(group_ids=["sg-0eeeeeeeeeeeeeeee"])
