"""Names, descriptions and tags are data: a script hands them on as they are, and runs none."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixes.fix_script import render_fix, render_undo
from tests.fixes.reports import make_change, make_new_rule, make_report, make_rule
from tests.fixes.shells import SHELLS, record_calls

HOSTILE = (
    "'; touch injected; '",
    '"; touch injected; "',
    "$(touch injected)",
    "`touch injected`",
    "\n touch injected\n",
    "\ntouch injected #",
    "END\ntouch injected\nEND",
    "\\'; touch injected #",
    "${HOME} $1 %s %n \\n \\c",
    "--dry-run",
    "file:///etc/passwd",
    "*  ?  [a-z]  ~",
    "\u202e\u0000\u0007\x1b[2J",
    "héllo 🙂",
)
NOW = "sgr-00000000000000001\tFalse\ttcp\t443\t443\t10.0.0.0/8\n"
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))


@settings(max_examples=40, deadline=None)
@given(name=texts, description=texts, tags=st.dictionaries(texts, texts, max_size=3))
def test_hostile_texts_reach_the_aws_cli_unchanged(name: str, description: str, tags: dict[str, str]) -> None:
    settable = {key: value for key, value in tags.items() if not key.lower().startswith("aws:")}
    old = make_rule(1, description=description, tags=tuple(tags.items()))
    new = make_new_rule("10.0.0.1/32", description=description, tags=tuple(tags.items()))
    report = make_report([old], [make_change(old, new)], group_name=name)

    for script, now in (
        (render_fix(report), NOW),
        (render_undo(report), "sgr-9\tFalse\ttcp\t443\t443\t10.0.0.1/32"),
    ):
        with tempfile.TemporaryDirectory() as directory:
            ran, calls = record_calls(script, Path(directory), now)
            assert sorted(path.name for path in Path(directory).iterdir()) == [
                "bin",
                "calls",
                "rules",
                "script.sh",
            ]
        assert (ran.code, ran.errors) == (0, "")
        _, _, _, authorize, revoke = calls
        assert authorize[:2] == ["ec2", "authorize-security-group-ingress"]
        assert revoke[:2] == ["ec2", "revoke-security-group-ingress"]
        assert _described(authorize) == description
        assert _tags(authorize) == settable


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_shell_runs_a_description(shell: str, text: str, tmp_path: Path) -> None:
    old = make_rule(1, description=text)
    new = make_new_rule("10.0.0.1/32", description=text)
    report = make_report([old], [make_change(old, new)], group_name=text, region="eu-central-1")

    ran, calls = record_calls(render_fix(report), tmp_path, NOW, shell=shell)

    assert (ran.code, ran.errors) == (0, "")
    assert not (tmp_path / "injected").exists()
    assert _described(calls[3]) == text
    assert all(call[call.index("--region") + 1] == "eu-central-1" for call in calls)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_script_prints_has_no_control_characters(text: str, tmp_path: Path) -> None:
    old = make_rule(1, description=text)
    report = make_report([old], [make_change(old)], group_name=text)

    ran, _ = record_calls(render_fix(report), tmp_path, NOW)

    assert all(character.isprintable() or character == "\n" for character in ran.output)


def _argument(call: list[str], option: str) -> list[dict[str, object]]:
    value: list[dict[str, object]] = json.loads(call[call.index(option) + 1])
    return value


def _described(call: list[str]) -> object:
    (permission,) = _argument(call, "--ip-permissions")
    ranges = permission["IpRanges"]
    assert isinstance(ranges, list)
    return ranges[0].get("Description", "")


def _tags(call: list[str]) -> dict[str, str]:
    if "--tag-specifications" not in call:
        return {}
    (specification,) = _argument(call, "--tag-specifications")
    tags = specification["Tags"]
    assert isinstance(tags, list)
    return {tag["Key"]: tag["Value"] for tag in tags}
