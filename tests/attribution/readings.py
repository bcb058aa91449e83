"""A random world as the product reads it: by the readable definition, and by the reader."""

import json
from collections.abc import Iterator
from typing import Final

from domain.attributed_flow import RENDERING, FlowTaker
from domain.flow_document import Document, to_document
from domain.flow_log_format import FlowLogFormat
from domain.flow_reader import FlowReader, FlowReading
from domain.flow_record import FlowRecord, parse_flow_record
from domain.inventory_view import InventoryView
from domain.subscription_event import LogEvent
from tests.attribution.asking import known_on_day_of, make_batches
from tests.attribution.flows import Line, World
from tests.attribution.history import History
from tests.attribution.oracle import Answer, find_paired
from tests.attribution.worlds import make_view

ANSWERED: Final = (
    "initiator",
    "initiator_evidence",
    "direction",
    "is_response",
    "service_port",
    "rule_ids",
    "rule_match",
    "attribution",
)
"""What the oracle says of a record."""


class Inventories:
    """Where the reader finds views: one for each day; `history` is replaced between batches."""

    def __init__(self) -> None:
        self.history: History = ()
        self._views: dict[int, InventoryView | None] = {}

    def find_view(self, record: FlowRecord, event_timestamp_ms: int) -> InventoryView | None:
        """The same one as long as there is nothing new, so that what the reader keeps of it is used."""
        last = record.end or record.start or event_timestamp_ms // 1000
        known = known_on_day_of(self.history, last)
        if len(known) not in self._views:
            self._views[len(known)] = make_view(known)
        return self._views[len(known)]


def define(world: World) -> Iterator[list[Document]]:
    """By `to_document`, with what the oracle says of other records' handshakes."""
    log_format, inventories = FlowLogFormat(world.log_format), Inventories()
    for lines, history, known in make_batches(world):
        inventories.history = history
        documents = []
        for line in lines:
            record = parse_flow_record(line.message, log_format)
            view = inventories.find_view(record, line.logged * 1000)
            paired = find_paired(world.parse(line), known)
            documents.append(to_document(record, view, line.logged * 1000, paired))
        yield documents


def read(world: World, taker: FlowTaker = RENDERING) -> Iterator[FlowReading]:
    """By one reader for all batches."""
    inventories = Inventories()
    reader = FlowReader(FlowLogFormat(world.log_format), inventories.find_view, taker)
    for number, (lines, history, _) in enumerate(make_batches(world)):
        inventories.history = history
        yield reader.read([make_event(100 * number + place, line) for place, line in enumerate(lines)])


def make_event(number: int, line: Line) -> LogEvent:
    return LogEvent(f"{number:056}", line.logged * 1000, line.message)


def documents_of(reading: FlowReading) -> list[Document]:
    return [json.loads(document.source) for document in reading.documents]


def answer_of(document: Document) -> Answer:
    return {name: document[name] for name in ANSWERED if name in document}
