"""What the measurements compare is the same work."""

import json
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest

from bench.formats import FORMATS
from bench.naive import NaiveReader
from bench.traffic import Amount, make_events
from bench.worlds import SMALL, make_world
from domain.flow_reader import FlowReader
from domain.inventory_view import InventoryView
from domain.subscription_event import parse_subscription_event

RECORDS = 6_000


@pytest.mark.parametrize("version", FORMATS)
def test_the_naive_implementation_makes_the_documents_of_sg_lens(version: str) -> None:
    world = make_world(replace(SMALL, changes=250))
    view = InventoryView(world.day)
    reader = FlowReader(FORMATS[version], lambda _record, _timestamp: view)
    naive = NaiveReader(FORMATS[version], world.day)
    batches = [parse_subscription_event(each).events for each in make_events(world, version, Amount(RECORDS))]

    ours = [_read(lines) for batch in batches for lines in reader.read(batch).lines]

    assert len(ours) == RECORDS
    assert list(map(_read, chain.from_iterable(map(naive.read, batches)))) == ours


def _read(lines: str) -> list[Any]:
    """Action and document."""
    return [json.loads(line) for line in lines.splitlines()]
