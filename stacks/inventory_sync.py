from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.data_store import DataStore
from stacks.function_role import FunctionRole
from stacks.lens_function import LensFunction
from stacks.schedule import Schedule

_DESCRIBE = (
    "ec2:DescribeManagedPrefixLists",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:GetManagedPrefixListEntries",
)


class InventorySync(Construct):
    """Keeps the inventory of the VPCs in the data bucket, minute by minute, and the index page with it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: lambda_.Code,
        store: DataStore,
        vpc_ids: Sequence[str],
        index_page: lambda_.Function,
    ) -> None:
        super().__init__(scope, construct_id)
        role = FunctionRole(self, "Role")
        self.function = LensFunction(
            self,
            "Function",
            package="inventory_sync",
            code=code,
            role=role,
            environment={
                "DATA_BUCKET": store.data.bucket_name,
                "INDEX_PAGE_FUNCTION": index_page.function_name,
                "VPC_IDS": ",".join(vpc_id for vpc_id in vpc_ids if vpc_id.startswith("vpc-")),
                "SUBNET_IDS": ",".join(vpc_id for vpc_id in vpc_ids if vpc_id.startswith("subnet-")),
            },
            memory_size=512,
            # A large account may take longer than a minute; as writes are conditional, passes may overlap.
            timeout=cdk.Duration.minutes(5),
        )
        role.allow(_DESCRIBE, "*", wildcard_reason="EC2 knows no resources for what describes them.")
        role.allow_list(store.data, "inventory/")
        role.allow_objects(store.data, "inventory/", "GetObject", "PutObject")
        index_page.grant_invoke_latest_version(role.role)
        Schedule(self, "Schedule", function=self.function, every=cdk.Duration.minutes(1))
