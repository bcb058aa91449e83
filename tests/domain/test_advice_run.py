from dataclasses import replace

import pytest

from domain.advice_run import AdviceRun, AdviceRunError, VpcNow, from_json, is_due, to_json
from tests.domain.examples import GROUP, MIDNIGHT, VPC_ID

HOUR = 3_600
DAY = 86_400
LONG_AGO = MIDNIGHT - 100 * DAY

LAST = AdviceRun(
    vpc_id=VPC_ID,
    first_made_at=LONG_AGO,
    made_at=MIDNIGHT,
    changed_at=LONG_AGO,
    made_with="settings and code",
    seconds=30,
    left=(),
)
UNCHANGED = VpcNow(changed_at=LONG_AGO, made_with=LAST.made_with)


def test_the_first_run_is_due_at_once() -> None:
    assert is_due(None, UNCHANGED, MIDNIGHT)


def test_a_run_is_due_each_day() -> None:
    assert not is_due(LAST, UNCHANGED, MIDNIGHT + DAY - 1)
    assert is_due(LAST, UNCHANGED, MIDNIGHT + DAY)


def test_a_change_of_the_inventory_makes_a_run_due() -> None:
    changed = replace(UNCHANGED, changed_at=MIDNIGHT + 60)

    assert is_due(LAST, changed, MIDNIGHT + 900)


def test_the_change_that_a_run_has_seen_makes_no_other_one_due() -> None:
    assert not is_due(
        replace(LAST, changed_at=MIDNIGHT), replace(UNCHANGED, changed_at=MIDNIGHT), MIDNIGHT + 900
    )


def test_a_change_waits_twelve_times_as_long_as_the_last_run_took() -> None:
    """A VPC that changes each minute, and takes ten, would keep a function busy all day."""
    slow = replace(LAST, seconds=600)
    changed = replace(UNCHANGED, changed_at=MIDNIGHT + 60)

    assert not is_due(slow, changed, MIDNIGHT + 7_199)
    assert is_due(slow, changed, MIDNIGHT + 7_200)


def test_a_run_that_was_out_of_time_goes_on() -> None:
    assert is_due(replace(LAST, left=(GROUP.group_id,)), UNCHANGED, MIDNIGHT + 900)


def test_other_settings_or_another_code_make_a_run_due() -> None:
    assert is_due(LAST, replace(UNCHANGED, made_with="other settings"), MIDNIGHT + 900)


def test_who_has_just_deployed_sees_within_the_hour_what_was_found_and_then_ever_later() -> None:
    run = replace(LAST, first_made_at=MIDNIGHT)
    made_at = []
    for now in range(MIDNIGHT, MIDNIGHT + 4 * DAY, 900):
        if is_due(run, UNCHANGED, now):
            made_at.append((now - MIDNIGHT) // HOUR)
            run = replace(run, made_at=now)

    assert made_at == [1, 3, 7, 15, 31, 55, 79]


def test_a_run_is_read_as_it_was_written() -> None:
    run = replace(LAST, left=("sg-1", "sg-2"))

    assert from_json(to_json(run)) == run


@pytest.mark.parametrize("damaged", [b"", b"{}", b"[]", b'{"made_at": "now"}', to_json(LAST)[:-9], b"\xff"])
def test_a_damaged_run_is_told_as_such(damaged: bytes) -> None:
    with pytest.raises(AdviceRunError):
        from_json(damaged)
