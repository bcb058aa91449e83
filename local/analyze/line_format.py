"""Which fields the lines of a flow log have: from `--log-format`, from a header line, or by default."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from domain.errors import FlowLogFormatError
from domain.flow_log_format import DEFAULT_FORMAT, FlowLogFormat
from domain.flow_record import LAST_SECOND
from domain.text import shorten
from local.analyze.error import AnalyzeError
from local.analyze.line_prefix import is_time

DEFAULT: Final = FlowLogFormat.parse(DEFAULT_FORMAT)
DEFAULT_VERSION: Final = "2"
_SECONDS: Final = re.compile("[0-9]{1,12}")
_LAST_MILLISECOND: Final = LAST_SECOND * 1000 + 999

# One of each is needed: without it no rule can be told.
_NEEDED: Final = (
    ("interface-id",),
    ("srcaddr", "pkt-srcaddr"),
    ("dstaddr", "pkt-dstaddr"),
    ("srcport",),
    ("dstport",),
    ("protocol",),
    ("action",),
)
_HELPFUL: Final = {
    "tcp-flags": "who began a TCP connection is told by rules and ports alone",
    "flow-direction": "which end is the interface's own is told by the inventory alone",
    "pkt-srcaddr": "where traffic is passed on, the passer-on stands for the true source",
    "pkt-dstaddr": "where traffic is passed on, the passer-on stands for the true destination",
    "log-status": "records without data can't be told from flows",
}


@dataclass(frozen=True, slots=True)
class LineFormat:
    """A format with what the reading of a line needs to know of it."""

    log_format: FlowLogFormat
    width: int
    """How many words a record has."""
    start_position: int | None
    end_position: int | None
    is_guess: bool
    """It is the default one since nobody has said another."""

    @classmethod
    def of(cls, log_format: FlowLogFormat, *, is_guess: bool = False) -> Self:
        fields = log_format.fields
        start, end = (fields.index(field) if field in fields else None for field in ("start", "end"))
        return cls(log_format, len(fields), start, end, is_guess)

    def find_time(self, words: Sequence[str]) -> int | None:
        """Epoch milliseconds of the record's start, else of its end; 0 for what is no record, or no time."""
        if len(words) != self.width:
            return 0
        for position in (self.start_position, self.end_position):
            text = "-" if position is None else words[position]
            if text != "-":
                return int(text) * 1000 if _SECONDS.fullmatch(text) else 0
        return None

    def may_begin_with(self, word: str) -> bool:
        """Quickly: False wherever `find_fault` would find one in the first word."""
        return word == DEFAULT_VERSION if self.is_guess else word[4:5] != "-"

    def find_fault(self, timestamp: int | None, words: Sequence[str]) -> str | None:
        """What the reader of records doesn't see: words that are as many by accident, the version of another
        format, no time at all.
        """
        if len(words) != self.width:
            return None
        if is_time(words[0]):
            return f"{self.width - 1} fields after the time instead of the {self.width} of {self.log_format}"
        if self.is_guess and words[0] != DEFAULT_VERSION:
            return (
                f"its version is {words[0]}, but the default format's is {DEFAULT_VERSION}: say with"
                " --log-format which fields the line has"
            )
        if timestamp is None:
            return "it has neither a start nor an end, and nothing before it tells the time"
        if not 0 <= timestamp <= _LAST_MILLISECOND:
            return f"its time, {timestamp} milliseconds after 1970, is none"
        return None


def parse_format(text: str) -> FlowLogFormat:
    """As the EC2 API writes it, `${version} ${account-id} …`, or as a header line does."""
    try:
        return _parse_words(text.split())
    except FlowLogFormatError as error:
        raise AnalyzeError(
            f"--log-format: {error}. Put it in single quotes: in double ones the shell replaces ${{version}}"
            " by a variable of its own"
        ) from error


def parse_header(words: Sequence[str], place: str) -> FlowLogFormat | None:
    """None for a line that is no header line; AnalyzeError for one whose fields can't be used."""
    names = [_bare(word) for word in words]
    known = sum(map(_is_field, names))
    # A record has no field that is called like one, except for tags.
    if known < 2 or known * 2 < len(names):
        return None
    try:
        return _parse_words(names)
    except FlowLogFormatError as error:
        raise AnalyzeError(f"{place}: this header line can't be used: {error}") from error


def parse_columns(names: Sequence[str], place: str) -> tuple[list[str], FlowLogFormat]:
    """Of a table: those that are fields of a flow log, and the format that they make together."""
    fields = {name: _bare(name) for name in names if _is_field(_bare(name))}
    if not fields:
        raise AnalyzeError(
            f"{place} is no flow log: none of its columns ({shorten(', '.join(names))}) is named like a field"
            " of VPC Flow Logs"
        )
    try:
        return list(fields), _parse_words(list(fields.values()))
    except FlowLogFormatError as error:
        raise AnalyzeError(f"{place}: its columns can't be used: {error}") from error


def check_fields(log_format: FlowLogFormat, place: str) -> str | None:
    """What is the worse for want of a field; AnalyzeError where nothing could be told at all."""
    for alternatives in _NEEDED:
        if not set(alternatives) & set(log_format.fields):
            raise AnalyzeError(
                f"{place}: the format has no {' or '.join(alternatives)}, without which no record can be"
                f" attributed to a rule: {log_format}. A flow log keeps its format: make another one"
            )
    missing = [field for field in _HELPFUL if field not in log_format.fields]
    if not missing:
        return None
    return "The format lacks " + "; ".join(f"{field}: {_HELPFUL[field]}" for field in missing)


def _parse_words(words: Sequence[str]) -> FlowLogFormat:
    return FlowLogFormat.parse(" ".join(f"${{{_bare(word)}}}" for word in words))


def _bare(word: str) -> str:
    """Parquet files, and tables made of them, have `_` where AWS's names have `-`."""
    name = word[2:-1] if word.startswith("${") and word.endswith("}") else word
    return name.replace("_", "-")


def _is_field(name: str) -> bool:
    try:
        FlowLogFormat.parse(f"${{{name}}}")
    except FlowLogFormatError:
        return False
    return True
