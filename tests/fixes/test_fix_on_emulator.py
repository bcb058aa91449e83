"""fix.sh and undo.sh, run by a shell with the real AWS CLI against the emulator."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from domain.inventory import SecurityGroupRule
from domain.report import Change, GroupReport, NewRule
from fixes.fix_script import render_fix, render_undo
from local.toolchain import aws_cli
from tests.fixes.emulated import EmulatedEc2, fields
from tests.fixes.reports import make_change, make_new_rule, make_report, make_rule

WIDE = make_rule(1, "10.0.0.0/8", (443, 443), description="Clients; see $HOME", tags=(("team", "web"),))
UNUSED = make_rule(2, "0.0.0.0/0", (22, 22), description="SSH")
KEPT = make_rule(3, "192.0.2.0/24", (80, 80))
OFFICE = make_new_rule("10.1.0.0/24", description=WIDE.description, tags=WIDE.tags)
BRANCH = make_new_rule("10.2.0.7/32", description=WIDE.description, tags=WIDE.tags)


@pytest.fixture
def report(ec2: EmulatedEc2) -> GroupReport:
    """One rule becomes two, one is revoked, one stays."""
    group_id = ec2.create_group([WIDE, UNUSED, KEPT])
    wide, unused, _ = rules = ec2.rules(group_id)
    return report_on(group_id, rules, [make_change(wide, OFFICE, BRANCH), make_change(unused)])


def report_on(group_id: str, rules: Sequence[SecurityGroupRule], changes: Sequence[Change]) -> GroupReport:
    return make_report(rules, changes, group_id=group_id)


def rules_of(ec2: EmulatedEc2, report: GroupReport) -> list[SecurityGroupRule]:
    return ec2.rules(report.group.group_id)


Kind = tuple[SecurityGroupRule, list[NewRule]]


def make_every_kind(app: str, prefix_list: str) -> list[Kind]:
    """Rules, and what takes the place of each."""
    ports = make_rule(2, "10.0.0.0/8", (1, 65535), description="Ports $(date)", tags=(("a b", "c'd"),))
    ipv6 = make_rule(3, "2001:db8::/32", (443, 443), description="IPv6")
    everything = make_rule(4, "0.0.0.0/0", (-1, -1), protocol="-1", tags=(("name", "héllo"),))
    icmp = make_rule(5, "10.0.0.0/8", (8, -1), protocol="icmp")
    listed = make_rule(6, prefix_list, (53, 53), protocol="udp", direction="egress", description="Names")
    anywhere = make_rule(7, "0.0.0.0/0", (-1, -1), protocol="-1", direction="egress")
    tunnel = make_rule(8, "10.9.0.0/16", (-1, -1), protocol="47")
    name = make_new_rule("10.0.0.2/32", (53, 53), protocol="udp", direction="egress", description="Names")
    return [
        (ports, [_narrow_ports(ports, (22, 22)), _narrow_ports(ports, (8000, 8010))]),
        (ipv6, [make_new_rule("2001:db8::1/128", description="IPv6")]),
        (
            everything,
            [
                make_new_rule(app, (443, 443), tags=everything.tags),
                make_new_rule("0.0.0.0/0", (-1, -1), protocol="icmp", tags=everything.tags),
            ],
        ),
        (icmp, [make_new_rule("10.0.0.1/32", (8, -1), protocol="icmp")]),
        (listed, [name]),
        (anywhere, [make_new_rule(prefix_list, (443, 443), direction="egress")]),
        (tunnel, []),
    ]


def _narrow_ports(rule: SecurityGroupRule, ports: tuple[int, int]) -> NewRule:
    return make_new_rule("10.0.0.0/8", ports, description=rule.description, tags=rule.tags)


def test_every_kind_of_change_is_made_and_taken_back(ec2: EmulatedEc2, tmp_path: Path) -> None:
    app, prefix_list = ec2.create_group(name="app"), ec2.create_prefix_list()
    keeps = make_rule(1, app, (5432, 5432), description="Database; it's 'quoted'")
    kinds = make_every_kind(app, prefix_list)
    group_id = ec2.create_group([keeps, *(old for old, _ in kinds)], name="every")
    before = ec2.rules(group_id)
    there = {(rule.direction, rule.ip_protocol, rule.from_port, rule.peer): rule for rule in before}
    changes = [
        make_change(there[old.direction, old.ip_protocol, old.from_port, old.peer], *new)
        for old, new in kinds
    ]
    report = report_on(group_id, before, changes)

    fixed = ec2.run(render_fix(report), tmp_path)

    assert (fixed.code, fixed.errors) == (0, "")
    assert fields(ec2.rules(group_id)) == fields([keeps, *(rule for _, new in kinds for rule in new)])
    assert "15 of 15 done" in fixed.output

    undone = ec2.run(render_undo(report), tmp_path)

    assert (undone.code, undone.errors) == (0, "")
    assert fields(ec2.rules(group_id)) == fields(before)
    assert len(ec2.rules(group_id)) == len(before)


def test_a_dry_run_changes_nothing(ec2: EmulatedEc2, report: GroupReport, tmp_path: Path) -> None:
    before = rules_of(ec2, report)

    ran = ec2.run(render_fix(report), tmp_path, "--dry-run")

    assert (ran.code, ran.errors) == (0, "")
    assert "nothing was changed" in ran.output
    assert rules_of(ec2, report) == before


def test_the_aws_cli_as_it_is_installed_does_the_same(ec2: EmulatedEc2, tmp_path: Path) -> None:
    group_id = ec2.create_group([UNUSED, KEPT])
    unused, kept = rules = ec2.rules(group_id)

    ran = ec2.run(render_fix(report_on(group_id, rules, [make_change(unused)])), tmp_path, aws=aws_cli())

    assert (ran.code, ran.errors) == (0, "")
    assert ec2.rules(group_id) == [kept]


def test_a_fix_that_ran_before_has_nothing_to_do(
    ec2: EmulatedEc2, report: GroupReport, tmp_path: Path
) -> None:
    assert ec2.run(render_fix(report), tmp_path).code == 0
    after = rules_of(ec2, report)

    again = ec2.run(render_fix(report), tmp_path)

    assert (again.code, again.errors) == (0, "")
    assert "nothing to do" in again.output
    assert rules_of(ec2, report) == after


@pytest.mark.parametrize("changed", ["added", "revoked", "modified"])
def test_a_group_that_has_changed_since_is_left_alone(
    ec2: EmulatedEc2, report: GroupReport, tmp_path: Path, changed: str
) -> None:
    wide, _, kept = rules_of(ec2, report)
    if changed == "added":
        ec2.authorize(report.group.group_id, make_new_rule("198.51.100.0/24", (8080, 8080)))
    elif changed == "revoked":
        ec2.revoke(kept)
    else:
        ec2.modify_port(wide, 8443)
    before = rules_of(ec2, report)

    ran = ec2.run(render_fix(report), tmp_path)

    differing = {
        "added": "is there now:      sgr-",
        "revoked": f"is there no more:  {kept.rule_id} ingress tcp 80 80 192.0.2.0/24",
        "modified": f"is there now:      {wide.rule_id} ingress tcp 8443 8443 10.0.0.0/8",
    }
    assert ran.code == 1
    assert "has changed since the report" in ran.errors
    assert differing[changed] in ran.errors
    assert rules_of(ec2, report) == before


def test_a_rule_that_was_to_be_revoked_and_is_gone_is_a_change_too(
    ec2: EmulatedEc2, report: GroupReport, tmp_path: Path
) -> None:
    _, unused, _ = rules_of(ec2, report)
    ec2.revoke(unused)

    ran = ec2.run(render_fix(report), tmp_path, "--continue")

    assert ran.code == 1
    assert f"is there no more:  {unused.rule_id}" in ran.errors
    assert len(rules_of(ec2, report)) == 2


@pytest.mark.parametrize("fails_at", [1, 2, 3, 4])
def test_an_error_midway_stops_the_fix_and_undo_restores_the_rules(
    ec2: EmulatedEc2, report: GroupReport, tmp_path: Path, fails_at: int
) -> None:
    before = rules_of(ec2, report)

    failed = ec2.run(render_fix(report), tmp_path, fails_at=fails_at)

    assert failed.code == 1
    assert "RequestLimitExceeded" in failed.errors
    assert "undo.sh takes back what has been done" in failed.errors
    assert failed.output.count(" done: ") == fails_at - 1
    there = len(rules_of(ec2, report))
    assert there == len(before) + min(fails_at - 1, 2) - max(fails_at - 3, 0)

    undone = ec2.run(render_undo(report), tmp_path)

    assert (undone.code, undone.errors) == (0, "")
    assert fields(rules_of(ec2, report)) == fields(before)


@pytest.mark.parametrize("fails_at", [2, 4])
def test_an_interrupted_fix_says_so_and_goes_on_when_told_to(
    ec2: EmulatedEc2, report: GroupReport, tmp_path: Path, fails_at: int
) -> None:
    ec2.run(render_fix(report), tmp_path, fails_at=fails_at)
    before = rules_of(ec2, report)

    again = ec2.run(render_fix(report), tmp_path)

    assert again.code == 1
    assert '"fix.sh --continue" goes on' in again.errors
    assert rules_of(ec2, report) == before

    continued = ec2.run(render_fix(report), tmp_path, "--continue")

    assert (continued.code, continued.errors) == (0, "")
    assert fields(rules_of(ec2, report)) == fields([KEPT, OFFICE, BRANCH])


def test_an_undo_that_was_interrupted_goes_on_when_run_again(
    ec2: EmulatedEc2, report: GroupReport, tmp_path: Path
) -> None:
    before = rules_of(ec2, report)
    assert ec2.run(render_fix(report), tmp_path).code == 0

    failed = ec2.run(render_undo(report), tmp_path, fails_at=3)
    assert failed.code == 1
    assert "Run undo.sh again" in failed.errors

    assert ec2.run(render_undo(report), tmp_path).code == 0
    assert fields(rules_of(ec2, report)) == fields(before)


def test_an_undo_without_a_fix_changes_nothing(ec2: EmulatedEc2, report: GroupReport, tmp_path: Path) -> None:
    before = rules_of(ec2, report)

    ran = ec2.run(render_undo(report), tmp_path)

    assert (ran.code, ran.errors) == (0, "")
    assert "nothing" in ran.output
    assert rules_of(ec2, report) == before


def test_a_dry_run_of_an_undo_changes_nothing(ec2: EmulatedEc2, report: GroupReport, tmp_path: Path) -> None:
    assert ec2.run(render_fix(report), tmp_path).code == 0
    after = rules_of(ec2, report)

    ran = ec2.run(render_undo(report), tmp_path, "--dry-run")

    assert (ran.code, ran.errors) == (0, "")
    assert rules_of(ec2, report) == after


def test_an_undo_leaves_alone_what_others_did_and_says_so(
    ec2: EmulatedEc2, report: GroupReport, tmp_path: Path
) -> None:
    _, _, kept = rules_of(ec2, report)
    assert ec2.run(render_fix(report), tmp_path).code == 0
    others = make_new_rule("198.51.100.0/24", (8080, 8080))
    ec2.authorize(report.group.group_id, others)
    ec2.revoke(kept)

    ran = ec2.run(render_undo(report), tmp_path)

    assert (ran.code, ran.errors) == (0, "")
    assert f"Not restored, since fix.sh does not revoke it: {kept.rule_id}" in ran.output
    assert "Left as it is" in ran.output
    assert fields(rules_of(ec2, report)) == fields([WIDE, UNUSED, others])


def test_a_group_of_another_account_or_region_is_not_found(ec2: EmulatedEc2, tmp_path: Path) -> None:
    report = make_report([WIDE, UNUSED], [make_change(UNUSED)])

    ran = ec2.run(render_fix(report), tmp_path)

    assert ran.code == 1
    assert "is this the right account and region?" in ran.errors


def test_without_permission_nothing_is_begun(ec2: EmulatedEc2, report: GroupReport, tmp_path: Path) -> None:
    before = rules_of(ec2, report)
    reader = ec2.create_reader()

    ran = ec2.run(render_fix(report), tmp_path, aws=aws_cli(), credentials=reader)

    assert ran.code == 1
    assert "EC2 would refuse this, so nothing was changed: add " in ran.errors
    assert "UnauthorizedOperation" in ran.errors
    assert rules_of(ec2, report) == before
