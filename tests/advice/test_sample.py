import pytest

from domain.report import GroupReport
from local.demo.advice import check_reports
from tests.advice.sample_reports import MADE_AT, sample_reports, to_json
from tests.local.traffic.sample_documents import rule_names


@pytest.fixture(scope="module")
def reports() -> tuple[GroupReport, ...]:
    return sample_reports()


def test_what_is_planted_in_the_sample_comes_out(reports: tuple[GroupReport, ...]) -> None:
    """check_reports raises where a verdict, a proposal or the replay isn't as planted."""
    checked = check_reports(to_json(reports), [each.group.group_id for each in reports], rule_names())
    assert checked.groups == len(reports)
    assert checked.replayed


def test_no_default_proposal_refuses_what_was_seen(reports: tuple[GroupReport, ...]) -> None:
    for report in reports:
        assert report.proposal.replay.refused == ()
        assert not report.proposal.replay.raw_refused


def test_every_rule_of_the_vpc_has_a_verdict_with_a_reason(reports: tuple[GroupReport, ...]) -> None:
    rules = [rule for report in reports for rule in report.rules]
    in_force = {
        rule_id
        for rule_id, name in rule_names().items()
        if not name.startswith(("migration", "search-from-migrator"))
    }
    assert {rule.rule.rule_id for rule in rules} == in_force
    assert all(
        rule.reasons and all(reason.text.endswith((".", "”")) for reason in rule.reasons) for rule in rules
    )


def test_every_change_is_narrower_and_says_how_sure_it_is(reports: tuple[GroupReport, ...]) -> None:
    changes = [change for report in reports for change in report.proposal.changes]
    assert changes
    for change in changes:
        assert change.space_after < change.space_before
        assert change.confidence_reason


def test_the_window_is_the_one_that_was_asked_for(reports: tuple[GroupReport, ...]) -> None:
    assert {report.evidence.window_end for report in reports} == {MADE_AT}
