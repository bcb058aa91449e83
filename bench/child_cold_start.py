"""What the cold start's measurement runs by itself: from nothing to the first record's document."""

import json
import sys
from pathlib import Path
from time import process_time

import flow_ingest.handler  # noqa: F401 - as the function does
from bench.formats import FORMATS
from bench.stored import DAY_FILE, read_events
from domain.flow_reader import FlowReader
from domain.inventory_day import from_json
from domain.inventory_view import InventoryView
from domain.subscription_event import parse_subscription_event


def main(directory: Path, version: str) -> None:
    """Without the network: what S3 takes to give the day's object is not in it."""
    [event] = read_events(directory)
    stored = (directory / DAY_FILE).read_bytes()
    imported = process_time()
    day = from_json(stored)
    restored = process_time()
    view = InventoryView(day)
    made = process_time()
    reader = FlowReader(FORMATS[version], lambda _record, _timestamp: view)
    reader.read(parse_subscription_event(event).events[:1])
    read = process_time()
    steps = {"imports": imported, "day": restored - imported, "view": made - restored, "record": read - made}
    print(json.dumps({**steps, "in_all": read}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
