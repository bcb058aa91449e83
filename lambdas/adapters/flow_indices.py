"""The daily indices flows-YYYY.MM.DD, as wholes."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.search_reader import IndexGoneError

if TYPE_CHECKING:
    from adapters.search_reader import SearchReader

_PATTERN = "flows-*"
_NAME = re.compile(r"flows-(\d{4})\.(\d\d)\.(\d\d)")
# More than a domain has room for.
_MOST_INDICES = 10_000


def flows_index(day: str) -> str:
    """Of a day (YYYY-MM-DD)."""
    return f"flows-{day.replace('-', '.')}"


@dataclass(frozen=True, slots=True)
class FlowIndices:
    reader: SearchReader

    def count_all(self) -> dict[str, int]:
        """By day, how many documents can be found in its index; 0 for an empty one."""
        listed = self.reader.ask(
            f"indices {_PATTERN}",
            lambda timeout: self.reader.client.indices.get_alias(
                index=_PATTERN, params={"request_timeout": timeout}
            ),
        )
        counts = dict.fromkeys((day for name in listed if (day := _parse_day(name))), 0)
        each = {"terms": {"field": "_index", "size": _MOST_INDICES}}
        body = {"size": 0, "track_total_hits": False, "aggs": {"each": each}}
        found = self.reader.search(_PATTERN, body).get("aggregations", {"each": {"buckets": []}})
        for bucket in found["each"]["buckets"]:
            day = _parse_day(bucket["key"])
            if day:
                counts[day] = bucket["doc_count"]
        return counts

    def count(self, day: str) -> int | None:
        """None where there is no index of that day."""
        try:
            answer = self.reader.search(flows_index(day), {"size": 0, "track_total_hits": True})
        except IndexGoneError:
            return None
        count: int = answer["hits"]["total"]["value"]
        return count

    def refresh(self, day: str) -> None:
        """Whatever was written until now can be found then; nothing is done where there is no such index."""
        index = flows_index(day)
        # Even to `ignore_unavailable` the engine answers 404 where another run drops it just then.
        with suppress(IndexGoneError):
            self.reader.ask(
                index,
                lambda timeout: self.reader.client.indices.refresh(
                    index=index, params={"request_timeout": timeout}
                ),
            )

    def drop(self, day: str) -> None:
        """Nothing is done where another run was faster."""
        index = flows_index(day)
        with suppress(IndexGoneError):
            self.reader.ask(
                index,
                lambda timeout: self.reader.client.indices.delete(
                    index=index, params={"request_timeout": timeout}
                ),
            )


def _parse_day(index: str) -> str | None:
    found = _NAME.fullmatch(index)
    return "-".join(found.groups()) if found else None
