"""The command itself, as a person runs it."""

import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.flow_log_format import FlowLogFormat
from domain.flow_reader import FlowReader
from domain.flow_record import FlowRecord
from domain.inventory_day import utc_day
from domain.inventory_view import InventoryView
from domain.subscription_event import LogEvent
from local.analyze.flow_log_files import BATCH_EVENTS
from local.sample.changes import MOMENTS_OF_CHANGE
from local.sample.history import rewind, trace_history
from local.traffic.lines import ALL_FIELDS
from local.traffic.types import SampleRecord
from tests.local.analyze.answers import write_inventory
from tests.local.analyze.flow_logs import ANSWER, DATA, FIELDS, HEADER, RECORDS, REQUEST, to_text
from tests.local.analyze.recorded_inventory import PREFIX_LIST, RECORDED, copy_recorded
from tests.local.sample.in_moto import NOON, make_sample
from tests.local.traffic.sample_traffic import DAY, make_traffic

CHECKOUT = Path(__file__).parents[3]
S3_FILE = DATA / "s3.log"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local.analyze", *map(str, arguments)]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def analyze(
    *flow_logs: Path, documents: Path, inventory: Path = RECORDED
) -> subprocess.CompletedProcess[str]:
    return run("--flow-logs", *flow_logs, "--inventory", inventory, "--documents", documents)


def sample_records() -> list[SampleRecord]:
    records = (record for records in make_traffic().streams.values() for record in records)
    return sorted(records, key=lambda record: record.start)


def write_sample_inventory(folder: Path) -> Path:
    """A folder for each moment at which something changes."""
    world = make_sample()
    for moment in (*MOMENTS_OF_CHANGE, DAY):
        name = f"{datetime.fromtimestamp(NOON + moment, tz=UTC):%Y-%m-%dT%H-%M-%SZ}"
        write_inventory(folder / name, rewind(world.sample, world.inventory, NOON, NOON + moment))
    return folder


def read_sample(records: list[SampleRecord]) -> list[str]:
    """As the function reads them, by the inventory that it would have kept."""
    world = make_sample()
    views = {day.day: InventoryView(day) for day in trace_history(world.sample, world.inventory, NOON)}

    def find_view(record: FlowRecord, _: int) -> InventoryView | None:
        return views[utc_day(record.end or 0)] if record.vpc_id else views[utc_day(NOON)]

    reader = FlowReader(FlowLogFormat(ALL_FIELDS), find_view)
    events = [
        LogEvent(str(number), record.start * 1000, record.line) for number, record in enumerate(records)
    ]
    batches = [events[first : first + BATCH_EVENTS] for first in range(0, len(events), BATCH_EVENTS)]
    return [document.source for batch in batches for document in reader.read(batch).documents]


def test_the_sample_day_gives_the_documents_that_the_function_would_index(tmp_path: Path) -> None:
    records = sample_records()
    half = len(records) // 2
    header = " ".join(ALL_FIELDS)
    (tmp_path / "logs").mkdir()
    for name, part in (("1.log.gz", records[:half]), ("2.log.gz", records[half:])):
        content = to_text(header, *(record.line for record in part))
        (tmp_path / "logs" / name).write_bytes(gzip.compress(content))
    inventory = write_sample_inventory(tmp_path / "inventory")

    result = analyze(tmp_path / "logs", inventory=inventory, documents=tmp_path / "documents.jsonl")

    assert result.returncode == 0, result.stderr
    lines = (tmp_path / "documents.jsonl").read_text().splitlines()
    assert list(map(json.loads, lines)) == list(map(json.loads, read_sample(records)))
    assert f"2 files, {len(records) + 2:,} lines: {len(records):,} records, 2 header lines" in result.stderr


def test_the_documents_can_go_to_the_standard_output_alone() -> None:
    result = analyze(S3_FILE, documents=Path("-"))

    documents = [json.loads(line) for line in result.stdout.splitlines()]
    assert [document.get("rule_ids") for document in documents] == [["sgr-0aaaaaaaaaaaaaaaa"]] * 2 + [
        None
    ] * 2
    assert [document.get("attribution") for document in documents] == ["rules", "rules", None, "reject"]
    assert result.returncode == 0


def test_it_needs_no_package() -> None:
    options = ["--flow-logs", str(S3_FILE), "--inventory", str(RECORDED), "--documents", "-"]
    command = [sys.executable, "-S", "-m", "local.analyze", *options]

    result = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr


def test_what_was_read_is_summed_up_beside_the_documents(tmp_path: Path) -> None:
    result = analyze(S3_FILE, documents=tmp_path / "out.jsonl")

    lines = [" ".join(line.split()) for line in result.stderr.splitlines()]
    assert lines[:2] == [
        "1 file, 5 lines: 4 records, 1 header line, 0 blank, 0 unreadable",
        f"4 documents written to {tmp_path / 'out.jsonl'}",
    ]
    assert "rules 2 50.0%" in lines
    assert "nodata 1 25.0%" in lines
    assert "ports 2 66.7%" in lines


def test_what_the_inventory_lacks_is_told(tmp_path: Path) -> None:
    inventory = copy_recorded(tmp_path).rename(tmp_path / "2026-11-24T12-00-02Z")
    (inventory / PREFIX_LIST).unlink()
    strange = REQUEST.replace("eni-0aaaaaaaaaaaaaaaa", "eni-0f")
    (tmp_path / "logs").write_bytes(to_text(REQUEST, strange))

    result = analyze(tmp_path / "logs", inventory=inventory.parent, documents=Path("-"))

    assert "interfaces that no inventory knows (no_inventory): eni-0f\n" in result.stderr
    assert "a rule that names one is possible, never certain: pl-0aaaaaaaaaaaaaaaa\n" in result.stderr
    assert "begins at 2026-11-24 12:00:02 UTC, but the records at 2026-11-24 12:00:00 UTC" in result.stderr
    assert "1 file without a header line, read in the default format" in result.stderr


def test_a_record_of_a_vpc_that_the_inventory_doesn_t_hold_is_told(tmp_path: Path) -> None:
    (tmp_path / "logs").write_bytes(to_text(f"{HEADER} vpc-id", f"{REQUEST} vpc-0f"))

    result = analyze(tmp_path / "logs", documents=Path("-"))

    assert "of VPCs that the inventory doesn't hold (no_inventory): vpc-0f\n" in result.stderr
    assert json.loads(result.stdout)["attribution"] == "no_inventory"


def test_unreadable_lines_are_shown_with_their_place_and_the_others_written(tmp_path: Path) -> None:
    damaged = REQUEST.replace(" 443 ", " https ")
    (tmp_path / "flow.log").write_bytes(to_text(REQUEST, damaged, ANSWER[:60], ANSWER))

    result = analyze(tmp_path / "flow.log", documents=tmp_path / "out.jsonl")

    assert result.returncode == 0
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2
    assert f"flow.log:2: dstport is 'https', not an integer from 0 to 65535\n    '{damaged}'" in result.stderr
    assert "flow.log:3: 6 fields instead of the 14" in result.stderr
    assert "WARNING: 2 lines could not be read and so are in no document" in result.stderr


def test_where_nothing_can_be_read_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "flow.log").write_bytes(
        to_text(*[line.replace("6 10", "tcp 10") for line in RECORDS[:1]] * 30)
    )

    result = analyze(tmp_path / "flow.log", documents=tmp_path / "out.jsonl")

    assert result.returncode == 1
    assert "ERROR: " in result.stderr
    assert "flow.log:1: " in result.stderr
    assert list(tmp_path.iterdir()) == [tmp_path / "flow.log"]


def test_header_lines_alone_are_nothing_to_read(tmp_path: Path) -> None:
    (tmp_path / "flow.log").write_bytes(to_text(" ".join(FIELDS)))

    result = analyze(tmp_path / "flow.log", documents=tmp_path / "out.jsonl")

    assert result.returncode == 1
    assert "ERROR: there is no flow record in these files that can be read" in result.stderr
    assert not (tmp_path / "out.jsonl").exists()


def test_a_wrong_file_among_good_ones_leaves_the_documents_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "wrong.log.gz").write_bytes(gzip.compress(S3_FILE.read_bytes())[:-9])
    (tmp_path / "out.jsonl").write_text("before\n")

    result = analyze(S3_FILE, tmp_path / "wrong.log.gz", documents=tmp_path / "out.jsonl")

    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert f"ERROR: {tmp_path / 'wrong.log.gz'}: its gzip data is damaged or cut off" in result.stderr
    assert (tmp_path / "out.jsonl").read_text() == "before\n"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out.jsonl", "wrong.log.gz"]


def test_a_flow_log_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "flow.log").write_bytes(to_text(*RECORDS))

    result = analyze(tmp_path, documents=tmp_path / "flow.log")

    assert result.returncode == 1
    assert "flow.log is one of the flow log files" in result.stderr
    assert (tmp_path / "flow.log").read_bytes() == to_text(*RECORDS)


def test_a_place_that_can_t_be_written_is_named(tmp_path: Path) -> None:
    result = analyze(S3_FILE, documents=tmp_path / "none" / "out.jsonl")

    assert result.returncode == 1
    assert "can't be written: No such file or directory" in result.stderr


def test_a_pipe_is_read_and_written_as_a_file_is(tmp_path: Path) -> None:
    script = f"{sys.executable} -m local.analyze --flow-logs <(cat {S3_FILE}) --inventory {RECORDED}"

    result = subprocess.run(
        ["bash", "-c", f"{script} --documents >(cat > {tmp_path / 'out.jsonl'}); wait $!"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 4


def test_a_reader_that_has_seen_enough_is_no_error_to_speak_of(tmp_path: Path) -> None:
    (tmp_path / "flow.log").write_bytes(to_text(*RECORDS) * 5_000)
    script = f"{sys.executable} -m local.analyze --flow-logs {tmp_path / 'flow.log'} --inventory {RECORDED}"

    result = subprocess.run(
        ["bash", "-c", f"{script} --documents - | head -n 1"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert json.loads(result.stdout)["attribution"] == "rules"
    assert result.stderr == ""


def test_a_custom_format_is_given_by_its_string(tmp_path: Path) -> None:
    lines = (DATA / "other_format.log").read_text().splitlines()
    (tmp_path / "flow.log").write_bytes(to_text(*lines[1:]))
    log_format = str(FlowLogFormat(tuple(lines[0].split())))

    result = run(
        *("--flow-logs", tmp_path / "flow.log", "--inventory", RECORDED),
        *("--log-format", log_format, "--documents", "-"),
    )

    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) == 4


@pytest.mark.parametrize(
    "arguments",
    [(), ("--flow-logs", S3_FILE), ("--flow-logs", S3_FILE, "--inventory", RECORDED), ("--what",)],
)
def test_missing_and_unknown_arguments_are_a_matter_of_usage(arguments: tuple[object, ...]) -> None:
    result = run(*arguments)

    assert result.returncode == 2
    assert "usage: python -m local.analyze" in result.stderr


def test_a_wrong_format_is_one_clear_error() -> None:
    result = run(
        *(
            "--flow-logs",
            S3_FILE,
            "--inventory",
            RECORDED,
            "--documents",
            "-",
            "--log-format",
            "${version} id id",
        )
    )

    assert result.returncode == 1
    assert result.stderr.startswith("ERROR: --log-format: ")
    assert result.stderr.count("\n") == 1
