import json
from pathlib import Path

import pytest

from domain.errors import SearchSetupError
from search_setup.content import Content, with_size


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_templates_and_roles_have_the_names_of_their_files(tmp_path: Path) -> None:
    write(tmp_path / "index_templates/flows.json", '{"priority": 1}')
    write(tmp_path / "roles/viewer.json", '{"description": "reads"}')

    content = Content.load(tmp_path)

    assert content.index_templates == {"flows": {"priority": 1}}
    assert content.roles == {"viewer": {"description": "reads"}}


def test_saved_objects_are_rendered_for_the_import(tmp_path: Path) -> None:
    write(tmp_path / "saved_objects/search/b.json", '{"attributes": {}, "references": []}')
    write(tmp_path / "saved_objects/dashboard/a.json", '{"attributes": {}, "references": []}')

    lines = Content.load(tmp_path).saved_objects.splitlines()

    assert [json.loads(line)["id"] for line in lines] == ["a", "b"]


def test_a_file_that_is_not_json_is_named(tmp_path: Path) -> None:
    write(tmp_path / "roles/viewer.json", "{")

    with pytest.raises(SearchSetupError, match=r"roles/viewer\.json is not JSON"):
        Content.load(tmp_path)


def test_an_asset_without_content_is_an_error_rather_than_nothing_to_do(tmp_path: Path) -> None:
    with pytest.raises(SearchSetupError, match="must hold the folder dashboards"):
        Content.load(tmp_path / "dashboards")


def test_shards_and_replicas_are_added_to_the_template_s_own_settings() -> None:
    template = {"template": {"settings": {"index": {"codec": "best_compression"}}}}

    sized = with_size(template, shards=3, replicas=1)

    assert sized["template"]["settings"]["index"] == {
        "codec": "best_compression",
        "number_of_shards": 3,
        "number_of_replicas": 1,
    }


def test_the_template_itself_stays_as_it_was() -> None:
    template = {"template": {"settings": {"index": {"codec": "best_compression"}}}}
    before = json.dumps(template)

    with_size(template, shards=3, replicas=1)

    assert json.dumps(template) == before
