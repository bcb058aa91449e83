"""A world's inventory and traffic as files, for processes that must not have made them themselves."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from domain.inventory_day import InventoryDay, to_json

DAY_FILE = "day.json.gz"
EVENTS_FILE = "events.jsonl"


def store(directory: Path, day: InventoryDay, events: Iterable[Any]) -> None:
    (directory / DAY_FILE).write_bytes(to_json(day))
    with (directory / EVENTS_FILE).open("w") as file:
        file.writelines(f"{json.dumps(event)}\n" for event in events)


def read_events(directory: Path) -> Iterator[Any]:
    """One at a time, as a function gets them."""
    with (directory / EVENTS_FILE).open() as file:
        for line in file:
            yield json.loads(line)
