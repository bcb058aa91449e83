from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.inventory_store import InventoryStore
from advisor.inventories import WatchedVpc, find_watched, load_days
from domain.inventory_day import observe
from tests.adapters.aws import BUCKET
from tests.domain.examples import GROUP, INVENTORY, MIDNIGHT, RULE, VPC_ID

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from domain.inventory import Inventory
    from domain.inventory_day import InventoryDay

DAY = 86_400
OTHER_VPC_ID = "vpc-0fedcba9876543210"
FOREIGN = replace(GROUP, group_id="sg-0ddddddddddddddddd", vpc_id=OTHER_VPC_ID)


@pytest.fixture
def store(s3: S3Client) -> InventoryStore:
    return InventoryStore(s3, BUCKET)


def observe_days(store: InventoryStore, *inventories: Inventory) -> None:
    """One a day."""
    day: InventoryDay | None = None
    for inventory in inventories:
        day = observe(day, inventory)
        store.save(day, etag=None)


def january(day: int, **changes: object) -> Inventory:
    return replace(INVENTORY, observed_at=MIDNIGHT + (day - 1) * DAY, **changes)  # type: ignore[arg-type]


def load(store: InventoryStore, first: str) -> list[str]:
    return [day.day for day in load_days(store, VPC_ID, first)]


def test_the_days_of_the_window_are_loaded(store: InventoryStore) -> None:
    observe_days(store, *(january(day) for day in (1, 2, 3, 4)))

    assert load(store, "2026-01-02") == ["2026-01-02", "2026-01-03", "2026-01-04"]


def test_where_the_first_day_has_none_the_one_before_tells_how_things_were(store: InventoryStore) -> None:
    observe_days(store, *(january(day) for day in (1, 2, 5)))

    assert load(store, "2026-01-04") == ["2026-01-02", "2026-01-05"]
    assert load(store, "2025-12-01") == ["2026-01-01", "2026-01-02", "2026-01-05"]


def test_what_days_tell_alike_is_held_once(store: InventoryStore) -> None:
    observe_days(store, *(january(day) for day in (1, 2)))

    first, second = load_days(store, VPC_ID, "2026-01-01")

    assert first.security_group_rules[0] is second.security_group_rules[0]
    assert first.network_interfaces[0] is second.network_interfaces[0]


def test_a_watched_vpc_has_its_own_groups_that_exist(store: InventoryStore) -> None:
    gone = replace(GROUP, group_id="sg-0eeeeeeeeeeeeeeeee")
    observe_days(
        store,
        january(1, security_groups=(GROUP, FOREIGN, gone)),
        january(2, security_groups=(GROUP, FOREIGN)),
    )

    (vpc,) = find_watched(store, "2026-01-01", "2026-01-02")

    assert vpc == WatchedVpc(VPC_ID, frozenset({GROUP.group_id}), changed_at=MIDNIGHT + DAY)


def test_the_last_change_is_what_began_or_ended_last(store: InventoryStore) -> None:
    observe_days(store, january(1), january(2), january(3))
    assert find_watched(store, "2026-01-01", "2026-01-03")[0].changed_at == MIDNIGHT

    observe_days(store, january(4), january(5, security_group_rules=(RULE, replace(RULE, rule_id="sgr-new"))))
    assert find_watched(store, "2026-01-01", "2026-01-05")[0].changed_at == MIDNIGHT + 4 * DAY


def test_a_vpc_that_was_not_observed_in_the_window_is_not_watched(store: InventoryStore) -> None:
    observe_days(store, january(1))

    assert find_watched(store, "2026-01-02", "2026-01-31") == []
