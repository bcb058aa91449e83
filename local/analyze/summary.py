"""What the command tells of its work, beside the documents themselves."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from domain.text import shorten
from local.analyze.analysis import Analysis
from local.analyze.documents import STANDARD_OUTPUT
from local.analyze.inventory_folder import FolderInventory
from local.analyze.reading import ReadingCounts

_IDS_SHOWN: Final = 10
_REASON_CHARACTERS: Final = 300


def summarize(analysis: Analysis, inventory: FolderInventory, documents: Path) -> Iterator[str]:
    """Lines of text."""
    yield from summarize_reading(analysis.counts, analysis.documents)
    target = "the standard output" if documents == STANDARD_OUTPUT else str(documents)
    yield f"{analysis.documents:,} documents written to {target}"
    yield from _share("Attribution", analysis.outcomes)
    yield from _share("Who began, by evidence", analysis.evidence)
    yield from _list("Inventory", _describe_inventory(analysis, inventory))
    yield from _list("Notes", _note(analysis))


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
