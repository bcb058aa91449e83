from collections.abc import Iterable

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.domain_size import DomainSize
from stacks.lens_function import LensFunction
from stacks.search_domain import SearchDomain

_PERIOD = cdk.Duration.minutes(5)
_MIB_PER_GIB = 1024
# As in "Recommended CloudWatch alarms" of the Amazon OpenSearch Service Developer Guide.
_LEAST_FREE_SHARE = 0.25


class Alarms(Construct):
    """Alarms of the functions and the domain, which stand in any case; an e-mail address adds the mail."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Iterable[LensFunction],
        hourly: Iterable[LensFunction],
        flow_ingest: lambda_.Function,
        search: SearchDomain,
        size: DomainSize,
        email: str | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._topic = self._mail_topic(email) if email else None
        for function in functions:
            self._watch_errors(function, cdk.Duration.minutes(15), "a quarter of an hour")
        for function in hourly:
            self._watch_errors(function, cdk.Duration.hours(4), "four hours")
        self._watch_events(flow_ingest)
        self._watch_domain(search, size)

    def _mail_topic(self, email: str) -> sns.Topic:
        topic = sns.Topic(self, "Topic", display_name="SG Lens", enforce_ssl=True)
        topic.add_subscription(subscriptions.EmailSubscription(email))
        return topic

    def _watch_errors(self, function: LensFunction, period: cdk.Duration, words: str) -> None:
        """A single error is mended by the next attempt or pass; three in so short a time are not."""
        self._add(
            f"{function.package.title().replace('_', '')}Errors",
            function.metric_errors(period=period),
            f"{function.package} has failed three times in {words}. Its log says why.",
            threshold=3,
        )

    def _watch_events(self, flow_ingest: lambda_.Function) -> None:
        self._add(
            "FailedEvents",
            flow_ingest.metric("AsyncEventsDropped", statistic="Sum", period=_PERIOD),
            "Flow records could not be indexed and wait in the failed bucket. redrive feeds them back by "
            "itself once the domain answers.",
        )
        self._add(
            "LostEvents",
            flow_ingest.metric("DestinationDeliveryFailures", statistic="Sum", period=_PERIOD),
            "Flow records could be neither indexed nor kept in the failed bucket. For a week the log group "
            "of the VPC still has them.",
        )

        rejected = cloudwatch.Metric(
            namespace="SgLens",
            metric_name="Rejected",
            dimensions_map={"FunctionName": flow_ingest.function_name},
            statistic="Sum",
            period=_PERIOD,
        )
        self._add(
            "RejectedRecords",
            rejected,
            "Flow records were refused. They and the reasons lie below rejected/ in the data bucket, for as "
            "many days as retention_days says.",
        )

    def _watch_domain(self, search: SearchDomain, size: DomainSize) -> None:
        domain = search.domain
        self._add(
            "ClusterRed",
            domain.metric_cluster_status_red(period=_PERIOD),
            "A primary shard of the search domain is not there: some flow records can't be found or written.",
        )
        self._add(
            "IndexWritesBlocked",
            domain.metric_cluster_index_writes_blocked(period=_PERIOD),
            "The search domain refuses writes, mostly since its volumes are full or its memory is short.",
        )
        self._add(
            "FreeStorage",
            domain.metric_free_storage_space(period=_PERIOD),
            f"A node has less than a quarter of its {size.volume_gib} GiB left. Raise volume_gib or lower "
            "retention_days.",
            threshold=size.volume_gib * _MIB_PER_GIB * _LEAST_FREE_SHARE,
            comparison=cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
        )

    def _add(
        self,
        construct_id: str,
        metric: cloudwatch.Metric,
        description: str,
        *,
        threshold: float = 1,
        comparison: cloudwatch.ComparisonOperator = (
            cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        ),
    ) -> None:
        alarm = metric.create_alarm(
            self,
            construct_id,
            alarm_description=f"SG Lens: {description}",
            evaluation_periods=1,
            threshold=threshold,
            comparison_operator=comparison,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        if self._topic:
            alarm.add_alarm_action(actions.SnsAction(self._topic))
