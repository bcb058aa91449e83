import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.flow_log import FlowLog
from stacks.flow_subscription import FlowSubscription


class VpcStack(cdk.NestedStack):
    """What one VPC, or one subnet, needs: it can be added and removed without touching the others."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        resource_id: str,
        flow_ingest: lambda_.IFunction,
        traffic_type: str,
        aggregation_interval: int,
    ) -> None:
        super().__init__(scope, construct_id, description=f"SG Lens: the flow log of {resource_id}")
        log_group = logs.LogGroup(
            self,
            "FlowLogGroup",
            # The records live in the index. A week leaves time to fetch them from here when something went
            # wrong on the way, and costs little beside the delivery. Subscriptions need the standard class.
            retention=logs.RetentionDays.ONE_WEEK,
            log_group_class=logs.LogGroupClass.STANDARD,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        subscription = FlowSubscription(self, "Subscription", log_group=log_group, function=flow_ingest)
        flow_log = FlowLog(
            self,
            "FlowLog",
            resource_id=resource_id,
            log_group=log_group,
            traffic_type=traffic_type,
            aggregation_interval=aggregation_interval,
        )
        flow_log.node.add_dependency(subscription)
