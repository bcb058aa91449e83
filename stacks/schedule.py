from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from constructs import Construct


class Schedule(Construct):
    """Runs a function at a fixed rate. A run that fails is not repeated: the next one does its work."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: lambda_.Function,
        every: cdk.Duration,
        event: Mapping[str, object] | None = None,
    ) -> None:
        """`event` takes the place of the one that EventBridge makes."""
        super().__init__(scope, construct_id)
        function.configure_async_invoke(retry_attempts=0, max_event_age=cdk.Duration.minutes(1))
        target = targets.LambdaFunction(
            function,
            event=events.RuleTargetInput.from_object(event) if event else None,
            retry_attempts=0,
            max_event_age=cdk.Duration.minutes(1),
        )
        events.Rule(self, "Rule", schedule=events.Schedule.rate(every), targets=[target])
