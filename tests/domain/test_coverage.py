from dataclasses import replace

from domain.coverage import find_unobserved_days, hours_within, sum_up_evidence
from domain.report import Evidence
from domain.usage import GroupEvidence, InterfaceHours, Knock
from tests.domain.examples import MIDNIGHT, VPC_ID

HOUR = 3_600
DAY = 24 * HOUR
DAYS = ("2026-01-01", "2026-01-02")
ALL = (1 << 24) - 1
START, END = MIDNIGHT, MIDNIGHT + 2 * DAY
KNOCK = Knock("203.0.113.9", "", 6, 22, "ingress", records=2, last_seen=START)


def of_day(day: str, *hours: InterfaceHours, **changes: object) -> GroupEvidence:
    evidence = GroupEvidence(VPC_ID, "sg-0a", day, hours, 10, {"reject": 2, "no_rule": 1}, (KNOCK,), 1)
    return replace(evidence, **changes)  # type: ignore[arg-type]


def sum_up(*evidence: GroupEvidence, start: int = START, end: int = END) -> Evidence:
    return sum_up_evidence(evidence, DAYS, start, end)


def hours(expected: int, logged: int, name: str = "eni-0a", skipdata: int = 0) -> InterfaceHours:
    return InterfaceHours(name, expected, logged, skipdata)


def test_only_whole_hours_of_the_window_count() -> None:
    assert hours_within(DAYS[0], START, END) == ALL
    assert hours_within(DAYS[0], START + 1, END) == ALL & ~1
    assert hours_within(DAYS[0], START, START + 3 * HOUR - 1) == 0b11
    assert hours_within(DAYS[0], START, START + 3 * HOUR) == 0b111
    assert hours_within(DAYS[1], START, START + DAY) == 0


def test_coverage_is_the_share_of_the_expected_hours_that_was_logged() -> None:
    evidence = sum_up(of_day(DAYS[0], hours(0b1111, 0b0111)), of_day(DAYS[1], hours(0b1, 0b1)))

    assert (evidence.coverage, evidence.expected_hours, evidence.logged_hours) == (0.8, 5, 4)


def test_an_hour_that_was_not_expected_makes_up_for_none() -> None:
    assert sum_up(of_day(DAYS[0], hours(0b11, 0b110))).coverage == 0.5


def test_hours_outside_the_window_don_t_count() -> None:
    evidence = sum_up(of_day(DAYS[0], hours(0b111, 0b100)), start=START + 2 * HOUR)

    assert (evidence.coverage, evidence.expected_hours) == (1.0, 1)


def test_where_nothing_was_expected_there_is_no_coverage() -> None:
    assert sum_up(of_day(DAYS[0], hours(0, ALL))).coverage is None
    assert sum_up().coverage is None


def test_an_interface_that_never_logged_is_silent() -> None:
    evidence = sum_up(
        of_day(DAYS[0], hours(0b1, 0, "eni-0b"), hours(0b1, 0, "eni-0a"), hours(0, 0, "eni-0c")),
        of_day(DAYS[1], hours(0b1, 0, "eni-0b"), hours(0b1, 0b1000, "eni-0a")),
    )

    assert evidence.silent_interfaces == ("eni-0b",)


def test_all_else_is_added_up_by_day() -> None:
    evidence = sum_up(
        of_day(DAYS[1], hours(1, 1, skipdata=2)),
        of_day(DAYS[0], hours(1, 1, skipdata=1)),
        of_day("2025-12-31"),
    )

    assert (evidence.records, evidence.skipdata) == (20, 3)
    assert evidence.unattributed == {"no_rule": 2, "reject": 4}
    assert list(evidence.days) == list(DAYS)


def test_knocks_of_several_days_are_one_and_the_most_frequent_come_first() -> None:
    other = replace(KNOCK, port=23, records=3)
    later = replace(KNOCK, peer_name="scanner", last_seen=END)

    evidence = sum_up(of_day(DAYS[0], knocks=(KNOCK, other)), of_day(DAYS[1], knocks=(later,)))

    assert evidence.knocks == (replace(later, records=4), other)


def test_no_more_than_twenty_knocks_are_told() -> None:
    knocks = tuple(replace(KNOCK, port=port) for port in range(1, 31))

    assert [knock.port for knock in sum_up(of_day(DAYS[0], knocks=knocks)).knocks] == list(range(1, 21))


def test_days_on_which_nothing_was_to_be_watched_are_told() -> None:
    evidence = sum_up(of_day(DAYS[0], hours(0b1, 0)))

    assert find_unobserved_days(evidence, DAYS) == (DAYS[1],)
    assert find_unobserved_days(sum_up(of_day(DAYS[0], hours(1, 0)), end=START + DAY), DAYS) == ()
