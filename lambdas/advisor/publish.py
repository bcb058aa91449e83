from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from adapters.log import write_log
from adapters.raw_check import RawCheck
from adapters.report_store import NotPublishedError
from adapters.search_reader import OutOfTimeError
from adapters.usage_index import UsageWindow
from advisor.error import AdvisorError
from advisor.files import report_files
from advisor.inventories import find_watched, load_days
from advisor.plan import plan_tasks
from domain.advice_run import AdviceRun
from domain.advise import advise
from domain.errors import OvertakenError, SgLensError
from domain.group_summary import summarize
from domain.inventory_day import utc_day
from domain.vpc_state import VpcState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from adapters.advice_run_store import AdviceRunStore
    from adapters.inventory_store import InventoryStore
    from adapters.report_store import ReportStore, Stored
    from adapters.search_reader import SearchReader
    from adapters.summary_store import SummaryStore
    from advisor.inventories import WatchedVpc
    from advisor.plan import Task
    from advisor.request import AdviceRequest
    from domain.advice_settings import AdviceSettings
    from domain.group_summary import GroupSummary
    from domain.report import GroupReport
    from pages.report_page import ReportLinks

_ATTEMPTS = 3
# What comes before a VPC's first report grows with all its groups: for a large one it takes minutes.
_LEAST_SECONDS_TO_BEGIN = 400.0
_SECONDS_FOR_REPORTS = 300.0


@dataclass(slots=True)
class Outcome:
    """What became of a run."""

    summaries: list[GroupSummary] = field(default_factory=list)
    """Of the reports that it made."""
    left: int = 0
    """Groups for which there was no time."""
    gone: int = 0
    """Groups whose folders were deleted."""
    failures: dict[str, Exception] = field(default_factory=dict)
    """By VPC id."""


@dataclass(frozen=True, slots=True)
class Stores:
    inventories: InventoryStore
    runs: AdviceRunStore
    summaries: SummaryStore
    reports: ReportStore


@dataclass(frozen=True, slots=True)
class Advisor:
    """Makes the reports of security groups, and puts them where people read them.

    `reader` keeps the time: a run ends when there is none left, and the next one goes on with the rest.
    """

    stores: Stores
    reader: SearchReader
    settings: AdviceSettings
    made_with: str
    """The settings and the code, as one text."""
    region: str
    links: ReportLinks
    clock: Callable[[], float] = time.time

    def run(self, request: AdviceRequest) -> Outcome:
        """Raises NotPublishedError where there is no index page, AdvisorError for a senseless request.

        The failure of one VPC leaves the others alone.
        """
        self.stores.reports.check_published()
        now = int(self.clock())
        watched = find_watched(self.stores.inventories, self._first_day(now), utc_day(now))
        tasks = plan_tasks(request, watched, self.stores.runs.load, self.made_with, now)
        outcome = Outcome()
        if tasks:
            stored = self.stores.reports.list_all()
            for task in tasks:
                self._carry_out(task, stored, outcome)
            self._finish(watched, stored, outcome)
        return outcome

    def _carry_out(self, task: Task, stored: dict[str, Stored], outcome: Outcome) -> None:
        started = int(self.clock())
        made: list[GroupSummary] = []
        try:
            if self.reader.pace.remaining() >= _LEAST_SECONDS_TO_BEGIN:
                for report in self._advise(task, started):
                    folder = stored.get(report.group.group_id, {})
                    self.stores.reports.put(report.group.group_id, report_files(report, self.links), folder)
                    made.append(summarize(report))
        except OutOfTimeError as error:
            write_log("info", "no time is left", vpc_id=task.vpc.vpc_id, reason=str(error))
        except NotPublishedError:
            raise
        except (SgLensError, ClientError, BotoCoreError) as error:
            outcome.failures[task.vpc.vpc_id] = error
        left = task.group_ids.difference(summary.group_id for summary in made)
        outcome.summaries += made
        outcome.left += len(left)
        self._keep_run(task, started, left)
        how_far = {"reports": len(made), "left": len(left), "seconds": int(self.clock()) - started}
        write_log("info", "advised", vpc_id=task.vpc.vpc_id, **how_far)

    def _advise(self, task: Task, now: int) -> Iterator[GroupReport]:
        """Raises OutOfTimeError when there is no time for another report."""
        state = VpcState.build(load_days(self.stores.inventories, task.vpc.vpc_id, self._first_day(now)), now)
        window_start = now - self.settings.window_seconds
        raw = RawCheck.of_vpc(self.reader, state, window_start, _SECONDS_FOR_REPORTS)
        try:
            yield from self._make_reports(task, state, raw)
        except OutOfTimeError as error:
            # All raw flows are looked at before the first report is made, and so none is made twice.
            if self.reader.pace.remaining() < _SECONDS_FOR_REPORTS / 2:
                raise
            write_log("warning", "no time to look at the raw flows", vpc_id=state.vpc_id, reason=str(error))
            yield from self._make_reports(task, state, None)

    def _make_reports(self, task: Task, state: VpcState, raw: RawCheck | None) -> Iterator[GroupReport]:
        usage = UsageWindow(self.reader, state.vpc_id, self._first_day(state.now), utc_day(state.now))
        wanted = None if task.is_whole else task.group_ids
        for report in advise(state, usage, self.settings, state.now, self.region, raw, wanted):
            yield report
            if self.reader.pace.remaining() <= 0:
                raise OutOfTimeError(f"the report of {report.group.group_id} was the last one")

    def _keep_run(self, task: Task, started: int, left: Iterable[str]) -> None:
        run = self._to_run(task, started, left)
        if run is None:
            return
        try:
            self.stores.reports.check_published()
            self.stores.runs.save(run, task.last.etag)
        except OvertakenError as error:
            write_log("info", "another run of the same VPC stands", reason=str(error))

    def _to_run(self, task: Task, started: int, left: Iterable[str]) -> AdviceRun | None:
        """None for a run of some groups alone, which says nothing of the VPC."""
        last, seconds, rest = task.last.run, int(self.clock()) - started, tuple(sorted(left))
        if task.is_rest and last:
            # A change since its beginning makes the VPC due once more.
            return replace(last, seconds=last.seconds + seconds, left=rest)
        if not task.is_whole:
            return None
        return AdviceRun(
            vpc_id=task.vpc.vpc_id,
            first_made_at=last.first_made_at if last else started,
            made_at=started,
            changed_at=task.vpc.changed_at,
            made_with=self.made_with,
            seconds=seconds,
            left=rest,
        )

    def _finish(self, watched: Sequence[WatchedVpc], stored: dict[str, Stored], outcome: Outcome) -> None:
        existing = frozenset[str]().union(*(vpc.group_ids for vpc in watched))
        gone = {group_id: stored[group_id] for group_id in stored if group_id not in existing}
        self.stores.reports.delete(gone)
        outcome.gone = len(gone)
        self._save_summaries(existing, outcome.summaries)

    def _save_summaries(self, existing: frozenset[str], made: Sequence[GroupSummary]) -> None:
        """Beside those that other runs made; groups that are gone are left out."""
        store = self.stores.summaries
        for _ in range(_ATTEMPTS):
            self.stores.reports.check_published()
            etag = store.get_etag()
            kept = {each.group_id: each for each in store.load() if each.group_id in existing}
            try:
                store.save([*(kept | {each.group_id: each for each in made}).values()], etag)
            except OvertakenError as error:
                write_log("info", "the summaries are put together again", reason=str(error))
            else:
                return
        raise AdvisorError(
            f"the summaries were written by others {_ATTEMPTS} times; the index page goes by theirs, and the "
            "next run adds what they lack"
        )

    def _first_day(self, now: int) -> str:
        return utc_day(now - self.settings.window_seconds)
