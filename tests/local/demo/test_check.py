from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.flow_log_format import FlowLogFormat
from domain.flow_reader import FlowDocument, FlowReader
from local.demo.check import StoredEvent, check_index
from local.demo.error import DemoError
from local.demo.search import IndexedDocument
from local.traffic.lines import ALL_FIELDS
from tests.local.sample.in_moto import NOON
from tests.local.traffic.sample_documents import find_view, rule_names, to_event
from tests.local.traffic.sample_traffic import make_traffic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.traffic.evidence import EvidenceTable
    from local.traffic.types import SampleRecord


@pytest.fixture(scope="module")
def events() -> list[StoredEvent]:
    return [
        StoredEvent(to_event(number, record).id, stream, record.line) for number, stream, record in records()
    ]


@pytest.fixture(scope="module")
def documents() -> list[IndexedDocument]:
    """What SG Lens's own code makes of the sample day."""
    reader = FlowReader(FlowLogFormat(ALL_FIELDS), find_view)
    reading = reader.read([to_event(number, record) for number, _, record in records()])
    return [make_document(document) for document in reading.documents]


def records() -> list[tuple[int, str, SampleRecord]]:
    streams = make_traffic().streams.items()
    each = ((stream, record) for stream, records in streams for record in records)
    return [(number, stream, record) for number, (stream, record) in enumerate(each)]


def make_document(document: FlowDocument) -> IndexedDocument:
    action = json.loads(document.lines.split("\n", 1)[0])["create"]
    return IndexedDocument(action["_index"], action["_id"], json.loads(document.source))


def check(events: Sequence[StoredEvent], documents: Sequence[IndexedDocument]) -> EvidenceTable:
    return check_index(make_traffic(), events, documents, ALL_FIELDS, rule_names())


def with_other(documents: list[IndexedDocument], **source: object) -> list[IndexedDocument]:
    """One of them is another: of a record whose truth is known, as it isn't of one without data."""
    place = next(number for number, _, record in records() if record.truth)
    other = replace(documents[place], source={**documents[place].source, **source})
    return [*documents[:place], other, *documents[place + 1 :]]


def test_the_documents_of_the_sample_day_pass(
    events: list[StoredEvent], documents: list[IndexedDocument]
) -> None:
    told = check(events, documents)

    assert told.unknown.startswith("0.0% of tcp, ")


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
        ("attribution", "no_rule"),
        ("initiator", None),
        ("rule_match", "shared"),
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
