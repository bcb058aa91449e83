"""The index rule-usage: how rule_usage writes it, and how the advisor reads it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from adapters.search_reader import IndexGoneError
from adapters.usage_bulk import send_bulk
from domain.usage import RuleUsage
from domain.usage_document import from_usage_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from adapters.search_reader import Json, SearchReader
    from domain.usage import GroupEvidence

INDEX = "rule-usage"
# One document may hold 10,000 connections, some 400 kB of JSON; most hold a few.
_PAGE_SIZE = 250
_IDS_OF_A_PAGE = 5_000
_MOST_DAYS = 10_000
_OF_A_DAY = ["rule", "group"]
_ORDER = ("vpc_id", "group_id", "kind", "rule_id", "day")
"""The index's own, so that the engine begins a page where the last one ended."""


class DaySummary(NamedTuple):
    """What is known of a day's summing-up."""

    records: int | None = None
    """Documents of its flows index when it was summed up; None where it never was, 0 without an index."""
    returned: int | None = None
    """Of an index that came back with fewer than that: how many it had when it was last looked at."""
    is_over: bool = False
    """It was summed up when all its hours had passed."""
    unfinished: int = 0
    """How often it was begun since it was last summed up."""
    begun_with: int | None = None
    """Documents of its flows index when it was begun first of these times."""
    done_to: str | None = None
    """Up to where its rules are summed up since then: what a later run goes on from."""


@dataclass(frozen=True, slots=True)
class UsageIndex:
    """What was found of more records is never replaced by what was found of fewer, as a run that began
    earlier would do: the number of records is the documents' version.

    Each method raises what SearchReader does.
    """

    reader: SearchReader
    page_size: int = _IDS_OF_A_PAGE

    def load_days(self) -> dict[str, DaySummary]:
        query = {"term": {"kind": "day"}}
        body: Json = {"size": _MOST_DAYS, "query": query, "sort": ["day"]}
        sources = [hit["_source"] for hit in self._search(body)]
        return {
            source["day"]: DaySummary(**{name: source[name] for name in DaySummary._fields if name in source})
            for source in sources
        }

    def save_day(self, day: str, summary: DaySummary) -> None:
        known = {name: value for name, value in summary._asdict().items() if value is not None}
        self.write([(f"day|{day}", {"kind": "day", "day": day, **known})], summary.records or 0)

    def write(self, documents: Iterable[tuple[str, Mapping[str, Any]]], records: int) -> set[str]:
        """Each of them whole, with its id. Gives the ids."""
        ids = set()

        def actions() -> Iterator[str]:
            for document_id, document in documents:
                ids.add(document_id)
                yield f"{_action('index', document_id, records)}{_to_json(document)}\n"

        send_bulk(self.reader, INDEX, actions())
        return ids

    def delete_others(self, day: str, ids: set[str], records: int) -> int:
        """Documents of rules and groups on that day that are none of `ids`."""
        others = [each for each in self._list_ids(day) if each not in ids]
        send_bulk(self.reader, INDEX, (_action("delete", each, records) for each in others))
        return len(others)

    def delete_before(self, day: str) -> int:
        """All documents of earlier days."""
        deleted = 0
        query = {"range": {"day": {"lt": day}}}
        body: Json = {"size": self.page_size, "query": query, "_source": False, "sort": ["_doc"]}
        while True:
            ids = [hit["_id"] for hit in self._search(body)]
            send_bulk(self.reader, INDEX, (_action("delete", each) for each in ids))
            deleted += len(ids)
            if len(ids) < self.page_size:
                return deleted

    def _list_ids(self, day: str) -> Iterator[str]:
        query = {"bool": {"filter": [{"term": {"day": day}}, {"terms": {"kind": _OF_A_DAY}}]}}
        for hit in _page_through(self.reader, query, self.page_size, source=False):
            yield hit["_id"]

    def _search(self, body: Json) -> list[Json]:
        try:
            hits: list[Json] = self.reader.search(INDEX, body)["hits"]["hits"]
        except IndexGoneError:
            # Before the first document.
            return []
        return hits


@dataclass(frozen=True, slots=True)
class UsageWindow:
    """What used the rules of a VPC from `first_day` to `last_day`; both count."""

    reader: SearchReader
    vpc_id: str
    first_day: str
    last_day: str
    page_size: int = _PAGE_SIZE

    def groups(self) -> Iterator[tuple[str, Sequence[RuleUsage], Sequence[GroupEvidence]]]:
        """By group id; each call asks anew. The rules' usage is in the order of rule id and day, the evidence
        of days."""
        for group_id, hits in groupby(self._hits(), key=lambda hit: hit["_source"]["group_id"]):
            yield group_id, *_part(hits)

    def of_group(self, group_id: str) -> tuple[Sequence[RuleUsage], Sequence[GroupEvidence]]:
        """In the same order; no other group's are read."""
        return _part(self._hits({"term": {"group_id": group_id}}))

    def _hits(self, *more: Json) -> Iterator[Json]:
        days = {"range": {"day": {"gte": self.first_day, "lte": self.last_day}}}
        filters = [{"term": {"vpc_id": self.vpc_id}}, {"terms": {"kind": _OF_A_DAY}}, days, *more]
        return _page_through(self.reader, {"bool": {"filter": filters}}, self.page_size)


def _part(hits: Iterable[Json]) -> tuple[Sequence[RuleUsage], Sequence[GroupEvidence]]:
    rules: list[RuleUsage] = []
    evidence: list[GroupEvidence] = []
    for hit in hits:
        usage = from_usage_document(hit["_source"])
        if isinstance(usage, RuleUsage):
            rules.append(usage)
        else:
            evidence.append(usage)
    return rules, evidence


def _page_through(reader: SearchReader, query: Json, size: int, *, source: bool = True) -> Iterator[Json]:
    body: Json = {
        "size": size,
        "query": query,
        "_source": source,
        "track_total_hits": False,
        "sort": [{field: "asc"} for field in _ORDER],
    }
    while True:
        try:
            hits: list[Json] = reader.search(INDEX, body)["hits"]["hits"]
        except IndexGoneError:
            return
        yield from hits
        if len(hits) < size:
            return
        body["search_after"] = hits[-1]["sort"]


def _action(name: str, document_id: str, records: int | None = None) -> str:
    """Without `records` nothing is asked of the document that is there."""
    metadata: Json = {"_id": document_id}
    if records is not None:
        metadata |= {"version": records, "version_type": "external_gte"}
    return f"{_to_json({name: metadata})}\n"


def _to_json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
