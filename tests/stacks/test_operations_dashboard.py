import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.metrics import NAMESPACE
from tests.stacks.aws_metrics import AWS_METRICS
from tests.stacks.emitted import EMITTED
from tests.stacks.synthesis import Templates, synthesise

DASHBOARD = "AWS::CloudWatch::Dashboard"
COLUMNS = 24
# What CloudWatch's first three dashboards may have for nothing: https://aws.amazon.com/cloudwatch/pricing/
FREE_METRICS = 50

Widget = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Metric:
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]

    @property
    def dimension_names(self) -> tuple[str, ...]:
        return tuple(sorted(name for name, _ in self.dimensions))


def render(value: object) -> str:
    """The text that CloudFormation makes of it, with the logical ids in place of names and ARNs."""
    match value:
        case {"Fn::Join": [separator, [*parts]]}:
            return str(separator).join(map(render, parts))
        case {"Ref": name} | {"Fn::GetAtt": [name, _]}:
            return f"<{name}>"
        case _:
            return str(value)


def read_widgets(templates: Templates) -> list[Widget]:
    body = json.loads(render(templates.only(DASHBOARD)["Properties"]["DashboardBody"]))
    widgets: list[Widget] = body["widgets"]
    return widgets


def spell_out(rows: list[list[Any]]) -> Iterator[list[Any]]:
    """CloudWatch allows "." for what the row above says, and "..." for all of it but the last."""
    above: list[Any] = []
    for row in rows:
        plain = [part for part in row if not isinstance(part, dict)]
        if not plain:
            continue
        if plain[0] == "...":
            plain = [*above[: len(above) - len(plain) + 1], *plain[1:]]
        above = [old if part == "." else part for part, old in zip(plain, above or plain, strict=False)]
        yield above


def read_metrics(widgets: list[Widget]) -> set[Metric]:
    rows = (row for each in widgets for row in spell_out(each["properties"].get("metrics", [])))
    return {Metric(row[0], row[1], tuple(zip(row[2::2], row[3::2], strict=True))) for row in rows}


def alarm_metrics(templates: Templates) -> set[Metric]:
    alarms = (each["Properties"] for each in templates.of_type("AWS::CloudWatch::Alarm").values())
    return {
        Metric(
            alarm["Namespace"],
            alarm["MetricName"],
            tuple((each["Name"], render(each["Value"])) for each in alarm["Dimensions"]),
        )
        for alarm in alarms
    }


@pytest.fixture(scope="module")
def widgets(templates: Templates) -> list[Widget]:
    return read_widgets(templates)


@pytest.fixture(scope="module")
def metrics(templates: Templates, widgets: list[Widget]) -> set[Metric]:
    """Of the dashboard and the alarms."""
    return read_metrics(widgets) | alarm_metrics(templates)


def graphs(widgets: list[Widget]) -> list[Widget]:
    return [each["properties"] for each in widgets if each["type"] == "metric"]


def test_every_metric_of_our_own_that_is_looked_at_is_emitted_by_that_function(metrics: set[Metric]) -> None:
    ours = {metric for metric in metrics if metric.namespace == NAMESPACE}

    looked_at = {path: {each.name for each in ours if is_of(each, path)} for path in EMITTED}
    assert sum(map(len, looked_at.values())) == len(ours)
    assert not {path: strange for path, names in looked_at.items() if (strange := names - EMITTED[path])}


def is_of(metric: Metric, path: str) -> bool:
    """The function's name is the one dimension of what it emits."""
    ((name, value),) = metric.dimensions
    return name == "FunctionName" and bool(re.fullmatch(f"<{path}Function[0-9A-F]{{8}}>", value))


def test_every_metric_that_is_emitted_can_be_looked_at(widgets: list[Widget]) -> None:
    """Each costs its price a month, looked at or not."""
    shown = {metric.name for metric in read_metrics(widgets) if metric.namespace == NAMESPACE}

    assert shown == set().union(*EMITTED.values())


def test_every_metric_of_aws_that_is_looked_at_is_documented_with_its_dimensions(
    metrics: set[Metric],
) -> None:
    looked_at: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for each in metrics:
        if each.namespace != NAMESPACE:
            looked_at.setdefault((each.namespace, each.dimension_names), set()).add(each.name)

    assert looked_at == AWS_METRICS


def test_a_metric_of_a_resource_names_one_of_the_stack(templates: Templates, metrics: set[Metric]) -> None:
    names = {value.strip("<>") for each in metrics for _, value in each.dimensions}

    assert names - {"AWS::AccountId"} <= templates.root["Resources"].keys()


def test_the_dashboard_can_be_among_the_free_ones(widgets: list[Widget]) -> None:
    assert len(read_metrics(widgets)) <= FREE_METRICS


def test_every_graph_has_a_title_an_axis_with_its_unit_and_a_label_for_each_line(
    widgets: list[Widget],
) -> None:
    for graph in graphs(widgets):
        assert graph["title"]
        assert graph["yAxis"]["left"]["label"]
        shown = [row[-1] for row in graph["metrics"] if row[-1].get("visible", True)]
        assert len({options["label"] for options in shown}) == len(shown) > 0
    assert len({graph["title"] for graph in graphs(widgets)}) == len(graphs(widgets))


def test_what_a_title_says_of_five_minutes_holds_for_any_range_of_time(templates: Templates) -> None:
    """Five minutes are the default of a graph, and otherwise the range would choose."""
    body = json.loads(render(templates.only(DASHBOARD)["Properties"]["DashboardBody"]))

    assert body["periodOverride"] == "inherit"
    assert {graph.get("period", 300) for graph in graphs(body["widgets"])} == {300}
    rows = [row[-1] for graph in graphs(body["widgets"]) for row in graph["metrics"]]
    assert {options.get("period", 300) for options in rows} == {300}


def test_the_shares_of_attribution_add_up_to_all_records_with_a_flow(widgets: list[Widget]) -> None:
    (graph,) = (each for each in graphs(widgets) if "Attribution" in each["title"])
    expressions = [row[0]["expression"] for row in graph["metrics"] if len(row) == 1]
    ids = [row[-1]["id"] for row in graph["metrics"] if len(row) > 1]

    values = dict(zip(ids, (1, 2, 3, 4, 10), strict=True))
    shares = [eval(each, {}, values) for each in expressions]  # noqa: S307 the dashboard's own arithmetic

    assert shares == [5.0, 10.0, 15.0, 20.0, 50.0]
    assert graph["stacked"] is True


def test_every_alarm_has_its_state_on_the_dashboard(templates: Templates, widgets: list[Widget]) -> None:
    (alarms,) = (each["properties"]["alarms"] for each in widgets if each["type"] == "alarm")

    assert {arn.strip("<>") for arn in alarms} == templates.of_type("AWS::CloudWatch::Alarm").keys()


def test_the_text_links_to_the_pages_and_to_what_waits(widgets: list[Widget]) -> None:
    (text,) = (each["properties"]["markdown"] for each in widgets if each["type"] == "text")

    links = dict(re.findall(r"\[([^]]+)]\(([^)]+)\)", text))
    assert links == {
        "Index page": "https://<DataStoreSite1C5D6949>/index.html",
        "OpenSearch Dashboards": "https://<SearchDomain62FD613E>/_dashboards",
        "Rejected records": (
            "https://<AWS::Region>.console.aws.amazon.com/s3/buckets/<DataStoreDataA5E6F2CF>?prefix=rejected/"
        ),
        "Failed events": "https://<AWS::Region>.console.aws.amazon.com/s3/buckets/<DataStoreFailedE5F3AF10>",
    }


def test_the_widgets_fill_the_columns_and_do_not_overlap(widgets: list[Widget]) -> None:
    cells = [
        (column, row)
        for each in widgets
        for column in range(each["x"], each["x"] + each["width"])
        for row in range(each["y"], each["y"] + each["height"])
    ]

    assert len(cells) == len(set(cells))
    assert len(cells) == COLUMNS * (1 + max(row for _, row in cells))


def test_the_name_is_generated_so_that_two_stacks_can_stand_side_by_side(templates: Templates) -> None:
    assert "DashboardName" not in templates.only(DASHBOARD)["Properties"]


def test_the_output_opens_the_dashboard(templates: Templates) -> None:
    (name,) = templates.of_type(DASHBOARD)

    assert render(templates.root["Outputs"]["OperationsDashboard"]["Value"]) == (
        "https://<AWS::Region>.console.aws.amazon.com/cloudwatch/home?region=<AWS::Region>"
        f"#dashboards/dashboard/<{name}>"
    )


@pytest.mark.parametrize(
    "context",
    [
        {"allowed_cidrs": "203.0.113.0/24,2001:db8::/32"},
        {"size": "large", "retain_data": True, "alarm_email": "network-team@example.com"},
    ],
)
def test_the_body_is_json_in_every_configuration(widgets: list[Widget], context: dict[str, object]) -> None:
    assert len(read_widgets(synthesise(**context))) == len(widgets)
