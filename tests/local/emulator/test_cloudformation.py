"""Stacks: what Ref gives, what may be deleted, how things are named, and what a failure leaves behind."""

import json
import re
from typing import Any

import pytest

from local.cloud import LocalCloud
from tests.local.emulator.emulated import (
    deploy,
    destroy,
    function_arn,
    make_function,
    new_name,
    read_outputs,
    read_reasons,
    redeploy,
)

SECRET = "AWS::SecretsManager::Secret"
GROUP = "AWS::Logs::LogGroup"


def secret(**options: object) -> dict[str, Any]:
    return {"Secret": {"Type": SECRET, "Properties": {"GenerateSecretString": options}}}


def read_secret(cloud: LocalCloud, stack: str) -> str:
    arn = read_outputs(cloud, stack)["Secret"]
    return cloud.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]


def test_the_ref_of_a_secret_is_its_arn(cloud: LocalCloud) -> None:
    stack = deploy(cloud, secret(), {"Secret": {"Ref": "Secret"}})

    arn = read_outputs(cloud, stack)["Secret"]
    assert re.fullmatch(rf"arn:aws:secretsmanager:{cloud.region}:{cloud.account}:secret:.+-\w{{6}}", arn)
    assert destroy(cloud, stack) == "DELETE_COMPLETE"
    assert arn not in [s["ARN"] for s in cloud.client("secretsmanager").list_secrets()["SecretList"]]


def test_a_secret_keeps_its_arn_when_the_stack_changes_it(cloud: LocalCloud) -> None:
    resources = secret()
    stack = deploy(cloud, resources, {"Secret": {"Ref": "Secret"}})
    arn, value = read_outputs(cloud, stack)["Secret"], read_secret(cloud, stack)
    resources["Secret"]["Properties"]["Description"] = "changed"

    redeploy(cloud, stack, resources, {"Secret": {"Ref": "Secret"}})

    assert (read_outputs(cloud, stack)["Secret"], read_secret(cloud, stack)) == (arn, value)
    destroy(cloud, stack)


def test_a_generated_password_heeds_all_options(cloud: LocalCloud) -> None:
    options = {"PasswordLength": 40, "ExcludePunctuation": True, "ExcludeCharacters": "0O1l"}
    template = {"SecretStringTemplate": '{"username": "viewer"}', "GenerateStringKey": "password"}

    stack = deploy(cloud, secret(**options, **template), {"Secret": {"Ref": "Secret"}})

    document = json.loads(read_secret(cloud, stack))
    assert document["username"] == "viewer"
    assert re.fullmatch(r"[a-km-zA-NP-Z2-9]{40}", document["password"])
    destroy(cloud, stack)


@pytest.mark.parametrize("kind", ["[a-z]", "[A-Z]", "[0-9]", r"[^a-zA-Z0-9]"])
def test_a_generated_password_has_each_kind_of_character(cloud: LocalCloud, kind: str) -> None:
    stack = deploy(cloud, secret(PasswordLength=4), {"Secret": {"Ref": "Secret"}})

    assert re.search(kind, read_secret(cloud, stack))
    destroy(cloud, stack)


def test_a_bucket_that_is_not_empty_can_not_be_deleted(cloud: LocalCloud) -> None:
    s3 = cloud.client("s3")
    stack = deploy(cloud, {"Bucket": {"Type": "AWS::S3::Bucket"}}, {"Bucket": {"Ref": "Bucket"}})
    bucket = read_outputs(cloud, stack)["Bucket"]
    s3.put_object(Bucket=bucket, Key="kept", Body=b"here")

    assert destroy(cloud, stack) == "DELETE_FAILED"
    assert "not empty" in read_reasons(cloud, stack)
    s3.delete_object(Bucket=bucket, Key="kept")
    assert destroy(cloud, stack) == "DELETE_COMPLETE"


def test_a_bucket_with_versions_left_is_not_empty(cloud: LocalCloud) -> None:
    versioned = {"Type": "AWS::S3::Bucket", "Properties": {"VersioningConfiguration": {"Status": "Enabled"}}}
    stack = deploy(cloud, {"Bucket": versioned}, {"Bucket": {"Ref": "Bucket"}})
    bucket = read_outputs(cloud, stack)["Bucket"]
    cloud.client("s3").put_object(Bucket=bucket, Key="deleted", Body=b"here")
    cloud.client("s3").delete_object(Bucket=bucket, Key="deleted")

    assert destroy(cloud, stack) == "DELETE_FAILED"


def test_a_log_group_is_named_after_its_stack(cloud: LocalCloud) -> None:
    stack = deploy(cloud, {"Group": {"Type": GROUP}}, {"Group": {"Ref": "Group"}})

    assert read_outputs(cloud, stack)["Group"].startswith(f"{stack}-Group-")
    destroy(cloud, stack)


def test_a_retained_log_group_is_left_alone_by_the_next_stack(cloud: LocalCloud) -> None:
    logs, resources = cloud.client("logs"), {"Group": {"Type": GROUP, "DeletionPolicy": "Retain"}}
    first = deploy(cloud, resources, {"Group": {"Ref": "Group"}})
    retained = read_outputs(cloud, first)["Group"]
    logs.create_log_stream(logGroupName=retained, logStreamName="kept")
    destroy(cloud, first)

    deploy(cloud, resources, {"Group": {"Ref": "Group"}}, name=first)

    assert read_outputs(cloud, first)["Group"] != retained
    assert logs.describe_log_streams(logGroupName=retained)["logStreams"]


def test_the_name_of_a_log_group_can_be_taken(cloud: LocalCloud) -> None:
    name = new_name("taken")
    cloud.client("logs").create_log_group(logGroupName=name)

    stack = deploy(cloud, {"Group": {"Type": GROUP, "Properties": {"LogGroupName": name}}})

    assert "already exists" in read_reasons(cloud, stack)


def test_a_log_group_keeps_its_name_and_streams_when_the_stack_changes_it(cloud: LocalCloud) -> None:
    stack = deploy(cloud, {"Group": {"Type": GROUP}}, {"Group": {"Ref": "Group"}})
    name = read_outputs(cloud, stack)["Group"]
    cloud.client("logs").create_log_stream(logGroupName=name, logStreamName="kept")
    changed = {"Group": {"Type": GROUP, "Properties": {"RetentionInDays": 7}}}

    redeploy(cloud, stack, changed, {"Group": {"Ref": "Group"}})

    (group,) = cloud.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert (read_outputs(cloud, stack)["Group"], group["retentionInDays"]) == (name, 7)
    assert cloud.client("logs").describe_log_streams(logGroupName=name)["logStreams"]
    destroy(cloud, stack)


ANSWERS = """
import json, urllib.request

def handler(event, context):
    notice = "x" * int(event["ResourceProperties"]["Length"])
    names = ("StackId", "RequestId", "LogicalResourceId")
    answer = {"Status": "SUCCESS", "PhysicalResourceId": "own", "Data": {"Notice": notice}}
    body = json.dumps(answer | {name: event[name] for name in names}).encode()
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], data=body, method="PUT"))
"""


def custom_resource(cloud: LocalCloud, length: int) -> dict[str, Any]:
    """One that answers with a notice of this length."""
    function = make_function(cloud, ANSWERS)
    properties = {"ServiceToken": function_arn(cloud, function), "Length": length, "ServiceTimeout": 20}
    return {"Custom": {"Type": "Custom::Own", "Properties": properties}}


def test_a_custom_resource_gives_what_its_function_answers(cloud: LocalCloud) -> None:
    stack = deploy(cloud, custom_resource(cloud, 5), {"Notice": {"Fn::GetAtt": ["Custom", "Notice"]}})

    assert read_outputs(cloud, stack) == {"Notice": "xxxxx"}


def test_a_custom_resource_fails_when_its_answer_is_too_long(cloud: LocalCloud) -> None:
    stack = deploy(cloud, custom_resource(cloud, 4096))

    assert "Response object is too long" in read_reasons(cloud, stack)


@pytest.fixture
def templates(cloud: LocalCloud) -> str:
    """A bucket for the templates of nested stacks."""
    name = new_name("templates")
    cloud.client("s3").create_bucket(Bucket=name)
    return name


def nested(cloud: LocalCloud, templates: str, resources: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps({"Resources": resources})
    cloud.client("s3").put_object(Bucket=templates, Key="nested.json", Body=body.encode())
    url = f"https://s3.{cloud.region}.amazonaws.com/{templates}/nested.json"
    return {"Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}


def named_group(name: str, **attributes: object) -> dict[str, Any]:
    return {"Type": GROUP, "Properties": {"LogGroupName": name}, **attributes}


def exists(cloud: LocalCloud, group: str) -> bool:
    found = cloud.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    return group in [item["logGroupName"] for item in found]


def test_a_nested_stack_that_fails_leaves_nothing_behind(cloud: LocalCloud, templates: str) -> None:
    name, taken = new_name("half"), new_name("taken")
    cloud.client("logs").create_log_group(logGroupName=taken)
    second = named_group(taken, DependsOn="First")

    stack = deploy(cloud, nested(cloud, templates, {"First": named_group(name), "Second": second}))

    assert "already exists" in read_reasons(cloud, stack)
    assert not exists(cloud, name)
    assert exists(cloud, taken)


def test_a_nested_stack_keeps_what_it_is_told_to_retain(cloud: LocalCloud, templates: str) -> None:
    kept, dropped = new_name("kept"), new_name("dropped")
    resources = {"Kept": named_group(kept, DeletionPolicy="Retain"), "Dropped": named_group(dropped)}
    stack = deploy(cloud, nested(cloud, templates, resources))

    assert destroy(cloud, stack) == "DELETE_COMPLETE"
    assert exists(cloud, kept)
    assert not exists(cloud, dropped)


def test_a_nested_stack_that_can_not_be_deleted_fails_its_parent(cloud: LocalCloud, templates: str) -> None:
    name = new_name("full")
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}}
    stack = deploy(cloud, nested(cloud, templates, {"Bucket": bucket}))
    cloud.client("s3").put_object(Bucket=name, Key="kept", Body=b"here")

    assert destroy(cloud, stack) == "DELETE_FAILED"
    cloud.client("s3").delete_object(Bucket=name, Key="kept")
    assert destroy(cloud, stack) == "DELETE_COMPLETE"
