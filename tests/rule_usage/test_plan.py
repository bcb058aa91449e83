from dataclasses import replace

import pytest

from adapters.usage_index import DaySummary
from rule_usage.plan import Calendar, has_changed, is_partial, plan_days

CALENDAR = Calendar("2026-03-10", retention_days=30)
RECENT = ["2026-03-09", "2026-03-10"]


def test_retention_counts_whole_days_before_today() -> None:
    assert CALENDAR.first_kept == "2026-02-08"
    assert CALENDAR.yesterday == "2026-03-09"


@pytest.mark.parametrize(
    ("retention", "first"), [(30, "2025-02-03"), (400, "2025-02-03"), (500, "2024-10-26")]
)
def test_usage_is_kept_for_400_days_and_as_long_as_the_flows(retention: int, first: str) -> None:
    assert Calendar("2026-03-10", retention).first_usage == first


def test_today_and_yesterday_are_due_until_they_were_summed_up_when_they_were_over() -> None:
    counts = dict.fromkeys(RECENT, 5)
    known = dict.fromkeys(RECENT, DaySummary(5))

    assert plan_days(counts, known, (), CALENDAR) == RECENT
    assert plan_days({}, {}, (), CALENDAR) == RECENT

    over = {**known, RECENT[0]: DaySummary(5, is_over=True)}
    assert plan_days(counts, over, (), CALENDAR) == [RECENT[1]]
    assert plan_days({**counts, RECENT[0]: 6}, over, (), CALENDAR) == RECENT


def test_another_day_is_due_when_its_flows_changed() -> None:
    counts = {"2026-03-01": 5, "2026-03-02": 6, "2026-03-03": 4, "2026-03-04": 1}
    known = {day: DaySummary(5) for day in ("2026-03-01", "2026-03-02", "2026-03-03")}

    assert plan_days(counts, known, (), CALENDAR) == ["2026-03-02", "2026-03-04", *RECENT]


def test_a_day_with_an_inventory_alone_is_due_once() -> None:
    observed = ["2026-01-01", "2026-03-01", "2026-03-02"]
    known = {"2026-03-02": DaySummary(0)}

    assert plan_days({}, known, observed, CALENDAR) == ["2026-03-01", *RECENT]


def test_the_oldest_day_comes_first() -> None:
    counts = {"2026-03-03": 1, "2026-03-01": 1}

    assert plan_days(counts, {}, (), CALENDAR) == ["2026-03-01", "2026-03-03", *RECENT]


def test_a_day_that_was_begun_comes_before_the_others_in_every_other_hour() -> None:
    counts = {"2026-03-03": 1, "2026-03-01": 1, "2026-03-02": 1}
    known = {"2026-03-01": DaySummary(unfinished=2), "2026-03-02": DaySummary(0, unfinished=1)}
    begun, others = ["2026-03-02", "2026-03-01"], ["2026-03-03", *RECENT]

    assert plan_days(counts, known, (), replace(CALENDAR, hour=4)) == [*others, *begun]
    assert plan_days(counts, known, (), replace(CALENDAR, hour=5)) == [*begun, *others]


def test_fewer_records_than_were_summed_up_are_a_part_of_a_dropped_day() -> None:
    assert is_partial(4, DaySummary(5))
    assert not is_partial(5, DaySummary(5))
    assert not is_partial(0, DaySummary())
    assert has_changed(0, DaySummary())
    assert not has_changed(4, DaySummary(5))


def test_today_is_not_due_where_its_index_was_dropped() -> None:
    assert plan_days({"2026-03-10": 3}, {"2026-03-10": DaySummary(5)}, (), CALENDAR) == ["2026-03-09"]
