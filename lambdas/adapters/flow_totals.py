"""What the records in flows-* add up to for each security group, counted by the engine."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from math import ceil

from adapters.search_reader import Json, SearchReader
from domain.traffic import BAR_SECONDS, BARS, WINDOW_SECONDS, GroupTraffic, RuleMatches, TrafficWindow

Bars = defaultdict[str, tuple[list[int], list[int]]]
"""By group id, the accepted and the rejected records of each."""

# Buckets, each of a group and a bar. A page is a pass over all records of the window, so there should be few;
# but the nodes hold its buckets of every index in memory: of a 512 MiB heap, 2,500 groups with records in all
# bars took some 100 MB with 5,000, and 300 MB with 20,000, which was hardly faster.
_PAGE_SIZE = 5_000
_INDICES = "flows-*"
_COUNTED: Json = {
    "rejected": {"term": {"action": "REJECT"}},
    **{match: {"term": {"rule_match": match}} for match in ("sole", "shared", "possible")},
    "no_rule": {"term": {"attribution": "no_rule"}},
    "unknown_initiator": {"term": {"initiator_evidence": "unknown"}},
}
_TOTALS: Json = {
    "bytes": {"sum": {"field": "bytes"}},
    "last_seen": {"max": {"field": "@timestamp"}},
    "counted": {"filters": {"filters": _COUNTED}},
}
_REJECTED: Json = {"rejected": {"filter": _COUNTED["rejected"]}}
_GROUP: Json = {"group_id": {"terms": {"field": "group_ids"}}}


def get_traffic(reader: SearchReader, now: int, page_size: int = _PAGE_SIZE) -> TrafficWindow:
    """Of the seven days before `now`, in epoch seconds. Raises what SearchReader does."""
    start = now - WINDOW_SECONDS
    query = _in_window(start, now)
    records, counts = _count_all(reader, query)
    bars = _get_bars(reader, query, start, page_size)
    return TrafficWindow(
        start,
        now,
        records,
        rejected=counts["rejected"],
        matches=_to_matches(counts),
        no_inventory=counts["no_inventory"],
        not_filtered=counts["not_filtered"],
        unknown_initiator=counts["unknown_initiator"],
        groups=tuple(_get_groups(reader, query, bars, page_size)),
    )


def _in_window(start: int, end: int) -> Json:
    within = {"gte": start, "lt": end, "format": "epoch_second"}
    return {"bool": {"filter": [{"range": {"@timestamp": within}}, {"term": {"log_status": "OK"}}]}}


def _count_all(reader: SearchReader, query: Json) -> tuple[int, Counter[str]]:
    """How many records there are, and of them what is counted of each group too, and what has no group."""
    counted = {**_COUNTED, **{name: _accepted(name) for name in ("no_inventory", "not_filtered")}}
    aggregation = {"filters": {"filters": counted}}
    answer = reader.search(
        _INDICES, {"size": 0, "query": query, "track_total_hits": True, "aggs": {"counted": aggregation}}
    )
    # Absent where there is no index.
    aggregations = answer.get("aggregations", {"counted": {"buckets": {}}})
    return answer["hits"]["total"]["value"], _read_counts(aggregations)


def _accepted(attribution: str) -> Json:
    """Earlier versions wrote it for a rejected record too."""
    rejected = {"term": {"action": "REJECT"}}
    return {"bool": {"filter": [{"term": {"attribution": attribution}}], "must_not": [rejected]}}


def _read_counts(aggregations: Json) -> Counter[str]:
    buckets = aggregations["counted"]["buckets"]
    return Counter({name: bucket["doc_count"] for name, bucket in buckets.items()})


def _to_matches(counts: Counter[str]) -> RuleMatches:
    return RuleMatches(counts["sole"], counts["shared"], counts["possible"], counts["no_rule"])


def _get_groups(reader: SearchReader, query: Json, bars: Bars, page_size: int) -> Iterator[GroupTraffic]:
    """A pass of its own: with all these figures in the bucket of each bar, that heap was too small."""
    # Such a bucket holds more, and each index has one.
    for bucket in reader.get_buckets(_INDICES, query, [_GROUP], _TOTALS, ceil(page_size / 2)):
        counts, group_id = _read_counts(bucket), _group_id(bucket)
        accepted, rejected = bars[group_id]
        yield GroupTraffic(
            group_id,
            records=bucket["doc_count"],
            rejected=counts["rejected"],
            matches=_to_matches(counts),
            unknown_initiator=counts["unknown_initiator"],
            bytes=int(bucket["bytes"]["value"]),
            last_seen=_to_second(bucket["last_seen"]["value"]),
            accepted_bars=tuple(accepted),
            rejected_bars=tuple(rejected),
        )


def _get_bars(reader: SearchReader, query: Json, start: int, page_size: int) -> Bars:
    """Bars as a source, not as a histogram below each group: for that the engine reserves memory which grows
    with the square of the number of groups.
    """
    bars: Bars = defaultdict(lambda: ([0] * BARS, [0] * BARS))
    interval = {"fixed_interval": f"{BAR_SECONDS}s", "offset": f"{start % BAR_SECONDS}s"}
    sources = [_GROUP, {"bar": {"date_histogram": {"field": "@timestamp", **interval}}}]
    for bucket in reader.get_buckets(_INDICES, query, sources, _REJECTED, page_size):
        accepted, rejected = bars[_group_id(bucket)]
        bar = (_to_second(bucket["key"]["bar"]) - start) // BAR_SECONDS
        rejected[bar] = bucket["rejected"]["doc_count"]
        accepted[bar] = bucket["doc_count"] - rejected[bar]
    return bars


def _group_id(bucket: Json) -> str:
    return str(bucket["key"]["group_id"])


def _to_second(milliseconds: float) -> int:
    """Aggregations answer in milliseconds, whatever format the field has."""
    return int(milliseconds) // 1000
