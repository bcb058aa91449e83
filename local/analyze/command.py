"""What one run does, in its order. Nothing is put in its place before all of it is done."""

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from domain.advice_settings import AdviceSettings
from domain.report import GroupReport
from local.analyze.advice import Advice, AdviceRequest, prepare
from local.analyze.analysis import Analysis, Takers, analyze
from local.analyze.documents import STANDARD_OUTPUT, Documents, open_documents
from local.analyze.error import AnalyzeError
from local.analyze.find_files import find_files
from local.analyze.inventory_folder import FolderInventory, read_inventory_folder
from local.analyze.judged import Judged
from local.analyze.options import Options
from local.analyze.out_folder import OutFolder, check_target, open_out
from local.analyze.own_rules import read_rules, replay_own_rules, to_json
from local.analyze.owners import find_owners
from local.analyze.progress import Progress
from local.analyze.report_folder import write_reports
from local.analyze.summary import summarize, summarize_reading
from local.analyze.tally import Tallies
from local.analyze.tally_store import TallyStore

FAILED: Final = 3
"""A rule has one of the verdicts of --fail-on, or --replay refuses a connection."""


def run(options: Options, progress: Progress) -> int:
    """The exit code; AnalyzeError or SgLensError where something can't be used."""
    files = find_files(options.flow_logs)
    _check(options, files)
    work = _Work(options, files, read_inventory_folder(options.inventory), progress, _total_bytes(files))
    with ExitStack() as stack:
        documents = stack.enter_context(open_documents(options.documents)) if options.documents else None
        out = stack.enter_context(open_out(options.out)) if options.out else None
        judged = None
        if options.is_advice:
            store = stack.enter_context(open_store(out, work.inventory))
            analysis, judged = work.judge(documents, store, out)
        else:
            analysis = work.read(Takers(documents, progress=work.show_reading))
        progress.clear()
    for line in summarize(analysis, work.inventory, options, judged):
        _say(line)
    return FAILED if judged and judged.has_failed else 0


def _check(options: Options, files: Sequence[Path]) -> None:
    documents = options.documents
    written = None if documents in {None, STANDARD_OUTPUT} else documents
    if written and written.resolve() in {file.resolve() for file in files}:
        raise AnalyzeError(f"--documents {written} is one of the flow log files: give another name")
    if options.out is not None:
        check_target(options.out, [*options.flow_logs, options.inventory])
    if options.replay is not None:
        read_rules(options.replay)


@contextmanager
def open_store(out: OutFolder | None, inventory: FolderInventory) -> Iterator[TallyStore]:
    """On the disk that the reports go to, which has room more likely than the one for temporary files."""
    with ExitStack() as stack:
        folder = out.work if out else Path(stack.enter_context(TemporaryDirectory()))
        path = folder / "tallies.sqlite3"
        try:
            store = TallyStore(path, find_owners(inventory.days))
            stack.callback(store.close)
            yield store
        except sqlite3.Error as error:
            raise AnalyzeError(
                f"what is counted can't be kept in {path}: {error}; is there room on the disk?"
            ) from error


@dataclass(frozen=True, slots=True)
class _Work:
    options: Options
    files: Sequence[Path]
    inventory: FolderInventory
    progress: Progress
    total_bytes: int | None
    """Of all files; None where one is a pipe."""

    def read(self, takers: Takers) -> Analysis:
        self.progress.begin()
        analysis = analyze(self.files, self.options.log_format, self.inventory, takers)
        if not analysis.documents:
            self.progress.clear()
            for line in summarize_reading(analysis.counts, analysis.documents):
                _say(line)
            raise AnalyzeError("there is no flow record in these files that can be read")
        return analysis

    def judge(
        self, documents: Documents | None, store: TallyStore, out: OutFolder | None
    ) -> tuple[Analysis, Judged]:
        tallies = Tallies(store)
        analysis = self.read(Takers(documents, tallies, self.show_reading))
        advice = self._prepare(store, tallies)
        judged = Judged(advice, self.options.fail_on)
        judged.unknown_rules = store.unknown_rules
        judged.records_outside = tallies.count_records_outside(advice.days)
        if self.options.replay is not None:
            group_id, judged.replay = replay_own_rules(self.options.replay, advice)
            self.progress.clear()
            print(to_json(group_id, judged.replay))
        if out is not None:
            self._write(advice, out, judged)
        return analysis, judged

    def show_reading(self, analysis: Analysis) -> None:
        self.progress.show_reading(analysis.counts, analysis.documents, self.total_bytes)

    def _prepare(self, store: TallyStore, tallies: Tallies) -> Advice:
        options = self.options
        settings = AdviceSettings(window_days=options.window_days)
        request = AdviceRequest(settings, options.made_at, options.region)
        self.progress.begin()
        return prepare(self.inventory.days, store, tallies.latest_end, request, self._show_summing)

    def _show_summing(self, done: int, total: int) -> None:
        self.progress.show_groups("Summing up", done, total)

    def _write(self, advice: Advice, out: OutFolder, judged: Judged) -> None:
        total = advice.count_groups()

        def each(report: GroupReport) -> None:
            judged.add(report)
            self.progress.show_groups("Writing reports", judged.groups, total)

        self.progress.begin()
        write_reports(advice, out, each)


def _total_bytes(files: Sequence[Path]) -> int | None:
    try:
        return sum(file.stat().st_size for file in files) if all(map(Path.is_file, files)) else None
    except OSError:
        # Whoever reads it will say what is wrong with it.
        return None


def _say(line: str) -> None:
    print(line, file=sys.stderr)
