import copy
from typing import Any

import pytest

from domain.flow_log_format import FlowLogFormat
from stacks.flow_log import LOG_FORMAT
from tests.stacks.synthesis import SUBNET_ID, VPC_ID, Resource, Templates, synthesise

OTHER_VPC_ID = "vpc-0fedcba9876543210"


def only(nested: dict[str, Any], resource_type: str) -> Resource:
    resource: Resource
    (resource,) = (each for each in nested["Resources"].values() if each["Type"] == resource_type)
    return resource


@pytest.mark.parametrize(("resource_id", "resource_type"), [(VPC_ID, "VPC"), (SUBNET_ID, "Subnet")])
def test_a_flow_log_is_taken_of_each_entry(
    templates: Templates, resource_id: str, resource_type: str
) -> None:
    flow_log = only(templates.nested[resource_id], "AWS::EC2::FlowLog")["Properties"]

    assert (flow_log["ResourceId"], flow_log["ResourceType"]) == (resource_id, resource_type)


def test_a_flow_log_is_taken_as_configured() -> None:
    templates = synthesise(aggregation_interval=600, traffic_type="REJECT")

    flow_log = only(templates.nested[VPC_ID], "AWS::EC2::FlowLog")["Properties"]

    assert (flow_log["MaxAggregationInterval"], flow_log["TrafficType"]) == (600, "REJECT")


def test_a_flow_log_has_the_format_that_flow_ingest_reads(templates: Templates) -> None:
    flow_log = only(templates.nested[VPC_ID], "AWS::EC2::FlowLog")["Properties"]
    variables = templates.at("FlowIngest/Function/Resource")["Properties"]["Environment"]["Variables"]

    assert flow_log["LogFormat"] == variables["LOG_FORMAT"] == LOG_FORMAT


def test_the_format_has_every_field_of_versions_2_to_5() -> None:
    assert LOG_FORMAT == (
        "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} "
        "${packets} ${bytes} ${start} ${end} ${action} ${log-status} ${vpc-id} ${subnet-id} ${instance-id} "
        "${tcp-flags} ${type} ${pkt-srcaddr} ${pkt-dstaddr} ${region} ${az-id} ${sublocation-type} "
        "${sublocation-id} ${pkt-src-aws-service} ${pkt-dst-aws-service} ${flow-direction} ${traffic-path}"
    )


def test_flow_ingest_can_read_the_format() -> None:
    assert len(FlowLogFormat.parse(LOG_FORMAT).fields) == 29


def test_the_flow_log_role_may_write_to_its_group_and_create_none(templates: Templates) -> None:
    nested = templates.nested[VPC_ID]
    (group,) = (name for name, each in nested["Resources"].items() if each["Type"] == "AWS::Logs::LogGroup")

    (statement,) = only(nested, "AWS::IAM::Policy")["Properties"]["PolicyDocument"]["Statement"]

    assert statement["Resource"] == {"Fn::GetAtt": [group, "Arn"]}
    assert statement["Action"] == ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]


def test_only_flow_logs_of_the_account_take_on_the_role(templates: Templates) -> None:
    role = only(templates.nested[VPC_ID], "AWS::IAM::Role")["Properties"]

    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]

    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    source = trust["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Join"][1]
    assert (source[2], source[-1]) == (":ec2:", ":vpc-flow-log/*")


def test_every_record_goes_to_flow_ingest_which_lets_this_log_group_call(templates: Templates) -> None:
    nested = templates.nested[VPC_ID]
    (group,) = (name for name, each in nested["Resources"].items() if each["Type"] == "AWS::Logs::LogGroup")

    subscription = only(nested, "AWS::Logs::SubscriptionFilter")
    permission = only(nested, "AWS::Lambda::Permission")["Properties"]

    assert subscription["Properties"]["FilterPattern"] == ""
    assert subscription["Properties"]["DestinationArn"] == permission["FunctionName"]
    assert permission["Principal"] == "logs.amazonaws.com"
    assert permission["SourceArn"] == {"Fn::GetAtt": [group, "Arn"]}
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}


def test_the_log_group_can_be_subscribed_to_and_goes_with_the_stack(templates: Templates) -> None:
    group = only(templates.nested[VPC_ID], "AWS::Logs::LogGroup")

    assert group["Properties"] == {"LogGroupClass": "STANDARD", "RetentionInDays": 7}
    assert group["DeletionPolicy"] == "Delete"


def test_the_first_record_already_has_a_subscriber(templates: Templates) -> None:
    nested = templates.nested[VPC_ID]
    (subscription,) = (name for name in nested["Resources"] if name.startswith("SubscriptionFilter"))

    assert subscription in only(nested, "AWS::EC2::FlowLog")["DependsOn"]


def test_a_vpc_comes_and_goes_without_touching_the_rest() -> None:
    one = synthesise(vpc_ids=[VPC_ID])
    two = synthesise(vpc_ids=[OTHER_VPC_ID, VPC_ID])

    assert two.nested[VPC_ID] == one.nested[VPC_ID]
    assert _without(two, OTHER_VPC_ID) == _without(one, OTHER_VPC_ID)


def _without(templates: Templates, vpc_id: str) -> dict[str, Any]:
    """The root without the stack of the VPC, and without its id in the one list that names all."""
    root = copy.deepcopy(templates.root)
    root["Resources"] = {
        name: each
        for name, each in root["Resources"].items()
        if not (each["Type"] == "AWS::CloudFormation::Stack" and name.startswith(vpc_id.replace("-", "")))
    }
    for each in root["Resources"].values():
        variables = each.get("Properties", {}).get("Environment", {}).get("Variables", {})
        if "VPC_IDS" in variables:
            variables["VPC_IDS"] = variables["VPC_IDS"].removeprefix(f"{vpc_id},")
    return root
