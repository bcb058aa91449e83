"""How much of a group's window the flow logs show."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from domain.report import Evidence
from domain.usage import MAX_KNOCKS, GroupEvidence, Knock

_SECONDS_OF_HOUR: Final = 3600
_HOURS: Final = 24


def sum_up_evidence(evidence: Iterable[GroupEvidence], days: Sequence[str], start: int, end: int) -> Evidence:
    """Of one group's days. Hours count where they lie between `start` and `end` (epoch seconds) as a whole;
    `days` are those of the window, and everything but the hours counts for the whole of each."""
    by_day = {each.day: each for each in evidence if each.day in set(days)}
    expected: Counter[str] = Counter()
    logged: Counter[str] = Counter()
    for day, each in by_day.items():
        within = hours_within(day, start, end)
        for hours in each.interfaces:
            expected[hours.interface_id] += (hours.expected & within).bit_count()
            logged[hours.interface_id] += (hours.expected & hours.logged & within).bit_count()
    of_days = [by_day[day] for day in sorted(by_day)]
    return Evidence(
        window_start=start,
        window_end=end,
        coverage=logged.total() / expected.total() if expected.total() else None,
        expected_hours=expected.total(),
        logged_hours=logged.total(),
        skipdata=sum(hours.skipdata for each in of_days for hours in each.interfaces),
        silent_interfaces=_find_silent(of_days, expected),
        records=sum(each.records for each in of_days),
        unattributed=_sum_unattributed(of_days),
        knocks=_merge_knocks(of_days),
        days={each.day: each.interfaces for each in of_days},
    )


def hours_within(day: str, start: int, end: int) -> int:
    """The hours of a UTC day that begin at or after `start` and are over by `end`, as bits."""
    midnight = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    begins = (midnight + hour * _SECONDS_OF_HOUR for hour in range(_HOURS))
    within = [start <= begin and begin + _SECONDS_OF_HOUR <= end for begin in begins]
    return sum(1 << hour for hour, is_within in enumerate(within) if is_within)


def find_unobserved_days(evidence: Evidence, days: Sequence[str]) -> tuple[str, ...]:
    """The days, of those with a whole hour in the window, on which no interface was expected to log."""
    return tuple(day for day in days if _is_unobserved(evidence, day))


def _is_unobserved(evidence: Evidence, day: str) -> bool:
    within = hours_within(day, evidence.window_start, evidence.window_end)
    return bool(within) and not any(hours.expected & within for hours in evidence.days.get(day, ()))


def _find_silent(evidence: Iterable[GroupEvidence], expected: Counter[str]) -> tuple[str, ...]:
    heard = {hours.interface_id for each in evidence for hours in each.interfaces if hours.logged}
    return tuple(sorted(interface_id for interface_id in +expected if interface_id not in heard))


def _sum_unattributed(evidence: Iterable[GroupEvidence]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for each in evidence:
        counts.update(each.unattributed)
    return dict(sorted(counts.items()))


def _merge_knocks(evidence: Iterable[GroupEvidence]) -> tuple[Knock, ...]:
    """Evidence in the order of days: a peer keeps the last name that it had."""
    merged: dict[tuple[str, int, int, str], Knock] = {}
    for each in evidence:
        for knock in each.knocks:
            key = _identity(knock)
            before = merged.get(key)
            merged[key] = knock if before is None else _add(before, knock)
    return tuple(sorted(merged.values(), key=lambda knock: (-knock.records, _identity(knock)))[:MAX_KNOCKS])


def _add(before: Knock, knock: Knock) -> Knock:
    return replace(
        knock,
        peer_name=knock.peer_name or before.peer_name,
        records=before.records + knock.records,
        last_seen=max(before.last_seen, knock.last_seen),
    )


def _identity(knock: Knock) -> tuple[str, int, int, str]:
    return knock.peer_addr, knock.protocol, -1 if knock.port is None else knock.port, knock.direction or ""
