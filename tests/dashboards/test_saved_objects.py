"""What OpenSearch Dashboards asks of saved objects."""

import json
import re

import pytest

from local.search.saved_object_import import TYPES, ImportOptions, import_objects, parse_file
from search_setup.saved_objects import MIGRATION_VERSIONS, SavedObjectSource, render_saved_objects
from tests.dashboards.content import (
    BY_KEY,
    DASHBOARDS,
    SAVED_OBJECTS,
    SOURCES,
    VISUALIZATIONS,
    read_fields,
    read_properties,
    read_template,
    walk,
)

META_FIELDS = {"_id", "_index", "_score", "_source"}
PATTERNS = [source for source in SOURCES if source.type == "index-pattern"]

each_pattern = pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.id)
each_object = pytest.mark.parametrize("source", SOURCES, ids=lambda source: f"{source.type}-{source.id}")


def with_sorted_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    assert [name for name, _ in pairs] == sorted(name for name, _ in pairs)
    return dict(pairs)


def test_all_objects_are_imported_together() -> None:
    objects = parse_file(render_saved_objects(SAVED_OBJECTS))

    result = import_objects(objects, (), ImportOptions(overwrite=True, create_new_copies=False))

    assert result.answer["success"] is True, result.answer.get("errors")
    assert {item.key for item in result.written} == BY_KEY.keys()


def test_the_dashboards_have_the_ids_that_links_use() -> None:
    titles = {source.id: source.attributes["title"] for source in DASHBOARDS}

    assert titles == {
        "flow-log-dash": "FlowLogDash",
        "rejects": "Rejects",
        "rule-usage-dash": "RuleUsageDash",
    }


@each_object
def test_keys_are_sorted_so_that_a_diff_shows_what_changed(source: SavedObjectSource) -> None:
    path = SAVED_OBJECTS / source.type / f"{source.id}.json"

    assert json.loads(path.read_text(), object_pairs_hook=with_sorted_keys)


@each_object
def test_ids_are_readable_rather_than_generated(source: SavedObjectSource) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", source.id)


def test_titles_tell_the_objects_of_a_type_apart() -> None:
    titles = [(source.type, source.attributes["title"]) for source in SOURCES]

    assert len(set(titles)) == len(titles)


@each_object
def test_references_resolve(source: SavedObjectSource) -> None:
    assert {(reference["type"], reference["id"]) for reference in source.references} <= BY_KEY.keys()


@each_object
def test_each_reference_is_used_once_and_nothing_refers_to_a_missing_one(source: SavedObjectSource) -> None:
    used = [value for name, value in walk(source.attributes) if name.endswith("RefName")]

    assert sorted(used) == sorted(reference["name"] for reference in source.references)


@each_object
def test_nothing_refers_by_an_id_which_an_import_could_change(source: SavedObjectSource) -> None:
    names = {name for name, _ in walk(source.attributes)}

    assert not names & {"indexPattern", "index_pattern", "savedSearchId"}


def test_the_migration_versions_are_those_that_dashboards_knows() -> None:
    known = {name: kind.migration_version for name, kind in TYPES.items()}

    assert known == MIGRATION_VERSIONS


@pytest.mark.parametrize("source", VISUALIZATIONS, ids=lambda source: source.id)
def test_a_visualization_has_one_title(source: SavedObjectSource) -> None:
    assert source.attributes["visState"]["title"] == source.attributes["title"]


@each_pattern
def test_an_index_pattern_is_of_the_indices_of_the_template_that_has_its_name(
    pattern: SavedObjectSource,
) -> None:
    assert read_template(pattern.id)["index_patterns"] == [pattern.attributes["title"]]


@each_pattern
def test_an_index_pattern_lists_the_fields_of_the_template_and_no_other(pattern: SavedObjectSource) -> None:
    listed = [field["name"] for field in pattern.attributes["fields"]]

    assert listed == sorted({*read_fields(pattern.id), *META_FIELDS})


@each_pattern
def test_an_index_pattern_formats_only_fields_of_the_template(pattern: SavedObjectSource) -> None:
    assert pattern.attributes["fieldFormatMap"].keys() <= read_properties(pattern.id).keys()


@each_pattern
def test_an_index_pattern_s_time_is_a_date_of_the_template(pattern: SavedObjectSource) -> None:
    assert read_properties(pattern.id)[pattern.attributes["timeFieldName"]]["type"] == "date"


def test_amounts_are_shown_as_such_and_ports_without_a_thousands_separator() -> None:
    flows, usage = (
        BY_KEY["index-pattern", name].attributes["fieldFormatMap"] for name in ("flows", "rule-usage")
    )

    for amount in (flows["bytes"], usage["request_bytes"], usage["response_bytes"]):
        assert amount == {"id": "bytes"}
    ports = [flows[name] for name in ("srcport", "dstport", "local_port", "peer_port", "service_port")]
    for port in (*ports, usage["service_ports"]):
        assert port == {"id": "number", "params": {"pattern": "0"}}
