"""What a measurement gives: rows of the table, each with its target."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

CPU_INFO: Final = Path("/proc/cpuinfo")
COLUMNS: Final = ("what", "measured", "target", "")


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    """Stays the same from run to run."""
    title: str
    value: float
    unit: str
    target: float | None = None
    """None where the figure is only reported."""
    at_least: bool = False
    """Else the target is what the value may be at most."""
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "is_met": self.is_met}


def describe_machine() -> dict[str, object]:
    return {
        "cpu": _read_cpu(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def to_table(rows: Sequence[Row]) -> str:
    """Markdown, aligned for those who read it as it is."""
    lines = [COLUMNS, *map(_to_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    written = [" | ".join(map(str.ljust, line, widths)) for line in lines]
    written.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in written)


def _to_cells(row: Row) -> tuple[str, str, str, str]:
    met = {None: "", True: "met", False: "MISSED"}[row.is_met]
    target = "reported" if row.target is None else f"{'≥' if row.at_least else '≤'} {row.target:g} {row.unit}"
    return row.title, f"{row.value:,.4g} {row.unit}", target, met


def _read_cpu() -> str:
    lines = CPU_INFO.read_text().splitlines() if CPU_INFO.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
