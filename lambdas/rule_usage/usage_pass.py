"""One hourly run: the days that are due, then what is too old."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.log import write_log
from adapters.search_reader import OutOfTimeError
from adapters.usage_index import DaySummary
from domain.inventory_day import utc_day
from rule_usage.inventories import list_days, load_day
from rule_usage.plan import Calendar, has_changed, is_partial, plan_days

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adapters.inventory_store import InventoryStore
    from rule_usage.day import DaySummer
    from rule_usage.request import UsageRequest


@dataclass(slots=True)
class PassResult:
    days: list[str] = field(default_factory=list)
    """Summed up."""
    documents: int = 0
    dropped: list[str] = field(default_factory=list)
    """Days whose flows index is gone."""
    unfinished: list[str] = field(default_factory=list)
    """Days that there was no time for."""


@dataclass(frozen=True, slots=True)
class UsagePass:
    days: DaySummer
    inventories: InventoryStore
    retention_days: int
    remaining: Callable[[], float]
    """The seconds that this run still has."""
    clock: Callable[[], float] = time.time

    def run(self, request: UsageRequest) -> PassResult:
        result = PassResult()
        calendar = Calendar(utc_day(int(self.clock())), self.retention_days)
        known = self.days.index.load_days()
        if request.days:
            self._sum_up(request.days, known, result)
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
        """Ends early when there is no time for a day as slow as the slowest so far."""
        slowest = 0.0
        for position, day in enumerate(days):
            before = self.remaining()
            if before <= slowest:
                result.unfinished += days[position:]
                return
            try:
                self._sum_up_one(day, known, result)
            except OutOfTimeError as error:
                write_log("warning", "no time left for a day", day=day, reason=str(error))
                result.unfinished += days[position:]
                return
            slowest = max(slowest, before - self.remaining())

    def _sum_up_one(self, day: str, known: dict[str, DaySummary], result: PassResult) -> None:
        inventories = load_day(self.inventories, day, int(self.clock()))
        day_sum = self.days.sum_up(day, known.get(day, DaySummary()), inventories)
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
            if count and has_changed(count, summary):
                continue
            if is_partial(count, summary) and count and count != summary.returned:
                # It may be on its way back, whole: a replay takes its time.
                self.days.index.save_day(day, summary._replace(returned=count))
                continue
            self.days.indices.drop(day)
            result.dropped.append(day)
            write_log("info", "dropped a flows index", day=day, records=count)
