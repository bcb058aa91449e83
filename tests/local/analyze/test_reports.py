"""The reports, as a person makes them."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from domain.advice_settings import AdviceSettings
from domain.report_json import to_reports_json
from local.analyze.advice import AdviceRequest, prepare
from local.analyze.analysis import Takers, analyze
from local.analyze.command import open_store
from local.analyze.error import AnalyzeError
from local.analyze.inventory_folder import read_inventory_folder
from local.analyze.tally import Tallies
from local.traffic.lines import ALL_FIELDS
from tests.local.analyze.flow_logs import DATA, RECORDS, REQUEST, to_text
from tests.local.analyze.recorded_inventory import GROUPS, RECORDED, RULES, copy_recorded, rewrite
from tests.local.analyze.test_command import CHECKOUT, run, sample_records, write_sample_inventory

S3_FILE = DATA / "s3.log"
GROUP_FILES = ["fix.sh", "index.html", "report.json", "rules.tf", "rules.yaml", "undo.sh"]
Json = dict[str, Any]
Result = subprocess.CompletedProcess[str]


def make(out: Path, *options: object, flow_logs: Path = S3_FILE, inventory: Path = RECORDED) -> Result:
    return run("--flow-logs", flow_logs, "--inventory", inventory, "--out", out, *options)


def load(file: Path) -> Json:
    loaded: Json = json.loads(file.read_bytes())
    return loaded


def groups_of(out: Path) -> list[Json]:
    groups: list[Json] = load(out / "report.json")["groups"]
    return groups


def rules_of(out: Path) -> dict[str, Json]:
    return {rule["rule"]["rule_id"]: rule for group in groups_of(out) for rule in group["rules"]}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of the sample's traffic, and the inventories of that day."""
    folder = tmp_path_factory.mktemp("sample")
    (folder / "logs").mkdir()
    lines = (record.line for record in sample_records())
    (folder / "logs" / "flow.log").write_bytes(to_text(" ".join(ALL_FIELDS), *lines))
    write_sample_inventory(folder / "inventory")
    return folder


@pytest.fixture(scope="module")
def made(sample: Path) -> Path:
    """As somebody does who has only just checked the project out: there is no package."""
    options = ["--window-days", "1", "--region", "eu-central-1", "--out", str(sample / "out")]
    inputs = ["--flow-logs", str(sample / "logs"), "--inventory", str(sample / "inventory")]
    command = [sys.executable, "-S", "-m", "local.analyze", *inputs, *options]
    result = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    (sample / "stderr").write_text(result.stderr)
    return sample / "out"


def test_there_is_a_folder_for_each_group_and_an_index_of_them(made: Path, sample: Path) -> None:
    groups = load(sample / "inventory" / "2026-11-25T12-00-00Z" / GROUPS)["SecurityGroups"]
    ids = sorted(group["GroupId"] for group in groups)

    assert sorted(path.name for path in made.iterdir()) == ["groups", "index.html", "report.json"]
    assert sorted(path.name for path in (made / "groups").iterdir()) == ids
    for group_id in ids:
        assert sorted(path.name for path in (made / "groups" / group_id).iterdir()) == GROUP_FILES
        assert group_id in (made / "index.html").read_text()


def test_the_report_of_all_groups_holds_the_report_of_each(made: Path) -> None:
    for group in groups_of(made):
        assert load(made / "groups" / group["group"]["group_id"] / "report.json") == group
        assert group["region"] == "eu-central-1"


def test_the_verdicts_are_summed_up(made: Path, sample: Path) -> None:
    verdicts = Counter(rule["verdict"] for rule in rules_of(made).values())
    told = [line.split() for line in (sample / "stderr").read_text().splitlines()]

    assert len(verdicts) >= 5
    for verdict, number in verdicts.items():
        assert [verdict, str(number)] in [words[:2] for words in told]


def test_nothing_else_is_left_behind(made: Path, sample: Path) -> None:
    assert made.exists()
    assert sorted(path.name for path in sample.iterdir()) == ["inventory", "logs", "out", "stderr"]


@pytest.mark.parametrize("max_keys", [0, 500])
def test_a_small_memory_gives_the_same_reports(made: Path, sample: Path, max_keys: int) -> None:
    inventory = read_inventory_folder(sample / "inventory")
    with open_store(None, inventory) as store:
        tallies = Tallies(store, max_keys)
        analyze([sample / "logs" / "flow.log"], None, inventory, Takers(tallies=tallies))
        request = AdviceRequest(AdviceSettings(window_days=1), None, "eu-central-1")
        advice = prepare(inventory.days, store, tallies.latest_end, request, lambda _done, _total: None)
        reports = b"".join(to_reports_json(advice.reports(), advice.made_at))

    assert reports == (made / "report.json").read_bytes()


def test_the_documents_can_be_had_besides(tmp_path: Path) -> None:
    result = make(tmp_path / "out", "--documents", tmp_path / "documents.jsonl")

    assert result.returncode == 0, result.stderr
    assert len((tmp_path / "documents.jsonl").read_text().splitlines()) == 4
    assert (tmp_path / "out" / "index.html").exists()
    assert "ports 2 66.7%" in [" ".join(line.split()) for line in result.stderr.splitlines()]


def test_the_window_ends_with_the_minute_of_the_latest_record(tmp_path: Path) -> None:
    make(tmp_path / "out")

    assert load(tmp_path / "out" / "report.json")["made_at"] == 1_795_521_720
    assert groups_of(tmp_path / "out")[0]["evidence"]["window_start"] == 1_795_521_720 - 30 * 86_400


def test_the_window_ends_when_somebody_says(tmp_path: Path) -> None:
    make(tmp_path / "out", "--made-at", "2026-11-25T06:30:00Z", "--window-days", "2")

    evidence = groups_of(tmp_path / "out")[0]["evidence"]
    assert evidence["window_end"] - evidence["window_start"] == 2 * 86_400
    assert load(tmp_path / "out" / "report.json")["made_at"] == 1_795_588_200


def test_of_one_folder_for_all_times_no_rule_is_too_new(tmp_path: Path) -> None:
    make(tmp_path / "out")

    assert {rule["known_since"] for rule in rules_of(tmp_path / "out").values()} == {0}
    assert "too_new" not in {rule["verdict"] for rule in rules_of(tmp_path / "out").values()}


def test_records_that_don_t_fill_the_window_are_told(tmp_path: Path) -> None:
    result = make(tmp_path / "out")

    assert "the window begins at 2026-10-25 12:02:00 UTC, the records at 2026-11-24 12:00:00" in result.stderr
    assert "--window-days" in result.stderr


def test_records_outside_of_the_window_are_told(tmp_path: Path) -> None:
    result = make(tmp_path / "out", "--made-at", "2027-06-01T00:00:00Z")

    assert "4 records of days outside of the window, which count for no verdict" in result.stderr
    assert "used" not in {rule["verdict"] for rule in rules_of(tmp_path / "out").values()}


def test_a_second_run_takes_the_place_of_the_first(tmp_path: Path) -> None:
    make(tmp_path / "out")
    (tmp_path / "out" / "groups" / "sg-0aaaaaaaaaaaaaaaa" / "fix.sh").write_text("edited")
    result = make(tmp_path / "out")

    assert result.returncode == 0
    assert "edited" not in (tmp_path / "out" / "groups" / "sg-0aaaaaaaaaaaaaaaa" / "fix.sh").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_of_somebody_s_own_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    result = make(tmp_path / "out")

    assert result.returncode == 1
    assert result.stderr.startswith(
        f"ERROR: --out {tmp_path / 'out'} holds thesis.txt, which this command did"
    )
    assert (tmp_path / "out" / "thesis.txt").read_text() == "mine"


def test_a_wrong_file_leaves_no_reports(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "1.log").write_bytes(to_text(*RECORDS))
    (tmp_path / "logs" / "2.log").write_bytes(b"PK\x03\x04")
    result = make(tmp_path / "out", flow_logs=tmp_path / "logs")

    assert result.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["logs"]


def test_the_reports_don_t_go_among_the_flow_logs(tmp_path: Path) -> None:
    shutil.copy(S3_FILE, tmp_path / "flow.log")
    result = make(tmp_path / "out", flow_logs=tmp_path)

    assert result.returncode == 1
    assert "lies within" in result.stderr


def test_an_inventory_with_a_path_for_an_id_writes_nowhere(tmp_path: Path) -> None:
    inventory = copy_recorded(tmp_path)
    for name in (GROUPS, RULES, "describe-network-interfaces.json"):
        rewrite(
            inventory / name, lambda content: content.replace(b"sg-0aaaaaaaaaaaaaaaa", b"../../../escaped")
        )
    result = make(tmp_path / "out", inventory=inventory)

    assert result.returncode == 1
    assert "'../../../escaped': that is no id of one" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["inventory"]


@pytest.mark.parametrize("second", [1, 59, 86_401, 253_402_300_799])
def test_records_of_any_time_give_reports(tmp_path: Path, second: int) -> None:
    line = REQUEST.replace("1795521600 1795521660", f"{second} {second}")
    (tmp_path / "flow.log").write_bytes(to_text(line))
    result = make(tmp_path / "out", flow_logs=tmp_path / "flow.log")

    assert result.returncode == 0, result.stderr
    assert rules_of(tmp_path / "out")["sgr-0aaaaaaaaaaaaaaaa"]["use"]["sole"] == 1


def test_a_full_disk_is_told() -> None:
    message = r"can't be kept in .*: database or disk is full; is there room"
    with pytest.raises(AnalyzeError, match=message), open_store(None, read_inventory_folder(RECORDED)):
        raise sqlite3.OperationalError("database or disk is full")


def test_a_time_that_no_inventory_knows_is_not_expected_to_log(sample: Path, tmp_path: Path) -> None:
    """Nor does it count against anybody: nobody knows which interfaces there were."""
    result = make(tmp_path / "out", flow_logs=sample / "logs", inventory=sample / "inventory")

    assert result.returncode == 0
    evidence = [group["evidence"] for group in groups_of(tmp_path / "out")]
    assert max(each["expected_hours"] for each in evidence) > 0
    assert min(min(each["days"], default="2026-11-24") for each in evidence) == "2026-11-24"
