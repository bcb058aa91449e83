"""A day of a large VPC summed up by rule_usage, from a real engine and into it, as there are more records."""

from itertools import islice
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from opensearchpy import OpenSearch

from adapters.flow_indices import FlowIndices, flows_index
from adapters.flows_index import Pace
from adapters.search_reader import SearchReader
from adapters.usage_index import DaySummary, UsageIndex
from bench.child_memory import read_mb
from bench.flows_index import TEMPLATE, Json, ask, open_engine, read_template
from bench.formats import FORMATS
from bench.rows import Row
from bench.traffic import Amount, make_events
from bench.worlds import BUSY_UNTIL, LARGE, World, make_world
from domain.flow_reader import FlowReader
from domain.inventory_view import InventoryView
from domain.subscription_event import parse_subscription_event
from local.search.engine import OPERATOR, Engine
from rule_usage.day import DaySum, DaySummer
from rule_usage.inventories import DayInventories

RECORDS: Final = (200_000, 1_000_000)
TARGET_SECONDS: Final = 600.0
"""Of the function's 900."""
TARGET_MB: Final = 1_200.0
"""Of the function's 1,769."""
EVENTS_OF_A_REQUEST: Final = 20
USAGE_TEMPLATE: Final = TEMPLATE.with_name("rule-usage.json")
CLEAR_PEAK: Final = "5"


def measure() -> list[Row]:
    world = make_world(LARGE)
    return [row for records in RECORDS for row in _measure(world, records)]


def _measure(world: World, records: int) -> list[Row]:
    with open_engine() as engine:
        _write(engine, world, records)
        Path("/proc/self/clear_refs").write_text(CLEAR_PEAK)
        before, started = read_mb("VmRSS"), monotonic()
        summed = _sum_up(engine, world)
        seconds, peak = monotonic() - started, read_mb("VmHWM") - before
    of = f"2,500 groups, 20,000 rules, {records:,} records"
    details: dict[str, object] = {"documents": summed.documents, "records": summed.summary.records}
    return [
        Row(
            f"usage_day_s_{records}",
            f"a day summed up by rule and group, {of}",
            seconds,
            "s",
            TARGET_SECONDS,
            details=details,
        ),
        Row(f"usage_day_mb_{records}", f"memory for it, {of}", peak, "MB", TARGET_MB),
    ]


def _write(engine: Engine, world: World, records: int) -> None:
    """As flow_ingest would, in some larger requests."""
    for name, template in (("flows", read_template()), ("rule-usage", read_template(USAGE_TEMPLATE))):
        content: Json = {"index_patterns": [f"{name}*"], "template": template}
        ask(engine, "PUT", f"/_index_template/{name}", content)
    view = InventoryView(world.day)
    reader = FlowReader(FORMATS["v5"], lambda _record, _timestamp: view)
    events = make_events(world, "v5", Amount(records))
    while batch := list(islice(events, EVENTS_OF_A_REQUEST)):
        lines = [
            line for event in batch for line in reader.read(parse_subscription_event(event).events).lines
        ]
        ask(engine, "POST", "/_bulk?filter_path=errors", "".join(lines).encode())
    ask(engine, "POST", f"/{flows_index(world.day.day)}/_refresh")


def _sum_up(engine: Engine, world: World) -> DaySum:
    client = OpenSearch(hosts=[engine.url], http_auth=(OPERATOR, engine.operator_password), max_retries=0)
    reader = SearchReader(client, Pace(lambda: 900.0, sleep))
    inventories = DayInventories()
    inventories.add(world.day, BUSY_UNTIL)
    summer = DaySummer(reader, FlowIndices(reader), UsageIndex(reader))
    return summer.sum_up(world.day.day, DaySummary(), inventories, is_over=False)
