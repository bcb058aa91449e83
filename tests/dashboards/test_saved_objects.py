import json
import re
from collections.abc import Iterator

import pytest

from tests.dashboards.content import SavedObjectLine, read_lines, read_properties

LINES = read_lines()
INDEX_PATTERNS = [line for line in LINES if line.content["type"] == "index-pattern"]
META_FIELDS = {"_id", "_index", "_score", "_source"}
# The newest that the oldest supported Dashboards knows; a newer one is refused.
NEWEST_MIGRATIONS = {
    "dashboard": "7.9.3",
    "index-pattern": "7.6.0",
    "search": "7.9.3",
    "visualization": "7.10.0",
}

each_object = pytest.mark.parametrize("line", LINES, ids=lambda line: "-".join(line.key))
each_index_pattern = pytest.mark.parametrize("line", INDEX_PATTERNS, ids=lambda line: line.content["id"])


def as_written(content: object) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def read_texts(content: object) -> Iterator[tuple[str, str]]:
    """Attributes that hold JSON as a text, by name."""
    if isinstance(content, dict):
        for name, value in content.items():
            if isinstance(value, str) and value[:1] in ("{", "["):
                yield name, value
            yield from read_texts(value)


def test_there_are_objects() -> None:
    assert LINES


@each_object
def test_keys_are_sorted_and_spaces_left_out_so_that_a_diff_shows_what_changed(line: SavedObjectLine) -> None:
    assert line.text == as_written(line.content)


@each_object
def test_json_inside_an_attribute_is_written_alike(line: SavedObjectLine) -> None:
    for name, text in read_texts(line.content["attributes"]):
        assert text == as_written(json.loads(text)), name


def test_ids_are_unique() -> None:
    keys = [line.key for line in LINES]

    assert len(set(keys)) == len(keys)


@each_object
def test_ids_are_readable_rather_than_generated(line: SavedObjectLine) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", line.content["id"])
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", line.content["id"])


@each_object
def test_nothing_is_kept_that_changes_with_each_export(line: SavedObjectLine) -> None:
    assert not line.content.keys() & {"updated_at", "version", "namespaces"}


@each_object
def test_references_resolve(line: SavedObjectLine) -> None:
    known = {other.key for other in LINES}

    assert {(reference["type"], reference["id"]) for reference in line.content["references"]} <= known


@each_object
def test_the_migration_version_is_one_that_dashboards_knows(line: SavedObjectLine) -> None:
    kind = line.content["type"]

    assert line.content["migrationVersion"] == {kind: NEWEST_MIGRATIONS[kind]}


@each_index_pattern
def test_an_index_pattern_lists_the_fields_of_the_template_and_no_other(line: SavedObjectLine) -> None:
    listed = [field["name"] for field in json.loads(line.content["attributes"]["fields"])]

    assert listed == sorted(read_properties(line.content["id"]).keys() | META_FIELDS)


@each_index_pattern
def test_an_index_pattern_formats_only_fields_of_the_template(line: SavedObjectLine) -> None:
    formatted = json.loads(line.content["attributes"]["fieldFormatMap"])

    assert formatted.keys() <= read_properties(line.content["id"]).keys()


@each_index_pattern
def test_an_index_pattern_s_time_is_a_date_of_the_template(line: SavedObjectLine) -> None:
    time = line.content["attributes"]["timeFieldName"]

    assert read_properties(line.content["id"])[time]["type"] == "date"


def test_amounts_are_shown_as_such_and_ports_without_a_thousands_separator() -> None:
    (flows,) = (line for line in INDEX_PATTERNS if line.content["id"] == "flows")
    formats = json.loads(flows.content["attributes"]["fieldFormatMap"])

    assert formats["bytes"] == {"id": "bytes"}
    for port in ("srcport", "dstport", "local_port", "peer_port"):
        assert formats[port] == {"id": "number", "params": {"pattern": "0"}}
