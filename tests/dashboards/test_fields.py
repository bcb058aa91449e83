"""The fields that panels, filters and queries name: they exist, can be aggregated, and can be clicked."""

import re
from collections.abc import Iterator
from typing import get_args

import pytest

from domain.attribution import Reason, RuleMatch
from domain.flow_record import Action
from domain.initiator import Evidence
from domain.inventory import Direction
from search_setup.saved_objects import SavedObjectSource
from tests.dashboards.content import (
    BY_KEY,
    SOURCES,
    VISUALIZATIONS,
    Json,
    aggregations,
    pattern,
    pattern_fields,
    properties,
    read_properties,
    search_source,
    visualization_params,
    walk,
)

RECORDS = BY_KEY["search", "flow-records"]
PICTURES = [BY_KEY["visualization", name] for name in ("flow-picture", "usage-by-day")]
CONTROLS = ("controls", "reject-controls", "usage-controls")

NUMBERS = {"integer", "long", "short"}
# The types that Dashboards offers to each aggregation, as far as the template has them.
TYPES_OF = {
    "cardinality": NUMBERS | {"date", "ip", "keyword"},
    "date_histogram": {"date"},
    "max": NUMBERS | {"date"},
    "min": NUMBERS | {"date"},
    "sum": NUMBERS,
    "terms": NUMBERS | {"date", "ip", "keyword"},
    "value_count": NUMBERS | {"date", "ip", "keyword"},
}
WORDS = {
    "action": get_args(Action),
    "attribution": get_args(Reason),
    "direction": get_args(Direction),
    "initiator_evidence": get_args(Evidence),
    "rule_match": get_args(RuleMatch),
}
BUCKETS = ("terms", "date_histogram")
# Amounts: nobody looks for records of 1,500 bytes. Flags and a record's own ends are found by their doc
# values, which takes longer and costs no store; service_port, local_addr and peer_addr are to filter by.
NOT_SEARCHABLE = {"bytes", "dstaddr", "dstport", "packets", "srcaddr", "srcport", "tcp_flags"}
CLAUSE = re.compile(r'([a-z_@]+):"[^"]*"')

with_aggregations = [source for source in VISUALIZATIONS if aggregations(source)]
each_chart = pytest.mark.parametrize("chart", with_aggregations, ids=lambda chart: chart.id)
each_picture = pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.id)


def fields_of_filter(content: object) -> Iterator[str]:
    """Of a query in OpenSearch's own language."""
    for name, value in walk(content):
        if name in ("match_phrase", "range", "term", "terms") and "field" not in value:
            yield from value


def fields_of_aggregations(content: object) -> Iterator[tuple[str, str]]:
    """Of a request: the kind of aggregation and its field."""
    for name, value in walk(content):
        if isinstance(value, dict) and isinstance(value.get("field"), str):
            yield name, value["field"]


def picture_url(picture: SavedObjectSource) -> Json:
    url: Json = visualization_params(picture)["spec"]["data"][0]["url"]
    return url


def test_a_field_of_both_templates_is_of_one_type() -> None:
    flows, usage = (read_properties(name) for name in ("flows", "rule-usage"))

    shared = flows.keys() & usage.keys()
    assert {name: flows[name]["type"] for name in shared} == {name: usage[name]["type"] for name in shared}


@each_chart
def test_each_aggregation_can_take_its_field(chart: SavedObjectSource) -> None:
    for aggregation in aggregations(chart):
        if aggregation["type"] != "count":
            kind = properties(chart)[aggregation["params"]["field"]]["type"]
            assert kind in TYPES_OF[aggregation["type"]], aggregation


@each_chart
def test_buckets_are_of_indexed_fields_but_for_the_ends_of_records(chart: SavedObjectSource) -> None:
    """A click filters by such an end too: Dashboards asks only whether the column is of a bucket."""
    fields = {each["params"]["field"] for each in aggregations(chart) if each["type"] in BUCKETS}

    assert {field for field in fields if not pattern_fields(chart)[field]["searchable"]} <= {
        "dstaddr",
        "dstport",
        "srcaddr",
    }


@each_chart
def test_buckets_are_in_the_order_of_a_number_that_is_shown(chart: SavedObjectSource) -> None:
    """Of flow records, in the order of their number."""
    kinds = ("count",) if pattern(chart).id == "flows" else ("count", "max", "sum")
    numbers = {each["id"] for each in aggregations(chart) if each["type"] in kinds}

    for aggregation in aggregations(chart):
        if aggregation["type"] == "terms":
            assert aggregation["params"]["orderBy"] in numbers
            assert aggregation["params"]["order"] == "desc"


@each_chart
def test_there_is_room_for_each_of_a_few_words(chart: SavedObjectSource) -> None:
    for aggregation in aggregations(chart):
        params = aggregation["params"]
        if aggregation["type"] == "terms" and params["field"] in WORDS:
            assert params["size"] >= len(WORDS[params["field"]]) + params["missingBucket"]


@each_chart
def test_only_names_are_filled_in_where_they_are_missing(chart: SavedObjectSource) -> None:
    """Dashboards does it for text alone: an address or a port would be left out without a word."""
    for aggregation in aggregations(chart):
        if aggregation["params"].get("missingBucket"):
            assert properties(chart)[aggregation["params"]["field"]]["type"] == "keyword"


@each_chart
def test_a_chart_asks_for_documents_of_one_kind(chart: SavedObjectSource) -> None:
    """For records rather than for NODATA too; for rules or groups rather than for both."""
    query = search_source(chart)["query"]["query"]

    of_flows = ('log_status:"OK"', 'action:"REJECT"')
    kinds = of_flows if pattern(chart).id == "flows" else ('kind:"rule"', 'kind:"group"')
    assert any(kind in query for kind in kinds)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_queries_and_filters_name_fields_of_the_template(source: SavedObjectSource) -> None:
    if "kibanaSavedObjectMeta" in source.attributes:
        content = search_source(source)
        text = content["query"]["query"]
        named = {*CLAUSE.findall(text), *fields_of_filter(content["filter"])}

        assert not named or named <= properties(source).keys()
        assert CLAUSE.sub("", text).split() in ([], ["AND"], ["AND", "NOT"])


def test_the_records_columns_are_fields_of_the_template() -> None:
    assert set(RECORDS.attributes["columns"]) <= properties(RECORDS).keys()


def test_a_click_on_a_value_of_a_record_finds_its_like() -> None:
    for column in set(RECORDS.attributes["columns"]) - NOT_SEARCHABLE:
        assert pattern_fields(RECORDS)[column]["searchable"], column


def test_the_records_stand_newest_first() -> None:
    assert RECORDS.attributes["sort"] == [["@timestamp", "desc"]]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("controls", ["vpc_id", "group_names", "rule_ids", "service_port", "direction", "attribution"]),
        ("reject-controls", ["vpc_id", "group_names", "flow_direction"]),
        ("usage-controls", ["vpc_id", "group_id", "rule_id", "direction", "peer_names"]),
    ],
)
def test_controls_choose_by_what_can_be_found(name: str, fields: list[str]) -> None:
    source = BY_KEY["visualization", name]
    controls = visualization_params(source)["controls"]

    assert [control["fieldName"] for control in controls] == fields
    for control in controls:
        assert pattern_fields(source)[control["fieldName"]]["searchable"]


def test_a_person_can_type_to_find_a_text_in_a_control() -> None:
    """Dashboards offers it for text alone, and lists the busiest of others."""
    for source in (BY_KEY["visualization", name] for name in CONTROLS):
        for control in visualization_params(source)["controls"]:
            is_text = properties(source)[control["fieldName"]]["type"] == "keyword"
            assert control["options"]["dynamicOptions"] is is_text


@each_chart
def test_a_share_is_of_a_column_that_the_table_has(chart: SavedObjectSource) -> None:
    labels = {each["params"]["customLabel"] for each in aggregations(chart) if each["schema"] == "metric"}

    assert visualization_params(chart).get("percentageCol", "") in labels | {""}


@each_picture
def test_a_picture_s_aggregations_can_take_their_fields(picture: SavedObjectSource) -> None:
    used = list(fields_of_aggregations(picture_url(picture)["body"]))

    assert used
    for kind, field in used:
        kinds = TYPES_OF["terms" if kind == "missing" else kind]
        assert properties(picture)[field]["type"] in kinds


@each_picture
def test_a_picture_asks_for_the_dashboard_s_documents_and_time(picture: SavedObjectSource) -> None:
    url = picture_url(picture)

    assert url["%context%"] is True
    assert url["%timefield%"] == pattern(picture).attributes["timeFieldName"]
    assert url["index"] == pattern(picture).attributes["title"]
    assert "query" not in url["body"]


@each_picture
def test_a_picture_loads_nothing_from_elsewhere(picture: SavedObjectSource) -> None:
    spec = visualization_params(picture)["spec"]
    addresses = [value for name, value in walk(spec) if isinstance(value, str) and "://" in value]

    assert addresses == [spec["$schema"]]
