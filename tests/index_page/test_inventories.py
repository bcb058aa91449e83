from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.inventory_store import InventoryStore
from domain.inventory_day import observe
from index_page.inventories import load_days
from tests.adapters.aws import BUCKET
from tests.domain.examples import GROUP, INVENTORY, MIDNIGHT, VPC_ID
from tests.domain.made_traffic import make_traffic, make_window

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from domain.inventory import SecurityGroup
    from domain.traffic import TrafficWindow

DAY = 86_400
OTHER_VPC_ID = "vpc-0fedcba9876543210"
TODAY = "2026-01-10"
RETIRED = replace(GROUP, group_id="sg-0ddddddddddddddddd", group_name="retired")


@pytest.fixture
def store(s3: S3Client) -> InventoryStore:
    return InventoryStore(s3, BUCKET)


def save(store: InventoryStore, january: int, *groups: SecurityGroup, vpc_id: str = VPC_ID) -> None:
    observed_at = MIDNIGHT + (january - 1) * DAY + 3_600
    inventory = replace(INVENTORY, vpc_id=vpc_id, observed_at=observed_at, security_groups=groups or (GROUP,))
    store.save(observe(None, inventory), etag=None)


def traffic_of(*groups: SecurityGroup) -> TrafficWindow:
    """Until noon of the 10th of January, so from noon of the 3rd."""
    end = MIDNIGHT + 9 * DAY + DAY // 2
    return make_window(end, [make_traffic(group.group_id, 1, last_seen=end - 1) for group in groups])


def load(store: InventoryStore, *groups: SecurityGroup) -> list[tuple[str, str]]:
    return [(day.vpc_id, day.day) for day in load_days(store, traffic_of(*groups))]


def test_the_latest_day_is_enough_where_it_names_each_group(store: InventoryStore) -> None:
    for january in (7, 8, 10):
        save(store, january)

    assert load(store, GROUP) == [(VPC_ID, TODAY)]


def test_a_day_that_began_after_the_traffic_was_counted_is_the_latest(store: InventoryStore) -> None:
    save(store, 10)
    save(store, 11)

    assert load(store, GROUP) == [(VPC_ID, "2026-01-11")]


def test_days_are_taken_back_to_the_one_that_names_a_group_which_is_gone(store: InventoryStore) -> None:
    for january in (5, 6, 8, 10):
        save(store, january, *((GROUP, RETIRED) if january <= 6 else (GROUP,)))

    assert load(store, GROUP, RETIRED) == [(VPC_ID, TODAY), (VPC_ID, "2026-01-08"), (VPC_ID, "2026-01-06")]


def test_all_days_of_the_window_and_none_before_it_are_looked_at_for_an_unknown_group(
    store: InventoryStore,
) -> None:
    for january in (1, 2, 3, 9, 10):
        save(store, january)

    assert [day for _, day in load(store, RETIRED)] == [TODAY, "2026-01-09", "2026-01-03"]


def test_of_the_days_before_only_the_groups_are_kept(store: InventoryStore) -> None:
    save(store, 9)
    save(store, 10)

    latest, before = load_days(store, traffic_of(RETIRED))

    assert latest.network_interfaces
    assert latest.security_group_rules
    assert [interval.fact for interval in before.security_groups] == [GROUP]
    assert not before.network_interfaces + before.security_group_rules + before.prefix_list_entries


def test_each_vpc_has_its_own_latest_day(store: InventoryStore) -> None:
    save(store, 10)
    save(store, 5, vpc_id=OTHER_VPC_ID)

    assert load(store, GROUP) == [(VPC_ID, TODAY), (OTHER_VPC_ID, "2026-01-05")]


def test_a_vpc_that_was_not_observed_in_the_window_is_not_shown(store: InventoryStore) -> None:
    save(store, 10)
    save(store, 2, vpc_id=OTHER_VPC_ID)

    assert load(store, GROUP) == [(VPC_ID, TODAY)]


def test_without_an_inventory_there_are_no_days(store: InventoryStore) -> None:
    assert load(store, GROUP) == []
