"""Each panel of RuleUsageDash, asked of the real engine, gives the numbers of plain Python over the same
documents."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from local.search.engine import Engine
from search_setup.saved_objects import SavedObjectSource
from tests.dashboards.content import (
    BY_KEY,
    USAGE_DASH,
    Json,
    aggregations,
    charts,
    search_source,
    visualization_params,
)
from tests.dashboards.osd_requests import to_aggregations, to_control_requests, to_query, to_time_range
from tests.dashboards.plain import evaluate, strip, values
from tests.dashboards.searching import search
from tests.dashboards.usage_sample import END, SECONDS_OF_DAY

# Thirty days up to noon of the last one, as the dashboard opens. A day is where it begins.
UNTIL = END - SECONDS_OF_DAY // 2
FROM = UNTIL - 30 * SECONDS_OF_DAY
DAYS_SHOWN = {
    datetime.fromtimestamp(second, UTC).date().isoformat() for second in range(FROM, UNTIL, 3600)
} - {datetime.fromtimestamp(FROM, UTC).date().isoformat()}
KINDS = {"": {"rule", "group", "day"}, 'kind:"rule"': {"rule"}, 'kind:"group"': {"group"}}
CONTROLS = BY_KEY["visualization", "usage-controls"]
BY_DAY = BY_KEY["visualization", "usage-by-day"]
LAST_USE = BY_KEY["visualization", "rules-by-last-use"]

each_chart = pytest.mark.parametrize("chart", charts(USAGE_DASH), ids=lambda chart: chart.id)


def is_in_time(document: Json) -> bool:
    return document["day"] in DAYS_SHOWN


def select(documents: list[Json], panel: SavedObjectSource) -> list[Json]:
    kinds = KINDS[search_source(panel)["query"]["query"]]
    return [document for document in documents if is_in_time(document) and document["kind"] in kinds]


def test_the_documents_to_count_are_of_every_kind(usage_documents: list[Json]) -> None:
    rules = [document for document in usage_documents if document["kind"] == "rule"]

    assert {document["kind"] for document in usage_documents} == {"rule", "group", "day"}
    assert any(not is_in_time(document) for document in rules)
    assert any("last_seen" not in document for document in rules)
    assert any(":" in addr for document in rules for addr in document["peer_addrs"])
    assert any(document["peer_addrs"] and not document["peer_names"] for document in rules)


@each_chart
def test_a_panel_shows_what_plain_python_counts(
    engine: Engine, usage_index: str, usage_documents: list[Json], chart: SavedObjectSource
) -> None:
    requested = to_aggregations(chart)
    query = to_query(chart, USAGE_DASH, FROM, UNTIL)

    answer = search(engine, usage_index, {"size": 0, "query": query, "aggs": requested})

    shown = select(usage_documents, chart)
    assert shown
    assert answer["hits"]["total"]["value"] == len(shown)
    assert strip(answer["aggregations"]) == evaluate(requested, shown)


@each_chart
def test_a_click_on_a_value_finds_its_documents(
    engine: Engine, usage_index: str, usage_documents: list[Json], chart: SavedObjectSource
) -> None:
    shown = select(usage_documents, chart)
    for field in (each["params"]["field"] for each in aggregations(chart) if each["type"] == "terms"):
        value, _ = Counter(value for document in shown for value in values(document, field)).most_common()[-1]

        answer = search(engine, usage_index, {"size": 0, "query": {"match_phrase": {field: value}}})

        expected = sum(value in values(document, field) for document in usage_documents)
        assert answer["hits"]["total"]["value"] == expected > 0


def test_the_rule_that_was_used_last_stands_first(
    engine: Engine, usage_index: str, usage_documents: list[Json]
) -> None:
    query = to_query(LAST_USE, USAGE_DASH, FROM, UNTIL)
    body = {"size": 0, "query": query, "aggs": to_aggregations(LAST_USE)}

    (rules,) = search(engine, usage_index, body)["aggregations"].values()

    last_use: dict[str, int] = {}
    for document in select(usage_documents, LAST_USE):
        last_use[document["rule_id"]] = max(
            last_use.get(document["rule_id"], 0), document.get("last_seen", 0)
        )
    assert [rule["key"] for rule in rules["buckets"]] == sorted(last_use, key=lambda rule: -last_use[rule])


def test_a_row_of_the_last_used_rules_has_one_group_and_one_direction(
    engine: Engine, usage_index: str
) -> None:
    """Else a rule's numbers would stand there in parts."""
    query = to_query(LAST_USE, USAGE_DASH, FROM, UNTIL)
    body = {"size": 0, "query": query, "aggs": to_aggregations(LAST_USE)}

    (rules,) = search(engine, usage_index, body)["aggregations"].values()

    for rule in rules["buckets"]:
        (direction,) = rule["12"]["buckets"]
        (group,) = direction["13"]["buckets"]
        assert rule["doc_count"] == group["doc_count"]


def test_the_picture_by_day_is_asked_for_what_plain_python_counts(
    engine: Engine, usage_index: str, usage_documents: list[Json]
) -> None:
    body = visualization_params(BY_DAY)["spec"]["data"][0]["url"]["body"]

    answer = search(engine, usage_index, {**body, "query": to_query(BY_DAY, USAGE_DASH, FROM, UNTIL)})

    assert strip(answer["aggregations"]) == evaluate(body["aggs"], select(usage_documents, BY_DAY))


def test_the_controls_offer_what_plain_python_finds(
    engine: Engine, usage_index: str, usage_documents: list[Json]
) -> None:
    shown = [document for document in usage_documents if is_in_time(document)]
    query = to_time_range(CONTROLS, FROM, UNTIL)
    for number, requested in enumerate(to_control_requests(CONTROLS)):
        answer = search(engine, usage_index, {"size": 0, "query": query, "aggs": {str(number): requested}})

        assert strip(answer["aggregations"]) == evaluate({str(number): requested}, shown)
        assert answer["aggregations"][str(number)]["buckets"]
