"""Questions to the index, asked through the front door as a person would: basic auth, TLS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from opensearchpy import OpenSearch
from opensearchpy.helpers import scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from local.demo.stack import SearchUser

FLOWS: Final = "flows-*"
SCAN_SIZE: Final = 5000


@dataclass(frozen=True, slots=True)
class Bucket:
    """One row of an aggregation."""

    key: str
    records: int
    bytes: int


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    index: str
    id: str
    source: Mapping[str, Any]


class FlowsReader:
    def __init__(self, endpoint: str, user: SearchUser, ca_bundle: Path) -> None:
        self._search = OpenSearch(
            f"https://{endpoint}",
            http_auth=(user.username, user.password),
            ca_certs=str(ca_bundle),
            timeout=30,
        )

    def count(self) -> int:
        """What a search finds now; none while there is no index yet."""
        return int(self._search.count(index=FLOWS, params={"allow_no_indices": "true"})["count"])

    def top(self, field: str, query: Mapping[str, object] | None = None, size: int = 8) -> list[Bucket]:
        """The values of `field` in the most records, with the bytes of those."""
        answer = self._search.search(
            index=FLOWS,
            body={
                "size": 0,
                "query": query or {"match_all": {}},
                "aggs": {
                    "top": {
                        "terms": {"field": field, "size": size},
                        "aggs": {"bytes": {"sum": {"field": "bytes"}}},
                    }
                },
            },
        )
        buckets = answer["aggregations"]["top"]["buckets"]
        return [Bucket(str(row["key"]), row["doc_count"], int(row["bytes"]["value"])) for row in buckets]

    def search(self, body: Mapping[str, object]) -> dict[str, Any]:
        answer: dict[str, Any] = self._search.search(index=FLOWS, body=body)
        return answer

    def find_ids(self, query: str, time_from: str, time_to: str) -> set[str]:
        """What Dashboards shows for a query; times are the engine's date math, such as "now-7d"."""
        within = {"range": {"@timestamp": {"gte": time_from, "lte": time_to}}}
        body = {"query": {"bool": {"filter": [{"query_string": {"query": query}}, within]}}, "_source": False}
        return {hit["_id"] for hit in scan(self._search, query=body, index=FLOWS, size=SCAN_SIZE)}

    def documents(self) -> Iterator[IndexedDocument]:
        for hit in scan(self._search, index=FLOWS, size=SCAN_SIZE):
            yield IndexedDocument(hit["_index"], hit["_id"], hit["_source"])
