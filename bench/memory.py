"""The memory of a function that has read half a million records, in a process of its own."""

from pathlib import Path
from tempfile import TemporaryDirectory

from bench.child import run_module
from bench.rows import Row
from bench.stored import store
from bench.traffic import Amount, make_events
from bench.worlds import SMALL, make_world

RECORDS = 500_000
TARGET_MB = 90.0


def measure() -> list[Row]:
    return [_measure(version) for version in ("v2", "v5")]


def _measure(version: str) -> Row:
    world = make_world(SMALL)
    with TemporaryDirectory() as directory:
        store(Path(directory), world.day, make_events(world, version, Amount(RECORDS)))
        used = run_module("bench.child_memory", directory, version)
    size = f"{len(world.day.security_groups)} groups, {len(world.rules)} rules"
    traffic = f"{used['records']:,} records of {used['peers']:,} peers"
    title = f"memory after {traffic}, {size}, {version}, above import"
    return Row(f"memory_{version}", title, used["peak_mb"], "MB", TARGET_MB, details=used)
