"""The ways from a subscription event to the body of a bulk request, and what only goes a part of it."""

import gzip
import json
from base64 import b64decode
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from flowlogs_reader import FlowRecord  # type: ignore[import-untyped]

from bench.formats import FORMATS
from bench.naive import NaiveReader
from bench.traffic import Event
from domain.flow_reader import FlowReader
from domain.inventory_day import InventoryDay
from domain.inventory_view import InventoryView
from domain.subscription_event import parse_subscription_event

Way = Callable[[Iterable[Event]], int]
"""Answers the number of records."""
Loads = Callable[[bytes], Any]


def make_ways(version: str, day: InventoryDay) -> dict[str, Way]:
    return {
        "decode": _make_decoding(orjson.loads),
        "decode_with_json": _make_decoding(json.loads),
        "sg_lens": make_sg_lens(version, InventoryView(day)),
        "flowlogs_reader": _make_flowlogs_reader(version),
        "naive": _make_naive(version, day),
    }


def make_sg_lens(version: str, view: InventoryView) -> Way:
    """One reader for all events, as the function keeps it."""
    reader = FlowReader(FORMATS[version], lambda _record, _timestamp: view)

    def read(events: Iterable[Event]) -> int:
        records = 0
        for event in events:
            reading = reader.read(parse_subscription_event(event).events)
            "".join(reading.lines).encode()
            records += len(reading.lines)
        return records

    return read


def decode(event: Event, loads: Loads) -> list[dict[str, str]]:
    events: list[dict[str, str]] = loads(gzip.decompress(b64decode(event["awslogs"]["data"])))["logEvents"]
    return events


def _make_decoding(loads: Loads) -> Way:
    """The floor: nobody can do anything with a record before that."""

    def read(events: Iterable[Event]) -> int:
        records = 0
        for event in events:
            for log_event in decode(event, loads):
                records += bool(log_event["message"])
        return records

    return read


def _make_flowlogs_reader(version: str) -> Way:
    """Only parses: the decoding is the floor's own."""
    fields = tuple(name.replace("-", "_") for name in FORMATS[version].fields)

    def read(events: Iterable[Event]) -> int:
        records = 0
        for event in events:
            for log_event in decode(event, orjson.loads):
                FlowRecord.from_cwl_event(log_event, fields)
                records += 1
        return records

    return read


def _make_naive(version: str, day: InventoryDay) -> Way:
    reader = NaiveReader(FORMATS[version], day)

    def read(events: Iterable[Event]) -> int:
        records = 0
        for event in events:
            lines = list(reader.read(parse_subscription_event(event).events))
            "".join(lines).encode()
            records += len(lines)
        return records

    return read
