"""The reports once more, as `python -m local.analyze` makes them: they must be the same."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from adapters.inventory_store import InventoryStore
from domain.advice_settings import AdviceSettings
from domain.attributed_flow import PlainFlow
from domain.report_json import to_report_json
from local.analyze.advice import AdviceRequest, prepare
from local.analyze.owners import find_owners
from local.analyze.tally import Tallies
from local.analyze.tally_store import TallyStore
from local.demo.error import DemoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from domain.inventory_day import InventoryDay
    from local.cloud import LocalCloud
    from local.demo.advice import Report
    from local.demo.search import IndexedDocument

SHOWN: Final = 5


def load_inventory_days(cloud: LocalCloud, data_bucket: str, vpc_id: str) -> list[InventoryDay]:
    store = InventoryStore(cloud.client("s3"), data_bucket)
    found = (store.load(vpc_id, day) for day in store.list_days(vpc_id))
    return [stored.inventory for stored in found if stored]


def check_same_offline(
    reports: Sequence[Report],
    documents: Sequence[IndexedDocument],
    days: Sequence[InventoryDay],
    settings: AdviceSettings,
) -> None:
    """Raises DemoError unless the very documents and inventories give the same reports without a domain."""
    differences = find_differences(reports, _analyze(reports[0], documents, days, settings))
    if differences:
        shown = "\n  ".join(differences[:SHOWN])
        raise DemoError(f"Offline {len(differences)} figures differ, for example:\n  {shown}")


def find_differences(deployed: Iterable[Report], offline: Iterable[Report]) -> list[str]:
    """Of the reports of each group that either has, figure by figure."""
    return list(_differences(_by_group(deployed), _by_group(offline), ""))


def _by_group(reports: Iterable[Report]) -> dict[str, Report]:
    return {report["group"]["group_id"]: report for report in reports}


def _analyze(
    like: Report, documents: Sequence[IndexedDocument], days: Sequence[InventoryDay], settings: AdviceSettings
) -> Iterator[Report]:
    """With the time and the Region of the report `like`."""
    of_vpc = {days[0].vpc_id: days}
    with TemporaryDirectory() as directory:
        store = TallyStore(Path(directory) / "tallies.sqlite3", find_owners(of_vpc))
        tallies = Tallies(store)
        for document in documents:
            tallies.take_plainly(PlainFlow(document.id, document.index, document.source))
        tallies.flush()
        request = AdviceRequest(settings, like["made_at"], like["region"])
        advice = prepare(of_vpc, store, tallies.latest_end, request, lambda _done, _total: None)
        yield from (json.loads(to_report_json(report)) for report in advice.reports())
        store.close()


def _differences(deployed: object, offline: object, path: str) -> Iterator[str]:
    if isinstance(deployed, dict) and isinstance(offline, dict):
        for name in sorted(deployed.keys() | offline.keys()):
            yield from _differences(deployed.get(name), offline.get(name), f"{path}.{name}")
    elif isinstance(deployed, list) and isinstance(offline, list) and len(deployed) == len(offline):
        for position, pair in enumerate(zip(deployed, offline, strict=True)):
            yield from _differences(*pair, f"{path}[{position}]")
    elif deployed != offline:
        yield f"{path} is {_brief(deployed)}, offline {_brief(offline)}"


def _brief(value: object) -> str:
    return json.dumps(value)[:200]
