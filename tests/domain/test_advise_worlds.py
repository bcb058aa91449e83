"""Whatever the VPC: what is proposed would not have refused anything, however much of it is done."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from random import Random

import pytest

from domain.report import GroupReport
from domain.rule_cover import rule_key
from domain.seen_match import AnyRule
from domain.vpc_state import VpcState
from tests.domain.advised_worlds import best_match, make_world

SEEDS = range(150)


def apply(reports: Sequence[GroupReport], state: VpcState) -> Mapping[str, Sequence[AnyRule]]:
    """The rules of all groups once the changes of these reports are made."""
    rules: dict[str, Sequence[AnyRule]] = dict(state.rules)
    for report in reports:
        gone = {change.rule_id for change in report.proposal.changes}
        stay = [each for each in state.rules.get(report.group.group_id, ()) if each.rule_id not in gone]
        rules[report.group.group_id] = [
            *stay,
            *(new for change in report.proposal.changes for new in change.rules),
        ]
    return rules


def subsets(reports: Sequence[GroupReport]) -> Iterator[Sequence[GroupReport]]:
    for size in range(len(reports) + 1):
        yield from combinations(reports, size)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_part_of_the_proposals_refuses_what_happened(seed: int) -> None:
    world = make_world(Random(seed))
    state = world.vpc.state()
    reports = list(world.vpc.reports().values())

    assert [report.proposal.replay.refused for report in reports] == [()] * len(reports)
    for some in subsets(reports):
        rules = apply(some, state)
        for each in world.happened:
            assert best_match(each, rules, state) >= best_match(each, state.rules, state), each


@pytest.mark.parametrize("seed", SEEDS)
def test_changes_go_one_way_and_make_no_rule_twice(seed: int) -> None:
    for report in make_world(Random(seed)).vpc.reports().values():
        verdicts = {each.rule.rule_id: each.verdict for each in report.rules}
        assert {verdicts[change.rule_id] for change in report.proposal.changes} <= {
            "unused",
            "redundant",
            "too_wide",
        }
        there = [rule_key(each.rule) for each in report.rules]
        made = [rule_key(new) for change in report.proposal.changes for new in change.rules]
        assert len({*there, *made}) >= len(made) + len(set(there))
