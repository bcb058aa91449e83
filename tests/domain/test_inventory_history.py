"""Intervals that are merged, stored and read day by day say the same as a plain list of snapshots."""

from dataclasses import replace
from itertools import accumulate

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.inventory import Inventory, NetworkInterface, SecurityGroup, SecurityGroupRule
from domain.inventory_day import InventoryDay, from_json, observe, to_json, utc_day
from domain.inventory_view import InventoryView
from tests.domain.examples import ENI, ENTRY, GROUP, MIDNIGHT, RULE, VPC_ID

INTERFACE_IDS = ("eni-0a", "eni-0b", "eni-0c")
ADDRS = ("10.0.1.10", "10.0.1.11", "2001:db8::10", "10.0.1.12")
PREFIX, ADDR_IN_PREFIX = "10.0.1.32/28", "10.0.1.40"
GROUP_IDS = ("sg-0a", "sg-0b")
HOUR, DAY = 3_600, 86_400

History = list[Inventory]


@st.composite
def interfaces(draw: st.DrawFn) -> tuple[NetworkInterface, ...]:
    present = draw(st.lists(st.sampled_from(INTERFACE_IDS), unique=True))
    addrs = draw(st.permutations(ADDRS))
    bearer = draw(st.sampled_from([*INTERFACE_IDS, None]))
    return tuple(
        replace(
            ENI,
            interface_id=interface_id,
            private_addrs=(addr,),
            prefixes=(PREFIX,) if interface_id == bearer else (),
            group_ids=tuple(sorted(draw(st.sets(st.sampled_from(GROUP_IDS))))),
        )
        for interface_id, addr in zip(present, addrs, strict=False)
    )


GROUPS = st.dictionaries(st.sampled_from(GROUP_IDS), st.sampled_from(["web", "db"])).map(
    lambda names: tuple(
        replace(GROUP, group_id=group_id, group_name=name) for group_id, name in names.items()
    )
)
RULES = st.dictionaries(st.sampled_from(["sgr-0a", "sgr-0b"]), st.sampled_from([22, 443])).map(
    lambda ports: tuple(replace(RULE, rule_id=rule_id, to_port=port) for rule_id, port in ports.items())
)
ENTRIES = st.sets(st.sampled_from(["198.51.100.0/24", "203.0.113.0/24"])).map(
    lambda cidrs: tuple(replace(ENTRY, cidr=cidr) for cidr in cidrs)
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    pauses = draw(st.lists(st.sampled_from([0, 1, 60, HOUR, 11 * HOUR, DAY, 3 * DAY]), max_size=12))
    seconds = accumulate([MIDNIGHT + draw(st.integers(0, DAY - 1)), *pauses])
    return [
        Inventory(VPC_ID, second, draw(interfaces()), draw(GROUPS), draw(RULES), draw(ENTRIES))
        for second in seconds
    ]


def snapshot(second: int, *enis: NetworkInterface) -> Inventory:
    return Inventory(VPC_ID, second, enis, (replace(GROUP, group_id="sg-0a"),), (RULE,), (ENTRY,))


FIRST_ENI = replace(ENI, interface_id="eni-0a", group_ids=("sg-0a",))
MOVED_ENI = replace(FIRST_ENI, group_ids=("sg-0b",))
REMOVED_RETURNED_CHANGED_OVER_DAYS: History = [
    snapshot(MIDNIGHT + HOUR, FIRST_ENI),
    snapshot(MIDNIGHT + 2 * HOUR),
    snapshot(MIDNIGHT + 3 * HOUR, FIRST_ENI),
    snapshot(MIDNIGHT + 4 * HOUR, MOVED_ENI),
    snapshot(MIDNIGHT + DAY - 60),
    snapshot(MIDNIGHT + DAY + 60, FIRST_ENI),
    snapshot(MIDNIGHT + 4 * DAY + HOUR, MOVED_ENI),
]


def stored_days(history: History) -> dict[str, InventoryDay]:
    """As the inventory's bucket holds them: one object for each day that was observed."""
    stored: dict[str, bytes] = {}
    for inventory in history:
        latest = from_json(stored[max(stored)]) if stored else None
        stored[utc_day(inventory.observed_at)] = to_json(observe(latest, inventory))
    return {day: from_json(data) for day, data in stored.items()}


def last_snapshot(history: History, at: int) -> Inventory:
    seen = [inventory for inventory in history if inventory.observed_at <= at]
    return seen[-1] if seen else Inventory(VPC_ID, at)


def instants(history: History) -> list[int]:
    """Every second at which something could begin or end, with neighbours, in gaps and afterwards."""
    edges = {inventory.observed_at for inventory in history}
    midnights = {second - second % DAY for second in edges}
    around = {second + step for second in edges | midnights for step in (-600, -1, 0, 1, 600, HOUR)}
    return sorted(around | {MIDNIGHT - 1, max(edges) + 2 * DAY})


def find_interface(inventory: Inventory, addr: str) -> NetworkInterface | None:
    for eni in inventory.network_interfaces:
        if addr in eni.private_addrs or (addr == ADDR_IN_PREFIX and eni.prefixes == (PREFIX,)):
            return eni
    return None


def assert_says_the_same(day: InventoryDay, expected: Inventory, at: int) -> None:
    view = InventoryView(day)
    enis = {eni.interface_id: eni for eni in expected.network_interfaces}
    groups: dict[str, SecurityGroup] = {group.group_id: group for group in expected.security_groups}
    rules: set[SecurityGroupRule] = {
        interval.fact for interval in day.security_group_rules if interval.in_force(at)
    }
    entries = {interval.fact for interval in day.prefix_list_entries if interval.in_force(at)}

    assert {i: view.network_interface(i, at) for i in INTERFACE_IDS} == {
        i: enis.get(i) for i in INTERFACE_IDS
    }
    assert {i: view.group(i, at) for i in GROUP_IDS} == {i: groups.get(i) for i in GROUP_IDS}
    assert [view.interface_at_addr(addr, at) for addr in (*ADDRS, ADDR_IN_PREFIX)] == [
        find_interface(expected, addr) for addr in (*ADDRS, ADDR_IN_PREFIX)
    ]
    assert rules == set(expected.security_group_rules)
    assert entries == set(expected.prefix_list_entries)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(histories())
@example(REMOVED_RETURNED_CHANGED_OVER_DAYS)
def test_the_latest_day_up_to_a_time_knows_what_was_in_force_then(history: History) -> None:
    days = stored_days(history)

    for at in instants(history):
        latest = max((day for day in days if day <= utc_day(at)), default=None)
        if latest is not None:
            assert_says_the_same(days[latest], last_snapshot(history, at), at)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(histories())
@example(REMOVED_RETURNED_CHANGED_OVER_DAYS)
def test_a_day_knows_what_was_in_force_in_the_hour_before_it(history: History) -> None:
    days = stored_days(history)

    for at in instants(history):
        following = days.get(utc_day(at + HOUR))
        if following is not None:
            assert_says_the_same(following, last_snapshot(history, at), at)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(histories())
def test_the_same_history_gives_the_same_bytes(history: History) -> None:
    again = [
        replace(inventory, network_interfaces=inventory.network_interfaces[::-1]) for inventory in history
    ]

    assert [to_json(day) for day in stored_days(history).values()] == [
        to_json(day) for day in stored_days(again).values()
    ]
