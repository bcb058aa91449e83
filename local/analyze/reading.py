"""What reading flow log files gives: log events, and an account of every line that is none."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from domain.flow_log_format import FlowLogFormat
from domain.subscription_event import LogEvent
from local.analyze.line_format import check_fields

SHOWN: Final = 20
# Together as many as the ids of CloudWatch Logs have.
FILE_DIGITS: Final = 26
LINE_DIGITS: Final = 30


class Batch(NamedTuple):
    log_format: FlowLogFormat
    events: list[LogEvent]


class UnreadableLine(NamedTuple):
    place: str
    reason: str
    line: str


@dataclass(slots=True)
class ReadingCounts:
    """An account of every line, kept while the files are read."""

    files: list[Path] = field(default_factory=list)
    lines: int = 0
    headers: int = 0
    blank: int = 0
    unreadable: int = 0
    shown: list[UnreadableLine] = field(default_factory=list)
    """The first of the unreadable ones."""
    formats: dict[FlowLogFormat, str | None] = field(default_factory=dict)
    """With what is the worse for want of a field."""
    files_by_default: int = 0
    """Read in the default format, since nobody said which."""
    oldest: int | None = None
    """The earliest time of an event, in epoch milliseconds."""
    words: dict[int, str] = field(default_factory=dict)
    """What is counted instead of lines, by the number of a file."""
    unused_columns: frozenset[str] = frozenset()
    """Of Parquet files: those that are no fields of a flow log."""
    bytes_read: int = 0
    """Of the files as they are, packed or not."""
    _bytes_before: int = 0

    def begin_file(self, file: Path) -> None:
        self.files.append(file)
        self._bytes_before = self.bytes_read

    def see_bytes(self, position: int) -> None:
        """How many of the file that was begun last are read."""
        self.bytes_read = self._bytes_before + position

    def count_as(self, word: str) -> None:
        """What the file that was begun last consists of, instead of lines."""
        self.words[len(self.files) - 1] = word

    def add_format(self, log_format: FlowLogFormat, place: str) -> None:
        """AnalyzeError for one in which nothing can be attributed."""
        if log_format not in self.formats:
            self.formats[log_format] = check_fields(log_format, place)

    def add_times(self, timestamps: Iterable[int]) -> None:
        """Epoch milliseconds, 0 for what has none."""
        oldest = min((time for time in timestamps if time), default=self.oldest)
        self.oldest = oldest if self.oldest is None or oldest is None else min(self.oldest, oldest)

    def add_unreadable(self, line: UnreadableLine) -> None:
        self.unreadable += 1
        if len(self.shown) < SHOWN:
            self.shown.append(line)

    def place(self, file: int, line: int) -> str:
        if file in self.words:
            return f"{self.files[file]}, {self.words[file]} {line}"
        return f"{self.files[file]}:{line}"

    def place_of(self, event: LogEvent) -> str:
        return self.place(int(event.id[:-LINE_DIGITS]), int(event.id[-LINE_DIGITS:]))
