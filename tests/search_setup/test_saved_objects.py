import json
from pathlib import Path
from typing import Any

import pytest

from domain.errors import SearchSetupError
from search_setup.saved_objects import render_saved_objects

PLAIN = {"attributes": {"title": "Peers"}, "references": []}


def write(folder: Path, name: str, content: object) -> None:
    path = folder / "saved_objects" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))


def render(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in render_saved_objects(folder / "saved_objects").splitlines()]


def render_attributes(folder: Path, name: str, **attributes: object) -> dict[str, Any]:
    write(folder, name, {"attributes": attributes, "references": []})
    (line,) = render(folder)
    rendered: dict[str, Any] = line["attributes"]
    return rendered


def test_type_and_id_are_those_of_folder_and_file(tmp_path: Path) -> None:
    write(tmp_path, "visualization/peers", PLAIN)

    assert render(tmp_path) == [
        {
            "type": "visualization",
            "id": "peers",
            "attributes": {"title": "Peers"},
            "references": [],
            "migrationVersion": {"visualization": "7.10.0"},
        }
    ]


def test_objects_of_all_types_are_rendered_together_one_a_line(tmp_path: Path) -> None:
    for name in ("visualization/peers", "dashboard/rejects", "visualization/actions"):
        write(tmp_path, name, PLAIN)

    assert [(line["type"], line["id"]) for line in render(tmp_path)] == [
        ("dashboard", "rejects"),
        ("visualization", "actions"),
        ("visualization", "peers"),
    ]


def test_the_same_sources_give_the_same_bytes_whatever_the_order_of_their_keys(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    write(one, "search/records", '{"attributes": {"a": 1, "b": 2}, "references": []}')
    write(other, "search/records", '{"references": [], "attributes": {"b": 2, "a": 1}}')

    assert render_saved_objects(one) == render_saved_objects(other)


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("index-pattern/flows", "fields"),
        ("index-pattern/flows", "fieldFormatMap"),
        ("dashboard/rejects", "panelsJSON"),
        ("dashboard/rejects", "optionsJSON"),
        ("visualization/peers", "uiStateJSON"),
    ],
)
def test_what_dashboards_keeps_as_a_text_becomes_one(tmp_path: Path, name: str, attribute: str) -> None:
    rendered = render_attributes(tmp_path, name, **{attribute: {"a": ["ü"]}})

    assert rendered[attribute] == '{"a":["ü"]}'


def test_a_search_source_becomes_a_text_where_it_stands(tmp_path: Path) -> None:
    rendered = render_attributes(
        tmp_path, "search/a", kibanaSavedObjectMeta={"searchSourceJSON": {"filter": []}}
    )

    assert rendered["kibanaSavedObjectMeta"] == {"searchSourceJSON": '{"filter":[]}'}


def test_a_vega_specification_becomes_a_text_with_lines_within_that_of_its_visualization(
    tmp_path: Path,
) -> None:
    state = {"type": "vega", "params": {"spec": {"marks": []}}}

    rendered = render_attributes(tmp_path, "visualization/picture", visState=state)

    assert json.loads(rendered["visState"]) == {"type": "vega", "params": {"spec": '{\n  "marks": []\n}'}}


def test_what_dashboards_keeps_as_it_is_stays_so(tmp_path: Path) -> None:
    attributes = {"columns": ["action"], "sort": [["@timestamp", "desc"]], "refreshInterval": {"value": 0}}

    assert render_attributes(tmp_path, "search/records", **attributes) == attributes


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is not JSON"),
        ("[]", "must be an object of attributes and references"),
        ({"attributes": {}}, "must be an object of attributes and references"),
        ({**PLAIN, "id": "peers"}, "must be an object of attributes and references"),
        ({**PLAIN, "attributes": "{}"}, "attributes must be an object and references a list"),
        ({**PLAIN, "references": {}}, "attributes must be an object and references a list"),
    ],
)
def test_a_malformed_source_is_named(tmp_path: Path, content: object, told: str) -> None:
    write(tmp_path, "visualization/peers", content)

    with pytest.raises(SearchSetupError, match=rf"saved_objects/visualization/peers\.json.* {told}"):
        render(tmp_path)


def test_a_source_that_is_not_even_text_is_named(tmp_path: Path) -> None:
    write(tmp_path, "search/records", PLAIN)
    (tmp_path / "saved_objects/search/records.json").write_bytes(b"\xff\xfe{")

    with pytest.raises(SearchSetupError, match=r"saved_objects/search/records\.json is not JSON"):
        render(tmp_path)


def test_a_type_that_nobody_renders_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    write(tmp_path, "lens/peers", PLAIN)

    with pytest.raises(SearchSetupError, match=r"lens/peers\.json.*no type lens.*dashboard, index-pattern"):
        render(tmp_path)


def test_a_file_beside_the_folders_of_types_is_not_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "peers", PLAIN)

    with pytest.raises(SearchSetupError, match=r"saved_objects/peers\.json"):
        render(tmp_path)
