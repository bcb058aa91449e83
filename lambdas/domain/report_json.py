"""A group's report as JSON; docs/report.schema.json describes it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Final

from domain.report import GroupReport

SCHEMA_VERSION: Final = 1
_TAGS: Final = "tags"


def to_report_json(report: GroupReport) -> bytes:
    """ASCII with sorted keys, one member a line, so that two of them can be compared; ends in a line feed."""
    return f"{_encode(report)}\n".encode("ascii")


def to_reports_json(reports: Iterable[GroupReport], made_at: int) -> Iterator[bytes]:
    """All of them as one document, piece by piece: one report is in memory at a time."""
    yield b'{\n"groups": ['
    separator = "\n"
    for report in reports:
        yield f"{separator}{_encode(report)}".encode("ascii")
        separator = ",\n"
    yield f'\n],\n"made_at": {made_at},\n"schema_version": {SCHEMA_VERSION}\n}}\n'.encode("ascii")


def _encode(report: GroupReport) -> str:
    members = {**_plain_members(report), "schema_version": SCHEMA_VERSION}
    return json.dumps(members, indent=1, sort_keys=True)


def _plain_members(value: object) -> dict[str, object]:
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"{type(value).__name__} is no member of a report")
    members = {field.name: getattr(value, field.name) for field in fields(value)}
    # A resource has a tag's key once.
    return {name: dict(each) if name == _TAGS else _plain(each) for name, each in members.items()}


def _plain(value: object) -> object:
    if isinstance(value, str | int | float | None):
        return value
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return _plain_members(value)
