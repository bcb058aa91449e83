"""What a pipeline asks of the command: verdicts that mustn't be, and rules of one's own."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.local.analyze.recorded_inventory import GROUPS, RECORDED, copy_recorded
from tests.local.analyze.test_command import S3_FILE, run
from tests.local.analyze.test_reports import Json, Result, load, make, rules_of


def test_a_rule_with_a_verdict_that_mustn_t_be_fails_the_check(tmp_path: Path) -> None:
    result = make(tmp_path / "out", "--fail-on", "unused,no_evidence")
    rules = rules_of(tmp_path / "out")
    found = [id_ for id_, rule in rules.items() if rule["verdict"] == "no_evidence"]

    assert result.returncode == 3
    told = result.stderr.splitlines()
    assert told[-len(found) - 1] == f"FAILED: {len(found)} rules with --fail-on unused, no_evidence:"
    assert all(any(rule_id in line for line in told[-len(found) :]) for rule_id in found)
    assert (tmp_path / "out" / "index.html").exists()


def test_a_check_passes_where_no_rule_has_the_verdict(tmp_path: Path) -> None:
    result = make(tmp_path / "out", "--fail-on", "redundant")

    assert result.returncode == 0
    assert "FAILED" not in result.stderr


def test_a_rule_that_its_tag_protects_doesn_t_fail_the_check(tmp_path: Path) -> None:
    inventory = copy_recorded(tmp_path)
    content = load(inventory / GROUPS)
    for group in content["SecurityGroups"]:
        group["Tags"] = [{"Key": "sg-lens:keep", "Value": "agreed"}]
    (inventory / GROUPS).write_text(json.dumps(content))
    result = make(tmp_path / "out", "--fail-on", "no_evidence,unused", inventory=inventory)

    assert {rule["keep_reason"] for rule in rules_of(tmp_path / "out").values()} == {"agreed"}
    assert result.returncode == 0


def replay(tmp_path: Path, content: object, *options: object) -> Result:
    file = tmp_path / "rules.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return run("--flow-logs", S3_FILE, "--inventory", RECORDED, "--replay", file, *options)


def own_rules(*cidrs: str) -> Json:
    rules = [
        {"IsEgress": False, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": cidr}
        for cidr in cidrs
    ]
    return {"group_id": "sg-0aaaaaaaaaaaaaaaa", "rules": rules}


def test_rules_of_one_s_own_that_permit_all_that_came_are_fine(tmp_path: Path) -> None:
    result = replay(tmp_path, own_rules("203.0.113.9/32"))

    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert (answer["group_id"], answer["refused"]) == ("sg-0aaaaaaaaaaaaaaaa", [])
    assert answer["connections"] > 0
    assert "the rules of --replay refuse 0 connections of" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["rules.json"]


def test_rules_of_one_s_own_that_refuse_something_fail_and_say_what(tmp_path: Path) -> None:
    result = replay(tmp_path, own_rules("198.51.100.0/24"), "--out", tmp_path / "out")

    assert result.returncode == 3
    [refused] = json.loads(result.stdout)["refused"]
    assert (refused["peer_addr"], refused["port"], refused["protocol"]) == ("203.0.113.9", 443, 6)
    assert "FAILED: the rules of --replay refuse 1 connection of" in result.stderr
    assert (tmp_path / "out" / "index.html").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "rules.json is no JSON"),
        ("[" * 100_000, "rules.json is no JSON"),
        ("[]", "The rules must be an object"),
        ({"group_id": "sg-0f", "rules": []}, "no security group of vpc-"),
        ({"group_id": [], "rules": []}, "no security group of vpc-"),
        (own_rules("203.0.113.9/24"), "203.0.113.0/24, is that meant"),
    ],
)
def test_rules_that_can_t_be_understood_are_one_clear_error(
    tmp_path: Path, content: object, message: str
) -> None:
    result = replay(tmp_path, content)

    assert result.returncode == 1
    assert result.stderr.startswith("ERROR: ")
    assert result.stderr.count("\n") == 1
    assert message in result.stderr
    assert result.stdout == ""


def test_rules_that_are_nowhere_are_told_before_anything_is_read(tmp_path: Path) -> None:
    inputs = ("--flow-logs", S3_FILE, "--inventory", tmp_path / "none")
    result = run(*inputs, "--replay", tmp_path / "none.json")

    assert result.returncode == 1
    assert "none.json can't be read: No such file or directory" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "give --out, --replay or --documents"),
        (("--documents", "d", "--fail-on", "unused"), "--fail-on needs --out"),
        (("--out", "o", "--fail-on", "unused,tiny"), "'tiny' is no verdict; there are used, too_wide"),
        (("--out", "o", "--fail-on", ""), "'' is no verdict"),
        (("--out", "o", "--window-days", "0"), "'0' is no number of days from 1 to 400"),
        (("--out", "o", "--window-days", "\u0663"), "is no number of days"),
        (("--out", "o", "--made-at", "yesterday"), "'yesterday' is no UTC time like 2026-11-24T12:00:00Z"),
        (("--out", "o", "--made-at", "2026-02-31T00:00:00Z"), "is no UTC time"),
        (("--out", "o", "--region", "Frankfurt; rm"), "'Frankfurt; rm' is no Region like us-east-1"),
        (("--replay", "r", "--documents", "-"), "both write to the standard output"),
    ],
)
def test_options_that_make_no_sense_are_a_matter_of_usage(options: Sequence[str], message: str) -> None:
    result = run("--flow-logs", S3_FILE, "--inventory", RECORDED, *options)

    assert result.returncode == 2
    assert message in " ".join(result.stderr.split())
