"""Four records, and how to write and read files of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from domain.flow_log_format import FlowLogFormat
from domain.subscription_event import LogEvent
from local.analyze.flow_log_files import read_flow_logs
from local.analyze.reading import ReadingCounts

DATA: Final = Path(__file__).parents[2] / "data" / "flow_log_files"
HEADER: Final = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action"
    " log-status"
)
FIELDS: Final = tuple(HEADER.split())
REQUEST: Final = (
    "2 123456789012 eni-0aaaaaaaaaaaaaaaa 203.0.113.9 10.0.1.10 49152 443 6 10 8400 1795521600 1795521660"
    " ACCEPT OK"
)
ANSWER: Final = (
    "2 123456789012 eni-0aaaaaaaaaaaaaaaa 10.0.1.10 203.0.113.9 443 49152 6 12 9100 1795521601 1795521660"
    " ACCEPT OK"
)
SILENCE: Final = "2 unknown eni-0bbbbbbbbbbbbbbbb - - - - - - - 1795521602 1795521662 - NODATA"
KNOCK: Final = (
    "2 123456789012 eni-0aaaaaaaaaaaaaaaa 2001:db8::9 2001:db8:20::10 0 0 58 4 416 1795521603 1795521663"
    " REJECT OK"
)
RECORDS: Final = (REQUEST, ANSWER, SILENCE, KNOCK)
START: Final = 1_795_521_600
"""Of the first; each of the others starts a second later."""


class Read(NamedTuple):
    events: list[tuple[FlowLogFormat, LogEvent]]
    counts: ReadingCounts

    @property
    def messages(self) -> list[str]:
        return [event.message for _, event in self.events]

    @property
    def values(self) -> list[dict[str, str]]:
        """By field, so that the order of the fields makes no difference."""
        return [
            dict(zip(log_format.fields, event.message.split(" "), strict=True))
            for log_format, event in self.events
        ]

    @property
    def seconds(self) -> list[float]:
        """Of each event, after START."""
        return [event.timestamp / 1000 - START for _, event in self.events]


def read_files(files: Sequence[Path], given: FlowLogFormat | None = None) -> Read:
    counts = ReadingCounts()
    batches = list(read_flow_logs(files, given, counts))
    events = [(batch.log_format, event) for batch in batches for event in batch.events]
    return Read(events, counts)


def read_bytes(folder: Path, content: bytes, given: FlowLogFormat | None = None) -> Read:
    file = folder / "flow.log"
    file.write_bytes(content)
    return read_files([file], given)


def to_text(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
