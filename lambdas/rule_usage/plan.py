"""Which days are due, and which flows indices may go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from adapters.usage_index import DaySummary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

USAGE_DAYS: Final = 400
"""How long usage is kept."""
_NOT_YET: Final = DaySummary()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days are YYYY-MM-DD, in UTC."""

    today: str
    retention_days: int
    hour: int = 0
    """Of today."""

    @property
    def yesterday(self) -> str:
        return self._ago(1)

    @property
    def first_kept(self) -> str:
        """Flows indices of earlier days may go."""
        return self._ago(self.retention_days)

    @property
    def first_usage(self) -> str:
        """Usage of earlier days goes, but never before the flows that it is of."""
        return self._ago(max(USAGE_DAYS, self.retention_days))

    def _ago(self, days: int) -> str:
        return (date.fromisoformat(self.today) - timedelta(days=days)).isoformat()


def plan_days(
    counts: Mapping[str, int],
    known: Mapping[str, DaySummary],
    observed: Iterable[str],
    calendar: Calendar,
) -> Sequence[str]:
    """The days to sum up, in this order; `counts` are the documents of each flows index, `observed` the days
    with an inventory.

    A day each time until it was summed up when it was over, since its hours pass and its inventory grows;
    then where its flows changed. Those that were begun and not finished come before the others in every
    other hour and after them in between: neither must keep the others from their turn for ever.
    """
    recent = {calendar.today, calendar.yesterday}
    days = counts.keys() | recent | {day for day in observed if calendar.first_kept <= day <= calendar.today}
    due = [
        day
        for day in days
        if is_to_do(counts.get(day, 0), known.get(day, _NOT_YET))
        or (day in recent and _may_grow(counts.get(day, 0), known.get(day, _NOT_YET)))
    ]
    begun_first = calendar.hour % 2 == 1

    def turn(day: str) -> tuple[bool, int, str]:
        unfinished = known.get(day, _NOT_YET).unfinished
        return (unfinished > 0) != begun_first, unfinished, day

    return sorted(due, key=turn)


def is_to_do(count: int, summary: DaySummary) -> bool:
    """Its flows have changed, or it was begun and not finished."""
    return has_changed(count, summary) or (summary.unfinished > 0 and not is_partial(count, summary))


def _may_grow(count: int, summary: DaySummary) -> bool:
    return not summary.is_over and not is_partial(count, summary)


def has_changed(count: int, summary: DaySummary) -> bool:
    return summary.records is None or count > summary.records


def is_partial(count: int, summary: DaySummary) -> bool:
    """An index that was dropped, and came back with only some of the records that were summed up.

    Nothing deletes single records, so there are never fewer for another reason.
    """
    return summary.records is not None and count < summary.records
