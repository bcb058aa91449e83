from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from stacks.lens_function import LensFunction
from stacks.lens_functions import LensFunctions
from stacks.lens_metric import PERIOD, lens_metric
from stacks.search_domain import SearchDomain

_WIDTH = 24
_HEIGHT = 6
_REASONS = {
    "Attributed": "by rules",
    "UnattributedNoRule": "no rule permits it",
    "UnattributedNoInventory": "interface unknown",
    "NotFiltered": "interface without groups",
    "Rejects": "rejected traffic",
}
_TEXT = """
## SG Lens: operations
{links}

Each alarm's description says what to do; the section "Operations" of the README says more.
"""


@dataclass(frozen=True, slots=True)
class _Graph:
    title: str
    unit: str
    metrics: Sequence[cloudwatch.IMetric]
    stacked: bool = False
    most: float | None = None


class OperationsDashboard(Construct):
    """What happens to the flow records on their way, as one CloudWatch dashboard.

    It stays within the 50 metrics that a dashboard may have to be among an account's three free ones.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: LensFunctions,
        search: SearchDomain,
        alarms: Sequence[cloudwatch.IAlarm],
        links: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        dashboard = cloudwatch.Dashboard(
            self,
            "Dashboard",
            default_interval=cdk.Duration.days(1),
            period_override=cloudwatch.PeriodOverride.INHERIT,  # five minutes, as the titles say
            widgets=[
                [_text(links)],
                [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=[*alarms], width=_WIDTH, height=4)],
                _ingest(functions.flow_ingest),
                _attribution(functions.flow_ingest),
                _failed(functions.flow_ingest, functions.redrive),
                _advice(functions.rule_usage, functions.advisor),
                _functions(functions),
                _engine(search),
            ],
        )
        self.url = _console_url(dashboard)


def _text(links: Mapping[str, str]) -> cloudwatch.IWidget:
    listed = " | ".join(f"[{name}]({url})" for name, url in links.items())
    return cloudwatch.TextWidget(markdown=_TEXT.format(links=listed).strip(), width=_WIDTH, height=3)


def _ingest(function: LensFunction) -> list[cloudwatch.IWidget]:
    records = {
        "Records": "received",
        "Written": "written",
        "AlreadyThere": "already there",
        "Rejected": "rejected",
    }
    percentiles = {"p50": "half of the batches within", "p90": "nine of ten within", "Maximum": "the last"}
    lag = [
        lens_metric(function, "LagSeconds", statistic=statistic, label=label)
        for statistic, label in percentiles.items()
    ]
    retries = lens_metric(function, "BulkRetries", label="requests tried again")
    return _row(
        _Graph("Flow records in five minutes", "records", _labelled(function, records)),
        _Graph("From a record's end to the index", "seconds", lag),
        _Graph("Bulk retries in five minutes", "requests", [retries]),
    )


def _attribution(function: LensFunction) -> list[cloudwatch.IWidget]:
    using = {f"m{number}": lens_metric(function, name) for number, name in enumerate(_REASONS)}
    total = " + ".join(using)
    shares = [
        cloudwatch.MathExpression(
            expression=f"100 * {each} / ({total})", using_metrics=using, label=label, period=PERIOD
        )
        for each, label in zip(using, _REASONS.values(), strict=True)
    ]
    without_flow = {"NoData": "NODATA: no traffic", "Skipped": "SKIPDATA: records lost by AWS"}
    return _row(
        _Graph("Attribution of the flow records", "% of the records", shares, stacked=True, most=100),
        _Graph("Flow records without a flow, in five minutes", "records", _labelled(function, without_flow)),
    )


def _failed(function: LensFunction, redrive: LensFunction) -> list[cloudwatch.IWidget]:
    waiting = lens_metric(redrive, "FailedObjects", statistic="Maximum", label="waiting")
    events = {"AsyncEventsDropped": "to the failed bucket", "DestinationDeliveryFailures": "lost"}
    dropped = [
        function.metric(name, statistic="Sum", period=PERIOD, label=label) for name, label in events.items()
    ]
    return _row(
        _Graph("Failed bucket", "objects", [waiting]),
        _Graph("Failed events in five minutes", "events", dropped),
        _Graph(
            "Objects that redrive fed back, in five minutes",
            "objects",
            [lens_metric(redrive, "FedBack", label="fed back")],
        ),
        _Graph(
            "Rejected records in five minutes",
            "records",
            [lens_metric(function, "Rejected", label="in rejected/")],
        ),
    )


def _advice(rule_usage: LensFunction, advisor: LensFunction) -> list[cloudwatch.IWidget]:
    unfinished = {"UnfinishedDays": "days left to the next run"}
    usage = {"RuleUsageDocuments": "documents", "DroppedIndices": "flows indices dropped"}
    reports = {"Reports": "made", "ReportsLeft": "left to the next run"}
    return _row(
        _Graph("Rule usage written in five minutes", "documents and indices", _labelled(rule_usage, usage)),
        _Graph("Rule usage: days without time", "days", _labelled(rule_usage, unfinished)),
        _Graph("Reports in five minutes", "groups", _labelled(advisor, reports)),
    )


def _functions(functions: LensFunctions) -> list[cloudwatch.IWidget]:
    """All but `flow_ingest` run one at a time."""

    def metrics(name: str, statistic: str, of: Sequence[LensFunction]) -> list[cloudwatch.IMetric]:
        return [each.metric(name, statistic=statistic, period=PERIOD, label=each.package) for each in of]

    steady = functions.steady
    errors = metrics("Errors", "Sum", [*functions.frequent, *functions.hourly])
    at_once = metrics("ConcurrentExecutions", "Maximum", [functions.flow_ingest])
    return _row(
        _Graph("Functions: errors in five minutes", "invocations", errors),
        _Graph("Functions: duration, 95th percentile", "milliseconds", metrics("Duration", "p95", steady)),
        _Graph("Functions: throttles in five minutes", "invocations", metrics("Throttles", "Sum", steady)),
        _Graph("Functions: at the same time", "executions", at_once),
    )


def _engine(search: SearchDomain) -> list[cloudwatch.IWidget]:
    domain = search.domain
    busy = [
        domain.metric_cpu_utilization(statistic="Maximum", period=PERIOD, label="CPU"),
        domain.metric_jvm_memory_pressure(period=PERIOD, label="Java heap"),
    ]
    free = domain.metric_free_storage_space(period=PERIOD, label="free")
    failed = {"4xx": "4xx", "5xx": "5xx"}
    refused = [
        domain.metric(name, statistic="Sum", period=PERIOD, label=label) for name, label in failed.items()
    ]
    return _row(
        _Graph("Engine: busiest node", "%", busy, most=100),
        _Graph("Engine: free storage of the fullest node", "MiB", [free]),
        _Graph("Engine: writes answered with 429, in five minutes", "writes", _rejected_writes(search)),
        _Graph("Engine: refused requests in five minutes", "requests", refused),
    )


def _rejected_writes(search: SearchDomain) -> list[cloudwatch.IMetric]:
    """The domain gives totals since a node's start, hence the difference.

    https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-cloudwatchmetrics.html
    """
    names = {
        "CoordinatingWriteRejected": "where they arrive",
        "PrimaryWriteRejected": "at the primary shard",
        "ThreadpoolWriteRejected": "by a full queue",
    }
    return [
        cloudwatch.MathExpression(
            expression=f"DIFF(w{number})",
            using_metrics={f"w{number}": search.domain.metric(name, statistic="Maximum", period=PERIOD)},
            label=label,
            period=PERIOD,
        )
        for number, (name, label) in enumerate(names.items())
    ]


def _labelled(function: LensFunction, labels: Mapping[str, str]) -> list[cloudwatch.IMetric]:
    return [lens_metric(function, name, label=label) for name, label in labels.items()]


def _row(*graphs: _Graph) -> list[cloudwatch.IWidget]:
    """Side by side, equally wide."""
    return [
        cloudwatch.GraphWidget(
            title=graph.title,
            left=[*graph.metrics],
            left_y_axis=cloudwatch.YAxisProps(label=graph.unit, show_units=False, min=0, max=graph.most),
            stacked=graph.stacked,
            width=_WIDTH // len(graphs),
            height=_HEIGHT,
        )
        for graph in graphs
    ]


def _console_url(dashboard: cloudwatch.Dashboard) -> str:
    region = cdk.Stack.of(dashboard).region
    return (
        f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
        f"#dashboards/dashboard/{dashboard.dashboard_name}"
    )
