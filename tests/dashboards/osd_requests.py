"""The requests that OpenSearch Dashboards makes of saved objects.

How, in opensearch-project/OpenSearch-Dashboards: src/plugins/data/common/search/aggs for aggregations,
vis_type_vega/public/data_model for Vega, input_control_vis/public/control for controls.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from search_setup.saved_objects import SavedObjectSource
from tests.dashboards.content import Json, aggregations, pattern, search_source, visualization_params

# "auto" aims at 50 bars: half an hour of a day.
AUTO_INTERVAL_OF_A_DAY = "30m"
DEFAULT_TERMS = 10


def to_aggregations(chart: SavedObjectSource) -> Json:
    """Buckets nested in their order, and the metrics, by their ids, in the innermost; a count needs none.
    What buckets are ordered by is beside them too."""
    written = [each for each in aggregations(chart) if each["type"] != "count"]
    metrics = {
        each["id"]: {each["type"]: {"field": each["params"]["field"]}}
        for each in written
        if each["schema"] == "metric"
    }
    nested: Json = metrics
    for each in reversed(written):
        if each["schema"] != "metric":
            order = each["params"].get("orderBy")
            inner = {**nested, **({order: metrics[order]} if order in metrics else {})}
            bucket = _to_bucket_aggregation(each, metrics)
            nested = {each["id"]: {**bucket, "aggs": inner} if inner else bucket}
    return nested


def to_query(source: SavedObjectSource, dashboard: SavedObjectSource, start: int, end: int) -> Json:
    """The object's own query with the dashboard's filters and time; both in epoch seconds.

    The queries are as valid in Lucene's language, which the engine knows: Dashboards translates the other.
    """
    own = search_source(source)["query"]["query"]
    query: dict[str, list[Json]] = {"filter": [to_time_range(source, start, end)], "must_not": []}
    if own:
        query["filter"].append({"query_string": {"query": own}})
    for each in search_source(dashboard)["filter"]:
        query["must_not" if each["meta"]["negate"] else "filter"].append(each["query"])
    return {"bool": query}


def to_time_range(source: SavedObjectSource, start: int, end: int) -> Json:
    return {
        "range": {
            pattern(source).attributes["timeFieldName"]: {
                "gte": _to_text(start),
                "lte": _to_text(end),
                "format": "strict_date_optional_time",
            }
        }
    }


def to_control_requests(controls: SavedObjectSource) -> Iterator[Json]:
    """Options that depend on what is typed, which text alone can have, come without a size of their own."""
    for control in visualization_params(controls)["controls"]:
        options = control["options"]
        size = DEFAULT_TERMS if options["dynamicOptions"] else options["size"]
        yield {"terms": {"field": control["fieldName"], "order": {"_count": "desc"}, "size": size}}


def _to_bucket_aggregation(aggregation: Json, metrics: Json) -> Json:
    params = aggregation["params"]
    if aggregation["type"] == "date_histogram":
        assert params["interval"] == "auto"
        interval = {"fixed_interval": AUTO_INTERVAL_OF_A_DAY, "time_zone": "UTC", "min_doc_count": 1}
        return {"date_histogram": {"field": params["field"], **interval}}
    assert aggregation["type"] == "terms"
    missing = {"missing": "__missing__"} if params["missingBucket"] else {}
    order = params["orderBy"] if params["orderBy"] in metrics else "_count"
    terms = {"field": params["field"], "size": params["size"], "order": {order: params["order"]}}
    return {"terms": {**terms, **missing}}


def _to_text(second: int) -> str:
    return datetime.fromtimestamp(second, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
