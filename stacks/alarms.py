import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.app_config import AppConfig
from stacks.domain_size import DomainSize
from stacks.lens_function import LensFunction
from stacks.lens_functions import LensFunctions
from stacks.lens_metric import PERIOD, lens_metric
from stacks.redrive import Redrive
from stacks.search_domain import SearchDomain

_MIB_PER_GIB = 1024
# As in "Recommended CloudWatch alarms" of the Amazon OpenSearch Service Developer Guide.
_LEAST_FREE_SHARE = 0.25
# Flow logs take about five minutes to reach their log group, and now and then more. The rest is ours: a batch
# that fails is tried again after one minute and after two more.
_USUAL_LAG = cdk.Duration.minutes(15)


class Alarms(Construct):
    """Alarms of the functions and the domain, which stand in any case; an e-mail address adds the mail.

    Where a function is not called, it reports nothing, and that is no fault: missing data doesn't breach. The
    failed bucket is the exception, as only `redrive` sees into it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: LensFunctions,
        redrive: Redrive,
        search: SearchDomain,
        config: AppConfig,
    ) -> None:
        super().__init__(scope, construct_id)
        self._topic = self._mail_topic(config.alarm_email) if config.alarm_email else None
        self.alarms: list[cloudwatch.Alarm] = []
        for function in functions.frequent:
            self._watch_errors(function, cdk.Duration.minutes(15), "a quarter of an hour")
        for function in functions.hourly:
            self._watch_errors(function, cdk.Duration.hours(4), "four hours")
        self._watch_lag(functions.flow_ingest, config.aggregation_interval)
        self._watch_events(functions.flow_ingest)
        self._watch_failed_bucket(redrive)
        self._watch_days(functions.rule_usage)
        self._watch_domain(search, config.size)

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

    def _watch_lag(self, flow_ingest: LensFunction, aggregation_interval: int) -> None:
        """The 90th percentile over a quarter of an hour: one late batch, or a few old ones that `redrive`
        feeds back, are no matter. A record may end as early as its interval begins, hence the interval."""
        lag = cdk.Duration.seconds(aggregation_interval + _USUAL_LAG.to_seconds())
        self._add(
            "Lag",
            lens_metric(flow_ingest, "LagSeconds", statistic="p90"),
            f"For a quarter of an hour flow records have come into the index over {lag.to_minutes()} minutes "
            "late, or not at all. The dashboard of the output OperationsDashboard shows where they wait: "
            "throttled functions need a higher quota of concurrent executions; bulk retries, a busy CPU and "
            "rejected writes a larger size of the domain.",
            threshold=lag.to_seconds(),
            evaluation_periods=3,
        )

    def _watch_events(self, flow_ingest: LensFunction) -> None:
        self._add(
            "FailedEvents",
            flow_ingest.metric("AsyncEventsDropped", statistic="Sum", period=PERIOD),
            "Flow records could not be indexed and wait in the failed bucket. redrive feeds them back by "
            "itself once the domain answers.",
        )
        self._add(
            "LostEvents",
            flow_ingest.metric("DestinationDeliveryFailures", statistic="Sum", period=PERIOD),
            "Flow records could be neither indexed nor kept in the failed bucket. For a week the log group "
            "of the VPC still has them.",
        )
        self._add(
            "RejectedRecords",
            lens_metric(flow_ingest, "Rejected"),
            "Flow records were refused. They and the reasons lie below rejected/ in the data bucket, for as "
            "many days as retention_days says.",
        )

    def _watch_failed_bucket(self, redrive: Redrive) -> None:
        """`redrive` tells each five minutes what it leaves there; its silence counts like objects that wait.

        The alarm comes after its schedule and goes before it, so that it doesn't take the time when there is
        none for a fault; only until the first pass, some minutes after the first deployment, it is raised.
        """
        alarm = self._add(
            "FailedBucket",
            lens_metric(redrive.function, "FailedObjects", statistic="Minimum"),
            "For a quarter of an hour flow records have waited in the failed bucket and redrive could not "
            "feed them back, or it did not run. Its log says why: mend that, and the next pass brings them "
            "in. An object that it cannot read is named there: look at it, then delete it. The alarm goes "
            "back by itself once the bucket is empty.",
            evaluation_periods=3,
            missing=cloudwatch.TreatMissingData.BREACHING,
        )
        alarm.node.add_dependency(redrive)

    def _watch_days(self, rule_usage: LensFunction) -> None:
        """A day that one run has no time for is the next one's. A run that fails tells no number: that is
        the matter of the alarm on its errors."""
        self._add(
            "UnfinishedDays",
            lens_metric(rule_usage, "UnfinishedDays", statistic="Maximum", period=cdk.Duration.hours(1)),
            "For six hours no run of rule_usage has had the time for all days. Its log names them as "
            "unfinished: their usage is old or missing in reports, and their flows indices are not dropped. "
            "After a long replay, wait; else the search domain is too slow for a day's flow records: raise "
            "size. The alarm goes back by itself.",
            evaluation_periods=6,
        )

    def _watch_domain(self, search: SearchDomain, size: DomainSize) -> None:
        domain = search.domain
        self._add(
            "ClusterRed",
            domain.metric_cluster_status_red(period=PERIOD),
            "A primary shard of the search domain is not there: some flow records can't be found or written. "
            "Where no node comes back by itself, restore the index from the domain's hourly snapshots.",
        )
        self._add(
            "IndexWritesBlocked",
            domain.metric_cluster_index_writes_blocked(period=PERIOD),
            "The search domain refuses writes, mostly since its volumes are full or its memory is short. "
            "Delete the oldest flows-* indices or raise size.",
        )
        self._add(
            "FreeStorage",
            domain.metric_free_storage_space(period=PERIOD),
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
        evaluation_periods: int = 1,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> cloudwatch.Alarm:
        alarm = metric.create_alarm(
            self,
            construct_id,
            alarm_description=f"SG Lens: {description}",
            evaluation_periods=evaluation_periods,
            threshold=threshold,
            comparison_operator=comparison,
            treat_missing_data=missing,
        )
        if self._topic:
            alarm.add_alarm_action(actions.SnsAction(self._topic))
        self.alarms.append(alarm)
        return alarm
