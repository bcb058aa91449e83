"""The folder of the reports is there whole or not at all, and takes nothing away that isn't ours."""

from pathlib import Path

import pytest

from local.analyze.error import AnalyzeError
from local.analyze.out_folder import OutFolder, check_target, open_out

REPORTS = b'{\n"groups": [\n],\n"made_at": 0,\n"schema_version": 1\n}\n'
FILES = {"index.html": b"<html>", "report.json": b"{}"}


def fill(out: OutFolder, group_id: str = "sg-0a") -> None:
    (out.path / "report.json").write_bytes(REPORTS)
    (out.path / "index.html").write_bytes(b"<html>")
    out.write_group(group_id, FILES)


def make(target: Path, group_id: str = "sg-0a") -> Path:
    check_target(target, [])
    with open_out(target) as out:
        fill(out, group_id)
    return target


def make_and_fail(target: Path, group_id: str = "sg-0a") -> None:
    with open_out(target) as out:
        fill(out, group_id)
        raise KeyError


def make_while_noting(target: Path) -> None:
    with open_out(target) as out:
        fill(out, "sg-0b")
        (target / "notes").write_text("mine")


def list_files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_it_appears_with_all_that_was_written(tmp_path: Path) -> None:
    make(tmp_path / "out")

    assert list_files(tmp_path) == [
        "out/groups/sg-0a/index.html",
        "out/groups/sg-0a/report.json",
        "out/index.html",
        "out/report.json",
    ]


def test_nothing_appears_where_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        make_and_fail(tmp_path / "out")

    assert list(tmp_path.iterdir()) == []


def test_an_earlier_one_is_replaced_as_a_whole(tmp_path: Path) -> None:
    make(tmp_path / "out", "sg-0a")
    make(tmp_path / "out", "sg-0b")

    assert [path.name for path in (tmp_path / "out" / "groups").iterdir()] == ["sg-0b"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_earlier_one_stays_where_the_work_fails(tmp_path: Path) -> None:
    make(tmp_path / "out", "sg-0a")
    with pytest.raises(KeyError):
        make_and_fail(tmp_path / "out", "sg-0b")

    assert [path.name for path in (tmp_path / "out" / "groups").iterdir()] == ["sg-0a"]


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()

    assert "report.json" in list_files(make(tmp_path / "out"))


def test_a_link_to_a_folder_leads_to_it(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    make(tmp_path / "out")

    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "real" / "report.json").exists()


@pytest.mark.parametrize(
    "foreign",
    ["notes.txt", "groups/notes.txt", "groups/sg-0a/notes.txt", "groups/sg-0a/more/fix.sh", ".git/config"],
)
def test_a_folder_that_holds_anything_else_is_refused(tmp_path: Path, foreign: str) -> None:
    file = make(tmp_path / "out") / foreign
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine")
    first = foreign if "more" not in foreign else "groups/sg-0a/more"

    with pytest.raises(AnalyzeError, match="which this command did not write") as error:
        check_target(tmp_path / "out", [])

    assert f" holds {first.removesuffix('/config')}, " in str(error.value)
    assert file.read_text() == "mine"


def test_what_came_into_the_folder_during_the_work_is_kept(tmp_path: Path) -> None:
    make(tmp_path / "out", "sg-0a")
    with pytest.raises(AnalyzeError, match="holds notes"):
        make_while_noting(tmp_path / "out")

    assert (tmp_path / "out" / "notes").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("content", [b"{}", b"", b'{"groups": []}', b"\0"])
def test_a_folder_with_another_report_json_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.json").write_bytes(content)

    with pytest.raises(AnalyzeError, match=r"holds report\.json, which this command did not write"):
        check_target(tmp_path / "out", [])


def test_a_link_within_the_folder_is_not_followed(tmp_path: Path) -> None:
    target = make(tmp_path / "out")
    (tmp_path / "elsewhere").mkdir()
    (target / "groups" / "sg-0b").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(AnalyzeError, match="holds groups/sg-0b"):
        check_target(target, [])


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")

    with pytest.raises(AnalyzeError, match="out is a file"):
        check_target(tmp_path / "out", [])


def test_a_folder_that_is_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnalyzeError, match=r"there is no folder .*none"):
        check_target(tmp_path / "none" / "out", [])


@pytest.mark.parametrize("place", ["logs", "logs/out", "logs/2026/out"])
def test_a_place_within_what_is_read_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "logs" / "2026").mkdir(parents=True)

    with pytest.raises(AnalyzeError, match="lies within"):
        check_target(tmp_path / place, [tmp_path / "logs"])


@pytest.mark.parametrize(
    "group_id", ["../../etc", "/etc/passwd", "..", ".", "", "sg/0a", "sg-0a\n", "sg\0", "a" * 200, "-rf"]
)
def test_a_group_whose_id_is_no_name_of_a_folder_is_refused(tmp_path: Path, group_id: str) -> None:
    with pytest.raises(AnalyzeError, match="no id of one"), open_out(tmp_path / "out") as out:
        fill(out, group_id)

    assert list(tmp_path.iterdir()) == []


def test_a_place_that_can_t_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnalyzeError, match=r"--out .*out can't be written: No such file"):
        make_and_fail(tmp_path / "none" / "out")

    assert list(tmp_path.iterdir()) == []
