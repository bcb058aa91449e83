import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.data_store import DataStore
from stacks.function_role import FunctionRole
from stacks.lens_function import LensFunction
from stacks.schedule import Schedule


class Redrive(Construct):
    """Feeds failed events and rejected lines back to `flow_ingest` once the domain answers again."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: lambda_.Code,
        store: DataStore,
        flow_ingest: lambda_.Function,
    ) -> None:
        super().__init__(scope, construct_id)
        role = FunctionRole(self, "Role")
        self.function = LensFunction(
            self,
            "Function",
            package="redrive",
            code=code,
            role=role,
            environment={
                "DATA_BUCKET": store.data.bucket_name,
                "FAILED_BUCKET": store.failed.bucket_name,
                "FLOW_INGEST_FUNCTION": flow_ingest.function_name,
            },
            memory_size=512,
            timeout=cdk.Duration.minutes(10),  # it waits for `flow_ingest`, which has 5
        )
        role.allow_list(store.failed)
        role.allow_list(store.data, "rejected/")
        role.allow_objects(store.failed, "", "GetObject", "PutObject", "DeleteObject")
        role.allow_objects(store.data, "rejected/", "GetObject", "DeleteObject")
        flow_ingest.grant_invoke_latest_version(role.role)
        Schedule(self, "Schedule", function=self.function, every=cdk.Duration.minutes(5))
