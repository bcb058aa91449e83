from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.inventory_store import InventoryStore, StoredDay
from domain.errors import InventoryError
from domain.inventory_day import InventoryDay, observe
from tests.adapters.aws import BUCKET
from tests.domain.examples import ENI, INVENTORY, MIDNIGHT, VPC_ID

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DAY = 86_400


@pytest.fixture
def store(s3: S3Client) -> InventoryStore:
    return InventoryStore(s3, BUCKET)


def inventory_day(days: int = 0, vpc_id: str = VPC_ID) -> InventoryDay:
    return observe(None, replace(INVENTORY, vpc_id=vpc_id, observed_at=MIDNIGHT + days * DAY))


def loaded(store: InventoryStore, day: str) -> StoredDay:
    stored = store.load(VPC_ID, day)
    assert stored is not None
    return stored


def test_a_saved_day_is_loaded_again(store: InventoryStore, s3: S3Client) -> None:
    store.save(inventory_day(), etag=None)

    assert loaded(store, "2026-01-01").inventory == inventory_day()
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == [
        f"inventory/{VPC_ID}/2026-01-01.json.gz"
    ]


def test_a_day_without_an_inventory_has_that_of_the_last_day_before(store: InventoryStore) -> None:
    for days in (0, 2, 30):
        store.save(inventory_day(days), etag=None)

    assert loaded(store, "2026-01-02").inventory.day == "2026-01-01"
    assert loaded(store, "2026-01-30").inventory.day == "2026-01-03"


def test_before_the_first_day_there_is_no_inventory(store: InventoryStore) -> None:
    store.save(inventory_day(), etag=None)

    assert store.load(VPC_ID, "2025-12-31") is None


def test_another_vpcs_days_are_not_taken(store: InventoryStore) -> None:
    store.save(inventory_day(vpc_id=VPC_ID + "9"), etag=None)

    assert store.load(VPC_ID, "2026-01-01") is None


def test_an_object_that_holds_no_inventory_is_named(store: InventoryStore, s3: S3Client) -> None:
    key = f"inventory/{VPC_ID}/2026-01-01.json.gz"
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"no gzip")

    with pytest.raises(InventoryError, match=key):
        store.load(VPC_ID, "2026-01-01")


def test_the_vpcs_that_have_an_inventory_are_listed(store: InventoryStore, s3: S3Client) -> None:
    for vpc_id in ("vpc-1", "vpc-2"):
        store.save(inventory_day(0, vpc_id), etag=None)
        store.save(inventory_day(1, vpc_id), etag=None)
    s3.put_object(Bucket=BUCKET, Key="rejected/2026/01/01/a-b.jsonl")

    assert store.list_vpc_ids() == ("vpc-1", "vpc-2")


def test_without_an_inventory_no_vpcs_are_listed(store: InventoryStore) -> None:
    assert store.list_vpc_ids() == ()


def test_a_vpc_s_days_are_listed_the_oldest_first(store: InventoryStore) -> None:
    for days in (30, 0, 2):
        store.save(inventory_day(days), etag=None)
    store.save(inventory_day(vpc_id=VPC_ID + "9"), etag=None)

    assert store.list_days(VPC_ID) == ("2026-01-01", "2026-01-03", "2026-01-31")
    assert store.list_days("vpc-1") == ()


def test_a_day_is_replaced_by_who_knows_its_latest_state(store: InventoryStore) -> None:
    store.save(inventory_day(), etag=None)
    later = observe(inventory_day(), replace(INVENTORY, observed_at=MIDNIGHT + 60, network_interfaces=()))

    store.save(later, loaded(store, "2026-01-01").etag)

    assert loaded(store, "2026-01-01").inventory == later


def test_of_two_passes_that_began_with_the_same_state_the_second_fails(store: InventoryStore) -> None:
    store.save(inventory_day(), etag=None)
    etag = loaded(store, "2026-01-01").etag
    first = observe(inventory_day(), replace(INVENTORY, observed_at=MIDNIGHT + 60, network_interfaces=()))
    second = observe(inventory_day(), replace(INVENTORY, observed_at=MIDNIGHT + 61, security_groups=()))
    store.save(first, etag)

    with pytest.raises(InventoryError, match=r"another pass wrote inventory/vpc-.*2026-01-01"):
        store.save(second, etag)

    assert loaded(store, "2026-01-01").inventory == first


def test_of_two_passes_that_begin_a_day_the_second_fails(store: InventoryStore) -> None:
    store.save(inventory_day(), etag=None)

    with pytest.raises(InventoryError, match="another pass wrote"):
        store.save(replace(inventory_day(), observed_at=MIDNIGHT + 61), etag=None)


def test_a_day_that_was_deleted_meanwhile_is_not_written(store: InventoryStore, s3: S3Client) -> None:
    store.save(inventory_day(), etag=None)
    stored = loaded(store, "2026-01-01")
    s3.delete_object(Bucket=BUCKET, Key=f"inventory/{VPC_ID}/2026-01-01.json.gz")

    with pytest.raises(InventoryError, match="another pass wrote"):
        store.save(inventory_day(), stored.etag)


def test_an_unchanged_day_is_not_read_again(store: InventoryStore) -> None:
    store.save(inventory_day(), etag=None)
    stored = loaded(store, "2026-01-01")

    assert store.reload(stored) is stored


def test_a_changed_day_is_read_again(store: InventoryStore) -> None:
    store.save(inventory_day(), etag=None)
    stored = loaded(store, "2026-01-01")
    moved = replace(ENI, group_ids=("sg-0bbbbbbbbbbbbbbbb",))
    later = observe(
        inventory_day(), replace(INVENTORY, observed_at=MIDNIGHT + 60, network_interfaces=(moved,))
    )
    store.save(later, stored.etag)

    reloaded = store.reload(stored)

    assert reloaded is not None
    assert reloaded.inventory == later


def test_a_day_that_is_gone_has_that_of_the_last_day_before(store: InventoryStore, s3: S3Client) -> None:
    store.save(inventory_day(0), etag=None)
    store.save(inventory_day(1), etag=None)
    stored = loaded(store, "2026-01-02")
    s3.delete_object(Bucket=BUCKET, Key=f"inventory/{VPC_ID}/2026-01-02.json.gz")

    assert store.reload(stored) == loaded(store, "2026-01-01")
