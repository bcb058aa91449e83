"""The index against a plain reading of the same observations, over random histories of two VPCs."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from domain.group_index import build_group_index, find_unknown_groups
from domain.inventory import Inventory
from domain.inventory_day import InventoryDay, observe
from domain.traffic import WINDOW_SECONDS, TrafficWindow
from tests.domain.examples import ENI, GROUP, MIDNIGHT, RULE
from tests.domain.made_traffic import make_traffic, make_window

VPC_IDS: Final = ("vpc-0a", "vpc-0b")
VPC_OF_GROUP: Final = {"sg-0a": "vpc-0a", "sg-0b": "vpc-0a", "sg-0c": "vpc-0b", "sg-0d": "vpc-0b"}
GROUP_IDS: Final = st.sets(st.sampled_from([*VPC_OF_GROUP]))
STEP: Final = 7 * 3600


def make_inventory(vpc_id: str, at: int, existing: set[str], carried: list[set[str]]) -> Inventory:
    """As EC2 answers: a VPC's own groups, and those of the other that its interfaces carry."""
    enis = tuple(
        replace(ENI, interface_id=f"eni-{vpc_id}-{number}", vpc_id=vpc_id, group_ids=tuple(sorted(ids)))
        for number, ids in enumerate(carried)
    )
    own = {id_ for id_ in existing if VPC_OF_GROUP[id_] == vpc_id}
    ids = own | {id_ for eni in enis for id_ in eni.group_ids}
    groups = tuple(replace(GROUP, group_id=id_, group_name=id_, vpc_id=VPC_OF_GROUP[id_]) for id_ in ids)
    rules = tuple(replace(RULE, rule_id=f"sgr-{id_}", group_id=id_) for id_ in ids)
    return Inventory(vpc_id, at, enis, groups, rules)


@st.composite
def histories(draw: st.DrawFn) -> list[Inventory]:
    """Observations in the order of time, of both VPCs each."""
    history = []
    for number in range(draw(st.integers(1, 6))):
        existing = draw(GROUP_IDS)
        carriable = st.sets(st.sampled_from(sorted(existing))) if existing else st.just(set[str]())
        for vpc_id in VPC_IDS:
            carried = draw(st.lists(carriable, max_size=3))
            history.append(make_inventory(vpc_id, MIDNIGHT + number * STEP, existing, carried))
    return history


def store(history: list[Inventory]) -> list[InventoryDay]:
    latest: dict[str, InventoryDay] = {}
    stored = {}
    for inventory in history:
        day = observe(latest.get(inventory.vpc_id), inventory)
        latest[inventory.vpc_id] = stored[day.vpc_id, day.day] = day
    return list(stored.values())


def traffic_of(group_ids: set[str]) -> TrafficWindow:
    groups = [make_traffic(id_, 1, last_seen=MIDNIGHT) for id_ in sorted(group_ids)]
    return make_window(MIDNIGHT + WINDOW_SECONDS, groups)


def read_now(history: list[Inventory]) -> Iterator[tuple[str, str]]:
    """Group and interface of each that is carried at the end."""
    for inventory in history[-len(VPC_IDS) :]:
        for eni in inventory.network_interfaces:
            yield from ((group_id, eni.interface_id) for group_id in eni.group_ids)


def read_gone(history: list[Inventory], group_id: str) -> int | None:
    """When its own VPC was first seen without it, for good."""
    own = [inventory for inventory in history if inventory.vpc_id == VPC_OF_GROUP[group_id]]
    seen = [group_id in {group.group_id for group in inventory.security_groups} for inventory in own]
    if True not in seen or seen[-1]:
        return None
    last = max(number for number, is_seen in enumerate(seen) if is_seen)
    return own[last + 1].observed_at


@given(history=histories(), talking=GROUP_IDS)
def test_each_group_of_a_random_history_has_its_row(history: list[Inventory], talking: set[str]) -> None:
    days = store(history)
    carriers = defaultdict(list)
    for group_id, interface_id in sorted(read_now(history)):
        carriers[group_id].append(interface_id)
    named = {group.group_id for inventory in history for group in inventory.security_groups}
    existing = {group.group_id for inventory in history[-2:] for group in inventory.security_groups}

    index = build_group_index(days[::-1], traffic_of(talking), MIDNIGHT)

    assert find_unknown_groups(days, traffic_of(talking)) == talking - named
    assert {row.group_id for row in index.groups} == existing | talking
    for row in index.groups:
        assert row.interface_ids == tuple(carriers[row.group_id])
        assert row.gone_at == read_gone(history, row.group_id)
        assert row.is_known == (row.group_id in named)
        assert row.ingress_rules == (row.group_id in existing)
        assert (row.traffic is not None) == (row.group_id in talking)
    assert {row.interface_id for row in index.interfaces} == {eni for _, eni in read_now(history)}
