from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.flow_log_format import FlowLogFormat
from domain.flow_record import FlowRecord, parse_flow_record

FLOW_RECORDS: Final = Path(__file__).parents[1] / "data" / "flow_records"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Lines of a flow log with their format, from a file: comments, the format, one record a line."""

    log_format: FlowLogFormat
    lines: tuple[str, ...]

    @classmethod
    def read(cls, name: str) -> "Recorded":
        text = (FLOW_RECORDS / name).read_text(encoding="utf-8")
        log_format, *lines = [line for line in text.splitlines() if not line.startswith("#")]
        return cls(FlowLogFormat.parse(log_format), tuple(lines))

    @property
    def records(self) -> tuple[FlowRecord, ...]:
        return tuple(parse_flow_record(line, self.log_format) for line in self.lines)
