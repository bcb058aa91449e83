"""Of a day: when logs are expected, when there were any, and what knocked."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inventory import NetworkInterface
from domain.inventory_day import Interval, InventoryDay
from domain.usage import Knock
from domain.usage_day import InterfaceLogs, expected_hours, make_evidence
from tests.domain.examples import ENI, GROUP, MIDNIGHT, PEER, VPC_ID
from tests.domain.made_usage import DAY

HOUR = 3_600


def carried(*intervals: tuple[int, int | None], eni: NetworkInterface = ENI) -> InventoryDay:
    return InventoryDay(
        VPC_ID,
        DAY,
        MIDNIGHT,
        network_interfaces=tuple(
            Interval(eni, MIDNIGHT + start, None if end is None else MIDNIGHT + end)
            for start, end in intervals
        ),
    )


def hours_of(day: InventoryDay, now: int = MIDNIGHT + 30 * HOUR) -> str:
    """The interface's 24 hours: x where logs are expected."""
    bits = expected_hours(day, now)[GROUP.group_id][ENI.interface_id]
    return "".join("x" if bits >> hour & 1 else "." for hour in range(24))


@pytest.mark.parametrize(
    ("intervals", "hours"),
    [
        ([(-9 * HOUR, None)], "x" * 24),
        ([(0, 3 * HOUR)], "xxx" + "." * 21),
        ([(HOUR // 2, 2 * HOUR)], "xx" + "." * 22),
        ([(HOUR // 2 + 1, 2 * HOUR)], ".x" + "." * 22),
        ([(0, HOUR // 2 - 1)], "." * 24),
        # Half of an hour in two parts, as where the interface was changed meanwhile.
        ([(0, 900), (900, 1_800)], "x" + "." * 23),
        ([(0, 900), (1_800, 2_699)], "." * 24),
        ([(23 * HOUR, 90 * HOUR)], "." * 23 + "x"),
    ],
)
def test_logs_are_expected_of_hours_in_which_the_group_was_carried_for_half(
    intervals: list[tuple[int, int | None]], hours: str
) -> None:
    assert hours_of(carried(*intervals)) == hours


def test_of_an_hour_that_has_not_passed_only_what_has_counts() -> None:
    day = carried((2 * HOUR + 300, None))

    assert hours_of(day, now=MIDNIGHT + 2 * HOUR + 600) == "..x" + "." * 21
    assert hours_of(day, now=MIDNIGHT + 2 * HOUR + 599) == "." * 24


def test_an_interface_that_carried_the_group_for_a_moment_is_listed_all_the_same() -> None:
    assert expected_hours(carried((0, 1)), MIDNIGHT + HOUR) == {GROUP.group_id: {ENI.interface_id: 0}}


def test_an_interface_that_carried_the_group_on_another_day_is_not() -> None:
    assert expected_hours(carried((-HOUR, 0)), MIDNIGHT + HOUR) == {}
    assert expected_hours(carried((24 * HOUR, None)), MIDNIGHT + 30 * HOUR) == {}


def test_an_interface_of_two_groups_is_expected_for_both() -> None:
    day = carried((0, None), eni=PEER)

    assert expected_hours(day, MIDNIGHT + HOUR) == {id_: {PEER.interface_id: 1} for id_ in PEER.group_ids}


def test_logs_count_in_the_hour_in_which_a_record_starts_and_on_that_day_only() -> None:
    logs = InterfaceLogs(DAY)
    for second in (-1, 0, HOUR - 1, 5 * HOUR, 24 * HOUR):
        logs.add("eni-0a", MIDNIGHT + second, "OK")
    logs.add("eni-0a", MIDNIGHT + 7 * HOUR, "NODATA")
    logs.add("eni-0a", MIDNIGHT + 9 * HOUR, "SKIPDATA", records=3)

    assert (logs.logged, logs.skipdata) == ({"eni-0a": 1 << 0 | 1 << 5 | 1 << 7}, {"eni-0a": 3})


def test_evidence_lists_the_interfaces_that_carried_the_group() -> None:
    logs = InterfaceLogs(DAY)
    logs.add("eni-0b", MIDNIGHT, "OK")
    logs.add("eni-0f", MIDNIGHT, "OK")

    evidence = make_evidence(
        *(VPC_ID, "sg-0a", DAY),
        expected={"eni-0b": 3, "eni-0a": 1},
        logs=logs,
        records=7,
        unattributed={"reject": 2},
        knocks=[],
    )

    assert [(each.interface_id, each.expected, each.logged) for each in evidence.interfaces] == [
        ("eni-0a", 1, 0),
        ("eni-0b", 3, 1),
    ]
    assert (evidence.records, evidence.unattributed) == (7, {"reject": 2, "no_rule": 0, "unknown": 0})


@given(seed=st.integers(0, 2**32))
def test_the_most_frequent_knocks_are_kept_and_all_are_counted(seed: int) -> None:
    rng = Random(seed)
    knocks = [
        Knock(f"192.0.2.{number}", "", 6, rng.choice((22, None)), rng.choice(("ingress", None)), 1 + turn, 0)
        for turn, number in enumerate(rng.choices(range(9), k=30))
    ]
    knocks += [Knock("198.51.100.1", "", 6, port, None, 3, 0) for port in (None, 22)]

    evidence = make_evidence(
        *(VPC_ID, "sg-0a", DAY),
        expected={},
        logs=InterfaceLogs(DAY),
        records=0,
        unattributed={},
        knocks=iter(rng.sample(knocks, len(knocks))),
    )

    ranked = sorted(knocks, key=lambda each: (-each.records, each.peer_addr, each.port or -1))
    assert (evidence.knocks, evidence.knock_count) == (tuple(ranked[:20]), 32)
