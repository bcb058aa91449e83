from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import boto3
import pytest
from moto import mock_aws

from local.demo.error import DemoError
from local.demo.stack import read_flow_log
from tests.local.sample.in_moto import CREDENTIALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_ec2 import EC2Client

REGION = "us-east-1"


@pytest.fixture
def ec2() -> Iterator[EC2Client]:
    with patch.dict("os.environ", CREDENTIALS), mock_aws():
        yield boto3.client("ec2", region_name=REGION)


def test_the_flow_log_tells_its_group_its_fields_and_its_interval(ec2: EC2Client) -> None:
    vpc_id = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    boto3.client("logs", region_name=REGION).create_log_group(logGroupName="flows")
    ec2.create_flow_logs(
        ResourceIds=[vpc_id],
        ResourceType="VPC",
        TrafficType="ALL",
        LogGroupName="flows",
        LogFormat="${version} ${interface-id} ${pkt-srcaddr}",
        MaxAggregationInterval=60,
        DeliverLogsPermissionArn="arn:aws:iam::123456789012:role/flow-logs",
    )

    settings = read_flow_log(ec2, vpc_id)

    assert settings.log_group == "flows"
    assert settings.fields == ("version", "interface-id", "pkt-srcaddr")
    assert settings.aggregation_interval == 60


def test_a_vpc_without_flow_log_is_told(ec2: EC2Client) -> None:
    vpc_id = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]

    with pytest.raises(DemoError, match=f"{vpc_id} should have one flow log"):
        read_flow_log(ec2, vpc_id)
