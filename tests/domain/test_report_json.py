import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from domain import report, usage
from domain.group_index import InterfaceRow
from domain.inventory import Direction, Peer, SecurityGroup, SecurityGroupRule
from domain.report import GroupReport
from domain.report_json import SCHEMA_VERSION, to_report_json, to_reports_json
from tests.pages.reports import make_empty, make_hostile, make_refusing, make_shop, make_unattached

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
TYPES: dict[str, type] = {
    "security_group": SecurityGroup,
    "interface": InterfaceRow,
    "reference": report.Reference,
    "peer": Peer,
    "rule": SecurityGroupRule,
    "new_rule": report.NewRule,
    "reason": report.Reason,
    "rule_report": report.RuleReport,
    "use": report.RuleUse,
    "day_use": report.DayUse,
    "seen_peer": usage.SeenPeer,
    "seen_port": usage.SeenPort,
    "proposal": report.Proposal,
    "change": report.Change,
    "replay": report.Replay,
    "refused": report.Refused,
    "evidence": report.Evidence,
    "interface_hours": usage.InterfaceHours,
    "knock": usage.Knock,
}
"""By their names in the schema, beside the two kinds of documents."""


@pytest.mark.parametrize("make_world", [make_shop, make_refusing, make_unattached, make_empty, make_hostile])
def test_every_report_is_as_the_schema_says(make_world: Any) -> None:  # noqa: ANN401 - a factory
    VALIDATOR.validate(json.loads(to_report_json(make_world())))


def test_the_schema_is_one() -> None:
    VALIDATOR.check_schema(SCHEMA)


@pytest.mark.parametrize("name", TYPES)
def test_the_schema_has_each_member_of_a_type_and_no_other(name: str) -> None:
    definition = SCHEMA["$defs"][name]
    names = {field.name for field in fields(TYPES[name])}

    assert set(definition["properties"]) == set(definition["required"]) == names


def test_a_report_has_its_members_and_the_version() -> None:
    definition = SCHEMA["$defs"]["group_report"]
    names = {field.name for field in fields(GroupReport)} | {"schema_version"}

    assert set(definition["properties"]) == set(definition["required"]) == names
    assert definition["properties"]["schema_version"]["const"] == SCHEMA_VERSION


def test_the_schema_defines_nothing_else() -> None:
    assert SCHEMA["$defs"].keys() - TYPES.keys() == {"group_report", "group_reports"}


def test_the_schema_describes_every_member() -> None:
    without = [
        f"{name}.{member}"
        for name, definition in SCHEMA["$defs"].items()
        for member, its in definition["properties"].items()
        if not its.get("description")
    ]

    assert without == []


@pytest.mark.parametrize(
    ("place", "type_"),
    [
        ("rule_report.verdict", report.Verdict),
        ("group_report.attachment", report.Attachment),
        ("change.confidence", report.Confidence),
        ("rule.direction", Direction),
        ("new_rule.direction", Direction),
        ("refused.direction", Direction),
    ],
)
def test_the_schema_has_the_words_of_the_types(place: str, type_: object) -> None:
    name, member = place.split(".")

    assert tuple(SCHEMA["$defs"][name]["properties"][member]["enum"]) == get_args(type_)


def test_the_schema_has_every_way_to_change_a_rule() -> None:
    assert tuple(SCHEMA["$defs"]["change"]["properties"]["ways"]["items"]["enum"]) == get_args(report.Way)


def test_the_schema_has_every_reason_why_a_record_is_not_attributed() -> None:
    reasons = SCHEMA["$defs"]["evidence"]["properties"]["unattributed"]["propertyNames"]["enum"]

    assert set(reasons) == set(usage.UNATTRIBUTED)


@pytest.mark.parametrize(
    "break_it",
    [
        {"attachment": "detached"},
        {"score": 101},
        {"schema_version": 2},
        {"made_at": "2026-11-24"},
        {"group": {}},
    ],
    ids=str,
)
def test_what_is_no_report_does_not_pass(break_it: dict[str, object]) -> None:
    document = json.loads(to_report_json(make_shop())) | break_it

    assert not VALIDATOR.is_valid(document)


def test_the_same_report_is_the_same_bytes_a_member_a_line_and_sorted() -> None:
    written = to_report_json(make_shop())

    assert written == to_report_json(make_shop())
    assert written == f"{json.dumps(json.loads(written), indent=1, sort_keys=True)}\n".encode("ascii")


def test_tags_are_values_by_key() -> None:
    assert json.loads(to_report_json(make_shop()))["group"]["tags"] == {"team": "shop"}


def test_a_space_beyond_64_bits_is_exact() -> None:
    shop = make_shop()
    wide = replace(shop.rules[0], space=132_096 << 128)

    written = json.loads(to_report_json(replace(shop, rules=(wide,))))

    assert written["rules"][0]["space"] == 132_096 << 128


def test_all_reports_are_one_document_of_what_each_is_by_itself() -> None:
    worlds = [make_shop(), make_empty()]

    document = json.loads(b"".join(to_reports_json(worlds, 1_795_521_600)))

    VALIDATOR.validate(document)
    assert document["groups"] == [json.loads(to_report_json(world)) for world in worlds]
    assert (document["made_at"], document["schema_version"]) == (1_795_521_600, SCHEMA_VERSION)


def test_no_report_at_all_is_a_document_too() -> None:
    document = json.loads(b"".join(to_reports_json([], 0)))

    VALIDATOR.validate(document)
    assert document["groups"] == []


def test_reports_are_written_one_by_one() -> None:
    asked = []

    def ask() -> Iterator[GroupReport]:
        for world in (make_empty(), make_unattached()):
            asked.append(world.group.group_name)
            yield world

    pieces = to_reports_json(ask(), 0)
    next(pieces)
    next(pieces)

    assert asked == ["empty"]
