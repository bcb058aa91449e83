from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import boto3
import pytest
from moto import mock_aws

from adapters.inventory_store import InventoryStore
from domain.inventory_day import InventoryDay, observe
from domain.inventory_view import InventoryView
from local.sample.groups import INTERFACE_DELETED_AT, INTERFACE_MOVED_AT, RULE_ADDED_AT, RULE_REVOKED_AT
from local.sample.history import rewind, trace_history, write_inventory_history
from local.sample.interfaces import INTERFACES
from tests.local.sample.in_moto import CREDENTIALS, NOON, SampleInMoto, make_sample

if TYPE_CHECKING:
    from collections.abc import Iterator

BUCKET = "sg-lens-data"
FIRST_DAY, SECOND_DAY = "2026-11-24", "2026-11-25"


@pytest.fixture(scope="module")
def world() -> SampleInMoto:
    return make_sample()


@pytest.fixture(scope="module")
def days(world: SampleInMoto) -> tuple[InventoryDay, ...]:
    return trace_history(world.sample, world.inventory, NOON)


@pytest.fixture
def store() -> Iterator[InventoryStore]:
    with patch.dict("os.environ", CREDENTIALS), mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        yield InventoryStore(s3, BUCKET)


def interface_id(world: SampleInMoto, name: str) -> str:
    return world.sample.interface_id(next(item for item in INTERFACES if item.name == name))


def rule_interval(world: SampleInMoto, day: InventoryDay, name: str) -> tuple[int, int | None]:
    rule_id = world.sample.security.rule_ids[name]
    interval = next(item for item in day.security_group_rules if item.fact.rule_id == rule_id)
    return interval.seen_from - NOON, None if interval.seen_until is None else interval.seen_until - NOON


def test_a_day_that_crosses_midnight_has_an_inventory_for_each_date(days: tuple[InventoryDay, ...]) -> None:
    assert [day.day for day in days] == [FIRST_DAY, SECOND_DAY]


def test_a_rule_is_seen_from_when_it_was_added_and_until_it_was_revoked(
    world: SampleInMoto, days: tuple[InventoryDay, ...]
) -> None:
    assert rule_interval(world, days[1], "cache-from-reports") == (RULE_ADDED_AT, None)
    assert rule_interval(world, days[1], "search-from-migrator") == (0, RULE_REVOKED_AT)
    assert rule_interval(world, days[1], "cache-from-app") == (0, None)


def test_an_interface_shows_the_groups_of_its_time(
    world: SampleInMoto, days: tuple[InventoryDay, ...]
) -> None:
    view = InventoryView(days[1])
    batch = interface_id(world, "batch-1")

    before = view.network_interface(batch, NOON + INTERFACE_MOVED_AT - 1)
    after = view.network_interface(batch, NOON + INTERFACE_MOVED_AT)

    group_ids = world.sample.security.group_ids
    assert before is not None
    assert after is not None
    assert set(before.group_ids) == {group_ids["app"], group_ids["instances-ssh"]}
    assert set(after.group_ids) == {group_ids["batch"], group_ids["instances-ssh"]}


def test_a_deleted_interface_and_its_group_are_known_until_then(
    world: SampleInMoto, days: tuple[InventoryDay, ...]
) -> None:
    view = InventoryView(days[1])
    migrator, group_id = interface_id(world, "migrator"), world.sample.security.group_ids["migration"]

    assert view.network_interface(migrator, NOON + INTERFACE_DELETED_AT - 1) is not None
    assert view.group(group_id, NOON + INTERFACE_DELETED_AT - 1) is not None
    assert view.network_interface(migrator, NOON + INTERFACE_DELETED_AT) is None
    assert view.group(group_id, NOON + INTERFACE_DELETED_AT) is None


def test_the_history_ends_with_what_ec2_describes_now(
    world: SampleInMoto, days: tuple[InventoryDay, ...]
) -> None:
    assert observe(days[-1], world.inventory) == days[-1]
    assert rewind(world.sample, world.inventory, NOON, NOON + 86_400) == world.inventory


def test_the_history_takes_the_place_of_what_inventory_sync_has_seen_so_far(
    world: SampleInMoto, days: tuple[InventoryDay, ...], store: InventoryStore
) -> None:
    store.save(observe(None, world.inventory), etag=None)

    write_inventory_history(store, world.sample, world.inventory, NOON)

    for day in days:
        stored = store.load(world.sample.vpc_id, day.day)
        assert stored is not None
        assert stored.inventory == day


def test_a_history_written_twice_is_the_same(
    world: SampleInMoto, days: tuple[InventoryDay, ...], store: InventoryStore
) -> None:
    for _ in range(2):
        write_inventory_history(store, world.sample, world.inventory, NOON)

    stored = store.load(world.sample.vpc_id, SECOND_DAY)
    assert stored is not None
    assert stored.inventory == days[1]
