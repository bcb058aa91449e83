import json
from pathlib import Path

import pytest

from advisor.request import AdviceRequest
from stacks import advisor
from tests.stacks.synthesis import SUBNET_ID, VPC_ID, Templates, synthesise

FUNCTION = "AWS::Lambda::Function"


PACKAGES = (
    *("advisor", "flow_ingest", "index_page", "inventory_sync", "redrive", "rule_usage", "search_setup"),
)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_function_runs_the_same_code_on_the_same_runtime(templates: Templates, package: str) -> None:
    functions = [each["Properties"] for each in templates.of_type(FUNCTION).values()]

    (function,) = (each for each in functions if each["Handler"] == f"{package}.handler.lambda_handler")
    assert (function["Runtime"], function["Architectures"]) == ("python3.14", ["arm64"])
    assert function["Code"] == functions[0]["Code"]


def test_no_function_is_there_but_ours(templates: Templates) -> None:
    """The CDK adds Node.js functions for some conveniences."""
    functions = [each for each in templates.all_resources() if each["Type"] == FUNCTION]

    assert len(functions) == len(PACKAGES)
    assert "nodejs" not in json.dumps(templates.all_resources())


def test_every_function_writes_to_a_log_group_of_its_own_that_goes_with_it(templates: Templates) -> None:
    functions = templates.of_type(FUNCTION).values()

    groups = {each["Properties"]["LoggingConfig"]["LogGroup"]["Ref"] for each in functions}

    assert groups == set(templates.of_type("AWS::Logs::LogGroup"))
    assert {templates.root["Resources"][group]["DeletionPolicy"] for group in groups} == {"Delete"}


@pytest.mark.parametrize(
    ("path", "environment"),
    [
        (
            "Advisor",
            {
                *("SEARCH_ENDPOINT", "DATA_BUCKET", "SITE_BUCKET", "INDEX_PAGE_FUNCTION", "DASHBOARDS_URL"),
                *("CONTENT_HASH", "WINDOW_DAYS", "MIN_COVERAGE_PERCENT", "TOO_WIDE_FACTOR", "MAX_CIDRS"),
                *("PUBLIC_PEERS", "KEEP_TAG"),
            },
        ),
        ("FlowIngest", {"SEARCH_ENDPOINT", "LOG_FORMAT", "DATA_BUCKET"}),
        ("IndexPage", {"SEARCH_ENDPOINT", "DATA_BUCKET", "SITE_BUCKET", "DASHBOARDS_URL"}),
        ("InventorySync", {"DATA_BUCKET", "INDEX_PAGE_FUNCTION", "VPC_IDS", "SUBNET_IDS"}),
        ("Redrive", {"DATA_BUCKET", "FAILED_BUCKET", "FLOW_INGEST_FUNCTION"}),
        ("RuleUsage", {"SEARCH_ENDPOINT", "DATA_BUCKET", "RETENTION_DAYS"}),
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
    ("path", "rate"),
    [
        ("InventorySync", "rate(1 minute)"),
        ("Redrive", "rate(5 minutes)"),
        ("Advisor", "rate(15 minutes)"),
        ("RuleUsage", "rate(1 hour)"),
    ],
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


def test_the_schedule_asks_the_advisor_for_nothing_but_what_is_due(templates: Templates) -> None:
    (target,) = templates.at("Advisor/Schedule/Rule/Resource")["Properties"]["Targets"]

    assert AdviceRequest.parse(json.loads(target["Input"])) == AdviceRequest(only_due=True)


@pytest.mark.parametrize("path", ["Advisor", "RuleUsage"])
def test_what_goes_over_a_whole_window_has_a_vcpu_and_all_the_time_there_is(
    templates: Templates, path: str
) -> None:
    function = templates.at(f"{path}/Function/Resource")["Properties"]

    assert (function["MemorySize"], function["Timeout"]) == (1769, 900)
    assert "ReservedConcurrentExecutions" not in function


def test_the_advisor_judges_by_the_configured_limits(templates: Templates) -> None:
    limits = {
        "window_days": 90,
        "min_coverage_percent": 95,
        "too_wide_factor": 16,
        "max_cidrs": 3,
        "public_peers": 50,
        "keep_tag": "team:keep",
    }
    chosen = synthesise(**limits).at("Advisor/Function/Resource")["Properties"]["Environment"]["Variables"]
    usual = templates.at("Advisor/Function/Resource")["Properties"]["Environment"]["Variables"]

    given = {name: str(each) for name, each in limits.items()}
    assert {name: chosen[name.upper()] for name in limits} == given
    assert usual["WINDOW_DAYS"] == "30"


def test_raw_flows_are_dropped_after_the_configured_days() -> None:
    function = synthesise(retention_days=90).at("RuleUsage/Function/Resource")["Properties"]

    assert function["Environment"]["Variables"]["RETENTION_DAYS"] == "90"


def test_reports_are_made_again_when_what_makes_them_has_changed(
    templates: Templates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = templates.at("Advisor/Function/Resource")["Properties"]["Environment"]["Variables"]
    (tmp_path / "changed.py").write_text("")
    monkeypatch.setattr(advisor, "_CONTENT", (*advisor._CONTENT, tmp_path))
    after = synthesise().at("Advisor/Function/Resource")["Properties"]["Environment"]["Variables"]

    assert before["CONTENT_HASH"] != after["CONTENT_HASH"]
