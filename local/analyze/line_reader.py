from collections.abc import Iterable, Sequence
from typing import Final

from domain.flow_log_format import FlowLogFormat
from domain.subscription_event import LogEvent
from local.analyze.csv_table import CsvTable, split_row
from local.analyze.format_trial import FormatTrial
from local.analyze.json_events import JsonEvent
from local.analyze.line_format import DEFAULT, LineFormat, parse_header
from local.analyze.line_prefix import split_prefix
from local.analyze.parquet_file import ParquetRows
from local.analyze.reading import FILE_DIGITS, LINE_DIGITS, Batch, ReadingCounts, UnreadableLine

_BYTE_ORDER_MARK: Final = "\ufeff"
# Each header line that can be used has it, and hardly any other line.
_IN_HEADER: Final = "addr"
_IN_TABLE_HEADER: Final = "message"
_NONE: Final = -1
# Of a time in epoch seconds, from 2001 to 2286.
_DIGITS: Final = 10


class LineReader:
    """Makes of one file's lines log events as CloudWatch Logs would deliver them: nothing but the record, one
    space between its fields, and the time at which it starts.

    What is no record goes on as it is: why it can't be read is for the function's own reader to say.
    """

    def __init__(self, counts: ReadingCounts, given: FlowLogFormat | None) -> None:
        self._counts = counts
        self._file = len(counts.files) - 1
        self._line = 0
        self._id_prefix = f"{self._file:0{FILE_DIGITS}}"
        self._table: CsvTable | None = None
        self._header: Sequence[str] = ()
        is_guess = given is None
        self._format = LineFormat.of(given or DEFAULT, is_guess=is_guess)
        self._trial = FormatTrial(self._format.log_format, is_guess=is_guess)
        self._batches: list[Batch] = []
        self._events: list[LogEvent] = []
        self._plain_width = _NONE
        self._start_position = 0

    def read(self, lines: Sequence[str]) -> list[Batch]:
        """A batch for each run of lines of one format."""
        self._begin()
        before = self._line
        for self._line, text in enumerate(lines, before + 1):
            words = text.split()
            # Nearly every line of most files; whatever is special about one is found on the long way.
            if len(words) == self._plain_width and _IN_HEADER not in text and text.isascii():
                start = words[self._start_position]
                if start.isdigit() and len(start) == _DIGITS and self._format.may_begin_with(words[0]):
                    self._append(int(start) * 1000, words)
                    continue
            self._read_special(text, words)
        self._counts.lines += self._line - before
        return self._batches

    def read_events(self, events: Iterable[JsonEvent]) -> list[Batch]:
        self._begin()
        for event in events:
            self._line += 1
            self._counts.lines += 1
            self._read_record(event.timestamp, event.message.split(), event.message)
        return self._batches

    def read_rows(self, rows: ParquetRows) -> list[Batch]:
        """A row is a record, whatever it looks like."""
        if rows.log_format != self._format.log_format or not self._trial.is_settled:
            self._use(rows.log_format)
        self._counts.unused_columns |= rows.unused
        self._begin()
        for text in rows.lines:
            self._line += 1
            words = text.split()
            start = words[self._start_position] if len(words) == self._plain_width else ""
            if start.isdigit() and len(start) == _DIGITS and self._format.may_begin_with(words[0]):
                self._append(int(start) * 1000, words)
            else:
                self._read_record(None, words, text)
        self._counts.lines += len(rows.lines)
        return self._batches

    def finish(self) -> None:
        """AnalyzeError where nothing in the file was of its format."""
        self._trial.finish()

    def _begin(self) -> None:
        self._batches = []
        self._begin_batch()

    def _begin_batch(self) -> None:
        self._events = []
        self._batches.append(Batch(self._format.log_format, self._events))

    def _read_special(self, text: str, words: Sequence[str]) -> None:
        if _BYTE_ORDER_MARK in text:
            # Also in mid-file, where files were joined.
            text = text.replace(_BYTE_ORDER_MARK, "")
            words = text.split()
        if not words:
            self._counts.blank += 1
        elif self._read_header(text, words):
            self._counts.headers += 1
        elif self._table is not None:
            self._read_row(text, self._table)
        else:
            prefixed = split_prefix(words, self._format.width)
            self._read_record(prefixed.timestamp, prefixed.words, text)

    def _read_header(self, text: str, words: Sequence[str]) -> bool:
        if _IN_HEADER in text:
            is_repeated = words == self._header
            log_format = self._format.log_format if is_repeated else parse_header(words, self._place())
            if log_format is not None:
                self._header = words
                self._use(log_format)
                return True
        table = CsvTable.from_header(text) if _IN_TABLE_HEADER in text else None
        if table is not None:
            self._table = table
            self._find_plain_width()
        return table is not None

    def _use(self, log_format: FlowLogFormat) -> None:
        """What a header line or the columns of a table say."""
        self._counts.add_format(log_format, self._place())
        self._format = LineFormat.of(log_format)
        self._table = None
        self._trial.settle()
        self._find_plain_width()
        self._begin_batch()

    def _find_plain_width(self) -> None:
        """Of the lines that are a record and nothing else."""
        start = self._format.start_position
        is_plain = start is not None and self._table is None and self._trial.is_settled
        self._plain_width = self._format.width if is_plain else _NONE
        self._start_position = start or 0

    def _read_row(self, text: str, table: CsvTable) -> None:
        row = split_row(text)
        if not any(cell.strip() for cell in row):
            self._counts.blank += 1
        elif len(row) != table.width:
            reason = f"{len(row)} cells instead of the {table.width} that the table's first line names"
            self._add_unreadable(reason, text)
        else:
            prefixed = split_prefix(row[table.message].split(), self._format.width)
            self._read_record(table.parse_timestamp(row) or prefixed.timestamp, prefixed.words, text)

    def _read_record(self, timestamp: int | None, words: Sequence[str], text: str) -> None:
        if timestamp is None:
            timestamp = self._format.find_time(words)
        fault = self._format.find_fault(timestamp, words)
        if not self._trial.is_settled:
            self._try(words, UnreadableLine(self._place(), fault or "", text))
        if fault:
            self._add_unreadable(fault, text)
        else:
            self._append(timestamp or self._last_time(), words)

    def _last_time(self) -> int:
        """For what is no record: while all times are of about a day, the others can be read the short way."""
        return self._events[-1].timestamp if self._events else 0

    def _try(self, words: Sequence[str], line: UnreadableLine) -> None:
        self._trial.try_record(" ".join(words), line)
        if self._trial.is_settled:
            self._find_plain_width()
            if self._format.is_guess:
                self._counts.files_by_default += 1
                self._counts.add_format(self._format.log_format, line.place)

    def _append(self, timestamp: int, words: Sequence[str]) -> None:
        identity = f"{self._id_prefix}{self._line:0{LINE_DIGITS}}"
        self._events.append(LogEvent(identity, timestamp, " ".join(words)))

    def _add_unreadable(self, reason: str, text: str) -> None:
        self._counts.add_unreadable(UnreadableLine(self._place(), reason, text))

    def _place(self) -> str:
        return self._counts.place(self._file, self._line)
