"""Flow documents of the sample VPC's day with eight times its visitors, as SG Lens makes them."""

import json
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from random import Random
from typing import Any, Final, NamedTuple

from bench.formats import FORMATS
from bench.traffic import Event, Written, make_event
from domain.flow_reader import FlowReader
from domain.inventory_day import InventoryDay, utc_day
from domain.inventory_view import InventoryView
from domain.subscription_event import parse_subscription_event
from local.sample.history import trace_history
from local.traffic.generate import generate
from local.traffic.types import Traffic
from tests.local.sample.in_moto import NOON, make_sample

SEED: Final = 7
VISITORS: Final = 8.0
DAY: Final = 86_400
DELIVERED_EVERY: Final = 600

Source = dict[str, Any]


class IndexedDocument(NamedTuple):
    id: str
    source: Source


@cache
def make_documents(version: str, visitors: float = VISITORS) -> tuple[IndexedDocument, ...]:
    views = {day.day: InventoryView(day) for day in make_days()}
    reader = FlowReader(FORMATS[version], lambda record, at: views[utc_day(record.end or at // 1000)])
    batches = map(parse_subscription_event, make_sample_events(version, visitors))
    return tuple(
        IndexedDocument(document.document_id, json.loads(document.source))
        for batch in batches
        for document in reader.read(batch.events).documents
    )


def make_days() -> tuple[InventoryDay, ...]:
    world = make_sample()
    return trace_history(world.sample, world.inventory, NOON)


def make_sample_events(version: str, visitors: float = VISITORS) -> Iterator[Event]:
    """In the order of time: each interface's records of ten minutes come together."""
    traffic = generate(
        make_sample().sample, SEED, NOON, NOON + DAY, scale=visitors, fields=FORMATS[version].fields
    )
    rng = Random(SEED)
    for _, interface_id, records in sorted(_deliveries(traffic)):
        yield make_event(interface_id, records, rng)


def _deliveries(traffic: Traffic) -> Iterator[tuple[int, str, list[Written]]]:
    for stream, records in traffic.streams.items():
        written = (Written(record.start, record.line) for record in records)
        for period, together in groupby(written, key=lambda record: record.start // DELIVERED_EVERY):
            yield period, stream.removesuffix("-all"), list(together)
