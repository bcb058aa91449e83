"""The documents of the sample VPC's day, as the functions of SG Lens write them, with the truth of each."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from domain.flow_log_format import FlowLogFormat
from domain.flow_reader import FlowReader
from domain.flow_record import FlowRecord
from domain.inventory_day import utc_day
from domain.inventory_view import InventoryView
from domain.subscription_event import LogEvent
from local.sample.history import trace_history
from local.sample.interfaces import INTERFACES
from local.sample.vpc import SampleVpc
from local.traffic.generate import generate
from local.traffic.lines import ALL_FIELDS
from local.traffic.types import SampleRecord, Truth
from tests.local.sample.in_moto import NOON, make_sample

SEED = 7
START = NOON
END = NOON + 86_400
SECONDS_OF_DELIVERY = 600

Delivery = tuple[SampleRecord, ...]
"""What a subscription brings at once: records of one log stream."""


@dataclass(frozen=True, slots=True)
class SampleDocument:
    source: Mapping[str, object]
    truth: Truth | None
    """None for NODATA and SKIPDATA."""


@cache
def make_documents(fields: tuple[str, ...] = ALL_FIELDS) -> tuple[SampleDocument, ...]:
    """By time, and within ten minutes by the sample's order of interfaces."""
    return tuple(_documents(fields))


def pick_documents() -> list[SampleDocument]:
    """A sixth of them, and all that are rare: enough of each kind to count, few enough to be quick."""
    return [
        document for number, document in enumerate(make_documents()) if number % 6 == 0 or _is_rare(document)
    ]


def _is_rare(document: SampleDocument) -> bool:
    source = document.source
    is_refused_outwards = (source.get("action"), source.get("flow_direction")) == ("REJECT", "egress")
    is_unsure = source.get("initiator_evidence") == "unknown" or source.get("rule_match") == "possible"
    is_unusual = source.get("attribution") in ("no_inventory", "no_rule")
    return document.truth is None or is_refused_outwards or is_unsure or is_unusual


def _documents(fields: tuple[str, ...]) -> Iterator[SampleDocument]:
    world = make_sample()
    days = trace_history(world.sample, world.inventory, NOON)
    views = {day.day: InventoryView(day) for day in days}

    def find_view(record: FlowRecord, event_timestamp_ms: int) -> InventoryView:
        return views[utc_day(record.end or record.start or event_timestamp_ms // 1000)]

    reader = FlowReader(FlowLogFormat.parse(" ".join(f"${{{field}}}" for field in fields)), find_view)
    for delivery in _deliveries(world.sample, fields):
        reading = reader.read([LogEvent("", record.start * 1000, record.line) for record in delivery])
        for document, record in zip(reading.documents, delivery, strict=True):
            yield SampleDocument(json.loads(document.source), record.truth)


def _deliveries(sample: SampleVpc, fields: tuple[str, ...]) -> Iterator[Delivery]:
    """In the order of the sample's interfaces: their ids differ from run to run."""
    streams = generate(sample, SEED, START, END, fields=fields).streams
    placed = [
        (record.start // SECONDS_OF_DELIVERY, place, record)
        for place, interface in enumerate(INTERFACES)
        for record in streams.get(f"{sample.interface_id(interface)}-all", ())
    ]
    placed.sort(key=lambda each: each[:2])
    for _, group in groupby(placed, key=lambda each: each[:2]):
        yield tuple(record for _, _, record in group)
