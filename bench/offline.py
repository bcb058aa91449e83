"""Flow log files counted for the reports, against reading them alone; and the memory that it takes."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from bench.child import run_module
from bench.conversations import Conversations
from bench.formats import FORMATS
from bench.rows import Row
from bench.timing import Times, median_ratio, stay_on_one_core, time_in_turns
from bench.traffic import write_line
from bench.worlds import SMALL, make_world
from domain.attributed_flow import RENDERING, FlowTaker
from domain.flow_reader import FlowReader
from domain.inventory_view import InventoryView
from local.analyze.flow_log_files import read_flow_logs
from local.analyze.owners import find_owners
from local.analyze.reading import ReadingCounts
from local.analyze.tally import Tallies
from local.analyze.tally_store import TallyStore

WARM_RECORDS = 300_000
ROUNDS = 5
ROUND_RECORDS = 80_000
PEERS = 70_000
TARGET = 1.75
MILLIONS = 10
MEMORY_RECORDS = (500_000, 2_000_000)
MEMORY_TARGET = 1.25
_SEED = 17


def measure() -> list[Row]:
    stay_on_one_core()
    return [*(_measure_speed(version) for version in FORMATS), _measure_memory()]


def make_lines(version: str, records: int) -> Iterator[str]:
    flows = Conversations(make_world(SMALL), Random(_SEED), PEERS, records).flows()
    return (write_line(flow, version) for flow in islice(flows, records))


def write_file(path: Path, version: str, lines: Iterator[str]) -> Path:
    with path.open("w") as file:
        file.write(f"{' '.join(FORMATS[version].fields)}\n")
        file.writelines(f"{line}\n" for line in lines)
    return path


class Way:
    """Reads files as the command does, with or without counting what it read."""

    def __init__(self, version: str, folder: Path, *, is_counting: bool) -> None:
        world = make_world(SMALL)
        view = InventoryView(world.day)
        taker: FlowTaker = RENDERING
        if is_counting:
            owners = find_owners({world.day.vpc_id: (world.day,)})
            taker = self._tallies = Tallies(TallyStore(folder / f"{version}.sqlite3", owners))
        self._reader = FlowReader(FORMATS[version], lambda _record, _timestamp: view, taker)

    def run(self, file: Path) -> int:
        """How many records it were."""
        records = 0
        for batch in read_flow_logs([file], None, ReadingCounts()):
            reading = self._reader.read(batch.events)
            records += len(reading.lines)
        return records


def _measure_speed(version: str) -> Row:
    with TemporaryDirectory() as directory:
        folder = Path(directory)
        lines = make_lines(version, WARM_RECORDS + ROUNDS * ROUND_RECORDS)
        warm = write_file(folder / "warm.log", version, islice(lines, WARM_RECORDS))
        files = [
            write_file(folder / f"{number}.log", version, islice(lines, ROUND_RECORDS))
            for number in range(ROUNDS)
        ]
        ways = {
            "read": Way(version, folder, is_counting=False),
            "read_and_count": Way(version, folder, is_counting=True),
        }
        for way in ways.values():
            way.run(warm)
        times = time_in_turns({name: partial(_run_round, way, files) for name, way in ways.items()}, ROUNDS)
    return _make_row(version, times)


def _run_round(way: Way, files: Sequence[Path], number: int) -> int:
    return way.run(files[number])


def _make_row(version: str, times: Times) -> Row:
    microseconds = {name: round(median(each) * 1e6, 2) for name, each in times.items()}
    minutes = round(microseconds["read_and_count"] * MILLIONS / 60, 1)
    return Row(
        f"offline_{version}",
        f"flow log files read, attributed and counted, {version}, against read and attributed alone",
        median_ratio(times, "read_and_count", "read"),
        "×",
        TARGET,
        details={"us_per_record": microseconds, f"minutes_for_{MILLIONS}_million": minutes},
    )


def _measure_memory() -> Row:
    """Of the version with more to keep."""
    used = {}
    for records in MEMORY_RECORDS:
        with TemporaryDirectory() as directory:
            file = write_file(Path(directory) / "flow.log", "v5", make_lines("v5", records))
            used[records] = run_module("bench.child_offline", file, directory)
    few, many = (used[records]["peak_mb"] for records in MEMORY_RECORDS)
    title = "memory of {:,} records read and counted, against that of {:,}".format(*reversed(MEMORY_RECORDS))
    return Row("offline_memory", title, many / few, "×", MEMORY_TARGET, details={"peak_mb": [few, many]})
