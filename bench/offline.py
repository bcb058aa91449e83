"""Flow log files counted for the reports, against what the function does with their records; and memory."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

from bench.child import run_module
from bench.conversations import Conversations, FlowValues
from bench.formats import FORMATS
from bench.rows import Row
from bench.timing import Times, median_ratio, stay_on_one_core, time_in_turns
from bench.traffic import Event, Written, make_event, write_line
from bench.ways import make_sg_lens
from bench.worlds import SMALL, make_world
from domain.flow_reader import FlowReader
from domain.inventory_view import InventoryView
from local.analyze.flow_log_files import read_flow_logs
from local.analyze.garbage import collect_seldom
from local.analyze.owners import find_owners
from local.analyze.reading import ReadingCounts
from local.analyze.tally import Tallies
from local.analyze.tally_store import TallyStore

WARM_RECORDS = 300_000
ROUNDS = 5
ROUND_RECORDS = 80_000
BATCH = 300
PEERS = 70_000
TARGET = 1.5
MILLIONS = 10
MEMORY_RECORDS = (1_000_000, 4_000_000)
MEMORY_TARGET = 1.25
_SEED = 17


def measure() -> list[Row]:
    stay_on_one_core()
    collect_seldom()
    return [*(_measure_speed(version) for version in FORMATS), _measure_memory()]


def make_flows(records: int) -> Iterator[FlowValues]:
    return islice(Conversations(make_world(SMALL), Random(_SEED), PEERS, records).flows(), records)


def write_file(path: Path, version: str, flows: Iterable[FlowValues]) -> Path:
    with path.open("w") as file:
        file.write(f"{' '.join(FORMATS[version].fields)}\n")
        file.writelines(f"{write_line(flow, version)}\n" for flow in flows)
    return path


class Offline:
    """Reads files as the command does, and counts what it read."""

    def __init__(self, version: str, folder: Path) -> None:
        world = make_world(SMALL)
        view = InventoryView(world.day)
        self._store: Final = TallyStore(
            folder / f"{version}.sqlite3", find_owners({world.day.vpc_id: (world.day,)})
        )
        self._tallies: Final = Tallies(self._store)
        self._reader: Final = FlowReader(FORMATS[version], lambda _record, _timestamp: view, self._tallies)

    def run(self, file: Path) -> int:
        """How many records it were. All of them are written away."""
        counts = ReadingCounts()
        for batch in read_flow_logs([file], None, counts):
            self._reader.read(batch.events)
        self._tallies.flush()
        return counts.lines - counts.headers

    def sort(self) -> float:
        """Once, at the end; how many seconds it took."""
        started = process_time()
        self._store.sort()
        return process_time() - started


def _measure_speed(version: str) -> Row:
    """A way for each round reads the round's records, in files or in events."""
    with TemporaryDirectory() as directory:
        folder = Path(directory)
        flows = make_flows(WARM_RECORDS + ROUNDS * ROUND_RECORDS)
        offline, ingest = (
            Offline(version, folder),
            make_sg_lens(version, InventoryView(make_world(SMALL).day)),
        )
        files: list[Path] = []
        events: list[Sequence[Event]] = []
        for records in (WARM_RECORDS, *[ROUND_RECORDS] * ROUNDS):
            of_round = list(islice(flows, records))
            files.append(write_file(folder / f"{len(files)}.log", version, of_round))
            events.append(_make_events(of_round, version))
        offline.run(files[0])
        ingest(events[0])
        ways = {
            "ingest": lambda number: ingest(events[1 + number]),
            "offline": lambda number: offline.run(files[1 + number]),
        }
        times = time_in_turns(ways, ROUNDS)
        sorting = offline.sort() / (WARM_RECORDS + ROUNDS * ROUND_RECORDS)
    times["offline"] = [seconds + sorting for seconds in times["offline"]]
    return _make_row(version, times, sorting)


def _make_events(flows: Iterable[FlowValues], version: str) -> list[Event]:
    """Of one interface each, as its log stream gives them."""
    rng = Random(_SEED)
    streams: dict[str, list[Written]] = defaultdict(list)
    for flow in flows:
        streams[flow.eni.interface_id].append(Written(flow.start, write_line(flow, version)))
    return [
        make_event(interface_id, stream[first : first + BATCH], rng)
        for interface_id, stream in streams.items()
        for first in range(0, len(stream), BATCH)
    ]


def _make_row(version: str, times: Times, sorting: float) -> Row:
    microseconds = {name: round(median(each) * 1e6, 2) for name, each in times.items()}
    minutes = round(microseconds["offline"] * MILLIONS / 60, 1)
    return Row(
        f"offline_{version}",
        f"flow log files read, attributed, counted and sorted, {version}, against event to _bulk body",
        median_ratio(times, "offline", "ingest"),
        "×",
        TARGET,
        details={
            "us_per_record": {**microseconds, "sorting": round(sorting * 1e6, 2)},
            f"minutes_for_{MILLIONS}_million": minutes,
        },
    )


def _measure_memory() -> Row:
    """Of the version with more to keep."""
    used = {}
    for records in MEMORY_RECORDS:
        with TemporaryDirectory() as directory:
            file = write_file(Path(directory) / "flow.log", "v5", make_flows(records))
            used[records] = run_module("bench.child_offline", file, directory)
    few, many = (used[records]["peak_mb"] for records in MEMORY_RECORDS)
    title = "memory of {:,} records read and counted, against that of {:,}".format(*reversed(MEMORY_RECORDS))
    return Row("offline_memory", title, many / few, "×", MEMORY_TARGET, details={"peak_mb": [few, many]})
