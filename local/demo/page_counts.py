"""What the index page says of attribution, against a plain count of the documents."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from local.demo.error import DemoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from playwright.sync_api import Page

    from local.demo.search import IndexedDocument

ALL: Final = "all interfaces"
READ_COUNTS: Final = """(all) => {
  document.querySelectorAll('.unattributed .expand').forEach((button) => button.click());
  const read = (place) => Object.fromEntries([...place.querySelectorAll('[data-outcome]')].map(
    (outcome) => [outcome.dataset.outcome, outcome.querySelector('dd').firstChild.data]));
  const folded = [...document.querySelectorAll('tr.detail')].map(
    (detail) => [detail.previousSibling.querySelector('.id').textContent, read(detail)]);
  return [[all, read(document.getElementById('attribution'))], ...folded];
}"""
"""Of whom, by what the page calls it, and the number as the page writes it."""

Counts = dict[str, int]


def check_counts(page: Page, documents: Sequence[IndexedDocument]) -> None:
    """Raises DemoError unless all that the open page counts is what the documents add up to."""
    shown = {whose: _to_numbers(texts) for whose, texts in page.evaluate(READ_COUNTS, ALL)}
    expected = _count(documents)
    for whose in sorted(shown.keys() | expected.keys()):
        on_page, in_index = shown.get(whose, {}), expected.get(whose, {})
        if on_page != in_index:
            raise DemoError(f"The index page says of {whose} {on_page}, but the index has {in_index}")


def _to_numbers(texts: Mapping[str, str]) -> Counts:
    return {name: int(text.replace(",", "")) for name, text in texts.items()}


def _count(documents: Iterable[IndexedDocument]) -> dict[str, Counts]:
    """By group id, and of all."""
    counts: dict[str, Counter[str]] = {ALL: Counter()}
    for source in (document.source for document in documents):
        if source["log_status"] == "OK":
            for whose in (ALL, *source["group_ids"]):
                counts.setdefault(whose, Counter()).update(_outcomes(source))
    return {whose: dict(each) for whose, each in counts.items()}


def _outcomes(source: Mapping[str, Any]) -> Iterator[str]:
    """What a record counts as."""
    if source.get("action") == "REJECT":
        yield "rejected"
    elif source.get("attribution") == "rules":
        yield source["rule_match"]
    else:
        yield source.get("attribution", "undecided")
    if source.get("initiator_evidence") == "unknown":
        yield "unknown_initiator"
