"""What SG Lens's own code makes of the sample's day."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from domain.flow_document import to_document
from domain.flow_log_format import FlowLogFormat
from domain.flow_reader import FlowReader
from domain.flow_record import FlowRecord, parse_flow_record
from domain.inventory_day import utc_day
from domain.inventory_view import InventoryView
from domain.subscription_event import LogEvent
from local.sample.history import trace_history
from tests.local.sample.in_moto import NOON, make_sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from local.traffic.types import SampleRecord, Traffic, Truth

DELIVERY_SECONDS = 600
Told = tuple[dict[str, Any], "Truth | None"]
"""A document and the truth of its record."""


def rule_names() -> dict[str, str]:
    return {rule_id: name for name, rule_id in make_sample().sample.security.rule_ids.items()}


def read_day(traffic: Traffic, fields: Sequence[str]) -> Iterator[Told]:
    """As one function reads it whose life lasts for the day: stream by stream, some minutes at a time."""
    reader = FlowReader(FlowLogFormat(tuple(fields)), find_view)
    for records in _deliveries(traffic):
        events = [to_event(number, record) for number, record in enumerate(records)]
        documents = reader.read(events).documents
        yield from zip(
            (json.loads(document.source) for document in documents),
            (record.truth for record in records),
            strict=True,
        )


def read_each_by_itself(traffic: Traffic, fields: Sequence[str]) -> Iterator[Told]:
    """As if each record came to a function that has just started."""
    log_format = FlowLogFormat(tuple(fields))
    for sample in (sample for records in traffic.streams.values() for sample in records):
        record = parse_flow_record(sample.line, log_format)
        timestamp = sample.start * 1000
        yield to_document(record, find_view(record, timestamp), timestamp), sample.truth


def to_event(number: int, record: SampleRecord) -> LogEvent:
    # As CloudWatch Logs numbers its events: by their time first.
    return LogEvent(f"{(record.start << 100) + number:056d}", record.start * 1000, record.line)


def find_view(record: FlowRecord, timestamp: int) -> InventoryView:
    return _views()[utc_day(timestamp // 1000 if record.end is None else record.end)]


@cache
def _views() -> Mapping[str, InventoryView]:
    world = make_sample()
    return {day.day: InventoryView(day) for day in trace_history(world.sample, world.inventory, NOON)}


def _deliveries(traffic: Traffic) -> Iterator[list[SampleRecord]]:
    deliveries: dict[tuple[int, str], list[SampleRecord]] = {}
    for stream, records in traffic.streams.items():
        for record in records:
            deliveries.setdefault((record.start // DELIVERY_SECONDS, stream), []).append(record)
    for key in sorted(deliveries):
        yield deliveries[key]
