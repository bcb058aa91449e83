"""Flow logs that a stack makes, and whether they can deliver."""

from typing import Any

import pytest

from local.cloud import LocalCloud
from tests.local.emulator.emulated import allow, deploy, destroy, filter_by, make_role, new_name

FORMAT = "${version} ${interface-id} ${flow-direction}"


def flow_log(vpc_id: str, role_arn: str, **properties: object) -> dict[str, object]:
    return {
        "Type": "AWS::EC2::FlowLog",
        "Properties": {
            "ResourceId": vpc_id,
            "ResourceType": "VPC",
            "TrafficType": "ALL",
            "LogGroupName": "flows",
            "DeliverLogsPermissionArn": role_arn,
            "LogFormat": FORMAT,
            "MaxAggregationInterval": 60,
            **properties,
        },
    }


def flow_logs_of(cloud: LocalCloud, vpc_id: str) -> list[Any]:
    ec2: Any = cloud.client("ec2")
    found: list[Any] = ec2.describe_flow_logs(Filter=[filter_by("resource-id", vpc_id)])["FlowLogs"]
    return found


def delivery_role(cloud: LocalCloud, service: str = "vpc-flow-logs.amazonaws.com") -> str:
    actions = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    group_arn = f"arn:aws:logs:{cloud.region}:{cloud.account}:log-group:flows:*"
    return make_role(cloud, allow(actions, group_arn), trusted={"Service": service})


def test_a_stack_makes_a_flow_log_and_takes_it_away(cloud: LocalCloud, vpc_id: str) -> None:
    stack = deploy(cloud, {"FlowLog": flow_log(vpc_id, delivery_role(cloud))})

    (made,) = flow_logs_of(cloud, vpc_id)
    assert (made["LogFormat"], made["MaxAggregationInterval"], made["TrafficType"]) == (FORMAT, 60, "ALL")
    assert (made["LogGroupName"], made["DeliverLogsStatus"]) == ("flows", "SUCCESS")
    assert destroy(cloud, stack) == "DELETE_COMPLETE"
    assert flow_logs_of(cloud, vpc_id) == []


def test_a_flow_log_whose_role_may_not_be_assumed_can_not_deliver(cloud: LocalCloud, vpc_id: str) -> None:
    stack = deploy(cloud, {"FlowLog": flow_log(vpc_id, delivery_role(cloud, "ec2.amazonaws.com"))})

    (made,) = flow_logs_of(cloud, vpc_id)
    assert (made["DeliverLogsStatus"], made["DeliverLogsErrorMessage"]) == ("FAILED", "Access error")
    destroy(cloud, stack)


def test_a_flow_log_whose_role_may_not_write_to_the_group_can_not_deliver(
    cloud: LocalCloud, vpc_id: str
) -> None:
    properties = {"LogGroupName": new_name("other")}
    stack = deploy(cloud, {"FlowLog": flow_log(vpc_id, delivery_role(cloud), **properties)})

    (made,) = flow_logs_of(cloud, vpc_id)
    assert made["DeliverLogsStatus"] == "FAILED"
    destroy(cloud, stack)


@pytest.mark.parametrize(
    "properties",
    [
        {"MaxAggregationInterval": 300},
        {"LogFormat": "version srcaddr"},
        {"LogGroupName": ""},
        {"ResourceId": "vpc-0123456789abcdef0"},
    ],
)
def test_a_wrong_flow_log_fails_the_stack(
    cloud: LocalCloud, vpc_id: str, properties: dict[str, object]
) -> None:
    stack = deploy(cloud, {"FlowLog": flow_log(vpc_id, delivery_role(cloud), **properties)})

    described = cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    assert described["StackStatus"] == "ROLLBACK_COMPLETE"
    assert flow_logs_of(cloud, vpc_id) == []
