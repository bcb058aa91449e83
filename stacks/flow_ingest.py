import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.data_store import DataStore
from stacks.flow_log import LOG_FORMAT
from stacks.function_role import FunctionRole
from stacks.lens_function import LensFunction
from stacks.search_domain import SearchDomain


class FlowIngest(Construct):
    """Indexes what flow logs deliver. An event that failed three times is kept in the failed bucket."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: lambda_.Code,
        role: FunctionRole,
        search: SearchDomain,
        store: DataStore,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = LensFunction(
            self,
            "Function",
            package="flow_ingest",
            code=code,
            role=role,
            environment={
                "SEARCH_ENDPOINT": search.endpoint,
                "LOG_FORMAT": LOG_FORMAT,
                "DATA_BUCKET": store.data.bucket_name,
            },
            memory_size=1769,  # one whole vCPU
            timeout=cdk.Duration.minutes(5),
        )
        role.allow_list(store.data, "inventory/")
        role.allow_objects(store.data, "inventory/", "GetObject")
        role.allow_objects(store.data, "rejected/", "PutObject")
        # Lambda puts the failed events, as the function, and asks for both.
        role.allow_list(store.failed)
        role.allow_objects(store.failed, "", "PutObject")
        self._keep_failed_events(store)

    def _keep_failed_events(self, store: DataStore) -> None:
        """As an L1: the L2's S3Destination would let the function read the failed bucket as well."""
        lambda_.CfnEventInvokeConfig(
            self,
            "FailedEvents",
            function_name=self.function.function_name,
            qualifier="$LATEST",
            maximum_retry_attempts=2,
            maximum_event_age_in_seconds=cdk.Duration.hours(6).to_seconds(),
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=store.failed.bucket_arn)
            ),
        )
