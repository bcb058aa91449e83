from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.inventory_store import InventoryStore
from domain.inventory_day import observe
from domain.usage_day import RuleOwner
from rule_usage.inventories import list_days, load_day
from tests.adapters.aws import BUCKET
from tests.domain.examples import ENI, GROUP, MIDNIGHT, RULE, VPC_ID
from tests.rule_usage.summed import DAY, OPEN_EGRESS, VPC

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from domain.inventory import Inventory

OTHER = replace(
    VPC,
    vpc_id="vpc-0f",
    network_interfaces=(replace(ENI, interface_id="eni-0f", vpc_id="vpc-0f"),),
    security_groups=(replace(GROUP, group_id="sg-0f", vpc_id="vpc-0f"),),
    security_group_rules=(replace(RULE, rule_id="sgr-0f", group_id="sg-0f"),),
)


def save(s3: S3Client, *inventories: Inventory) -> InventoryStore:
    store = InventoryStore(s3, BUCKET)
    for inventory in inventories:
        store.save(observe(None, inventory), etag=None)
    return store


def test_the_rules_of_all_vpcs_have_an_owner_group_by_group(s3: S3Client) -> None:
    rules = (replace(RULE, rule_id="sgr-0b", group_id="sg-0b"), replace(RULE, rule_id="sgr-0c"), OPEN_EGRESS)
    store = save(s3, replace(VPC, security_group_rules=rules), OTHER)

    owners = load_day(store, "2026-01-01", MIDNIGHT + DAY).owners

    assert list(owners) == ["sgr-0c", OPEN_EGRESS.rule_id, "sgr-0b", "sgr-0f"]
    assert owners["sgr-0c"] == RuleOwner(VPC_ID, GROUP.group_id, "ingress")
    assert owners["sgr-0f"] == RuleOwner("vpc-0f", "sg-0f", "ingress")
    assert owners[OPEN_EGRESS.rule_id].direction == "egress"


def test_a_group_s_vpc_is_its_own_wherever_it_is_carried(s3: S3Client) -> None:
    found = load_day(save(s3, replace(OTHER, security_groups=()), VPC), "2026-01-01", MIDNIGHT + DAY)

    assert found.vpc_ids[GROUP.group_id] == VPC_ID
    assert found.expected[GROUP.group_id].keys() == {ENI.interface_id, "eni-0f"}


def test_a_day_without_an_inventory_has_that_of_the_day_before(s3: S3Client) -> None:
    store = save(s3, VPC)

    found = load_day(store, "2026-01-03", MIDNIGHT + 2 * DAY + 7200)

    assert RULE.rule_id in found.owners
    assert found.expected[GROUP.group_id] == {ENI.interface_id: 0b11}


def test_a_vpc_that_was_not_observed_for_a_week_is_looked_at_no_more(s3: S3Client) -> None:
    store = save(s3, VPC)

    assert RULE.rule_id in load_day(store, "2026-01-08", MIDNIGHT + 8 * DAY).owners
    assert load_day(store, "2026-01-09", MIDNIGHT + 9 * DAY).expected == {}


def test_days_of_all_vpcs_are_listed(s3: S3Client) -> None:
    store = save(s3, VPC, replace(OTHER, observed_at=MIDNIGHT + DAY))

    assert list_days(store) == {"2026-01-01", "2026-01-02"}
