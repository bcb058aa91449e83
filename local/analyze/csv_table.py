"""Log events as CSV, as the console of CloudWatch downloads them."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from local.analyze.line_prefix import parse_time

_MILLISECONDS: Final = re.compile(r"\d{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CsvTable:
    """Which columns hold what; Logs Insights writes @message and @timestamp."""

    width: int
    message: int
    timestamp: int | None

    @classmethod
    def from_header(cls, line: str) -> Self | None:
        """None for a line that doesn't begin such a table."""
        names = [name.strip().lower().removeprefix("@") for name in split_row(line)]
        if "message" not in names:
            return None
        timestamp = names.index("timestamp") if "timestamp" in names else None
        return cls(len(names), names.index("message"), timestamp)

    def parse_timestamp(self, row: Sequence[str]) -> int | None:
        """Epoch milliseconds, which the log's console writes as a number and Logs Insights as a UTC time."""
        if self.timestamp is None:
            return None
        text = row[self.timestamp].strip()
        return int(text) if _MILLISECONDS.fullmatch(text) else parse_time(text)


def split_row(line: str) -> list[str]:
    """Where a quoted message ends with a line break, the lone quote after it is a row of one empty cell."""
    try:
        return next(csv.reader([line.strip("\r\n")]), [])
    except csv.Error:
        return [line]
