"""The documents of the sample VPC's day, as the functions of SG Lens write them, with the truth of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from domain.flow_document import to_document
from domain.flow_log_format import FlowLogFormat
from domain.flow_record import parse_flow_record
from domain.inventory_day import utc_day
from domain.inventory_view import InventoryView
from local.sample.history import trace_history
from local.sample.interfaces import INTERFACES
from local.traffic.generate import generate
from local.traffic.lines import ALL_FIELDS
from local.traffic.types import Truth
from tests.local.sample.in_moto import NOON, make_sample

SEED = 7
START = NOON
END = NOON + 86_400
FORMAT = FlowLogFormat.parse(" ".join(f"${{{field}}}" for field in ALL_FIELDS))


@dataclass(frozen=True, slots=True)
class SampleDocument:
    source: Mapping[str, object]
    truth: Truth | None
    """None for NODATA and SKIPDATA."""


@cache
def make_documents() -> tuple[SampleDocument, ...]:
    return tuple(_documents())


def pick_documents() -> list[SampleDocument]:
    """A sixth of them, and all that are rare: enough of each kind to count, few enough to be quick."""
    return [
        document for number, document in enumerate(make_documents()) if number % 6 == 0 or _is_rare(document)
    ]


def _is_rare(document: SampleDocument) -> bool:
    source = document.source
    is_refused_outwards = (source.get("action"), source.get("flow_direction")) == ("REJECT", "egress")
    return document.truth is None or is_refused_outwards or source.get("attribution") == "no_inventory"


def _documents() -> Iterator[SampleDocument]:
    world = make_sample()
    days = trace_history(world.sample, world.inventory, NOON)
    views = {day.day: InventoryView(day) for day in days}
    streams = generate(world.sample, SEED, START, END).streams
    # Their ids differ from run to run, so that only the sample's order of interfaces lasts.
    for interface in INTERFACES:
        for sample in streams.get(f"{world.sample.interface_id(interface)}-all", ()):
            record = parse_flow_record(sample.line, FORMAT)
            second = record.end or record.start or START
            source = to_document(record, views[utc_day(second)], sample.start * 1000)
            yield SampleDocument(source, sample.truth)
