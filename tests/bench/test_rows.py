import pytest

from bench.rows import Row, to_table
from bench.timing import median_ratio


@pytest.mark.parametrize(
    ("value", "target", "at_least", "is_met"),
    [
        (5.0, 5.0, False, True),
        (5.01, 5.0, False, False),
        (2.0, 2.0, True, True),
        (1.9, 2.0, True, False),
        (7.0, None, False, None),
    ],
)
def test_a_row_says_whether_its_target_is_met(
    value: float, target: float | None, at_least: bool, is_met: bool | None
) -> None:
    row = Row("key", "title", value, "×", target, at_least)

    assert row.is_met is is_met
    assert row.to_json()["is_met"] is is_met


def test_the_table_shows_a_missed_target() -> None:
    table = to_table([Row("a", "one", 6.0, "×", 5.0), Row("b", "two", 1234.5, "records/s")])

    assert [line.split("|")[1:-1] for line in table.splitlines()[2:]] == [
        [" one  ", " 6 ×             ", " ≤ 5 ×    ", " MISSED "],
        [" two  ", " 1,234 records/s ", " reported ", "        "],
    ]


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    times = {"ours": [2.0, 30.0, 4.0], "floor": [1.0, 10.0, 4.0]}

    assert median_ratio(times, "ours", "floor") == 2.0
