"""Flow log files as batches of log events, whatever tool wrote them."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from domain.flow_log_format import FlowLogFormat
from domain.subscription_event import LogEvent
from local.analyze.json_events import parse_events
from local.analyze.json_text import looks_like_json
from local.analyze.line_reader import LineReader
from local.analyze.parquet_file import is_parquet, read_parquet
from local.analyze.reading import Batch, ReadingCounts
from local.analyze.text_file import read_lines

BATCH_EVENTS: Final = 10_000
"""A record that comes before the handshake of its connection is paired with it only within a batch."""


def read_flow_logs(
    files: Iterable[Path], given: FlowLogFormat | None, counts: ReadingCounts
) -> Iterator[Batch]:
    """Batches of BATCH_EVENTS, across files; smaller ones where the format changes, and at the end.

    `given` is the format of the lines that no header line comes before. AnalyzeError for a wrong file.
    """
    if given is not None:
        counts.add_format(given, "--log-format")
    waiting = _Waiting(counts)
    for file in files:
        counts.begin_file(file)
        for batch in _read_file(file, given, counts):
            yield from waiting.add(batch)
    yield from waiting.flush()


def _read_file(file: Path, given: FlowLogFormat | None, counts: ReadingCounts) -> Iterator[Batch]:
    reader = LineReader(counts, given)
    if is_parquet(file):
        counts.count_as("row")
        for rows in read_parquet(file, counts.see_bytes):
            yield from reader.read_rows(rows)
        return
    chunks = read_lines(file, counts.see_bytes)
    first = next(chunks, [])
    chunks = chain([first], chunks)
    if looks_like_json("".join(first)):
        # JSON can't be read piece by piece: the whole of the file is in memory.
        counts.count_as("event")
        yield from reader.read_events(parse_events("".join(chain.from_iterable(chunks)), file))
    else:
        for lines in chunks:
            yield from reader.read(lines)
    reader.finish()


class _Waiting:
    """Events until there are enough of them for a batch."""

    def __init__(self, counts: ReadingCounts) -> None:
        self._counts = counts
        self._log_format: FlowLogFormat | None = None
        self._events: list[LogEvent] = []

    def add(self, batch: Batch) -> Iterator[Batch]:
        if not batch.events:
            return
        if batch.log_format != self._log_format:
            yield from self.flush()
        self._log_format = batch.log_format
        self._events += batch.events
        while len(self._events) >= BATCH_EVENTS:
            yield self._take(BATCH_EVENTS)

    def flush(self) -> Iterator[Batch]:
        if self._events:
            yield self._take(len(self._events))

    def _take(self, count: int) -> Batch:
        assert self._log_format is not None, "events come with a format"  # noqa: S101 - for mypy
        taken, self._events = self._events[:count], self._events[count:]
        self._counts.add_times(event.timestamp for event in taken)
        return Batch(self._log_format, taken)
