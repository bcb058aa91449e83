"""Each panel's request, run by the real engine, gives the numbers of plain Python over the same records."""

import json
from collections import Counter
from collections.abc import Callable

import pytest

from local.search.engine import Engine
from search_setup.saved_objects import SavedObjectSource
from tests.dashboards.content import (
    BY_KEY,
    FLOW_DASHBOARDS,
    Json,
    aggregations,
    charts,
    search_source,
    visualization_params,
)
from tests.dashboards.osd_requests import to_aggregations, to_control_requests, to_query, to_time_range
from tests.dashboards.plain import Document, evaluate, strip, values
from tests.dashboards.replies import is_reply
from tests.dashboards.sample import END, START
from tests.dashboards.searching import search

# Of the sample day, without its first hours: a panel must keep to the time that is chosen.
FROM, UNTIL = START + 3 * 3600, END
FLOW_LOG_DASH = BY_KEY["dashboard", "flow-log-dash"]
REJECTS = BY_KEY["dashboard", "rejects"]
CONTROLS = [BY_KEY["visualization", name] for name in ("controls", "reject-controls")]
RULES = BY_KEY["visualization", "rules"]
PICTURE = BY_KEY["visualization", "flow-picture"]

Predicate = Callable[[Document], bool]
DASHBOARD_SHOWS: dict[str, Predicate] = {
    "flow-log-dash": lambda document: not is_reply(document),
    "rejects": lambda document: document.get("action") == "REJECT",
}
QUERY_FINDS: dict[str, Predicate] = {
    'log_status:"OK"': lambda document: document["log_status"] == "OK",
    'log_status:"OK" AND NOT is_response:"true"': lambda document: (
        document["log_status"] == "OK" and not is_reply(document)
    ),
    'action:"REJECT"': lambda document: document.get("action") == "REJECT",
    'action:"REJECT" AND NOT flow_direction:"egress"': lambda document: (
        document.get("action") == "REJECT" and document["flow_direction"] == "ingress"
    ),
    'action:"REJECT" AND flow_direction:"egress"': lambda document: (
        document.get("action") == "REJECT" and document["flow_direction"] == "egress"
    ),
}

each_chart = pytest.mark.parametrize(
    ("dashboard", "chart"),
    [(board, chart) for board in FLOW_DASHBOARDS for chart in charts(board)],
    ids=lambda source: source.id,
)
each_dashboard = pytest.mark.parametrize("dashboard", FLOW_DASHBOARDS, ids=lambda dashboard: dashboard.id)


def select(
    documents: list[Document], panel: SavedObjectSource, dashboard: SavedObjectSource
) -> list[Document]:
    is_shown = DASHBOARD_SHOWS[dashboard.id]
    is_found = QUERY_FINDS[search_source(panel)["query"]["query"]]
    return [each for each in documents if is_in_time(each) and is_shown(each) and is_found(each)]


def is_in_time(document: Document) -> bool:
    second = document["@timestamp"]
    return isinstance(second, int) and FROM <= second <= UNTIL


def read_outermost(answer: Json) -> list[Json]:
    ((_, outermost),) = ((name, value) for name, value in answer.items() if "buckets" in value)
    buckets: list[Json] = outermost["buckets"]
    return buckets


def count_innermost(answer: Json) -> int:
    total = 0
    for bucket in read_outermost(answer):
        inner = {name: value for name, value in bucket.items() if isinstance(value, dict)}
        has_buckets = any("buckets" in value for value in inner.values())
        total += count_innermost(inner) if has_buckets else bucket["doc_count"]
    return total


def direction_buckets(rule: Json) -> list[Json]:
    buckets: list[Json] = rule["7"]["buckets"]
    return buckets


def test_the_records_to_count_are_of_every_kind(sample_documents: list[Document]) -> None:
    kinds = Counter(str(document.get("action") or document["log_status"]) for document in sample_documents)
    protocols = {document.get("protocol_name") for document in sample_documents}

    assert kinds.keys() == {"ACCEPT", "REJECT", "NODATA", "SKIPDATA"}
    assert protocols >= {"tcp", "udp", "icmp"}
    assert any(":" in str(document.get("peer_addr")) for document in sample_documents)
    assert any(document.get("attribution") == "no_inventory" for document in sample_documents)
    assert any(is_reply(document) for document in sample_documents)
    assert {document.get("rule_match") for document in sample_documents} > {"sole", "shared", "possible"}
    assert any(document.get("initiator_evidence") == "unknown" for document in sample_documents)
    assert any(not is_in_time(document) for document in sample_documents)


@each_chart
def test_a_panel_shows_what_plain_python_counts(
    engine: Engine,
    sample_index: str,
    sample_documents: list[Document],
    dashboard: SavedObjectSource,
    chart: SavedObjectSource,
) -> None:
    requested = to_aggregations(chart)
    query = to_query(chart, dashboard, FROM, UNTIL)

    answer = search(engine, sample_index, {"size": 0, "query": query, "aggs": requested})

    shown = select(sample_documents, chart, dashboard)
    assert shown
    assert answer["hits"]["total"]["value"] == len(shown)
    assert strip(answer["aggregations"]) == evaluate(requested, shown)


@each_chart
def test_a_click_on_a_value_finds_its_records(
    engine: Engine,
    sample_index: str,
    sample_documents: list[Document],
    dashboard: SavedObjectSource,
    chart: SavedObjectSource,
) -> None:
    """By the filter that Dashboards makes of a bucket, fields without an index among them."""
    shown = select(sample_documents, chart, dashboard)
    for field in (each["params"]["field"] for each in aggregations(chart) if each["type"] == "terms"):
        value, _ = Counter(value for document in shown for value in values(document, field)).most_common()[-1]

        answer = search(engine, sample_index, {"size": 0, "query": {"match_phrase": {field: value}}})

        expected = sum(value in values(document, field) for document in sample_documents)
        assert answer["hits"]["total"]["value"] == expected > 0


@pytest.mark.parametrize(
    ("board", "name"),
    [
        (FLOW_LOG_DASH, "attribution"),
        (FLOW_LOG_DASH, "initiator-evidence"),
        (REJECTS, "knocked-ports"),
        (REJECTS, "rejected-egress"),
    ],
    ids=lambda each: each if isinstance(each, str) else each.id,
)
def test_no_record_is_missing_from_what_says_how_many_there_are(
    engine: Engine,
    sample_index: str,
    sample_documents: list[Document],
    board: SavedObjectSource,
    name: str,
) -> None:
    """A packet has its port whoever began, so knocked-ports goes by it."""
    chart = BY_KEY["visualization", name]
    body = {"size": 0, "query": to_query(chart, board, FROM, UNTIL), "aggs": to_aggregations(chart)}

    answer = search(engine, sample_index, body)

    assert count_innermost(answer["aggregations"]) == len(select(sample_documents, chart, board)) > 0


def test_rules_are_used_by_requests_alone_though_replies_be_shown(
    engine: Engine, sample_index: str, sample_documents: list[Document]
) -> None:
    requested = to_aggregations(RULES)
    body = {"size": 0, "query": {"query_string": {"query": search_source(RULES)["query"]["query"]}}}

    answer = search(engine, sample_index, {**body, "aggs": requested})["aggregations"]

    requests = [document for document in sample_documents if not is_reply(document)]
    assert any(is_reply(document) and document.get("rule_ids") for document in sample_documents)
    assert strip(answer) == evaluate(requested, requests)


def test_a_rule_is_only_possible_where_nobody_knows_who_began(engine: Engine, sample_index: str) -> None:
    body = {"size": 0, "query": {"match_all": {}}, "aggs": to_aggregations(RULES)}

    rows = [
        (direction["key"], match["key"])
        for rule in read_outermost(search(engine, sample_index, body)["aggregations"])
        for direction in direction_buckets(rule)
        for match in direction["4"]["buckets"]
    ]

    assert {match for direction, match in rows if direction == "__missing__"} == {"possible"}
    assert {match for direction, match in rows if direction == "ingress"} >= {"sole", "shared"}


@each_dashboard
def test_the_flow_picture_is_asked_for_what_plain_python_counts(
    engine: Engine, sample_index: str, sample_documents: list[Document], dashboard: SavedObjectSource
) -> None:
    body = visualization_params(PICTURE)["spec"]["data"][0]["url"]["body"]

    answer = search(engine, sample_index, {**body, "query": to_query(PICTURE, dashboard, FROM, UNTIL)})

    shown = select(sample_documents, PICTURE, dashboard)
    assert strip(answer["aggregations"]) == evaluate(body["aggs"], shown)


@pytest.mark.parametrize("controls", CONTROLS, ids=lambda source: source.id)
def test_the_controls_offer_what_plain_python_finds(
    engine: Engine, sample_index: str, sample_documents: list[Document], controls: SavedObjectSource
) -> None:
    shown = [document for document in sample_documents if is_in_time(document)]
    for number, requested in enumerate(to_control_requests(controls)):
        body = {"size": 0, "query": to_time_range(controls, FROM, UNTIL), "aggs": {str(number): requested}}

        answer = search(engine, sample_index, body)

        assert strip(answer["aggregations"]) == evaluate({str(number): requested}, shown)
        assert answer["aggregations"][str(number)]["buckets"]


@each_dashboard
def test_the_raw_records_are_those_of_the_panels_newest_first(
    engine: Engine, sample_index: str, sample_documents: list[Document], dashboard: SavedObjectSource
) -> None:
    records = BY_KEY["search", "flow-records"]
    ((field, order),) = records.attributes["sort"]
    body = {"size": 10_000, "query": to_query(records, dashboard, FROM, UNTIL), "sort": [{field: order}]}

    hits = [hit["_source"] for hit in search(engine, sample_index, body)["hits"]["hits"]]

    shown = select(sample_documents, records, dashboard)
    assert sorted(map(json.dumps, hits)) == sorted(map(json.dumps, shown))
    assert [hit[field] for hit in hits] == sorted((hit[field] for hit in hits), reverse=True)


def test_the_interfaces_table_has_all_records_and_bytes_of_the_dashboard(
    engine: Engine, sample_index: str, sample_documents: list[Document]
) -> None:
    table = BY_KEY["visualization", "interfaces"]
    by_interface = to_aggregations(table)
    by_interface["3"]["aggs"] = {"2": {"sum": {"field": "bytes"}}}
    query = to_query(table, FLOW_LOG_DASH, FROM, UNTIL)

    answer = search(engine, sample_index, {"size": 0, "query": query, "aggs": by_interface})["aggregations"]

    shown = select(sample_documents, table, FLOW_LOG_DASH)
    assert sum(row["doc_count"] for row in read_outermost(answer)) == len(shown)
    assert sum(row["2"]["value"] for row in read_outermost(answer)) == sum(
        int(str(each["bytes"])) for each in shown
    )


def test_who_knocks_leaves_out_what_was_rejected_on_its_way_out(sample_documents: list[Document]) -> None:
    knocking, leaving = (
        {str(each["peer_addr"]) for each in select(sample_documents, BY_KEY["visualization", name], REJECTS)}
        for name in ("knocking-peers", "rejected-egress")
    )

    assert knocking
    assert leaving
    assert leaving - knocking
