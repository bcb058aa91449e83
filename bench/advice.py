"""All reports of a large VPC from a month's usage documents, as more and more flows are behind them."""

from bench.child import run_module
from bench.rows import Row

FLOWS = (1_000_000, 10_000_000, 100_000_000)
TARGET_SECONDS = 600.0
"""Of the function's 900."""
TARGET_MB = 1_200.0
"""Of the function's 1,769."""
WORLD = "2,500 groups, 20,000 rules, 30 days"


def measure() -> list[Row]:
    measured = {flows: run_module("bench.child_advice", flows) for flows in FLOWS}
    rows = []
    for flows, told in measured.items():
        of = f"{WORLD}, usage of {flows // 1_000_000} million flows ({told['documents']:,} documents)"
        key = f"{flows // 1_000_000}m"
        rows += [
            Row(
                f"advice_seconds_{key}",
                f"all reports, {of}",
                told["seconds"],
                "s",
                TARGET_SECONDS,
                details=told,
            ),
            Row(f"advice_mb_{key}", f"memory for them, {of}", told["peak_mb"], "MB", TARGET_MB),
        ]
    return rows
