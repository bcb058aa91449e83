"""What the oracle says of a whole world."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.attribution.flows import Line, World
from tests.attribution.history import History, Record, find_times
from tests.attribution.oracle import Answer, explain
from tests.attribution.worlds import DAY


class Batch(NamedTuple):
    lines: list[Line]
    history: History
    """What the inventories hold by then."""
    known: Sequence[Record]
    """The records of the batches so far, this one's too."""


def make_batches(world: World) -> Iterator[Batch]:
    known: list[Record] = []
    for lines, observed in zip(world.batches, world.observed, strict=True):
        known += [world.parse(line) for line in lines]
        yield Batch(lines, world.history[:observed], known)


def known_on_day_of(history: History, second: int) -> History:
    """What the inventory of that day holds, or that of the last day before: nothing of later ones."""
    return [observation for observation in history if observation["at"] // DAY <= second // DAY]


class Asked(NamedTuple):
    record: Record
    logged: int
    history: History
    """What the inventory of the record's day holds."""
    answer: Answer


def ask_oracle(world: World) -> Iterator[list[Asked]]:
    """By batches."""
    for lines, history, known in make_batches(world):
        yield [ask(world.parse(line), line.logged, history, known) for line in lines]


def ask(record: Record, logged: int, history: History, known: Sequence[Record]) -> Asked:
    _, last = find_times(record, logged)
    of_day = known_on_day_of(history, last)
    return Asked(record, logged, of_day, explain(of_day, record, logged, known))
