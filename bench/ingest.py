"""From a subscription event to the body of a bulk request, against the floor, a parser and a naive way."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from statistics import median
from time import process_time

from bench.rows import Row
from bench.timing import Times, median_ratio, stay_on_one_core, time_in_turns
from bench.traffic import Amount, Event, make_events
from bench.ways import Way, make_ways
from bench.worlds import SMALL, make_world

WARM_RECORDS = 300_000
"""What the function has read before, as it has for nearly all of its life."""
ROUNDS = 5
ROUND_RECORDS = 40_000
BATCH = 300
SLOW_SHARE = {"naive": 10, "flowlogs_reader": 2}
"""Ways that don't profit from what they read before do one event in so many: a record takes them the same."""
TARGETS = {"v2": 5.0, "v5": 6.0}


def measure() -> list[Row]:
    stay_on_one_core()
    rows: list[Row] = []
    for version in TARGETS:
        rows += _make_rows(version, *_time(version))
    return rows


def _time(version: str) -> tuple[Times, float]:
    """And how long a record took before all that."""
    world = make_world(SMALL)
    events = make_events(world, version, Amount(WARM_RECORDS + ROUNDS * ROUND_RECORDS, BATCH))
    ways = make_ways(version, world.day)
    cold = _warm_up(ways, events)
    rounds = [list(islice(events, ROUND_RECORDS // BATCH)) for _ in range(ROUNDS)]
    return time_in_turns({name: _by_round(name, way, rounds) for name, way in ways.items()}, ROUNDS), cold


def _warm_up(ways: Mapping[str, Way], events: Iterator[Event]) -> float:
    first = list(islice(events, ROUND_RECORDS // BATCH))
    started = process_time()
    records = ways["sg_lens"](first)
    cold = (process_time() - started) / records
    for name, way in ways.items():
        if name != "sg_lens":
            way(first[:: SLOW_SHARE.get(name, 1)])
    ways["sg_lens"](islice(events, (WARM_RECORDS - ROUND_RECORDS) // BATCH))
    return cold


def _by_round(name: str, way: Way, rounds: list[list[Event]]) -> Callable[[int], int]:
    step = SLOW_SHARE.get(name, 1)
    return partial(_run_round, way, [events[::step] for events in rounds])


def _run_round(way: Way, rounds: list[list[Event]], number: int) -> int:
    return way(rounds[number])


def _make_rows(version: str, times: Times, cold: float) -> list[Row]:
    microseconds = {name: round(median(each) * 1e6, 2) for name, each in times.items()}
    details: dict[str, object] = {
        "us_per_record": microseconds,
        "us_per_record_of_the_first": round(cold * 1e6, 2),
        "against_decode_with_json": round(median_ratio(times, "sg_lens", "decode_with_json"), 2),
    }
    return [
        Row(
            f"ingest_{version}",
            f"event to _bulk body, {version}, full attribution, against the decode floor",
            median_ratio(times, "sg_lens", "decode"),
            "×",
            TARGETS[version],
            details=details,
        ),
        *(
            Row(
                f"ingest_{version}_against_{name}",
                f"the same, {version}, against {title}",
                median_ratio(times, name, "sg_lens"),
                "× as fast",
                target,
                at_least=True,
            )
            for name, title, target in (
                ("flowlogs_reader", "flowlogs-reader, which only parses", 2.0),
                ("naive", "the naive implementation", 5.0),
            )
        ),
    ]
