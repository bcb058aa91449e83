"""What the command tells of its work, beside the documents themselves."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Final

from domain.text import shorten
from local.analyze.analysis import Analysis
from local.analyze.documents import STANDARD_OUTPUT
from local.analyze.inventory_folder import FolderInventory
from local.analyze.judged import Judged
from local.analyze.options import VERDICTS, Options
from local.analyze.out_folder import INDEX
from local.analyze.reading import ReadingCounts

_IDS_SHOWN: Final = 10
_REASON_CHARACTERS: Final = 300
_HOUR: Final = 3_600


def summarize(
    analysis: Analysis, inventory: FolderInventory, options: Options, judged: Judged | None
) -> Iterator[str]:
    """Lines of text."""
    yield from summarize_reading(analysis.counts, analysis.documents)
    if options.documents is not None:
        is_standard = options.documents == STANDARD_OUTPUT
        target = "the standard output" if is_standard else str(options.documents)
        yield f"{analysis.documents:,} documents written to {target}"
    yield from _share("Attribution", analysis.outcomes)
    yield from _share("Who began, by evidence", analysis.evidence)
    if judged is not None:
        yield from _summarize_advice(judged, options.out)
    yield from _list("Inventory", _describe_inventory(analysis, inventory))
    yield from _list("Notes", chain(_note(analysis), _note_advice(analysis, judged) if judged else ()))
    if judged is not None:
        yield from _tell_failures(judged)


def _summarize_advice(judged: Judged, out: Path | None) -> Iterator[str]:
    advice = judged.advice
    yield (
        f"Window: {_utc(advice.window_start)} to {_utc(advice.made_at)},"
        f" {_count(advice.settings.window_days, 'day')}"
    )
    if out is not None:
        yield from _share("Verdicts, of rules", judged.verdicts)
        yield (
            f"{_count(judged.groups, 'report')} written to {out / INDEX},"
            f" {_count(judged.changes, 'change')} proposed"
        )


def _note_advice(analysis: Analysis, judged: Judged) -> Iterator[str]:
    start, oldest = judged.advice.window_start, analysis.counts.oldest
    if oldest is not None and oldest // 1000 >= start + _HOUR:
        yield (
            f"the window begins at {_utc(start)}, the records at {_utc(oldest // 1000)}: the time between"
            " counts as not logged, and rules may be no_evidence for it; give the files of that time too, or"
            " a shorter window with --window-days"
        )
    if judged.records_outside:
        yield (
            f"{_count(judged.records_outside, 'record')} of days outside of the window, which count for no"
            " verdict"
        )
    if judged.unknown_rules:
        unknown = _enumerate(judged.unknown_rules)
        yield f"rules that no inventory knows, and whose records count for none: {unknown}"


def _tell_failures(judged: Judged) -> Iterator[str]:
    if judged.failed:
        verdicts = ", ".join(verdict for verdict in VERDICTS if verdict in judged.fail_on)
        yield f"FAILED: {_count(len(judged.failed), 'rule')} with --fail-on {verdicts}:"
        yield from (f"  {line}" for line in judged.failed)
    if judged.replay is not None:
        refused = len(judged.replay.refused)
        result = "FAILED" if refused else "Replay"
        yield (
            f"{result}: the rules of --replay refuse {_count(refused, 'connection')} of"
            f" {judged.replay.connections:,} that were recorded"
        )


def summarize_reading(counts: ReadingCounts, documents: int) -> Iterator[str]:
    yield (
        f"{_count(len(counts.files), 'file')}, {_count(counts.lines, 'line')}: {_count(documents, 'record')},"
        f" {_count(counts.headers, 'header line')}, {counts.blank:,} blank, {counts.unreadable:,} unreadable"
    )
    for line in counts.shown:
        yield f"  {line.place}: {_cut(line.reason)}"
        yield f"    {shorten(line.line.strip())}"
    if counts.unreadable > len(counts.shown):
        yield f"  and {counts.unreadable - len(counts.shown):,} more like these"
    if counts.unreadable and documents:
        yield f"WARNING: {_count(counts.unreadable, 'line')} could not be read and so are in no document"


def _share(title: str, counter: Counter[str]) -> Iterator[str]:
    yield f"{title}:"
    total = counter.total()
    width = max(map(len, counter), default=0)
    for word, count in counter.most_common():
        yield f"  {word:<{width}}  {count:>13,}  {count / total:6.1%}"


def _list(title: str, items: Iterator[str]) -> Iterator[str]:
    lines = [f"  {item}" for item in items]
    if lines:
        yield f"{title}:"
        yield from lines


def _describe_inventory(analysis: Analysis, inventory: FolderInventory) -> Iterator[str]:
    yield f"of {', '.join(sorted(inventory.days)) or 'no VPC at all'}, {_count(inventory.folders, 'folder')}"
    gaps = inventory.gaps
    missing: dict[str, Collection[str]] = {
        "of VPCs that the inventory doesn't hold (no_inventory)": analysis.unknown_vpcs,
        "of network interfaces that no inventory knows (no_inventory)": analysis.unknown_interfaces,
    }
    for title, ids in missing.items():
        if ids:
            yield f"records {title}: {_enumerate(ids)}"
    yield from _describe_start(analysis, inventory)
    parts: dict[str, Collection[str]] = {
        "prefix lists without entries; a rule that names one is possible, never certain": gaps.prefix_lists,
        "groups of interfaces that are not described": gaps.carried_groups,
        "groups of interfaces without any rule": gaps.groups_without_rules,
        "groups that rules reference and that are not described, as those of other VPCs and accounts; such a"
        " rule is possible, never certain": gaps.referenced_groups,
    }
    for title, ids in parts.items():
        if ids:
            yield f"{title}: {_enumerate(ids)}"


def _describe_start(analysis: Analysis, inventory: FolderInventory) -> Iterator[str]:
    first, oldest = inventory.observed_from, analysis.counts.oldest
    if first is not None and oldest is not None and oldest < first * 1000:
        yield (
            f"it begins at {_utc(first)}, but the records at {_utc(oldest // 1000)}: those that end before it"
            " begins are no_inventory"
        )


def _note(analysis: Analysis) -> Iterator[str]:
    counts = analysis.counts
    if counts.files_by_default:
        yield (
            f"{_count(counts.files_by_default, 'file')} without a header line, read in the default format: if"
            " the flow log has another one, say so with --log-format"
        )
    if counts.unused_columns:
        unused = _enumerate(counts.unused_columns)
        yield f"columns that are no fields of a flow log and were left out: {unused}"
    for note in counts.formats.values():
        if note is not None:
            yield note


def _enumerate(ids: Collection[str]) -> str:
    shown = sorted(ids)[:_IDS_SHOWN]
    more = f" and {len(ids) - len(shown):,} more" if len(ids) > len(shown) else ""
    return f"{', '.join(shown)}{more}"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _cut(text: str) -> str:
    return text if len(text) <= _REASON_CHARACTERS else f"{text[:_REASON_CHARACTERS]}…"


def _utc(second: int) -> str:
    return f"{datetime.fromtimestamp(second, tz=UTC):%Y-%m-%d %H:%M:%S} UTC"
