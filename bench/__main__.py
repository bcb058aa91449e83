"""`make bench`: SG Lens against its targets; single ones by name, such as `make bench ARGS=ingest`."""

import json
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parents[1]
# As in the functions' asset, whose root is on the path.
sys.path.append(str(ROOT / "lambdas"))

from bench.rows import Row, describe_machine, to_table  # noqa: E402

RESULTS = ROOT / "bench" / "results.json"
MEASUREMENTS = (
    *("ingest", "offline", "cidr_cover", "usage_day", "advice", "memory", "large"),
    *("imports", "store", "engine_cpu", "whole_way"),
)
NOT_IN_ALL = ("store_fields",)


def main(names: Sequence[str]) -> int:
    unknown = set(names) - {*MEASUREMENTS, *NOT_IN_ALL}
    if unknown:
        print(f"bench: no measurement {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}")
        return 2
    rows = [row for name in names or MEASUREMENTS for row in _run(name)]
    machine = describe_machine()
    print(f"\n{machine['cpu']}, {machine['cores']} cores, Python {machine['python']}\n\n{to_table(rows)}")
    _write(rows, machine)
    return 0


def _run(name: str) -> list[Row]:
    """In a process of its own: what one measurement leaves in memory is not the next one's."""
    print(f"{name} …", file=sys.stderr, flush=True)
    started = monotonic()
    measure: Callable[[], list[Row]] = import_module(f"bench.{name}").measure
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
        rows = executor.submit(measure).result()
    print(f"{name} took {monotonic() - started:.0f} s", file=sys.stderr)
    return rows


def _write(rows: Sequence[Row], machine: dict[str, object]) -> None:
    """Rows that were not measured now stay as they were."""
    kept = json.loads(RESULTS.read_text())["rows"] if RESULTS.exists() else {}
    measured = {row.key: row.to_json() for row in rows}
    content = {"machine": machine, "rows": kept | measured}
    RESULTS.write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
