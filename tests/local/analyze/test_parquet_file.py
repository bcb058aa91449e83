"""Parquet files, as VPC Flow Logs write them to S3 and as tools write them again."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from domain.flow_log_format import FlowLogFormat
from local.analyze import parquet_file
from local.analyze.error import AnalyzeError
from tests.local.analyze.flow_logs import DATA, FIELDS, RECORDS, Read, read_files, to_text
from tests.local.analyze.recorded_inventory import RECORDED

CHECKOUT = Path(__file__).parents[3]
# https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html says which type each field has.
NUMBERS = {
    **dict.fromkeys(["version", "srcport", "dstport", "protocol", "tcp-flags", "traffic-path"], "int32"),
    **dict.fromkeys(["packets", "bytes", "start", "end"], "int64"),
}
NAMES = ("pyarrow", "pyarrow.parquet")
Arrow = Any


@pytest.fixture(scope="module")
def arrow() -> Arrow:
    for name in NAMES:
        import_module(name)
    return import_module("pyarrow")


def to_table(arrow: Arrow, fields: Sequence[str], lines: Sequence[str]) -> Arrow:
    """With nothing for `-`, as AWS writes it, but in text."""
    rows = [line.split(" ") for line in lines]
    columns = {}
    for position, field in enumerate(fields):
        kind = NUMBERS.get(field)
        texts = [row[position] for row in rows]
        values = texts if kind is None else [None if text == "-" else int(text) for text in texts]
        columns[field.replace("-", "_")] = arrow.array(values, arrow.type_for_alias(kind or "string"))
    return arrow.table(columns)


def write(arrow: Arrow, file: Path, table: Arrow, **options: object) -> Path:
    arrow.parquet.write_table(table, file, **options)
    return file


def read_table(arrow: Arrow, folder: Path, table: Arrow) -> Read:
    return read_files([write(arrow, folder / "flow.parquet", table)])


def with_column(arrow: Arrow, name: str, values: Sequence[object], kind: object = None) -> Arrow:
    table = to_table(arrow, FIELDS, RECORDS)
    return table.set_column(table.column_names.index(name), name, arrow.array(values, kind))


def values(read: Read, field: str) -> list[str]:
    return [each[field] for each in read.values]


def test_the_records_are_those_of_the_text(arrow: Arrow, tmp_path: Path) -> None:
    read = read_table(arrow, tmp_path, to_table(arrow, FIELDS, RECORDS))

    assert read.messages == list(RECORDS)
    assert read.seconds == [0, 1, 2, 3]
    assert (read.counts.lines, read.counts.headers, read.counts.files_by_default) == (4, 0, 0)
    assert list(read.counts.formats) == [FlowLogFormat(FIELDS)]


@pytest.mark.parametrize(
    "options", [{"row_group_size": 1}, {"compression": "gzip"}, {"use_dictionary": False}]
)
def test_however_the_file_is_laid_out(arrow: Arrow, tmp_path: Path, options: Mapping[str, object]) -> None:
    file = write(arrow, tmp_path / "flow.log.parquet", to_table(arrow, FIELDS, RECORDS), **options)

    assert read_files([file]).messages == list(RECORDS)


def test_it_is_told_by_its_content_and_read_beside_text(arrow: Arrow, tmp_path: Path) -> None:
    write(arrow, tmp_path / "1.log.gz", to_table(arrow, FIELDS, RECORDS[:2]))
    (tmp_path / "2.log").write_bytes(to_text(" ".join(FIELDS), *RECORDS[2:]))

    read = read_files([tmp_path / "1.log.gz", tmp_path / "2.log"])

    assert read.messages == list(RECORDS)


def test_a_file_without_rows_has_no_records(arrow: Arrow, tmp_path: Path) -> None:
    assert read_table(arrow, tmp_path, to_table(arrow, FIELDS, [])).messages == []


def test_columns_of_any_order_and_all_versions_are_read(arrow: Arrow, tmp_path: Path) -> None:
    header, *lines = (DATA / "other_format.log").read_text().splitlines()
    fields = header.split()
    read = read_table(arrow, tmp_path, to_table(arrow, fields, lines))

    assert read.messages == lines
    assert list(read.counts.formats) == [FlowLogFormat(tuple(fields))]


def test_columns_that_are_no_fields_are_left_out_and_told(arrow: Arrow, tmp_path: Path) -> None:
    table = to_table(arrow, FIELDS, RECORDS)
    for name in ("year", "aws-account-id", "Hour"):
        table = table.append_column(name, arrow.array(["1"] * len(RECORDS)))

    read = read_table(arrow, tmp_path, table)

    assert read.messages == list(RECORDS)
    assert read.counts.unused_columns == {"year", "aws-account-id", "Hour"}


def test_numbers_that_a_tool_made_fractions_or_text_are_numbers_again(arrow: Arrow, tmp_path: Path) -> None:
    nan = float("nan")
    as_fractions = with_column(arrow, "srcport", [49_152.0, 443.0, nan, 0.0], arrow.float64())
    as_text = with_column(arrow, "srcport", ["49152", "443", None, "0"], arrow.large_string())

    for table in (as_fractions, as_text):
        assert values(read_table(arrow, tmp_path, table), "srcport") == ["49152", "443", "-", "0"]


@pytest.mark.parametrize("unit", ["s", "ms", "ns"])
def test_times_that_a_tool_made_timestamps_are_seconds_again(arrow: Arrow, tmp_path: Path, unit: str) -> None:
    seconds = arrow.array([1_795_521_600 + number for number in range(4)], arrow.timestamp("s", tz="UTC"))
    table = to_table(arrow, FIELDS, RECORDS)
    position = table.column_names.index("start")
    kind = arrow.timestamp(unit, tz="UTC")

    read = read_table(arrow, tmp_path, table.set_column(position, "start", seconds.cast(kind)))

    assert read.seconds == [0, 1, 2, 3]


@pytest.mark.parametrize("text", ["", " ", "a b", "a\nb", "a\u2028b", "\u00e4", "\t", "a\0"])
def test_text_that_is_no_word_makes_no_other_field_of_its_neighbours(
    arrow: Arrow, tmp_path: Path, text: str
) -> None:
    read = read_table(arrow, tmp_path, with_column(arrow, "account_id", [text] * 4))

    assert values(read, "srcaddr")[0] == "203.0.113.9"
    assert [each["log-status"] for each in read.values] == ["OK", "OK", "NODATA", "OK"]


def test_a_row_of_the_fields_names_is_a_record_that_can_t_be_read(arrow: Arrow, tmp_path: Path) -> None:
    table = arrow.table({field.replace("-", "_"): [field] for field in FIELDS})

    read = read_table(arrow, tmp_path, table)

    assert read.counts.headers == 0
    assert len(read.messages) + read.counts.unreadable == 1


def test_an_unreadable_row_is_named_by_its_number(arrow: Arrow, tmp_path: Path) -> None:
    read = read_table(arrow, tmp_path, with_column(arrow, "start", [1, None, -7, 3], arrow.int64()))

    assert [line.place for line in read.counts.shown] == []
    assert read.counts.place_of(read.events[2][1]).endswith("flow.parquet, row 3")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"a": [1], "b": [2]}, "is no flow log: none of its columns"),
        ({"srcaddr": ["192.0.2.1"], "Srcaddr": ["192.0.2.1"]}, "no interface-id"),
        ({"interface_id": ["eni-0a"], "interface-id": ["eni-0a"]}, "names interface-id twice"),
    ],
)
def test_a_table_of_something_else_is_refused(
    arrow: Arrow, tmp_path: Path, columns: Mapping[str, Sequence[object]], message: str
) -> None:
    with pytest.raises(AnalyzeError, match=message):
        read_table(arrow, tmp_path, arrow.table(columns))


def test_a_column_of_lists_is_refused(arrow: Arrow, tmp_path: Path) -> None:
    with pytest.raises(AnalyzeError, match=r"column account_id is list.*, neither text nor a number"):
        read_table(arrow, tmp_path, with_column(arrow, "account_id", [["1"]] * 4))


@pytest.mark.parametrize("kept", [4, 100, -5])
def test_a_file_that_is_cut_off_is_refused(arrow: Arrow, tmp_path: Path, kept: int) -> None:
    file = write(arrow, tmp_path / "flow.parquet", to_table(arrow, FIELDS, RECORDS))
    file.write_bytes(file.read_bytes()[:kept])

    with pytest.raises(AnalyzeError, match=r"flow.parquet: its Parquet data is damaged, cut off"):
        read_files([file])


def test_any_damage_is_an_error_or_gives_rows(arrow: Arrow, tmp_path: Path) -> None:
    file = write(arrow, tmp_path / "flow.parquet", to_table(arrow, FIELDS, RECORDS), compression="none")
    content = file.read_bytes()
    for position in range(4, len(content), 37):
        damaged = bytearray(content)
        damaged[position] ^= 0xFF
        file.write_bytes(damaged)
        try:
            read_files([file])
        except AnalyzeError as error:
            assert "flow.parquet" in str(error)  # noqa: PT017 - not every damage is an error


def test_without_the_package_the_error_says_how_to_get_it(
    arrow: Arrow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(arrow, tmp_path / "flow.parquet", to_table(arrow, FIELDS, RECORDS))

    def fail(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(parquet_file, "import_module", fail)
    with pytest.raises(AnalyzeError, match=r"flow.parquet is a Parquet file; .*: pip install pyarrow"):
        read_files([file])


def test_the_command_without_packages_names_the_one_that_is_missing(arrow: Arrow, tmp_path: Path) -> None:
    file = write(arrow, tmp_path / "flow.parquet", to_table(arrow, FIELDS, RECORDS))
    options = ["--flow-logs", str(file), "--inventory", str(RECORDED), "--documents", "-"]
    command = [sys.executable, "-S", "-m", "local.analyze", *options]

    result = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert result.returncode == 1
    assert "pip install pyarrow" in result.stderr
    assert result.stderr.count("\n") == 1


def test_only_a_part_of_a_row_group_is_in_memory_at_a_time(arrow: Arrow, tmp_path: Path) -> None:
    table = to_table(arrow, FIELDS, [RECORDS[0]] * 35_000)
    file = write(arrow, tmp_path / "flow.parquet", table, row_group_size=35_000)
    seen: list[int] = []

    rows = [len(part.lines) for part in parquet_file.read_parquet(file, seen.append)]

    assert max(rows) <= 10_000
    assert sum(rows) == 35_000
    assert seen == sorted(seen)
    assert seen[-1] == file.stat().st_size
