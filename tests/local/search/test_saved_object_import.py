import json
from collections.abc import Mapping

import pytest
import requests

from local.search.saved_object_import import MAX_OBJECTS
from tests.local.search.callers import Callers
from tests.local.search.saved_object_calls import (
    DASHBOARD,
    INDEX_PATTERN,
    SEARCH,
    get_object,
    import_file,
    ndjson,
)


def _error(answer: requests.Response) -> Mapping[str, object]:
    [failure] = answer.json()["errors"]
    return dict(failure["error"])


def test_an_imported_object_can_be_read(callers: Callers) -> None:
    master = callers.master()

    answer = import_file(master, INDEX_PATTERN)

    assert answer.json() == {
        "success": True,
        "successCount": 1,
        "successResults": [
            {"type": "index-pattern", "id": "flows", "meta": {"title": "flows-*", "icon": "indexPatternApp"}}
        ],
    }
    stored = get_object(master, "index-pattern", "flows").json()
    assert stored["attributes"] == {"title": "flows-*"}
    assert stored["migrationVersion"] == {"index-pattern": "7.6.0"}


def test_an_object_that_exists_is_a_conflict_and_stays_as_it_was(callers: Callers) -> None:
    master = callers.master()
    import_file(master, INDEX_PATTERN)

    answer = import_file(master, {**INDEX_PATTERN, "attributes": {"title": "others-*"}})

    assert answer.status_code == 200
    assert (answer.json()["success"], answer.json()["successCount"]) == (False, 0)
    assert _error(answer) == {"type": "conflict"}
    assert get_object(master, "index-pattern", "flows").json()["attributes"] == {"title": "flows-*"}


def test_overwriting_replaces_an_object_that_exists(callers: Callers) -> None:
    master = callers.master()
    import_file(master, INDEX_PATTERN)

    answer = import_file(
        master, {**INDEX_PATTERN, "attributes": {"title": "others-*"}}, query="?overwrite=true"
    )

    assert answer.json()["success"] is True
    assert answer.json()["successResults"][0]["overwrite"] is True
    assert get_object(master, "index-pattern", "flows").json()["attributes"] == {"title": "others-*"}


def test_new_copies_get_new_ids_and_refer_to_each_other(callers: Callers) -> None:
    master = callers.master()

    answer = import_file(master, INDEX_PATTERN, SEARCH, query="?createNewCopies=true")

    pattern, search = [result["destinationId"] for result in answer.json()["successResults"]]
    assert get_object(master, "index-pattern", "flows").status_code == 404
    assert get_object(master, "search", search).json()["references"][0]["id"] == pattern


def test_a_reference_to_a_missing_index_pattern_fails(callers: Callers) -> None:
    answer = import_file(callers.master(), SEARCH)

    references = [{"type": "index-pattern", "id": "flows"}]
    assert answer.json()["success"] is False
    assert _error(answer) == {"type": "missing_references", "references": references}


def test_a_reference_may_lead_to_another_object_of_the_file(callers: Callers) -> None:
    answer = import_file(callers.master(), SEARCH, INDEX_PATTERN)

    assert answer.json()["success"] is True


def test_a_reference_may_lead_to_an_object_that_is_there_already(callers: Callers) -> None:
    master = callers.master()
    import_file(master, INDEX_PATTERN)

    answer = import_file(master, SEARCH)

    assert answer.json()["success"] is True


def test_a_dashboard_may_refer_to_a_visualization_that_is_missing(callers: Callers) -> None:
    references = [{"name": "panel_0", "type": "visualization", "id": "nothing"}]

    answer = import_file(callers.master(), {**DASHBOARD, "references": references})

    assert answer.json()["success"] is True


def test_with_one_missing_reference_nothing_is_written_though_the_others_are_counted(
    callers: Callers,
) -> None:
    master = callers.master()

    answer = import_file(master, SEARCH, DASHBOARD)

    assert (answer.json()["success"], answer.json()["successCount"]) == (False, 1)
    assert get_object(master, "dashboard", "overview").status_code == 404


def test_an_unknown_type_is_not_supported_and_the_others_are_written(callers: Callers) -> None:
    master = callers.master()

    answer = import_file(master, {"type": "lens", "id": "x", "attributes": {}}, DASHBOARD)

    assert _error(answer) == {"type": "unsupported_type"}
    assert get_object(master, "dashboard", "overview").status_code == 200


def test_an_attribute_that_the_mapping_does_not_know_fails(callers: Callers) -> None:
    dashboard = {**DASHBOARD, "attributes": {"title": "Overview", "controlGroupInput": {}}}

    answer = import_file(callers.master(), dashboard)

    assert answer.json()["success"] is False
    assert "strict_dynamic_mapping_exception" in str(_error(answer)["message"])


def test_an_inner_attribute_that_the_mapping_does_not_know_fails(callers: Callers) -> None:
    dashboard = {**DASHBOARD, "attributes": {"title": "Overview", "refreshInterval": {"every": 1}}}

    answer = import_file(callers.master(), dashboard)

    assert "[every] within [dashboard.refreshInterval]" in str(_error(answer)["message"])


def test_an_index_pattern_may_have_any_attribute(callers: Callers) -> None:
    pattern = {**INDEX_PATTERN, "attributes": {"title": "flows-*", "fieldFormatMap": "{}"}}

    answer = import_file(callers.master(), pattern)

    assert answer.json()["success"] is True


def test_the_same_object_twice_is_refused(callers: Callers) -> None:
    answer = import_file(callers.master(), INDEX_PATTERN, INDEX_PATTERN)

    assert answer.status_code == 400
    assert answer.json()["message"] == "Non-unique import objects detected: [index-pattern:flows]"


@pytest.mark.parametrize(
    ("version", "status"), [("7.9.3", 200), ("7.4.0", 200), ("7.10.0", 422), ("8.0.0", 422)]
)
def test_an_object_of_a_newer_version_is_refused(callers: Callers, version: str, status: int) -> None:
    answer = import_file(callers.master(), {**DASHBOARD, "migrationVersion": {"dashboard": version}})

    assert answer.status_code == status


def test_an_object_without_attributes_is_an_internal_error(callers: Callers) -> None:
    answer = import_file(callers.master(), {"type": "dashboard", "id": "overview"})

    assert answer.status_code == 500


def test_a_line_that_is_no_json_is_refused(callers: Callers) -> None:
    answer = import_file(callers.master(), content=b'{"type":\n')

    assert answer.status_code == 400


def test_empty_lines_and_the_details_of_an_export_are_passed_over(callers: Callers) -> None:
    content = b"\n" + ndjson(DASHBOARD, {"exportedCount": 1, "missingRefCount": 0}) + b"\r\n\n"

    answer = import_file(callers.master(), content=content)

    assert answer.json()["successCount"] == 1


def test_text_beyond_ascii_comes_through(callers: Callers) -> None:
    master = callers.master()
    title = "Überblick \u2028 \x0b 流量"

    content = json.dumps({**DASHBOARD, "attributes": {"title": title}}, ensure_ascii=False).encode()
    import_file(master, content=content)

    assert get_object(master, "dashboard", "overview").json()["attributes"]["title"] == title


def test_more_than_ten_thousand_objects_are_refused(callers: Callers) -> None:
    many = [{**DASHBOARD, "id": str(number)} for number in range(MAX_OBJECTS + 1)]

    answer = import_file(callers.master(), *many)

    assert answer.status_code == 400
    assert answer.json()["message"] == "Can't import more than 10000 objects"
