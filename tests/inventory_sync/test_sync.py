from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.inventory_store import InventoryStore, StoredDay
from domain.inventory_view import InventoryView
from inventory_sync.environment import Environment
from inventory_sync.sync import PassOutcome, find_doubled_subnets, sync_inventories
from tests.adapters.aws import BUCKET, Ec2
from tests.adapters.fake_time import FakeTime
from tests.adapters.networks import Network, make_interface, make_network
from tests.domain.examples import MIDNIGHT

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NOON = MIDNIGHT + 43_200
DAY = 86_400
TODAY = "2026-01-01"


class Sync:
    """Passes over moto's EC2 and S3, at the time that `clock` shows."""

    def __init__(self, ec2: Ec2, s3: S3Client) -> None:
        self.ec2 = ec2
        self.s3 = s3
        self.store = InventoryStore(s3, BUCKET)
        self.clock = FakeTime(NOON)

    def run(self, *vpc_ids: str, subnet_ids: tuple[str, ...] = ()) -> PassOutcome:
        environment = Environment(BUCKET, "index_page", vpc_ids, subnet_ids)
        return sync_inventories(self.ec2.client, self.store, environment, self.clock)

    def view(self, vpc_id: str, day: str = TODAY) -> InventoryView:
        stored = self.store.load(vpc_id, day)
        assert stored is not None
        return InventoryView(stored.inventory)

    def keys(self) -> list[str]:
        return [item["Key"] for item in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


class Overtaken(InventoryStore):
    """A store that another pass writes to, as soon as this one has read it."""

    def load(self, vpc_id: str, day: str) -> StoredDay | None:
        stored = super().load(vpc_id, day)
        assert stored is not None
        self.save(replace(stored.inventory, observed_at=NOON + 1, security_groups=()), stored.etag)
        return stored


@pytest.fixture
def sync(ec2: Ec2, s3: S3Client) -> Sync:
    return Sync(ec2, s3)


@pytest.fixture
def network(ec2: Ec2) -> Network:
    return make_network(ec2.client)


def test_the_first_pass_writes_the_day(sync: Sync, network: Network) -> None:
    interface_id = make_interface(sync.ec2.client, network, network.group_id)

    outcome = sync.run(network.vpc_id)

    assert outcome == PassOutcome(written=[network.vpc_id])
    assert sync.view(network.vpc_id).network_interface(interface_id, NOON) is not None


def test_a_pass_without_a_change_writes_nothing(sync: Sync, network: Network) -> None:
    sync.run(network.vpc_id)
    before = sync.store.load(network.vpc_id, TODAY)
    sync.clock.now += 60

    outcome = sync.run(network.vpc_id)

    assert outcome == PassOutcome(unchanged=[network.vpc_id])
    assert sync.store.load(network.vpc_id, TODAY) == before


def test_an_interface_that_is_gone_is_kept_for_the_time_before(sync: Sync, network: Network) -> None:
    interface_id = make_interface(sync.ec2.client, network, network.group_id)
    sync.run(network.vpc_id)
    sync.ec2.client.delete_network_interface(NetworkInterfaceId=interface_id)
    sync.clock.now += 60

    outcome = sync.run(network.vpc_id)

    view = sync.view(network.vpc_id)
    assert outcome.written == [network.vpc_id]
    assert view.network_interface(interface_id, NOON + 59) is not None
    assert view.network_interface(interface_id, NOON + 60) is None


def test_a_new_day_is_written_without_any_change(sync: Sync, network: Network) -> None:
    interface_id = make_interface(sync.ec2.client, network, network.group_id)
    sync.run(network.vpc_id)
    sync.clock.now += DAY

    outcome = sync.run(network.vpc_id)

    assert outcome.written == [network.vpc_id]
    assert sync.keys() == [f"inventory/{network.vpc_id}/2026-01-0{day}.json.gz" for day in (1, 2)]
    assert sync.view(network.vpc_id, "2026-01-02").network_interface(interface_id, NOON) is not None


@pytest.mark.parametrize(
    "operation", ["DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeSecurityGroupRules"]
)
def test_a_half_failed_pass_writes_nothing(
    sync: Sync, network: Network, operation: str, slept: list[float]
) -> None:
    sync.run(network.vpc_id)
    before = sync.store.load(network.vpc_id, TODAY)
    make_interface(sync.ec2.client, network, network.group_id)
    sync.ec2.throttle(operation, 1000)

    outcome = sync.run(network.vpc_id)

    assert outcome.written == []
    assert "RequestLimitExceeded" in str(outcome.failures[network.vpc_id])
    assert sync.store.load(network.vpc_id, TODAY) == before
    assert slept


def test_a_pass_that_fails_between_two_pages_writes_nothing(
    sync: Sync, network: Network, slept: list[float]
) -> None:
    for _ in range(3):
        make_interface(sync.ec2.client, network, network.group_id)
    sync.run(network.vpc_id)
    before = sync.store.load(network.vpc_id, TODAY)
    sync.ec2.page_size = 2
    sync.ec2.fail_after_first_page = True

    outcome = sync.run(network.vpc_id)

    assert list(outcome.failures) == [network.vpc_id]
    assert sync.store.load(network.vpc_id, TODAY) == before
    assert slept


def test_the_pass_after_a_failed_one_sees_what_it_missed(
    sync: Sync, network: Network, slept: list[float]
) -> None:
    sync.run(network.vpc_id)
    interface_id = make_interface(sync.ec2.client, network, network.group_id)
    sync.ec2.throttle("DescribeNetworkInterfaces", 8)
    failed = sync.run(network.vpc_id)

    healed = sync.run(network.vpc_id)

    assert (failed.written, healed.written) == ([], [network.vpc_id])
    assert sync.view(network.vpc_id).network_interface(interface_id, NOON) is not None
    assert slept


def test_the_failure_of_one_vpc_leaves_the_others_alone(
    sync: Sync, network: Network, slept: list[float]
) -> None:
    other = make_network(sync.ec2.client, "10.1.0.0/16")
    sync.ec2.throttle("DescribeNetworkInterfaces", 8)

    outcome = sync.run(network.vpc_id, other.vpc_id)

    assert list(outcome.failures) == [network.vpc_id]
    assert outcome.written == [other.vpc_id]
    assert slept


def test_a_pass_that_lost_the_race_is_a_failure(sync: Sync, network: Network) -> None:
    sync.run(network.vpc_id)
    make_interface(sync.ec2.client, network, network.group_id)
    overtaken = Overtaken(sync.s3, BUCKET)

    outcome = sync_inventories(
        sync.ec2.client, overtaken, Environment(BUCKET, "index_page", (network.vpc_id,), ()), sync.clock
    )

    assert "another pass wrote" in str(outcome.failures[network.vpc_id])


def test_subnets_stand_for_their_vpcs_each_once(sync: Sync, network: Network) -> None:
    client = sync.ec2.client
    second = client.create_subnet(VpcId=network.vpc_id, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]

    outcome = sync.run(subnet_ids=(network.subnet_id, second))

    assert outcome == PassOutcome(written=[network.vpc_id])


def test_a_subnet_of_a_configured_vpc_is_an_error_that_keeps_nothing_from_being_written(
    sync: Sync, network: Network
) -> None:
    other = make_network(sync.ec2.client, "10.1.0.0/16")

    outcome = sync.run(network.vpc_id, subnet_ids=(network.subnet_id, other.subnet_id))

    assert outcome.written == [network.vpc_id, other.vpc_id]
    assert f"lies in {network.vpc_id}" in str(outcome.failures[network.subnet_id])


def test_subnets_that_cannot_be_resolved_do_not_keep_the_vpcs_from_being_written(
    sync: Sync, network: Network
) -> None:
    outcome = sync.run(network.vpc_id, subnet_ids=("subnet-0123456789abcdef0",))

    assert outcome.written == [network.vpc_id]
    assert "subnet-0123456789abcdef0" in str(outcome.failures["SUBNET_IDS"])


def test_nothing_configured_is_nothing_done(sync: Sync) -> None:
    assert sync.run() == PassOutcome()


def test_subnets_of_other_vpcs_are_not_doubled() -> None:
    assert find_doubled_subnets({"subnet-1": "vpc-1"}, ["vpc-2"]) == {}
