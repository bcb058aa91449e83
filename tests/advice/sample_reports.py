"""What the offline analysis says of the sample's day."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from domain.advice_settings import AdviceSettings
from domain.report_json import to_report_json
from local.analyze.advice import AdviceRequest, prepare
from local.analyze.analysis import Takers, analyze
from local.analyze.inventory_folder import FolderInventory
from local.analyze.inventory_gaps import InventoryGaps
from local.analyze.owners import find_owners
from local.analyze.tally import Tallies
from local.analyze.tally_store import TallyStore
from local.sample.history import trace_history
from local.traffic.lines import ALL_FIELDS
from tests.local.sample.in_moto import NOON, make_sample
from tests.local.traffic.sample_traffic import DAY, make_traffic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.inventory_day import InventoryDay
    from domain.report import GroupReport
    from local.traffic.types import Traffic

MADE_AT = NOON + DAY
"""The first record that starts within the window is that of the day's first minutes."""
ONE_DAY = AdviceSettings(window_days=1)


@cache
def sample_reports() -> tuple[GroupReport, ...]:
    world = make_sample()
    days = trace_history(world.sample, world.inventory, NOON)
    return analyze_traffic(make_traffic(), days, MADE_AT, ONE_DAY)


def to_json(reports: Sequence[GroupReport]) -> list[dict[str, Any]]:
    return [json.loads(to_report_json(report)) for report in reports]


def analyze_traffic(
    traffic: Traffic,
    days: Sequence[InventoryDay],
    made_at: int,
    settings: AdviceSettings,
    fields: Sequence[str] = ALL_FIELDS,
) -> tuple[GroupReport, ...]:
    """As `python -m local.analyze` would, of one VPC."""
    inventory = FolderInventory(
        {days[0].vpc_id: tuple(days)}, days[0].observed_at, len(days), InventoryGaps()
    )
    with TemporaryDirectory() as directory:
        file = Path(directory) / "flow.log"
        file.write_text("\n".join([" ".join(fields), *in_order_of_delivery(traffic)]) + "\n")
        store = TallyStore(Path(directory) / "tallies.sqlite3", find_owners(inventory.days))
        tallies = Tallies(store)
        analyze([file], None, inventory, Takers(tallies=tallies))
        request = AdviceRequest(settings, made_at, "us-east-1")
        advice = prepare(inventory.days, store, tallies.latest_end, request, lambda _done, _total: None)
        reports = tuple(advice.reports())
        store.close()
    return reports


def in_order_of_delivery(traffic: Traffic) -> list[str]:
    records = [record for of_stream in traffic.streams.values() for record in of_stream]
    return [record.line for record in sorted(records, key=lambda record: record.start)]
