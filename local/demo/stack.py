"""What the deployed stack tells of itself."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from local.demo.error import DemoError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_ec2 import EC2Client

    from local.cloud import LocalCloud

STACK: Final = "SgLens"


@dataclass(frozen=True, slots=True)
class SearchUser:
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class FlowLogSettings:
    log_group: str
    fields: tuple[str, ...]
    aggregation_interval: int


def read_outputs(cloud: LocalCloud) -> Mapping[str, str]:
    stack = cloud.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def read_user(cloud: LocalCloud, secret_arn: str) -> SearchUser:
    secret = cloud.client("secretsmanager").get_secret_value(SecretId=secret_arn)
    content = json.loads(secret["SecretString"])
    return SearchUser(content["username"], content["password"])


def read_flow_log(ec2: EC2Client, vpc_id: str) -> FlowLogSettings:
    """The one that the stack made; it may write only where its role lets it."""
    answer = ec2.describe_flow_logs(Filters=[{"Name": "resource-id", "Values": [vpc_id]}])
    flow_logs = answer["FlowLogs"]
    if len(flow_logs) != 1 or flow_logs[0].get("DeliverLogsStatus") != "SUCCESS":
        raise DemoError(f"{vpc_id} should have one flow log that can deliver, but EC2 shows {flow_logs}")
    flow_log = flow_logs[0]
    return FlowLogSettings(
        flow_log["LogGroupName"],
        tuple(re.findall(r"\$\{([a-z0-9-]+)\}", flow_log["LogFormat"])),
        flow_log["MaxAggregationInterval"],
    )
