"""What the scripts say and do without a change of the group."""

from pathlib import Path

import pytest

from domain.report import Reason
from fixes.fix_script import render_fix, render_undo
from tests.fixes.reports import make_change, make_new_rule, make_report, make_rule
from tests.fixes.shells import SHELLS, record_calls, run_script

UNUSED = make_rule(1, "0.0.0.0/0", (22, 22))
THERE = "sgr-00000000000000001\tFalse\ttcp\t22\t22\t0.0.0.0/0\n"


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
@pytest.mark.parametrize("shell", SHELLS)
def test_without_changes_there_is_nothing_to_do(shell: str, options: list[str], tmp_path: Path) -> None:
    report = make_report([UNUSED])

    for script in (render_fix(report), render_undo(report)):
        ran, calls = record_calls(script, tmp_path, "", *options, shell=shell)
        assert (ran.code, ran.errors, calls) == (0, "", [])
        assert "There is nothing to" in ran.output


def test_every_call_is_tried_before_the_first_is_made(tmp_path: Path) -> None:
    wide = make_rule(2)
    news = [make_new_rule("10.0.0.1/32"), make_new_rule("10.0.0.2/32", direction="egress")]
    report = make_report([UNUSED, wide], [make_change(UNUSED), make_change(wide, *news)])
    there = THERE + "sgr-00000000000000002\tFalse\ttcp\t443\t443\t10.0.0.0/8\n"

    _, calls = record_calls(render_fix(report), tmp_path, there)

    made = ["authorize-security-group-ingress", "authorize-security-group-egress"]
    revoked = ["revoke-security-group-ingress", "revoke-security-group-ingress"]
    assert [call[1] for call in calls] == ["describe-security-group-rules", *(made + revoked) * 2]
    assert ["--dry-run" in call for call in calls] == [False, *[True] * 4, *[False] * 4]


def test_the_region_is_the_reports_or_the_users_own(tmp_path: Path) -> None:
    for region in ("", "eu-central-1"):
        report = make_report([UNUSED], [make_change(UNUSED)], region=region)
        _, calls = record_calls(render_fix(report), tmp_path, THERE)
        assert all(("--region" in call) == bool(region) for call in calls)


def test_a_dry_run_that_was_taken_for_the_call_itself_stops_the_fix(tmp_path: Path) -> None:
    aws = tmp_path / "bin" / "aws"
    aws.parent.mkdir()
    aws.write_text(f"#!/bin/sh\nprintf '{THERE}'\n")
    aws.chmod(0o755)

    ran = run_script(render_fix(make_report([UNUSED], [make_change(UNUSED)])), tmp_path, path=str(aws.parent))

    assert ran.code == 1
    assert "may have been done: revoke  sgr-00000000000000001" in ran.errors


def test_tags_that_aws_alone_may_set_are_left_out(tmp_path: Path) -> None:
    tags = (("aws:cloudformation:stack-name", "web"), ("AWS:other", ""))
    report = make_report([UNUSED], [make_change(UNUSED, make_new_rule("10.0.0.1/32", tags=tags))])

    _, calls = record_calls(render_fix(report), tmp_path, THERE)

    assert all("--tag-specifications" not in call for call in calls)


def test_a_group_of_another_account_is_referenced_with_its_account() -> None:
    old = make_rule(1, "210987654321/sg-0fedcba9876543210")
    own = make_new_rule("123456789012/sg-0aaaaaaaaaaaaaaaa")

    report = make_report([old], [make_change(old, own)])

    assert '{"GroupId": "sg-0fedcba9876543210", "UserId": "210987654321"}' in render_undo(report)
    assert '{"GroupId": "sg-0aaaaaaaaaaaaaaaa"}' in render_fix(report)


def test_more_rules_than_the_quota_for_a_while_are_announced() -> None:
    rules = [make_rule(number, f"10.0.{number}.0/24") for number in range(60)]
    change = make_change(rules[0], make_new_rule("10.0.0.1/32"))

    assert "the group has 61 rules" in render_fix(make_report(rules, [change]))
    assert "the quota" not in render_fix(make_report(rules, [make_change(rules[0])]))


def test_the_comments_say_what_is_changed_and_why() -> None:
    wide = make_rule(1, description="Clients")
    left_out = Reason("quota", "sgr-2 would need more rules than the quota has room for.")
    report = make_report([wide], [make_change(wide, make_new_rule("10.0.0.1/32"))], not_proposed=(left_out,))

    comments = [line for line in render_fix(report).splitlines() if line.startswith("# ")]

    assert "# sgr-00000000000000001 ingress tcp 443 10.0.0.0/8 (Clients)" in comments
    assert "#   -> ingress tcp 443 10.0.0.1/32" in comments
    assert "#   Risk: Clients may come from other addresses." in comments
    assert f"# Not proposed: {left_out.text}" in comments


@pytest.mark.parametrize("shell", SHELLS)
def test_an_interruption_says_how_far_the_fix_came(shell: str, tmp_path: Path) -> None:
    report = make_report([UNUSED], [make_change(UNUSED, make_new_rule("10.0.0.1/32"))])
    interrupt = 'case "$*" in *revoke*) kill -INT 0 ;; esac'

    ran, _ = record_calls(render_fix(report), tmp_path, THERE, shell=shell, then=interrupt)

    assert ran.code == 1
    assert "interrupted in this step, which may be done or not: revoke  sgr-00000000000000001" in ran.errors
    assert "Done before it: the steps 1 to 1 of 2" in ran.errors
    assert "undo.sh takes back what has been done" in ran.errors


def test_a_rule_that_ec2_has_already_and_does_not_show_yet_is_taken_for_made(tmp_path: Path) -> None:
    report = make_report([UNUSED], [make_change(UNUSED, make_new_rule("10.0.0.1/32"))])
    refuse = "echo 'An error occurred (InvalidPermission.Duplicate)' >&2; exit 254"
    duplicate = f'case "$*" in *authorize*) {refuse} ;; esac'

    ran, calls = record_calls(render_fix(report), tmp_path, THERE, then=duplicate)

    assert (ran.code, ran.errors) == (0, "")
    assert "(was there already)" in ran.output
    assert calls[-1][1] == "revoke-security-group-ingress"


def test_an_unknown_option_does_nothing(tmp_path: Path) -> None:
    report = make_report([UNUSED], [make_change(UNUSED)])

    for script in (render_fix(report), render_undo(report)):
        ran, calls = record_calls(script, tmp_path, THERE, "--dryrun")
        assert (ran.code, calls) == (1, [])
        assert "unknown option --dryrun" in ran.errors


def test_without_the_aws_cli_a_script_says_so(tmp_path: Path) -> None:
    script = render_fix(make_report([UNUSED], [make_change(UNUSED)]))
    empty = tmp_path / "empty"
    empty.mkdir()

    ran = run_script(f"PATH={empty}\n{script}", tmp_path, path=str(empty))

    assert ran.code == 1
    assert "the AWS CLI (aws) is not installed" in ran.errors
