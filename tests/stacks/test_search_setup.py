import shutil
from pathlib import Path

import pytest

from stacks import search_setup
from stacks.function_code import DASHBOARDS, LAMBDAS, hash_files
from tests.stacks.synthesis import Templates, synthesise

SETUP = "Custom::SgLensSearchSetup"


def test_it_gets_what_the_domain_is_set_up_by(templates: Templates) -> None:
    properties = templates.only(SETUP)["Properties"]

    assert (properties["IndexShards"], properties["IndexReplicas"]) == ("1", "1")
    assert len(properties["ContentHash"]) == 64
    assert [bucket["Ref"][:-8] for bucket in properties["Buckets"]] == [
        "DataStoreData",
        "DataStoreFailed",
        "DataStoreSite",
    ]
    assert properties["RetainData"] == "false"


def test_it_empties_no_bucket_where_data_is_retained(retaining: Templates) -> None:
    properties = retaining.only(SETUP)["Properties"]

    assert (properties["Buckets"], properties["RetainData"]) == ([], "true")


def test_it_outlasts_the_three_attempts_that_lambda_makes(templates: Templates) -> None:
    attempt = templates.at("SearchSetup/Function/Resource")["Properties"]["Timeout"]

    assert int(templates.only(SETUP)["Properties"]["ServiceTimeout"]) >= 3 * attempt


def test_a_size_brings_its_shards() -> None:
    assert synthesise(size="large").only(SETUP)["Properties"]["IndexShards"] == "4"


def test_it_publishes_again_when_the_page_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = synthesise().only(SETUP)["Properties"]["ContentHash"]
    for name in ("search_setup", "index_page", "pages"):
        shutil.copytree(LAMBDAS / name, tmp_path / name)
        (tmp_path / name / "changed.css").write_text("")
        parts = [tmp_path / name if part.name == name else part for part in search_setup._CONTENT]
        monkeypatch.setattr(search_setup, "_CONTENT", parts)

        assert synthesise().only(SETUP)["Properties"]["ContentHash"] != before
        monkeypatch.undo()


def test_it_runs_again_when_a_dashboard_changes(tmp_path: Path) -> None:
    changed = tmp_path / "dashboards"
    shutil.copytree(DASHBOARDS, changed)
    before = hash_files(changed)

    (changed / "index_templates" / "flows.json").write_text("{}")

    assert before == hash_files(DASHBOARDS)
    assert hash_files(changed) != before
