import json

import pytest

from tests.stacks.synthesis import SUBNET_ID, VPC_ID, Templates

FUNCTION = "AWS::Lambda::Function"


@pytest.mark.parametrize(
    "package", ["flow_ingest", "index_page", "inventory_sync", "redrive", "search_setup"]
)
def test_every_function_runs_the_same_code_on_the_same_runtime(templates: Templates, package: str) -> None:
    functions = [each["Properties"] for each in templates.of_type(FUNCTION).values()]

    (function,) = (each for each in functions if each["Handler"] == f"{package}.handler.lambda_handler")
    assert (function["Runtime"], function["Architectures"]) == ("python3.14", ["arm64"])
    assert function["Code"] == functions[0]["Code"]


def test_no_function_is_there_but_ours(templates: Templates) -> None:
    """The CDK adds Node.js functions for some conveniences."""
    functions = [each for each in templates.all_resources() if each["Type"] == FUNCTION]

    assert len(functions) == 5
    assert "nodejs" not in json.dumps(templates.all_resources())


def test_every_function_writes_to_a_log_group_of_its_own_that_goes_with_it(templates: Templates) -> None:
    functions = templates.of_type(FUNCTION).values()

    groups = {each["Properties"]["LoggingConfig"]["LogGroup"]["Ref"] for each in functions}

    assert groups == set(templates.of_type("AWS::Logs::LogGroup"))
    assert {templates.root["Resources"][group]["DeletionPolicy"] for group in groups} == {"Delete"}


@pytest.mark.parametrize(
    ("path", "environment"),
    [
        ("FlowIngest", {"SEARCH_ENDPOINT", "LOG_FORMAT", "DATA_BUCKET"}),
        ("IndexPage", {"SEARCH_ENDPOINT", "DATA_BUCKET", "SITE_BUCKET", "DASHBOARDS_URL"}),
        ("InventorySync", {"DATA_BUCKET", "INDEX_PAGE_FUNCTION", "VPC_IDS", "SUBNET_IDS"}),
        ("Redrive", {"DATA_BUCKET", "FAILED_BUCKET", "FLOW_INGEST_FUNCTION"}),
        (
            "SearchSetup",
            {"SEARCH_ENDPOINT", "MASTER_SECRET_ARN", "VIEWER_SECRET_ARN", "INDEX_PAGE_FUNCTION"},
        ),
    ],
)
def test_a_function_is_told_what_its_environment_reads(
    templates: Templates, path: str, environment: set[str]
) -> None:
    function = templates.at(f"{path}/Function/Resource")

    assert set(function["Properties"]["Environment"]["Variables"]) == environment


def test_inventory_sync_knows_vpcs_and_subnets_apart(templates: Templates) -> None:
    function = templates.at("InventorySync/Function/Resource")

    variables = function["Properties"]["Environment"]["Variables"]

    assert (variables["VPC_IDS"], variables["SUBNET_IDS"]) == (VPC_ID, SUBNET_ID)


def test_an_event_that_cannot_be_indexed_is_tried_three_times_and_kept(templates: Templates) -> None:
    invocation = templates.at("FlowIngest/FailedEvents")["Properties"]

    (bucket,) = (name for name in templates.of_type("AWS::S3::Bucket") if "Failed" in name)
    assert invocation["MaximumRetryAttempts"] == 2
    assert invocation["MaximumEventAgeInSeconds"] == 6 * 3600
    assert invocation["DestinationConfig"] == {"OnFailure": {"Destination": {"Fn::GetAtt": [bucket, "Arn"]}}}


@pytest.mark.parametrize(
    ("path", "rate"), [("InventorySync", "rate(1 minute)"), ("Redrive", "rate(5 minutes)")]
)
def test_a_pass_runs_at_its_rate_and_is_not_repeated(templates: Templates, path: str, rate: str) -> None:
    rule = templates.at(f"{path}/Schedule/Rule/Resource")["Properties"]
    invocation = templates.at(f"{path}/Function/EventInvokeConfig/Resource")["Properties"]

    assert (rule["ScheduleExpression"], rule["State"]) == (rate, "ENABLED")
    assert rule["Targets"][0]["RetryPolicy"]["MaximumRetryAttempts"] == 0
    assert invocation["MaximumRetryAttempts"] == 0


def test_the_index_page_is_renewed_each_hour_and_a_late_event_is_dropped(templates: Templates) -> None:
    rule = templates.at("IndexPageRenewal/Rule/Resource")["Properties"]
    invocation = templates.at("IndexPage/Function/EventInvokeConfig/Resource")["Properties"]

    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(1 hour)", "ENABLED")
    assert (invocation["MaximumRetryAttempts"], invocation["MaximumEventAgeInSeconds"]) == (0, 60)


def test_redrive_outlasts_the_flow_ingest_that_it_waits_for(templates: Templates) -> None:
    redrive = templates.at("Redrive/Function/Resource")["Properties"]["Timeout"]
    flow_ingest = templates.at("FlowIngest/Function/Resource")["Properties"]["Timeout"]

    assert redrive > flow_ingest
