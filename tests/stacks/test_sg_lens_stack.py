import json
import shlex

import aws_cdk as cdk
from aws_cdk.assertions import Annotations, Match

from advisor.request import AdviceRequest
from index_page.request import PublishRequest
from tests.stacks.synthesis import REPOSITORY, SUBNET_ID, VPC_ID, Templates, make_app, synthesise

STATEFUL = {
    "AWS::OpenSearchService::Domain": {"SearchDomain62FD613E"},
    "AWS::S3::Bucket": {"DataStoreDataA5E6F2CF", "DataStoreFailedE5F3AF10", "DataStoreSite1C5D6949"},
    "AWS::SecretsManager::Secret": {"SearchUsersMaster12350F97", "SearchUsersViewer6138839F"},
}


def get_stack(**context: object) -> cdk.Stack:
    stack = make_app(**context).node.find_child("SgLens")
    assert isinstance(stack, cdk.Stack)
    return stack


def test_what_holds_data_keeps_its_logical_id_since_a_new_one_would_replace_it(
    templates: Templates,
) -> None:
    assert {kind: set(templates.of_type(kind)) for kind in STATEFUL} == STATEFUL


def test_destroy_removes_everything_by_default(templates: Templates) -> None:
    assert {each.get("DeletionPolicy", "Delete") for each in templates.all_resources()} == {"Delete"}


def test_retained_data_outlives_the_stack_unless_the_first_deploy_fails(retaining: Templates) -> None:
    kept = {
        name
        for name, each in retaining.root["Resources"].items()
        if each.get("DeletionPolicy") == "RetainExceptOnCreate"
    }

    assert set().union(*STATEFUL.values()) <= kept
    others = {retaining.root["Resources"][name]["Type"] for name in kept} - set(STATEFUL)
    assert others == {"AWS::S3::BucketPolicy"}


def test_synth_tells_what_retained_data_costs_and_how_it_is_taken_back() -> None:
    Annotations.from_stack(get_stack(retain_data=True)).has_info(
        "/SgLens", Match.string_like_regexp("goes on costing.*Taking retained data back")
    )


def test_synth_warns_of_ranges_from_which_nobody_can_come() -> None:
    annotations = Annotations.from_stack(get_stack(allowed_cidrs="10.0.0.0/16,203.0.113.0/24,fd00::/48"))

    annotations.has_warning(
        "/SgLens", Match.string_like_regexp("nobody gets in from 10.0.0.0/16, fd00::/48, since")
    )


def test_a_usual_configuration_gives_no_remarks() -> None:
    annotations = Annotations.from_stack(get_stack())

    assert annotations.find_warning("*", Match.any_value()) == []
    assert annotations.find_info("*", Match.any_value()) == []


def test_the_outputs_say_where_everything_is(templates: Templates) -> None:
    outputs = templates.root["Outputs"]

    assert set(outputs) == {
        "DashboardsUrl",
        "SearchEndpoint",
        "MasterUserSecret",
        "ViewerSecret",
        "ReadMasterUserSecret",
        "ReadViewerSecret",
        "DataBucket",
        "FailedBucket",
        "SiteBucket",
        "IndexPage",
        "PresignIndexPage",
        "RenewIndexPage",
        "RunAdvisor",
        "OperationsDashboard",
        "Notice",
    }
    assert outputs["DashboardsUrl"]["Value"]["Fn::Join"][1][::2] == ["https://", "/_dashboards"]
    assert "get-secret-value --secret-id" in json.dumps(outputs["ReadViewerSecret"])


def test_the_outputs_have_the_commands_that_show_the_page_anywhere_and_bring_it_back(
    templates: Templates,
) -> None:
    outputs = templates.root["Outputs"]
    (function,) = (name for name in templates.of_type("AWS::Lambda::Function") if "IndexPage" in name)

    assert outputs["PresignIndexPage"]["Value"]["Fn::Join"][1] == [
        "aws s3 presign s3://",
        {"Ref": "DataStoreSite1C5D6949"},
        "/index.html --expires-in 3600",
    ]
    command, reference, options = outputs["RenewIndexPage"]["Value"]["Fn::Join"][1]
    assert (command, reference) == ("aws lambda invoke --function-name ", {"Ref": function})
    payload = shlex.split(options)[shlex.split(options).index("--payload") + 1]
    assert PublishRequest.parse(json.loads(payload)) == PublishRequest(create=True)


def test_an_output_has_the_command_that_makes_all_reports_now(templates: Templates) -> None:
    (function,) = (name for name in templates.of_type("AWS::Lambda::Function") if "Advisor" in name)

    command, reference, options = templates.root["Outputs"]["RunAdvisor"]["Value"]["Fn::Join"][1]

    assert (command, reference) == ("aws lambda invoke --function-name ", {"Ref": function})
    arguments = shlex.split(options)
    assert int(arguments[arguments.index("--cli-read-timeout") + 1]) >= 900
    assert AdviceRequest.parse(json.loads(arguments[arguments.index("--payload") + 1])) == AdviceRequest()


def test_each_entry_has_a_stack_of_its_own(templates: Templates) -> None:
    assert set(templates.nested) == {VPC_ID, SUBNET_ID}


def test_the_same_configuration_gives_the_same_templates() -> None:
    assert synthesise() == synthesise()


def test_nothing_in_a_template_tells_of_an_account_or_of_this_checkout(templates: Templates) -> None:
    deployed = [
        {key: value for key, value in each.items() if key != "Metadata"} for each in templates.all_resources()
    ]

    text = json.dumps([deployed, templates.root["Outputs"]])

    assert str(REPOSITORY) not in text
    assert "123456789012" not in text
