"""A very large VPC: the first record after a cold start, and a record once the function is warm."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.child import run_module
from bench.rows import Row
from bench.stored import store
from bench.timing import median_ratio, stay_on_one_core, time_in_turns
from bench.traffic import Amount, make_events
from bench.ways import make_sg_lens
from bench.worlds import LARGE, SMALL, World, make_world, narrow
from domain.inventory_view import InventoryView

VERSION = "v5"
STARTS = 5
TARGET_SECONDS = 3.0
TARGET_RATIO = 1.3
ROUNDS = 5
ROUND_RECORDS = 40_000
WARM_RECORDS = 200_000
BATCH = 100
"""Small, so that each interface has its share of the records."""
WORLD = "2,500 groups, 20,000 rules, 10,000 interfaces"


def measure() -> list[Row]:
    stay_on_one_core()
    return [_measure_cold_start(), _measure_warm()]


def _measure_cold_start() -> Row:
    world = make_world(LARGE)
    with TemporaryDirectory() as directory:
        store(Path(directory), world.day, islice(make_events(world, VERSION, Amount(BATCH * 500, BATCH)), 1))
        starts: list[dict[str, Any]] = [
            run_module("bench.child_cold_start", directory, VERSION) for _ in range(STARTS)
        ]
    details = {name: round(median(start[name] for start in starts), 3) for name in starts[0]}
    title = f"{WORLD}: first record after a cold start, processor seconds"
    return Row("large_cold_start", title, details["in_all"], "s", TARGET_SECONDS, details=details)


def _measure_warm() -> Row:
    """The same traffic where the inventory is small and where it is large; and spread over all interfaces of
    the latter, of which each is then seldom heard of."""
    small, large = make_world(SMALL), make_world(LARGE)
    worlds = {"small": small, "large": narrow(large, len(small.interfaces)), "large_spread": large}
    times = time_in_turns({name: _make_warm_way(world) for name, world in worlds.items()}, ROUNDS)
    details: dict[str, object] = {
        "us_per_record": {name: round(median(each) * 1e6, 2) for name, each in times.items()},
        "spread_over_all_interfaces": round(median_ratio(times, "large_spread", "small"), 2),
    }
    title = f"{WORLD}: per record warm, of the small world"
    return Row("large_warm", title, median_ratio(times, "large", "small"), "×", TARGET_RATIO, details=details)


def _make_warm_way(world: World) -> Callable[[int], int]:
    way = make_sg_lens(VERSION, InventoryView(world.day))
    events = make_events(world, VERSION, Amount(WARM_RECORDS + ROUNDS * ROUND_RECORDS, BATCH))
    way(islice(events, WARM_RECORDS // BATCH))
    rounds = [list(islice(events, ROUND_RECORDS // BATCH)) for _ in range(ROUNDS)]
    return lambda number: way(rounds[number])
