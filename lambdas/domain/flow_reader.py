"""From the lines of a flow log to what a bulk request takes."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from domain.attributed_flow import RENDERING, FlowTaker, PlainFlow, QuickRow
from domain.connection_memory import ConnectionMemory, Ends, other_half
from domain.errors import FlowRecordError
from domain.flow_document import index_name, to_document
from domain.flow_log_format import FlowLogFormat
from domain.flow_quick import QuickWay
from domain.flow_record import FlowRecord, parse_flow_record
from domain.flow_shared import FindView
from domain.flow_texts import AnswerKey, outcome
from domain.initiator import find_client_by_handshake
from domain.line_shape import LineShape
from domain.protocols import TCP
from domain.subscription_event import LogEvent


class FlowDocument(NamedTuple):
    document_id: str
    lines: str
    """What a bulk request takes: the action and the document, each with its newline."""

    @property
    def source(self) -> str:
        return self.lines.split("\n")[1]


class Unreadable(NamedTuple):
    event: LogEvent
    reason: str


@dataclass(slots=True)
class FlowReading:
    """What became of some events, in their order."""

    lines: list[str] = field(default_factory=list)
    """What the reader's taker made of each flow."""
    unreadable: list[Unreadable] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    """Flows by flow_texts.outcome."""
    oldest_end: int | None = None
    """Of those flows, in epoch seconds."""

    @property
    def documents(self) -> list[FlowDocument]:
        return [FlowDocument(find_document_id(lines), lines) for lines in self.lines]


def find_document_id(lines: str) -> str:
    identity: str = json.loads(lines[: lines.index("\n")])["create"]["_id"]
    return identity


class _PlainRow(NamedTuple):
    """A record on the long way."""

    record: FlowRecord
    index_name: str
    ends: Ends | None


@dataclass(frozen=True, slots=True)
class _Batch:
    """What was read so far; a record that waits for the handshakes of the others has "" among the lines."""

    lines: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    waiting: list[tuple[int, QuickRow, AnswerKey, Ends, str]] = field(default_factory=list)
    waiting_plainly: list[tuple[int, LogEvent, _PlainRow]] = field(default_factory=list)


class FlowReader:
    """Reads the records of one format; what it learned from a batch serves the next.

    parse_flow_record and to_document define what is right, and read the records that are unusual in any way.
    All others take a short way to the same document: texts that many of them share are rendered once, and the
    rules are asked once for all that no rule can tell apart.
    """

    def __init__(self, log_format: FlowLogFormat, find_view: FindView, taker: FlowTaker = RENDERING) -> None:
        self._format: Final = log_format
        self._find_view: Final = find_view
        self._taker: Final = taker
        self._connections: Final = ConnectionMemory()
        shape = LineShape.find(log_format)
        self._quick: Final = QuickWay(log_format, shape, find_view) if shape else None

    def read(self, events: Sequence[LogEvent]) -> FlowReading:
        """A handshake tells who began also for the records that stand before it."""
        self._connections.begin_batch()
        identities = self._taker.begin_batch([event.id for event in events])
        batch = _Batch()
        if self._quick is None:
            for event in events:
                self._take_plainly(event, batch)
        else:
            self._take_quickly(self._quick, zip(events, identities, strict=True), batch)
        self._finish_waiting(batch)
        oldest_end = min(map(int, batch.ends), default=None)
        return FlowReading(batch.lines, batch.unreadable, Counter(batch.outcomes), oldest_end)

    def _take_quickly(self, quick: QuickWay, events: Iterable[tuple[LogEvent, str]], batch: _Batch) -> None:
        quick.begin_batch()
        add_client = self._connections.clients.add
        take = self._taker.take
        for event, identity in events:
            try:
                row, answer, key, ends, handshake = quick.take(event)
            except ValueError:
                self._take_plainly(event, batch)
                continue
            batch.ends.append(row[3][7])
            if answer is None:
                batch.waiting.append((len(batch.lines), row, key, ends, identity))
                batch.lines.append("")
                continue
            if handshake is not None:
                add_client(ends if handshake == "source" else other_half(ends))
            batch.lines.append(take(row, answer, identity))
            batch.outcomes.append(answer.outcome)

    def _take_plainly(self, event: LogEvent, batch: _Batch) -> None:
        try:
            record = parse_flow_record(event.message, self._format)
            index = index_name(record, event.timestamp)
        except FlowRecordError as error:
            batch.unreadable.append(Unreadable(event, str(error)))
            return
        ends = _find_ends(record)
        handshake = find_client_by_handshake(record.protocol, record.tcp_flags)
        if ends is not None and handshake is not None:
            self._connections.clients.add(ends if handshake == "source" else other_half(ends))
            ends = None
        if record.end is not None:
            batch.ends.append(str(record.end))
        batch.waiting_plainly.append((len(batch.lines), event, _PlainRow(record, index, ends)))
        batch.lines.append("")

    def _finish_waiting(self, batch: _Batch) -> None:
        recall, taker = self._connections.recall, self._taker
        for position, row, key, ends, identity in batch.waiting:
            if self._quick is not None:
                answer = self._quick.answer(row, key, recall(ends))
                batch.lines[position] = taker.take(row, answer, identity)
                batch.outcomes.append(answer.outcome)
        for position, event, plain_row in batch.waiting_plainly:
            record = plain_row.record
            paired = recall(plain_row.ends) if plain_row.ends else None
            document = to_document(record, self._find_view(record, event.timestamp), event.timestamp, paired)
            flow = PlainFlow(event.id, plain_row.index_name, document)
            batch.lines[position] = taker.take_plainly(flow)
            batch.outcomes.append(outcome(document))


def _find_ends(record: FlowRecord) -> Ends | None:
    source, target = record.pkt_srcaddr or record.srcaddr, record.pkt_dstaddr or record.dstaddr
    if record.protocol != TCP or source is None or target is None:
        return None
    if record.srcport is None or record.dstport is None:
        return None
    return source, target, str(record.srcport), str(record.dstport)
