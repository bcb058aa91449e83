import gzip
import json
from dataclasses import replace

import pytest

from domain.errors import InventoryError
from domain.inventory import Peer
from domain.inventory_day import Interval, changed, from_json, observe, to_json, utc_day
from tests.domain.examples import ENI, ENTRY, GROUP, INVENTORY, MIDNIGHT, RULE

FIRST = INVENTORY.observed_at
NEXT_MIDNIGHT = MIDNIGHT + 86_400
WITHOUT_ENI = replace(INVENTORY, network_interfaces=())
MOVED_ENI = replace(ENI, group_ids=("sg-0bbbbbbbbbbbbbbbb",))


def test_the_first_observation_opens_everything_when_it_was_made() -> None:
    day = observe(None, INVENTORY)

    assert (day.vpc_id, day.day, day.observed_at) == (INVENTORY.vpc_id, "2026-01-01", FIRST)
    assert day.network_interfaces == (Interval(ENI, FIRST, None),)
    assert day.security_groups == (Interval(GROUP, FIRST, None),)
    assert day.security_group_rules == (Interval(RULE, FIRST, None),)
    assert day.prefix_list_entries == (Interval(ENTRY, FIRST, None),)


def test_an_interval_holds_its_first_second_and_not_its_last() -> None:
    interval = Interval(ENI, 100, 200)

    assert [interval.in_force(at) for at in (99, 100, 199, 200)] == [False, True, True, False]


def test_an_unchanged_vpc_gives_a_day_that_need_not_be_written() -> None:
    day = observe(None, INVENTORY)

    again = observe(day, replace(INVENTORY, observed_at=FIRST + 60))

    assert again == replace(day, observed_at=FIRST + 60)
    assert not changed(day, again)


def test_the_first_day_and_a_changed_one_are_to_be_written() -> None:
    day = observe(None, INVENTORY)

    assert changed(None, day)
    assert changed(day, observe(day, replace(WITHOUT_ENI, observed_at=FIRST + 60)))


def test_an_interface_that_vanishes_is_closed_when_it_was_first_missed() -> None:
    day = observe(observe(None, INVENTORY), replace(WITHOUT_ENI, observed_at=FIRST + 60))

    assert day.network_interfaces == (Interval(ENI, FIRST, FIRST + 60),)


def test_an_interface_that_returns_has_a_second_interval() -> None:
    gone = observe(observe(None, INVENTORY), replace(WITHOUT_ENI, observed_at=FIRST + 60))

    day = observe(gone, replace(INVENTORY, observed_at=FIRST + 120))

    assert day.network_interfaces == (Interval(ENI, FIRST, FIRST + 60), Interval(ENI, FIRST + 120, None))


def test_an_interface_that_moves_to_another_group_has_an_interval_for_each() -> None:
    moved = replace(INVENTORY, observed_at=FIRST + 60, network_interfaces=(MOVED_ENI,))

    day = observe(observe(None, INVENTORY), moved)

    assert day.network_interfaces == (Interval(ENI, FIRST, FIRST + 60), Interval(MOVED_ENI, FIRST + 60, None))


def test_a_rule_that_is_revoked_is_closed_and_the_others_stay_open() -> None:
    other = replace(RULE, rule_id="sgr-0bbbbbbbbbbbbbbbb")
    day = observe(None, replace(INVENTORY, security_group_rules=(other, RULE)))

    day = observe(day, replace(INVENTORY, observed_at=FIRST + 60, security_group_rules=(other,)))

    assert day.security_group_rules == (Interval(RULE, FIRST, FIRST + 60), Interval(other, FIRST, None))


def test_a_new_day_keeps_since_when_a_rule_has_been_seen() -> None:
    day = observe(observe(None, INVENTORY), replace(INVENTORY, observed_at=NEXT_MIDNIGHT + 30))

    assert day.day == "2026-01-02"
    assert day.security_group_rules == (Interval(RULE, FIRST, None),)


def test_a_new_day_is_written_even_where_nothing_changed() -> None:
    day = observe(None, INVENTORY)

    assert changed(day, observe(day, replace(INVENTORY, observed_at=NEXT_MIDNIGHT + 30)))


def test_a_new_day_drops_what_was_gone_long_before() -> None:
    gone = observe(observe(None, INVENTORY), replace(WITHOUT_ENI, observed_at=FIRST + 60))

    day = observe(gone, replace(WITHOUT_ENI, observed_at=NEXT_MIDNIGHT + 30))

    assert day.network_interfaces == ()


def test_a_new_day_keeps_what_was_gone_shortly_before_for_records_that_began_then() -> None:
    gone = observe(observe(None, INVENTORY), replace(WITHOUT_ENI, observed_at=NEXT_MIDNIGHT - 600))

    day = observe(gone, replace(WITHOUT_ENI, observed_at=NEXT_MIDNIGHT + 30))

    assert day.network_interfaces == (Interval(ENI, FIRST, NEXT_MIDNIGHT - 600),)


def test_what_vanished_over_midnight_was_in_force_until_it_was_missed() -> None:
    day = observe(observe(None, INVENTORY), replace(WITHOUT_ENI, observed_at=NEXT_MIDNIGHT + 30))

    assert day.network_interfaces == (Interval(ENI, FIRST, NEXT_MIDNIGHT + 30),)


def test_days_without_an_observation_belong_to_the_interval_around_them() -> None:
    five_days_later = FIRST + 5 * 86_400

    day = observe(observe(None, INVENTORY), replace(WITHOUT_ENI, observed_at=five_days_later))

    assert day.day == "2026-01-06"
    assert day.network_interfaces == (Interval(ENI, FIRST, five_days_later),)


def test_of_two_observations_in_one_second_the_later_counts() -> None:
    same_second = replace(INVENTORY, network_interfaces=(MOVED_ENI,))

    day = observe(observe(None, INVENTORY), same_second)

    assert day.network_interfaces == (Interval(MOVED_ENI, FIRST, None),)


def test_an_interface_that_a_listing_shows_twice_is_taken_as_it_was_last() -> None:
    day = observe(None, replace(INVENTORY, network_interfaces=(ENI, MOVED_ENI)))

    assert day.network_interfaces == (Interval(MOVED_ENI, FIRST, None),)


def test_an_observation_older_than_the_last_one_is_refused() -> None:
    day = observe(None, INVENTORY)

    with pytest.raises(InventoryError, match=f"observed at {FIRST - 1}, before the last observation"):
        observe(day, replace(INVENTORY, observed_at=FIRST - 1))


def test_an_observation_of_another_vpc_is_refused() -> None:
    day = observe(None, INVENTORY)

    with pytest.raises(InventoryError, match="An observation of vpc-0b can't continue the day of vpc-0a"):
        observe(day, replace(INVENTORY, vpc_id="vpc-0b"))


def test_a_day_is_the_same_after_json() -> None:
    strange = replace(ENI, interface_id="eni-0b", description='"\\\x00\u2028\ud800\U0001f600' * 40)
    referenced = replace(RULE, rule_id="sgr-0b", from_port=None, peer=Peer(referenced_group_id="sg-0b"))
    day = observe(
        observe(None, INVENTORY),
        replace(
            INVENTORY,
            observed_at=FIRST + 60,
            network_interfaces=(strange,),
            security_group_rules=(RULE, referenced),
        ),
    )

    assert from_json(to_json(day)) == day


def test_the_order_in_which_things_are_listed_makes_no_difference_to_the_bytes() -> None:
    enis = (ENI, replace(ENI, interface_id="eni-0b"), replace(ENI, interface_id="eni-0c"))

    one = observe(None, replace(INVENTORY, network_interfaces=enis))
    other = observe(None, replace(INVENTORY, network_interfaces=enis[::-1]))

    assert to_json(one) == to_json(other)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not gzip",
        to_json(observe(None, INVENTORY))[:-9],
        to_json(observe(None, INVENTORY))[:10] + b"\xff" * 20,
        gzip.compress(b"not json"),
        gzip.compress(b"[]"),
        gzip.compress(b"{}"),
        gzip.compress(
            json.dumps({"vpc_id": "v", "day": "", "observed_at": 0, "network_interfaces": [1]}).encode()
        ),
    ],
)
def test_bytes_that_hold_no_day_are_refused(data: bytes) -> None:
    with pytest.raises(InventoryError, match=f"{len(data)} bytes hold no inventory day"):
        from_json(data)


@pytest.mark.parametrize(
    ("second", "day"),
    [(0, "1970-01-01"), (MIDNIGHT - 1, "2025-12-31"), (MIDNIGHT, "2026-01-01")],
)
def test_a_day_is_utcs(second: int, day: str) -> None:
    assert utc_day(second) == day
