"""Comparing ways to do the same: on one core, in turns, by processor time."""

import os
from collections.abc import Callable, Mapping
from statistics import median
from time import process_time

Times = dict[str, list[float]]
"""Of each way, a time for each round."""


def stay_on_one_core() -> None:
    """Where the system lets a process choose: Linux."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def time_in_turns(ways: Mapping[str, Callable[[int], int]], rounds: int) -> Times:
    """Each way is told the round, and answers how many records it did; seconds of one record.

    Processor time, since that is what Lambda's price follows, and what a busy machine disturbs least.
    """
    times: Times = {name: [] for name in ways}
    for number in range(rounds):
        for name, way in ways.items():
            started = process_time()
            records = way(number)
            times[name].append((process_time() - started) / records)
    return times


def median_ratio(times: Times, way: str, other: str) -> float:
    """Of the rounds' own ratios: what disturbs a round disturbs both."""
    return median(one / another for one, another in zip(times[way], times[other], strict=True))
