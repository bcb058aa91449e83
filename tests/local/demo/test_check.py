from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.flow_document import index_name, to_document
from domain.flow_log_format import FlowLogFormat
from domain.flow_record import parse_flow_record
from domain.inventory_day import utc_day
from domain.inventory_view import InventoryView
from domain.subscription_event import document_id
from local.demo.check import StoredEvent, check_index
from local.demo.error import DemoError
from local.demo.search import IndexedDocument
from local.sample.history import trace_history
from local.traffic.lines import ALL_FIELDS
from tests.local.sample.in_moto import NOON, make_sample
from tests.local.traffic.sample_traffic import make_traffic

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMAT = FlowLogFormat.parse(" ".join(f"${{{field}}}" for field in ALL_FIELDS))


@pytest.fixture(scope="module")
def events() -> list[StoredEvent]:
    records = [(stream, record) for stream, records in make_traffic().streams.items() for record in records]
    return [
        StoredEvent(f"{(record.start << 100) + number:056d}", stream, record.line)
        for number, (stream, record) in enumerate(records)
    ]


@pytest.fixture(scope="module")
def documents(events: list[StoredEvent]) -> list[IndexedDocument]:
    """What SG Lens's own code makes of the sample day."""
    world = make_sample()
    days = trace_history(world.sample, world.inventory, NOON)
    views = {day.day: InventoryView(day) for day in days}
    return [make_document(event, views) for event in events]


def make_document(event: StoredEvent, views: dict[str, InventoryView]) -> IndexedDocument:
    record = parse_flow_record(event.message, FORMAT)
    assert record.start is not None
    assert record.end is not None
    logged = record.start * 1000
    source = to_document(record, views[utc_day(record.end)], logged)
    return IndexedDocument(index_name(record, logged), document_id(event.id), source)


def check(events: Sequence[StoredEvent], documents: Sequence[IndexedDocument]) -> None:
    check_index(make_traffic(), events, documents, ALL_FIELDS)


def with_other(documents: list[IndexedDocument], **source: object) -> list[IndexedDocument]:
    """One of them is another: of a record whose truth is known, as it isn't of one without data."""
    records = (record for records in make_traffic().streams.values() for record in records)
    place = next(place for place, record in enumerate(records) if record.truth)
    other = replace(documents[place], source={**documents[place].source, **source})
    return [*documents[:place], other, *documents[place + 1 :]]


def test_the_documents_of_the_sample_day_pass(
    events: list[StoredEvent], documents: list[IndexedDocument]
) -> None:
    check(events, documents)


def test_a_missing_document_is_told(events: list[StoredEvent], documents: list[IndexedDocument]) -> None:
    with pytest.raises(DemoError, match="1 lines have no document"):
        check(events, documents[1:])


def test_a_document_in_two_indices_is_told(
    events: list[StoredEvent], documents: list[IndexedDocument]
) -> None:
    with pytest.raises(DemoError, match="1 documents are in two indices"):
        check(events, [*documents, replace(documents[0], index="flows-2026.01.01")])


def test_a_document_of_no_line_is_told(events: list[StoredEvent], documents: list[IndexedDocument]) -> None:
    with pytest.raises(DemoError, match="1 documents belong to no line"):
        check(events, [*documents, replace(documents[0], id="A" * 32)])


def test_a_lost_line_is_told(events: list[StoredEvent], documents: list[IndexedDocument]) -> None:
    with pytest.raises(DemoError, match="1 lines are not in the log group"):
        check(events[1:], documents[1:])


def test_a_line_that_came_twice_is_told(events: list[StoredEvent], documents: list[IndexedDocument]) -> None:
    with pytest.raises(DemoError, match="1 lines in the log group were never sent"):
        check([*events, replace(events[0], id="9" * 50)], documents)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bytes", 2**40),
        ("srcaddr", "203.0.113.255"),
        ("@timestamp", NOON - 1),
        ("pkt_srcaddr", "203.0.113.255"),
        ("group_names", ["a group that no interface has"]),
    ],
)
def test_a_document_that_says_other_than_its_line_is_told(
    events: list[StoredEvent], documents: list[IndexedDocument], name: str, value: object
) -> None:
    with pytest.raises(DemoError, match=f"1 documents differ from their lines(.|\n)*{name} is"):
        check(events, with_other(documents, **{name: value}))


def test_a_document_in_the_index_of_another_day_is_told(
    events: list[StoredEvent], documents: list[IndexedDocument]
) -> None:
    with pytest.raises(DemoError, match=r"its end belongs into flows-2026\.11\.24"):
        check(events, [replace(documents[0], index="flows-2026.11.25"), *documents[1:]])
