"""What the memory's measurement runs by itself: the records of a file through the function's own code."""

import json
import sys
from pathlib import Path

import flow_ingest.handler  # noqa: F401 - what is there before the first record
from bench.formats import FORMATS
from bench.stored import DAY_FILE, read_events
from domain.flow_reader import FlowReader
from domain.inventory_day import from_json
from domain.inventory_view import InventoryView
from domain.subscription_event import parse_subscription_event

STATUS = Path("/proc/self/status")


def main(directory: Path, version: str) -> None:
    imported = read_mb("VmRSS")
    view = InventoryView(from_json((directory / DAY_FILE).read_bytes()))
    loaded = read_mb("VmRSS")
    records = _read_all(directory, FlowReader(FORMATS[version], lambda _record, _timestamp: view))
    used = {
        "import_mb": imported,
        "inventory_mb": loaded - imported,
        "steady_mb": read_mb("VmRSS") - imported,
        "peak_mb": read_mb("VmHWM") - imported,
    }
    print(json.dumps({**used, "records": records, "peers": _count_peers(directory, version)}))


def read_mb(name: str) -> float:
    """Of this process, as Linux counts it: VmRSS now, VmHWM at most."""
    lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
    return round(int(lines[name].split()[0]) / 1024, 1)


def _read_all(directory: Path, reader: FlowReader) -> int:
    records = 0
    for event in read_events(directory):
        reading = reader.read(parse_subscription_event(event).events)
        "".join(reading.lines).encode()
        records += len(reading.lines)
    return records


def _count_peers(directory: Path, version: str) -> int:
    """Addresses outside of the VPC."""
    fields = FORMATS[version].fields
    columns = fields.index("srcaddr"), fields.index("dstaddr")
    addrs: set[str] = set()
    for event in read_events(directory):
        for log_event in parse_subscription_event(event).events:
            values = log_event.message.split(" ")
            addrs.update(values[column] for column in columns)
    return sum(not addr.startswith("10.") for addr in addrs)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
