import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.data_store import DataStore
from stacks.function_role import FunctionRole
from stacks.lens_function import LensFunction
from stacks.schedule import Schedule
from stacks.search_domain import SearchDomain


class RuleUsage(Construct):
    """Sums up the flows by rule and day, and drops those of days that are older than they are kept."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: lambda_.Code,
        role: FunctionRole,
        search: SearchDomain,
        store: DataStore,
        retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        # No reserved concurrency, although one run at a time is enough: an account's limit must leave 100
        # unreserved ones, and a new account has 10. Two runs at once write the same documents.
        self.function = LensFunction(
            self,
            "Function",
            package="rule_usage",
            code=code,
            role=role,
            environment={
                "SEARCH_ENDPOINT": search.endpoint,
                "DATA_BUCKET": store.data.bucket_name,
                "RETENTION_DAYS": str(retention_days),
            },
            memory_size=1769,  # one whole vCPU
            timeout=cdk.Duration.minutes(15),
        )
        role.allow_list(store.data, "inventory/")
        role.allow_objects(store.data, "inventory/", "GetObject")
        Schedule(self, "Schedule", function=self.function, every=cdk.Duration.hours(1))
