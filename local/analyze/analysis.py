"""What ingest would index, of files: the very same reader, fed from them."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from domain.attributed_flow import RENDERING, FlowTaker, PlainFlow, QuickRow
from domain.flow_log_format import FlowLogFormat
from domain.flow_reader import FlowReader, FlowReading
from domain.flow_texts import AnswerText
from local.analyze.documents import Documents
from local.analyze.flow_log_files import read_flow_logs
from local.analyze.inventory_folder import FolderInventory
from local.analyze.reading import ReadingCounts, UnreadableLine
from local.analyze.tally import Tallies
from local.analyze.views import Views

# A quote within a value stands behind a backslash, so that only the member itself looks like this.
_EVIDENCE: Final = re.compile(r'"initiator_evidence": ?"(\w+)"')


@dataclass(slots=True)
class Analysis:
    counts: ReadingCounts = field(default_factory=ReadingCounts)
    documents: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    """As `FlowReading.outcomes`."""
    evidence: Counter[str] = field(default_factory=Counter)
    """How many of the records with a flow tell who began, by `initiator_evidence`."""
    unknown_interfaces: set[str] = field(default_factory=set)
    unknown_vpcs: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Takers:
    """Who gets what is read; None who isn't there."""

    documents: Documents | None = None
    tallies: Tallies | None = None
    progress: Callable[[Analysis], None] | None = None
    """Is told after each batch."""

    @property
    def flow_taker(self) -> FlowTaker:
        if self.tallies is None:
            return RENDERING
        return self.tallies if self.documents is None else _CountingAndRendering(self.tallies)


@dataclass(frozen=True, slots=True)
class _CountingAndRendering:
    tallies: Tallies

    def begin_batch(self, event_ids: Sequence[str]) -> Sequence[str]:
        self.tallies.begin_batch(event_ids)
        return RENDERING.begin_batch(event_ids)

    def take(self, row: QuickRow, answer: AnswerText, identity: str) -> str:
        self.tallies.take(row, answer, identity)
        return RENDERING.take(row, answer, identity)

    def take_plainly(self, flow: PlainFlow) -> str:
        self.tallies.take_plainly(flow)
        return RENDERING.take_plainly(flow)


def analyze(
    files: Sequence[Path], log_format: FlowLogFormat | None, inventory: FolderInventory, takers: Takers
) -> Analysis:
    views = Views(inventory.days)
    analysis = Analysis(unknown_interfaces=views.unknown_interfaces, unknown_vpcs=views.unknown_vpcs)
    readers: dict[FlowLogFormat, FlowReader] = {}
    for batch in read_flow_logs(files, log_format, analysis.counts):
        # One for all files: it remembers who began which connection.
        if batch.log_format not in readers:
            readers[batch.log_format] = FlowReader(batch.log_format, views.find_view, takers.flow_taker)
        reading = readers[batch.log_format].read(batch.events)
        _add(analysis, reading)
        _hand_on(reading, takers, analysis)
    if takers.tallies is not None:
        takers.tallies.flush()
        analysis.evidence = takers.tallies.initiator_evidence
    return analysis


def _hand_on(reading: FlowReading, takers: Takers, analysis: Analysis) -> None:
    if takers.documents is not None:
        sources = "".join([lines.partition("\n")[2] for lines in reading.lines])
        takers.documents.write(sources)
        if takers.tallies is None:
            analysis.evidence.update(_EVIDENCE.findall(sources))
    if takers.progress is not None:
        takers.progress(analysis)


def _add(analysis: Analysis, reading: FlowReading) -> None:
    analysis.documents += len(reading.lines)
    analysis.outcomes += reading.outcomes
    counts = analysis.counts
    for unreadable in reading.unreadable:
        event = unreadable.event
        counts.add_unreadable(UnreadableLine(counts.place_of(event), unreadable.reason, event.message))
