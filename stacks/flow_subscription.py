import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct


class FlowSubscription(Construct):
    """Sends every record of the log group to the function.

    The permission stands here, not with the function, and comes and goes with the VPC's stack. The L2's
    LambdaDestination would put it beside the function, and the two stacks would need each other.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, log_group: logs.ILogGroup, function: lambda_.IFunction
    ) -> None:
        super().__init__(scope, construct_id)
        permission = lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=function.function_arn,
            principal="logs.amazonaws.com",
            source_account=cdk.Aws.ACCOUNT_ID,
            source_arn=log_group.log_group_arn,
        )
        subscription = logs.CfnSubscriptionFilter(
            self,
            "Filter",
            log_group_name=log_group.log_group_name,
            filter_pattern="",
            destination_arn=function.function_arn,
        )
        subscription.add_resource_dependency(permission)
