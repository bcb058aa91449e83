import json

import pytest

from local.search.saved_objects import MAX_IMPORT, VERSION
from tests.local.search.callers import Callers
from tests.local.search.saved_object_calls import (
    API,
    DASHBOARD,
    GLOBAL,
    INDEX_PATTERN,
    SEARCH,
    XSRF,
    Document,
    get_object,
    import_file,
    ndjson,
)


def test_an_object_that_is_not_there_is_not_found(callers: Callers) -> None:
    answer = get_object(callers.master(), "dashboard", "nothing")

    assert answer.status_code == 404
    assert answer.json()["message"] == "Saved object [dashboard/nothing] not found"


def test_overwriting_and_new_copies_exclude_each_other(callers: Callers) -> None:
    answer = import_file(callers.master(), INDEX_PATTERN, query="?overwrite=true&createNewCopies=true")

    assert answer.status_code == 400
    assert "cannot use [overwrite] with [createNewCopies]" in answer.json()["message"]


def test_a_file_with_another_ending_is_refused(callers: Callers) -> None:
    answer = import_file(callers.master(), DASHBOARD, name="objects.json")

    assert answer.status_code == 400
    assert answer.json()["message"] == "Invalid file extension .json"


def test_a_file_that_is_too_large_is_refused(callers: Callers) -> None:
    answer = import_file(callers.master(), content=b" " * (MAX_IMPORT + 1))

    assert answer.status_code == 413


def test_an_import_that_is_no_form_is_refused(callers: Callers) -> None:
    answer = callers.master().request("POST", f"{API}/_import", json=DASHBOARD, headers=GLOBAL)

    assert answer.status_code == 415


def test_a_form_without_a_file_is_refused(callers: Callers) -> None:
    files = {"other": ("objects.ndjson", ndjson(DASHBOARD))}

    answer = callers.master().request("POST", f"{API}/_import", files=files, headers=GLOBAL)

    assert answer.status_code == 400
    assert answer.json()["message"].startswith("[request body.file]")


@pytest.mark.parametrize("query", ["?overwrite=yes", "?force=true"])
def test_a_parameter_that_is_unknown_or_no_boolean_is_refused(callers: Callers, query: str) -> None:
    answer = import_file(callers.master(), DASHBOARD, query=query)

    assert answer.status_code == 400


def test_a_post_without_the_xsrf_header_is_refused(callers: Callers) -> None:
    answer = import_file(callers.master(), DASHBOARD, headers={"securitytenant": "global"})

    assert answer.status_code == 400
    assert answer.json()["message"] == "Request must contain a osd-xsrf header."


@pytest.mark.parametrize(("version", "status"), [(VERSION, 200), ("1.0.0", 400)])
def test_a_version_header_must_be_the_servers(callers: Callers, version: str, status: int) -> None:
    answer = import_file(callers.master(), DASHBOARD, headers={**GLOBAL, "osd-version": version})

    assert answer.status_code == status


def test_objects_are_found_by_type_page_by_page(callers: Callers) -> None:
    master = callers.master()
    import_file(master, INDEX_PATTERN, *({**DASHBOARD, "id": str(number)} for number in range(3)))

    answer = master.get(f"{API}/_find?type=dashboard&per_page=2&page=2", headers=GLOBAL).json()

    assert (answer["total"], [found["id"] for found in answer["saved_objects"]]) == (3, ["2"])


def test_finding_needs_a_type(callers: Callers) -> None:
    answer = callers.master().get(f"{API}/_find", headers=GLOBAL)

    assert answer.status_code == 400


def test_an_export_has_references_first_and_can_be_imported_again(callers: Callers) -> None:
    master = callers.master()
    import_file(master, INDEX_PATTERN, SEARCH)
    wanted = {"objects": [{"type": "search", "id": "rejects"}], "includeReferencesDeep": True}

    exported = master.request("POST", f"{API}/_export", json=wanted, headers=GLOBAL)

    lines = [json.loads(line) for line in exported.text.splitlines()]
    assert [line.get("id") for line in lines] == ["flows", "rejects", None]
    assert lines[-1] == {"exportedCount": 2, "missingRefCount": 0, "missingReferences": []}
    again = import_file(master, content=exported.content, headers={**XSRF, "securitytenant": "private"})
    assert again.json()["successCount"] == 2


def test_an_export_by_type_leaves_out_the_details_on_demand(callers: Callers) -> None:
    master = callers.master()
    import_file(master, INDEX_PATTERN, DASHBOARD)
    wanted = {"type": "dashboard", "excludeExportDetails": True}

    exported = master.request("POST", f"{API}/_export", json=wanted, headers=GLOBAL)

    assert [json.loads(line)["id"] for line in exported.text.splitlines()] == ["overview"]


@pytest.mark.parametrize(
    "wanted", [{}, {"type": "lens"}, {"objects": [{"type": "dashboard", "id": "nothing"}]}]
)
def test_an_export_of_nothing_known_is_refused(callers: Callers, wanted: Document) -> None:
    answer = callers.master().request("POST", f"{API}/_export", json=wanted, headers=GLOBAL)

    assert answer.status_code == 400


def test_the_status_tells_the_version(callers: Callers) -> None:
    answer = callers.master().get("/_dashboards/api/status")

    assert answer.json()["version"]["number"] == VERSION


def test_a_new_domain_finds_no_saved_objects(callers: Callers) -> None:
    import_file(callers.master(), DASHBOARD)

    callers.front_door.clear_saved_objects()

    assert get_object(callers.master(), "dashboard", "overview").status_code == 404


def test_another_path_of_dashboards_is_not_found(callers: Callers) -> None:
    assert callers.master().get("/_dashboards/api/nothing", headers=GLOBAL).status_code == 404
