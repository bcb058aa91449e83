from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.inventory_history import InventoryHistory
from adapters.inventory_store import InventoryStore
from domain.flow_record import FlowRecord
from domain.inventory import Inventory, NetworkInterface
from domain.inventory_day import observe, utc_day
from tests.adapters.aws import BUCKET
from tests.adapters.fake_time import FakeTime
from tests.domain.examples import ENI, MIDNIGHT, VPC_ID

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DAY = 86_400
NOON = MIDNIGHT + DAY // 2
WEB, DATABASE = ("sg-0aaaaaaaaaaaaaaaa",), ("sg-0bbbbbbbbbbbbbbbb",)


class Bucket:
    """The data bucket as inventory_sync fills it, with a count of what is asked of it."""

    def __init__(self, s3: S3Client) -> None:
        self.store = InventoryStore(s3, BUCKET)
        self.requests: list[str] = []
        s3.meta.events.register("before-call.s3", self._note)

    def observe(self, at: int, *interfaces: NetworkInterface, vpc_id: str = VPC_ID) -> None:
        stored = self.store.load(vpc_id, utc_day(at))
        inventory = Inventory(vpc_id, at, network_interfaces=interfaces)
        day = observe(stored.inventory if stored else None, inventory)
        continues_day = stored is not None and stored.inventory.day == day.day
        self.store.save(day, stored.etag if stored and continues_day else None)
        self.requests.clear()

    def _note(self, model: object, **_: object) -> None:
        self.requests.append(getattr(model, "name", ""))


@pytest.fixture
def bucket(s3: S3Client) -> Bucket:
    return Bucket(s3)


@pytest.fixture
def clock() -> FakeTime:
    return FakeTime(NOON)


@pytest.fixture
def history(bucket: Bucket, clock: FakeTime) -> InventoryHistory:
    return InventoryHistory(bucket.store, clock)


def record(start: int, vpc_id: str | None = VPC_ID) -> FlowRecord:
    return FlowRecord(interface_id=ENI.interface_id, vpc_id=vpc_id, start=start, end=start + 60)


def group_ids(history: InventoryHistory, record: FlowRecord) -> tuple[str, ...] | None:
    """What the interface carried at the record's start; None where no inventory knows the interface."""
    assert record.start is not None
    view = history.find_view(record, record.start * 1000)
    eni = view.network_interface(ENI.interface_id, record.start) if view else None
    return eni.group_ids if eni else None


def test_records_before_and_after_a_move_between_groups_get_the_groups_of_their_time(
    bucket: Bucket, history: InventoryHistory
) -> None:
    bucket.observe(NOON - 7200, replace(ENI, group_ids=WEB))
    bucket.observe(NOON - 3600, replace(ENI, group_ids=DATABASE))

    assert group_ids(history, record(NOON - 3660)) == WEB
    assert group_ids(history, record(NOON - 3600)) == DATABASE


def test_a_deleted_interface_is_known_for_the_time_before(bucket: Bucket, history: InventoryHistory) -> None:
    bucket.observe(NOON - 7200, replace(ENI, group_ids=WEB))
    bucket.observe(NOON - 3600)

    assert group_ids(history, record(NOON - 3660)) == WEB
    assert group_ids(history, record(NOON - 3600)) is None


def test_a_record_of_an_earlier_day_gets_that_days_inventory(
    bucket: Bucket, history: InventoryHistory
) -> None:
    bucket.observe(NOON - DAY, replace(ENI, group_ids=WEB))
    bucket.observe(NOON, replace(ENI, group_ids=DATABASE))

    assert group_ids(history, record(NOON - DAY + 60)) == WEB


def test_before_the_days_first_observation_the_day_before_is_in_force(
    bucket: Bucket, history: InventoryHistory, clock: FakeTime
) -> None:
    bucket.observe(NOON - DAY, replace(ENI, group_ids=WEB))
    clock.now = MIDNIGHT + 30

    assert group_ids(history, record(MIDNIGHT - 30)) == WEB


def test_a_record_from_the_future_gets_todays_inventory(bucket: Bucket, history: InventoryHistory) -> None:
    bucket.observe(NOON, replace(ENI, group_ids=WEB))

    assert group_ids(history, record(NOON + 400 * DAY)) == WEB


def test_a_record_without_times_is_of_the_day_of_its_event(bucket: Bucket, history: InventoryHistory) -> None:
    bucket.observe(NOON - DAY, replace(ENI, group_ids=WEB))
    bucket.observe(NOON, replace(ENI, group_ids=DATABASE))

    view = history.find_view(FlowRecord(vpc_id=VPC_ID), (NOON - DAY) * 1000)

    assert view is not None
    assert view.day.day == utc_day(NOON - DAY)


def test_a_record_that_names_no_vpc_gets_the_inventory_that_knows_its_interface(
    bucket: Bucket, history: InventoryHistory
) -> None:
    bucket.observe(NOON, vpc_id="vpc-0")
    bucket.observe(NOON, replace(ENI, group_ids=WEB))
    bucket.observe(NOON, vpc_id="vpc-z")

    assert group_ids(history, record(NOON, vpc_id=None)) == WEB


def test_an_interface_that_appears_within_a_record_is_found_by_its_end(
    bucket: Bucket, history: InventoryHistory
) -> None:
    bucket.observe(NOON - 60)
    bucket.observe(NOON, ENI)

    view = history.find_view(record(NOON - 30, vpc_id=None), 0)

    assert view is not None
    assert view.network_interface(ENI.interface_id, NOON + 30) == ENI


def test_an_interface_that_no_inventory_knows_has_none(bucket: Bucket, history: InventoryHistory) -> None:
    bucket.observe(NOON, replace(ENI, interface_id="eni-0bbbbbbbbbbbbbbbb"))

    assert history.find_view(record(NOON, vpc_id=None), 0) is None


def test_a_record_with_neither_vpc_nor_interface_has_no_inventory(
    bucket: Bucket, history: InventoryHistory
) -> None:
    bucket.observe(NOON, ENI)

    assert history.find_view(FlowRecord(start=NOON), 0) is None


def test_a_vpc_without_inventory_has_none(bucket: Bucket, history: InventoryHistory) -> None:
    assert history.find_view(record(NOON), 0) is None
    assert bucket.requests == ["ListObjectsV2"]


def test_records_of_one_day_cost_one_reading(bucket: Bucket, history: InventoryHistory) -> None:
    bucket.observe(NOON, ENI)

    for second in range(100):
        history.find_view(record(NOON + second), 0)

    assert bucket.requests == ["ListObjectsV2", "GetObject"]


def test_records_of_today_look_for_changes_every_ten_seconds(
    bucket: Bucket, history: InventoryHistory, clock: FakeTime
) -> None:
    bucket.observe(NOON - 60, replace(ENI, group_ids=WEB))
    assert group_ids(history, record(NOON)) == WEB
    bucket.observe(NOON, replace(ENI, group_ids=DATABASE))

    clock.now += 9
    assert group_ids(history, record(NOON)) == WEB
    clock.now += 1
    assert group_ids(history, record(NOON)) == DATABASE


def test_an_unchanged_inventory_is_not_built_again(
    bucket: Bucket, history: InventoryHistory, clock: FakeTime
) -> None:
    bucket.observe(NOON, ENI)
    view = history.find_view(record(NOON), 0)
    bucket.requests.clear()

    clock.now += 60

    assert history.find_view(record(NOON), 0) is view
    assert bucket.requests == ["GetObject"]


def test_the_first_inventory_of_the_day_replaces_that_of_the_day_before(
    bucket: Bucket, history: InventoryHistory, clock: FakeTime
) -> None:
    bucket.observe(NOON - DAY, replace(ENI, group_ids=WEB))
    assert group_ids(history, record(NOON)) == WEB
    bucket.observe(NOON, replace(ENI, group_ids=DATABASE))

    clock.now += 60

    assert group_ids(history, record(NOON)) == DATABASE


def test_a_day_that_is_over_is_read_once_and_for_all(
    bucket: Bucket, history: InventoryHistory, clock: FakeTime
) -> None:
    bucket.observe(NOON - DAY, ENI)
    history.find_view(record(NOON - DAY), 0)
    bucket.requests.clear()

    clock.now += 10 * DAY
    history.find_view(record(NOON - DAY), 0)

    assert bucket.requests == []


def test_yesterday_is_read_again_while_a_slow_pass_may_still_write_it(
    bucket: Bucket, history: InventoryHistory, clock: FakeTime
) -> None:
    clock.now = MIDNIGHT + 10
    bucket.observe(MIDNIGHT - 120, replace(ENI, group_ids=WEB))
    assert group_ids(history, record(MIDNIGHT - 61)) == WEB
    bucket.observe(MIDNIGHT - 62, replace(ENI, group_ids=DATABASE))

    clock.now += 60

    assert group_ids(history, record(MIDNIGHT - 61)) == DATABASE


def test_the_day_that_was_not_used_for_longest_makes_room(bucket: Bucket, history: InventoryHistory) -> None:
    bucket.observe(NOON - 100 * DAY, ENI)
    for days in (*range(1, 65), 1, 65):
        history.find_view(record(NOON - days * DAY), 0)
    bucket.requests.clear()

    history.find_view(record(NOON - DAY), 0)
    assert bucket.requests == []
    history.find_view(record(NOON - 2 * DAY), 0)
    assert bucket.requests == ["ListObjectsV2", "GetObject"]
