"""The sample VPC's records, as FlowReader makes documents of them, beside a plain count of the same."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from adapters.flow_indices import FlowIndices
from adapters.usage_index import DaySummary, UsageIndex, UsageWindow
from domain.inventory_day import utc_day
from domain.usage_day import expected_hours, midnight
from local.sample.history import trace_history
from rule_usage.day import DaySummer
from rule_usage.inventories import DayInventories
from tests.adapters.flow_days import ADVISOR_ARN, drop_all, make_reader, put_flows, set_up_roles
from tests.dashboards.sample import END, START, pick_documents
from tests.domain.plain_usage import count_group, count_rule
from tests.local.sample.in_moto import make_sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from domain.inventory_day import InventoryDay
    from domain.usage import GroupEvidence, RuleUsage
    from local.search.engine import Engine

Days = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def days() -> Days:
    found: Days = defaultdict(list)
    for document in pick_documents():
        source = dict(document.source)
        second = source.get("end", source["@timestamp"])
        assert isinstance(second, int)
        found[utc_day(second)].append(source)
    return found


@pytest.fixture(scope="module")
def inventories() -> Mapping[str, InventoryDay]:
    world = make_sample()
    return {day.day: day for day in trace_history(world.sample, world.inventory, START)}


@pytest.fixture(scope="module", autouse=True)
def _summed_up(engine: Engine, days: Days, inventories: Mapping[str, InventoryDay]) -> Iterator[None]:
    set_up_roles(engine)
    reader = make_reader(engine)
    summer = DaySummer(reader, FlowIndices(reader), UsageIndex(reader))
    for day, documents in days.items():
        put_flows(engine, day, documents)
        found = DayInventories()
        found.add(inventories[day], END)
        summer.sum_up(day, DaySummary(), found, is_over=True)
    yield
    drop_all(engine)


def test_usage_and_evidence_are_what_a_plain_count_finds(
    engine: Engine, days: Days, inventories: Mapping[str, InventoryDay]
) -> None:
    reader = make_reader(engine, ADVISOR_ARN)

    for day, documents in days.items():
        inventory = inventories[day]
        rules: dict[str, RuleUsage] = {}
        groups: dict[str, GroupEvidence] = {}
        for group_id, usages, evidence in UsageWindow(reader, inventory.vpc_id, day, day).groups():
            rules |= {usage.rule_id: usage for usage in usages}
            groups |= dict.fromkeys([group_id], *evidence)
        assert rules == count_rules(documents, inventory)
        assert groups == count_groups(documents, inventory)


def test_the_sample_has_what_there_is_to_count(days: Days) -> None:
    documents = [document for each in days.values() for document in each]

    assert any("is_response" not in each and each.get("rule_ids") for each in documents)
    assert {each.get("rule_match") for each in documents} >= {"sole", "shared", "possible"}
    assert {each["log_status"] for each in documents} == {"OK", "NODATA", "SKIPDATA"}
    assert any("peer_group_ids" in each for each in documents)


def count_rules(documents: list[dict[str, Any]], inventory: InventoryDay) -> dict[str, RuleUsage]:
    facts = {interval.fact.rule_id: interval.fact for interval in inventory.security_group_rules}
    counted = (
        count_rule(documents, rule.rule_id, inventory.vpc_id, rule.group_id, rule.direction, inventory.day)
        for rule in facts.values()
    )
    return {usage.rule_id: usage for usage in counted if usage}


def count_groups(documents: list[dict[str, Any]], inventory: InventoryDay) -> dict[str, GroupEvidence]:
    expected = expected_hours(inventory, END)
    logged = {group_id for each in documents for group_id in each.get("group_ids", ())}
    return {
        group_id: count_group(
            documents,
            expected.get(group_id, {}),
            inventory.vpc_id,
            group_id,
            inventory.day,
            midnight(inventory.day),
        )
        for group_id in expected.keys() | logged
    }
