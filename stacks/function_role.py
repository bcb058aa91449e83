from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.acknowledge import acknowledge, wildcard_rule


class FunctionRole(Construct):
    """The role of one function, and the log group that it may write to.

    It stands apart from the function: the search domain must know a role before its function may run.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.log_group = logs.LogGroup(
            self, "Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=cdk.RemovalPolicy.DESTROY
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        # AWSLambdaBasicExecutionRole may create log groups: a late line would bring this one back.
        self.log_group.grant_write(self.role)

    def allow(self, actions: Sequence[str], *resources: str, wildcard_reason: str = "") -> None:
        """Exactly these actions, where a `grant_` method of the resource would give more."""
        self.role.add_to_policy(iam.PolicyStatement(actions=[*actions], resources=[*resources]))
        if wildcard_reason:
            acknowledge(self.role, {wildcard_rule(self, each): wildcard_reason for each in resources})

    def allow_objects(self, bucket: s3.IBucket, prefix: str, *actions: str) -> None:
        """These actions of S3 on the objects below the prefix."""
        objects = bucket.arn_for_objects(f"{prefix}*")
        reason = "The keys come from days, batches and interfaces; bucket and prefix bound them."
        self.allow([f"s3:{action}" for action in actions], objects, wildcard_reason=reason)

    def allow_list(self, bucket: s3.IBucket, prefix: str = "") -> None:
        below = {"StringLike": {"s3:prefix": f"{prefix}*"}} if prefix else None
        self.role.add_to_policy(
            iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn], conditions=below)
        )
