"""One hourly run: the days that are due, then what is too old."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from adapters.log import write_log
from adapters.search_reader import OutOfTimeError
from adapters.usage_index import DaySummary
from domain.inventory_day import utc_day
from rule_usage.inventories import list_days, load_day
from rule_usage.plan import Calendar, is_partial, is_to_do, plan_days

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adapters.inventory_store import InventoryStore
    from rule_usage.day import DaySummer
    from rule_usage.request import UsageRequest

_HOUR: Final = 3_600
_SETTLING_SECONDS: Final = _HOUR
"""After its end a day's inventory may still be written."""


@dataclass(slots=True)
class PassResult:
    days: list[str] = field(default_factory=list)
    """Summed up."""
    documents: int = 0
    dropped: list[str] = field(default_factory=list)
    """Days whose flows index is gone."""
    unfinished: list[str] = field(default_factory=list)
    """Days that there was no time for, or not enough: the next run goes on with them."""


@dataclass(frozen=True, slots=True)
class UsagePass:
    days: DaySummer
    inventories: InventoryStore
    retention_days: int
    clock: Callable[[], float] = time.time

    def run(self, request: UsageRequest) -> PassResult:
        result = PassResult()
        now = int(self.clock())
        calendar = Calendar(utc_day(now), self.retention_days, now // _HOUR % 24)
        known = self.days.index.load_days()
        if request.days:
            # From their beginning, whatever was begun before.
            anew = {day: summary._replace(begun_with=None, done_to=None) for day, summary in known.items()}
            self._sum_up(request.days, anew, result)
            return result
        counts = self.days.indices.count_all()
        self._sum_up(plan_days(counts, known, list_days(self.inventories), calendar), known, result)
        try:
            self._drop(sorted(day for day in counts if day < calendar.first_kept), known, result)
            self.days.index.delete_before(calendar.first_usage)
        except OutOfTimeError as error:
            write_log("warning", "no time left to delete what is too old", reason=str(error))
        return result

    def _sum_up(self, days: Sequence[str], known: dict[str, DaySummary], result: PassResult) -> None:
        for position, day in enumerate(days):
            try:
                self._sum_up_one(day, known, result)
            except OutOfTimeError as error:
                write_log("warning", "no time left for a day", day=day, reason=str(error))
                result.unfinished += days[position:]
                return

    def _sum_up_one(self, day: str, known: dict[str, DaySummary], result: PassResult) -> None:
        now = int(self.clock())
        inventories = load_day(self.inventories, day, now)
        is_over = day < utc_day(now - _SETTLING_SECONDS)
        day_sum = self.days.sum_up(day, known.get(day, DaySummary()), inventories, is_over=is_over)
        known[day] = day_sum.summary
        if day_sum.documents:
            result.days.append(day)
            result.documents += day_sum.documents

    def _drop(self, days: Sequence[str], known: dict[str, DaySummary], result: PassResult) -> None:
        """Only what is in the usage documents whole."""
        for day in days:
            # Whatever came in the last seconds is looked for too.
            self.days.indices.refresh(day)
            count = self.days.indices.count(day)
            if count is None:
                continue
            summary = known.get(day, DaySummary())
            if count and is_to_do(count, summary):
                continue
            if is_partial(count, summary) and count and count != summary.returned:
                # It may be on its way back, whole: a replay takes its time.
                self.days.index.save_day(day, summary._replace(returned=count))
                continue
            self.days.indices.drop(day)
            result.dropped.append(day)
            write_log("info", "dropped a flows index", day=day, records=count)
