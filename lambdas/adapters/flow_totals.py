"""What the records in flows-* add up to for each security group, counted by the engine."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import groupby
from typing import Any

from opensearchpy import OpenSearch, exceptions
from opensearchpy.exceptions import SerializationError, TransportError

from domain.errors import SearchRefusedError, SearchUnavailableError, SgLensError
from domain.traffic import BAR_SECONDS, BARS, WINDOW_SECONDS, GroupTraffic, TrafficWindow

Json = dict[str, Any]

# Buckets, each of a group and a bar. A page is a pass over all records of the window, so there should be few;
# but the nodes hold its buckets of every index in memory: of a 512 MiB heap, 2,500 groups with records in all
# bars took some 100 MB with 5,000, and 300 MB with 20,000, which was hardly faster.
_PAGE_SIZE = 5_000
_REQUEST_SECONDS = 120
_PARAMS = {
    # On a domain that has seen no record yet there is no such index, and then nothing to count.
    "ignore_unavailable": "true",
    "allow_no_indices": "true",
    # What some shards don't answer would be missing from the totals without a word.
    "allow_partial_search_results": "false",
    "request_timeout": _REQUEST_SECONDS,
}
_TOTALS: Json = {
    "bytes": {"sum": {"field": "bytes"}},
    "last_seen": {"max": {"field": "@timestamp"}},
    "rejected": {"filter": {"term": {"action": "REJECT"}}},
}
_PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
_UNKNOWN_ROLE = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


def get_traffic(client: OpenSearch, now: int, page_size: int = _PAGE_SIZE) -> TrafficWindow:
    """Of the seven days before `now`, in epoch seconds.

    Raises SearchUnavailableError where a later attempt may succeed, else SearchRefusedError.
    """
    start = now - WINDOW_SECONDS
    query = _in_window(start, now)
    records, no_inventory = _count_records(client, query)
    by_group = groupby(_get_buckets(client, query, start, page_size), _group_id)
    groups = tuple(_sum_up(group_id, [*buckets], start) for group_id, buckets in by_group)
    return TrafficWindow(start, now, records, no_inventory, groups)


def _in_window(start: int, end: int) -> Json:
    within = {"gte": start, "lt": end, "format": "epoch_second"}
    return {"bool": {"filter": [{"range": {"@timestamp": within}}, {"term": {"log_status": "OK"}}]}}


def _count_records(client: OpenSearch, query: Json) -> tuple[int, int]:
    no_inventory = {"filter": {"term": {"attribution": "no_inventory"}}}
    body = {"query": query, "track_total_hits": True, "aggs": {"no_inventory": no_inventory}}
    answer = _search(client, body)
    aggregations = answer.get("aggregations", {})  # absent where there is no index
    return answer["hits"]["total"]["value"], aggregations.get("no_inventory", {}).get("doc_count", 0)


def _get_buckets(client: OpenSearch, query: Json, start: int, page_size: int) -> Iterator[Json]:
    """One for each group and bar with records, in the order of the ids.

    Bars as a source, not as a histogram below each group: for that the engine reserves memory which grows
    with the square of the number of groups.
    """
    composite: Json = {"size": page_size, "sources": _sources(start)}
    aggregation = {"composite": composite, "aggs": _TOTALS}
    while True:
        body = {"query": query, "track_total_hits": False, "aggs": {"totals": aggregation}}
        page = _search(client, body).get("aggregations", {}).get("totals", {"buckets": []})
        yield from page["buckets"]
        if len(page["buckets"]) < page_size:
            return
        composite["after"] = page["after_key"]


def _sources(start: int) -> list[Json]:
    """A record with several groups is in a bucket of each."""
    interval = {"fixed_interval": f"{BAR_SECONDS}s", "offset": f"{start % BAR_SECONDS}s"}
    return [
        {"group_id": {"terms": {"field": "group_ids"}}},
        {"bar": {"date_histogram": {"field": "@timestamp", **interval}}},
    ]


def _group_id(bucket: Json) -> str:
    return str(bucket["key"]["group_id"])


def _sum_up(group_id: str, buckets: Sequence[Json], start: int) -> GroupTraffic:
    accepted, rejected = [0] * BARS, [0] * BARS
    for bucket in buckets:
        bar = (_to_second(bucket["key"]["bar"]) - start) // BAR_SECONDS
        rejected[bar] = bucket["rejected"]["doc_count"]
        accepted[bar] = bucket["doc_count"] - rejected[bar]
    return GroupTraffic(
        group_id,
        records=sum(accepted) + sum(rejected),
        rejected=sum(rejected),
        bytes=sum(int(bucket["bytes"]["value"]) for bucket in buckets),
        last_seen=max(_to_second(bucket["last_seen"]["value"]) for bucket in buckets),
        accepted_bars=tuple(accepted),
        rejected_bars=tuple(rejected),
    )


def _to_second(milliseconds: float) -> int:
    """Aggregations answer in milliseconds, whatever format the field has."""
    return int(milliseconds) // 1000


def _search(client: OpenSearch, body: Json) -> Json:
    try:
        answer: Json = client.search(index="flows-*", body={"size": 0, **body}, params=dict(_PARAMS))
    except TransportError as error:
        raise _to_sg_lens_error(error) from error
    except SerializationError as error:
        raise SearchRefusedError(
            "traffic: what answers is no search domain; check SEARCH_ENDPOINT"
        ) from error
    return answer


def _to_sg_lens_error(error: TransportError) -> SgLensError:
    if isinstance(error, exceptions.ConnectionError):
        return SearchUnavailableError(f"traffic: the domain can't be reached: {error.error}")
    status = error.status_code
    answer = f"traffic: the domain answered {error}"
    if not isinstance(status, int) or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        return SearchUnavailableError(answer)
    if status in _UNKNOWN_ROLE:
        return SearchRefusedError(
            f"{answer}. The engine maps no role to the function's role, or the domain's access policy does "
            "not let it in: deploy again to repeat the search set-up."
        )
    return SearchRefusedError(f"{answer}. Check SEARCH_ENDPOINT, and the fields in the flows template.")
