"""Records are read by the inventory that the function would read them by."""

from dataclasses import dataclass, replace
from typing import cast

import pytest

from adapters.inventory_history import InventoryHistory
from adapters.inventory_store import InventoryStore, StoredDay
from domain.inventory import Inventory
from domain.inventory_day import InventoryDay, observe
from local.analyze.views import Views
from tests.domain.examples import ENI, MIDNIGHT, RECORD, VPC_ID

HOUR, DAY = 3_600, 86_400
OTHER_VPC_ID = "vpc-0b1b2c3d4e5f60718"
OTHER_ENI = replace(ENI, interface_id="eni-0dddddddddddddddd", vpc_id=OTHER_VPC_ID)
GONE_ENI = replace(ENI, interface_id="eni-0eeeeeeeeeeeeeeee")


@dataclass(frozen=True)
class KeptDays:
    """What the function keeps in S3."""

    days: dict[str, tuple[InventoryDay, ...]]

    def list_vpc_ids(self) -> tuple[str, ...]:
        return tuple(sorted(self.days))

    def load(self, vpc_id: str, day: str) -> StoredDay | None:
        known = [each for each in self.days.get(vpc_id, ()) if each.day <= day]
        return StoredDay(known[-1], "etag") if known else None


def make_days() -> dict[str, tuple[InventoryDay, ...]]:
    first = observe(None, Inventory(VPC_ID, MIDNIGHT + HOUR, (ENI, GONE_ENI)))
    first = observe(first, Inventory(VPC_ID, MIDNIGHT + 2 * HOUR, (ENI,)))
    later = observe(first, Inventory(VPC_ID, MIDNIGHT + 3 * DAY, (ENI,)))
    other = observe(None, Inventory(OTHER_VPC_ID, MIDNIGHT + DAY, (OTHER_ENI,)))
    return {VPC_ID: (first, later), OTHER_VPC_ID: (other,)}


SECONDS = [MIDNIGHT + second for second in (-HOUR, 0, HOUR, 2 * HOUR, DAY - 1, DAY, 3 * DAY, 9 * DAY)]
INTERFACE_IDS = [ENI.interface_id, OTHER_ENI.interface_id, GONE_ENI.interface_id, "eni-0f", None]
VPC_IDS = [None, VPC_ID, OTHER_VPC_ID, "vpc-0f"]


@pytest.mark.parametrize("vpc_id", VPC_IDS)
@pytest.mark.parametrize("interface_id", INTERFACE_IDS)
def test_the_same_inventory_is_found_as_by_the_function(interface_id: str | None, vpc_id: str | None) -> None:
    days = make_days()
    views = Views(days)
    history = InventoryHistory(cast(InventoryStore, KeptDays(days)), lambda: float("inf"))

    for second in SECONDS:
        for start, end in ((second, second + 600), (second, None), (None, second), (None, None)):
            record = replace(RECORD, interface_id=interface_id, vpc_id=vpc_id, start=start, end=end)
            found = views.find_view(record, second * 1000)
            expected = history.find_view(record, second * 1000)
            assert (found and found.day) == (expected and expected.day), record


def test_what_no_inventory_knows_at_any_time_is_kept() -> None:
    views = Views(make_days())

    for interface_id in INTERFACE_IDS:
        for vpc_id in VPC_IDS:
            views.find_view(replace(RECORD, interface_id=interface_id, vpc_id=vpc_id), 0)

    assert views.unknown_interfaces == {"eni-0f"}
    assert views.unknown_vpcs == {"vpc-0f"}
