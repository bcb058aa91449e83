"""Files as tools and people leave them: each holds the same four records, and is read as those."""

import codecs
import gzip
import time
from pathlib import Path

import pytest

from domain.flow_log_format import DEFAULT_FORMAT, FlowLogFormat
from local.analyze.find_files import find_files
from local.analyze.flow_log_files import BATCH_EVENTS, read_flow_logs
from local.analyze.line_prefix import parse_time
from local.analyze.reading import ReadingCounts
from tests.local.analyze.flow_logs import (
    ANSWER,
    DATA,
    FIELDS,
    HEADER,
    KNOCK,
    RECORDS,
    REQUEST,
    SILENCE,
    START,
    read_bytes,
    read_files,
    to_text,
)

TEXT = to_text(*RECORDS)
WITH_HEADER = to_text(HEADER, *RECORDS)
DEFAULT = FlowLogFormat.parse(DEFAULT_FORMAT)
NO_TIME = "2 123456789012 eni-0aaaaaaaaaaaaaaaa" + " -" * 10 + " NODATA"
LINES = [f"{line}\n".encode() for line in RECORDS]

CONTENTS = {
    "text": TEXT,
    "with a header line": WITH_HEADER,
    "no end of the last line": TEXT.rstrip(b"\n"),
    "CRLF": WITH_HEADER.replace(b"\n", b"\r\n"),
    "CR alone": WITH_HEADER.replace(b"\n", b"\r"),
    "blank lines": b"\n \n" + TEXT.replace(b"\n", b"\n\n\t\n"),
    "double spaces, and some at the ends": b" " + TEXT.replace(b" ", b"  ").replace(b"\n", b" \n "),
    "tabs": WITH_HEADER.replace(b" ", b"\t"),
    "a byte order mark": codecs.BOM_UTF8 + TEXT,
    "a byte order mark before a header line": codecs.BOM_UTF8 + WITH_HEADER,
    "joined files, each with a byte order mark": b"".join(codecs.BOM_UTF8 + line for line in LINES),
    "PowerShell's UTF-16": codecs.BOM_UTF16_LE
    + WITH_HEADER.replace(b"\n", b"\r\n").decode().encode("utf-16-le"),
    "UTF-16, the other byte first": codecs.BOM_UTF16_BE + TEXT.decode().encode("utf-16-be"),
    "UTF-16 without a mark": TEXT.decode().encode("utf-16-le"),
    "UTF-16 without a mark, the other byte first": TEXT.decode().encode("utf-16-be"),
    "gzip under any name": gzip.compress(WITH_HEADER),
    "gzip of several members": b"".join(gzip.compress(line) for line in LINES),
    "gzip members that end in mid-line": gzip.compress(TEXT[:150]) + gzip.compress(TEXT[150:]),
    "gzip padded with zeros": gzip.compress(TEXT) + b"\0" * 512,
    "gzipped UTF-16": gzip.compress(codecs.BOM_UTF16_LE + TEXT.decode().encode("utf-16-le")),
    "a header line before each record": b"".join(f"{HEADER}\n".encode() + line for line in LINES),
    "the header line of a table made of Parquet": to_text(HEADER.replace("-", "_"), *RECORDS),
    "a table under a header line": to_text(HEADER, "timestamp,message", *(f"1,{line}" for line in RECORDS)),
    "a header line under a table": to_text("timestamp,message", f"1,{REQUEST}", HEADER, *RECORDS[1:]),
    "a table of nothing but messages": to_text("@message", *(f'"{line}"' for line in RECORDS)),
    "the header line as the EC2 API writes it": to_text(DEFAULT_FORMAT, *RECORDS),
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
def test_the_records_of_a_file_are_read_however_its_text_is_kept(tmp_path: Path, content: bytes) -> None:
    read = read_bytes(tmp_path, content)

    assert read.messages == list(RECORDS)
    assert read.counts.unreadable == 0


def test_an_event_is_of_its_record_s_start() -> None:
    assert read_files([DATA / "s3.log"]).seconds == [0, 1, 2, 3]


def test_each_line_is_counted_as_what_it_is(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, to_text(HEADER, "", REQUEST, " ", "timestamp,message", f"1,{ANSWER}", '"'))

    counts = read.counts
    assert (counts.lines, counts.headers, counts.blank, len(read.events)) == (7, 2, 3, 2)


def test_bytes_that_are_no_text_spoil_their_line_alone(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, to_text(REQUEST) + b"2 \xe9\xff\n" + to_text(ANSWER))

    assert read.messages == [REQUEST, "2 \ufffd\ufffd", ANSWER]


def test_a_time_without_a_zone_is_utc_wherever_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC-9")
    time.tzset()
    try:
        assert parse_time("2026-11-24T12:00:00") == START * 1000
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("file", sorted(DATA.iterdir()), ids=lambda file: str(file.name))
def test_the_records_of_a_file_are_read_whatever_tool_wrote_it(file: Path) -> None:
    read = read_files([file])

    expected = [dict(zip(FIELDS, line.split(), strict=True)) for line in RECORDS]
    read_values = [{field: values[field] for field in FIELDS} for values in read.values]
    assert [{**values, "version": "2"} for values in read_values] == expected
    assert read.seconds == [0, 1, 2, 3]
    assert read.counts.unreadable == 0


def test_a_header_line_in_mid_file_changes_the_format() -> None:
    read = read_files([DATA / "formats_changing.log"])

    assert [log_format.fields[0] for log_format, _ in read.events] == ["version"] * 2 + ["log-status"] * 2
    assert read.counts.headers == 3


def test_a_header_line_counts_more_than_the_format_of_the_command_line(tmp_path: Path) -> None:
    given = FlowLogFormat(("log-status", *FIELDS[:-1]))

    read = read_bytes(tmp_path, to_text("OK 2" + REQUEST[1:-3], HEADER, ANSWER), given)

    assert [log_format for log_format, _ in read.events] == [given, DEFAULT]


def test_the_format_of_the_command_line_is_that_of_each_file_without_a_header_line(tmp_path: Path) -> None:
    given = FlowLogFormat(("log-status", *FIELDS[:-1]))
    for name, lines in (("a", [HEADER, REQUEST]), ("b", [f"OK {ANSWER[:-3]}"])):
        (tmp_path / name).write_bytes(to_text(*lines))

    read = read_files([tmp_path / "a", tmp_path / "b"], given)

    assert [log_format for log_format, _ in read.events] == [DEFAULT, given]


def test_each_event_has_an_id_of_its_own_that_leads_to_its_line(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(WITH_HEADER)

    read = read_files([tmp_path / "a", tmp_path / "b"])

    places = [read.counts.place_of(event) for _, event in read.events]
    assert places == [f"{tmp_path / name}:{line}" for name in ("a", "b") for line in (2, 3, 4, 5)]
    assert len({event.id for _, event in read.events}) == 8


def test_the_events_of_json_are_told_by_their_number() -> None:
    read = read_files([DATA / "get_log_events.json"])

    assert read.counts.place_of(read.events[3][1]) == f"{DATA / 'get_log_events.json'}, event 4"


def test_a_record_without_a_start_is_of_its_end(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, to_text(SILENCE.replace("1795521602", "-")))

    assert read.seconds == [62]


def test_a_record_without_any_time_is_of_the_time_before_it(tmp_path: Path) -> None:
    row = f"1795521640000,{NO_TIME}"
    exported = f"2026-11-24T12:00:30Z {NO_TIME}"

    read = read_bytes(tmp_path, to_text(REQUEST, exported, NO_TIME, "timestamp,message", row))

    assert read.seconds == [0, 30, 40]
    assert [line.place for line in read.counts.shown] == [f"{tmp_path / 'flow.log'}:3"]
    assert "neither a start nor an end" in read.counts.shown[0].reason


def test_files_make_batches_together_and_a_format_ends_one(tmp_path: Path) -> None:
    many, few = tmp_path / "many", tmp_path / "few"
    many.write_bytes(TEXT * (BATCH_EVENTS // 4 + 1))
    few.write_bytes(to_text(*RECORDS, HEADER.replace("version", "vpc-id"), REQUEST))

    batches = list(read_flow_logs([many, few, few], None, ReadingCounts()))

    assert [len(batch.events) for batch in batches] == [BATCH_EVENTS, 8, 1, 4, 1]


def test_folders_are_walked_and_files_taken_once_in_the_order_of_their_paths(tmp_path: Path) -> None:
    days = tmp_path / "AWSLogs" / "123456789012" / "vpcflowlogs" / "us-east-1" / "2026" / "11"
    for name in (
        "24/b.log.gz",
        "24/a.log.gz",
        "23/z.log.gz",
        ".DS_Store",
        "24/.hidden",
        "aws-logs-write-test",
    ):
        (days / name).parent.mkdir(parents=True, exist_ok=True)
        (days / name).write_bytes(gzip.compress(TEXT))
    (days / "again").symlink_to(days)

    found = find_files([tmp_path, days / "again" / "24" / "a.log.gz"])

    assert found == [days / "23" / "z.log.gz", days / "24" / "a.log.gz", days / "24" / "b.log.gz"]


def test_the_time_of_the_first_record_is_kept() -> None:
    assert read_files([DATA / "s3.log"]).counts.oldest == START * 1000


# What is no record: with the reason where the reading of files finds it itself. Anything else goes on to the
# function's reader, which has the last word.
DAMAGED = {
    "a field too few after a time": (
        f"2026-11-24T12:00:00.000Z {REQUEST.removesuffix(' OK')}",
        "13 fields after the time",
    ),
    "no time that there is": (f"2026-13-31T00:00:00Z {NO_TIME}", "neither a start nor an end"),
    "a time too early": (f"1969-12-31T00:00:00Z {NO_TIME}", "-86400000 milliseconds after 1970, is none"),
    "another version": ("5" + REQUEST[1:], "its version is 5"),
}


@pytest.mark.parametrize(("line", "reason"), DAMAGED.values(), ids=DAMAGED.keys())
def test_a_line_that_only_looks_like_a_record_is_unreadable(tmp_path: Path, line: str, reason: str) -> None:
    read = read_bytes(tmp_path, to_text(REQUEST, line, KNOCK))

    assert read.messages == [REQUEST, KNOCK]
    assert read.counts.unreadable == 1
    assert read.counts.shown[0].place.endswith("flow.log:2")
    assert reason in read.counts.shown[0].reason
    assert read.counts.shown[0].line.strip() == line


@pytest.mark.parametrize(
    "prefix", ["17", "eni", "vpc-flow-logs", "2026-11-24", "us-east-1 eni-0aaaaaaaaaaaaaaaa-all 17"]
)
def test_words_before_a_record_that_no_tool_writes_are_not_taken_off(tmp_path: Path, prefix: str) -> None:
    read = read_bytes(tmp_path, to_text(REQUEST, f"{prefix} {KNOCK}"))

    assert read.messages == [REQUEST, f"{prefix} {KNOCK}"]


def test_rows_of_a_table_that_have_other_cells_are_unreadable(tmp_path: Path) -> None:
    rows = (f"1795521600000,{REQUEST}", "1795521600000", f"1795521600000,{REQUEST},more", "", "x" * 200_000)

    read = read_bytes(tmp_path, to_text("timestamp,message", *rows))

    assert read.messages == [REQUEST]
    assert [line.reason for line in read.counts.shown] == [
        "1 cells instead of the 2 that the table's first line names",
        "3 cells instead of the 2 that the table's first line names",
        "1 cells instead of the 2 that the table's first line names",
    ]


@pytest.mark.parametrize("start", ["9" * 5_000, "007", "1795521600000", "\u0663" * 10])
def test_a_start_that_is_none_goes_on_to_the_reader_of_records(tmp_path: Path, start: str) -> None:
    line = REQUEST.replace("1795521600", start)

    read = read_bytes(tmp_path, to_text(REQUEST, line))

    assert read.messages == [REQUEST, line]


def test_only_the_first_unreadable_lines_are_kept_and_all_are_counted(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, to_text(REQUEST, *["5" + REQUEST[1:]] * 50))

    assert read.counts.unreadable == 50
    assert len(read.counts.shown) == 20
