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

    Today and yesterday each time, since their hours pass and the inventory grows; any other day where its
    flows changed. A day that was begun in vain comes after the others: it must not keep them from their turn.
    """
    recent = {calendar.today, calendar.yesterday}
    days = counts.keys() | recent | {day for day in observed if calendar.first_kept <= day <= calendar.today}
    due = [
        day
        for day in days
        if has_changed(counts.get(day, 0), known.get(day, _NOT_YET))
        or (day in recent and not is_partial(counts.get(day, 0), known.get(day, _NOT_YET)))
    ]
    return sorted(due, key=lambda day: (known.get(day, _NOT_YET).unfinished, day))


def has_changed(count: int, summary: DaySummary) -> bool:
    return summary.records is None or count > summary.records


def is_partial(count: int, summary: DaySummary) -> bool:
    """An index that was dropped, and came back with only some of the records that were summed up.

    Nothing deletes single records, so there are never fewer for another reason.
    """
    return summary.records is not None and count < summary.records
