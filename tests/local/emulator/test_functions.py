"""How functions are invoked, retried, given up, and ended."""

import json
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from tests.local.emulator.emulated import (
    ALWAYS_FAILS,
    Statement,
    allow,
    deploy,
    destroy,
    find_processes,
    function_arn,
    let_invoke,
    make_function,
    make_keeper,
    make_role,
    new_name,
    read_objects,
    read_outputs,
    read_reasons,
    wait_until,
)

COUNTS_ATTEMPTS = """
import boto3, os

def handler(event, context):
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=context.aws_request_id, Body=b"{}")
    raise RuntimeError("asked to fail")
"""

TAKES_A_SECOND = """
import boto3, os, time

def handler(event, context):
    time.sleep(1)
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key=context.aws_request_id, Body=b"{}")
"""


@pytest.fixture
def bucket(cloud: LocalCloud) -> str:
    name = new_name("failures")
    cloud.client("s3").create_bucket(Bucket=name)
    return name


def may_write(bucket: str) -> list[Statement]:
    arn = f"arn:aws:s3:::{bucket}"
    return [allow("s3:ListBucket", arn), allow("s3:PutObject", f"{arn}/*")]


def send_failures_to(cloud: LocalCloud, function: str, bucket: str, retries: int = 2) -> None:
    cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=function,
        MaximumRetryAttempts=retries,
        DestinationConfig={"OnFailure": {"Destination": f"arn:aws:s3:::{bucket}"}},
    )


def invoke_later(cloud: LocalCloud, function: str, payload: bytes = b'{"asked": "to fail"}') -> None:
    cloud.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=payload)


def test_a_failed_invocation_is_tried_again_twice(cloud: LocalCloud, bucket: str) -> None:
    function = make_function(cloud, COUNTS_ATTEMPTS, *may_write(bucket), environment={"BUCKET": bucket})

    invoke_later(cloud, function)

    wait_until(lambda: len(read_objects(cloud, bucket)) == 3)
    time.sleep(1.5)
    assert len(read_objects(cloud, bucket)) == 3


def test_an_invocation_that_failed_for_good_is_recorded_in_the_bucket(cloud: LocalCloud, bucket: str) -> None:
    function = make_function(cloud, ALWAYS_FAILS, *may_write(bucket))
    send_failures_to(cloud, function, bucket)

    invoke_later(cloud, function)

    ((key, record),) = wait_until(lambda: read_objects(cloud, bucket)).items()
    name = (
        rf"aws/lambda/async/{function}/\d{{4}}/\d\d/\d\d/\d{{4}}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{{36}}"
    )
    assert re.fullmatch(name, key)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["timestamp"])
    context = record["requestContext"]
    assert context["functionArn"] == f"{function_arn(cloud, function)}:$LATEST"
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", 3)
    assert record["requestPayload"] == {"asked": "to fail"}
    assert record["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert record["responsePayload"]["errorMessage"] == "asked to fail"


def test_a_function_may_ask_for_no_retry(cloud: LocalCloud, bucket: str) -> None:
    function = make_function(cloud, ALWAYS_FAILS, *may_write(bucket))
    send_failures_to(cloud, function, bucket, retries=0)

    invoke_later(cloud, function)

    (record,) = wait_until(lambda: read_objects(cloud, bucket)).values()
    assert record["requestContext"]["approximateInvokeCount"] == 1


@pytest.mark.parametrize("missing", ["s3:ListBucket", "s3:PutObject"])
def test_a_destination_that_the_role_may_not_write_to_is_refused(
    cloud: LocalCloud, bucket: str, missing: str
) -> None:
    statements = [s for s in may_write(bucket) if s["Action"] != missing]
    function = make_function(cloud, ALWAYS_FAILS, *statements)

    with pytest.raises(ClientError, match="does not have permissions"):
        send_failures_to(cloud, function, bucket)


def read_metric(cloud: LocalCloud, function: str, metric: str) -> list[float]:
    """Its sums."""
    now, hour = datetime.now(UTC), timedelta(hours=1)
    found = cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=metric,
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=now - hour,
        EndTime=now + hour,
        Period=3600,
        Statistics=["Sum"],
    )
    return [point["Sum"] for point in found["Datapoints"]]


def test_an_event_that_is_given_up_is_counted(cloud: LocalCloud) -> None:
    function = make_function(cloud, ALWAYS_FAILS)
    cloud.client("lambda").put_function_event_invoke_config(FunctionName=function, MaximumRetryAttempts=0)

    invoke_later(cloud, function)

    assert wait_until(lambda: read_metric(cloud, function, "AsyncEventsDropped")) == [1.0]


def test_nothing_is_recorded_once_the_role_may_not_write(cloud: LocalCloud, bucket: str) -> None:
    function = make_function(cloud, ALWAYS_FAILS, *may_write(bucket))
    send_failures_to(cloud, function, bucket, retries=0)
    role = cloud.client("lambda").get_function_configuration(FunctionName=function)["Role"]
    cloud.client("iam").delete_role_policy(RoleName=role.rpartition("/")[2], PolicyName="own")

    invoke_later(cloud, function)

    assert wait_until(lambda: read_metric(cloud, function, "DestinationDeliveryFailures")) == [1.0]
    assert read_objects(cloud, bucket) == {}


def test_a_throttled_invocation_waits_and_is_no_failure(cloud: LocalCloud, bucket: str) -> None:
    function = make_function(cloud, TAKES_A_SECOND, *may_write(bucket), environment={"BUCKET": bucket})
    cloud.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=1)
    send_failures_to(cloud, function, bucket, retries=0)

    for _ in range(3):
        invoke_later(cloud, function)

    documents = wait_until(lambda: len(found := read_objects(cloud, bucket)) == 3 and found)
    assert documents
    assert list(documents.values()) == [{}, {}, {}]


def make_rule(cloud: LocalCloud, function: str) -> str:
    """Its ARN; it sends events of the source `tests` to the function."""
    events, name = cloud.client("events"), new_name("rule")
    arn = events.put_rule(Name=name, EventPattern='{"source": ["tests"]}')["RuleArn"]
    events.put_targets(Rule=name, Targets=[{"Id": "function", "Arn": function_arn(cloud, function)}])
    return arn


def send_event(cloud: LocalCloud, detail_type: str) -> None:
    entry: Any = {"Source": "tests", "DetailType": detail_type, "Detail": "{}"}
    cloud.client("events").put_events(Entries=[entry])


def test_a_rule_invokes_a_function_that_lets_it(cloud: LocalCloud) -> None:
    keeper, bucket = make_keeper(cloud)
    let_invoke(cloud, keeper, "events.amazonaws.com", make_rule(cloud, keeper))

    send_event(cloud, "let in")

    (event,) = wait_until(lambda: read_objects(cloud, bucket)).values()
    assert event["detail-type"] == "let in"


def test_a_rule_that_the_function_does_not_know_invokes_nothing(cloud: LocalCloud) -> None:
    keeper, bucket = make_keeper(cloud)
    rule_arn = make_rule(cloud, keeper)
    let_invoke(cloud, keeper, "events.amazonaws.com", f"{rule_arn}-other")

    send_event(cloud, "kept out")
    invoke_later(cloud, keeper, b'{"detail-type": "the next"}')

    events = wait_until(lambda: read_objects(cloud, bucket)).values()
    assert [event["detail-type"] for event in events] == ["the next"]


def function_resources(role_arn: str) -> dict[str, Any]:
    properties = {
        "Runtime": "python3.14",
        "Handler": "index.handler",
        "Role": role_arn,
        "Code": {"ZipFile": "def handler(event, context):\n    return 'here'\n"},
    }
    return {"Function": {"Type": "AWS::Lambda::Function", "Properties": properties}}


def test_a_deleted_function_has_no_process_left(cloud: LocalCloud) -> None:
    stack = deploy(cloud, function_resources(make_role(cloud)), {"Name": {"Ref": "Function"}})
    name = read_outputs(cloud, stack)["Name"]
    cloud.client("lambda").invoke(FunctionName=name)
    assert find_processes(name)

    destroy(cloud, stack)

    assert find_processes(name) == {}


def test_a_role_that_lambda_may_not_assume_fails_the_stack(cloud: LocalCloud) -> None:
    role_arn = make_role(cloud, trusted={"Service": "ec2.amazonaws.com"})

    stack = deploy(cloud, function_resources(role_arn))

    assert "cannot be assumed by Lambda" in read_reasons(cloud, stack)


def test_a_failed_function_answers_with_the_class_of_its_error(cloud: LocalCloud) -> None:
    code = (
        "class OwnError(Exception):\n    pass\n\n"
        "def handler(event, context):\n    try:\n        {}['x']\n"
        "    except KeyError as error:\n        raise OwnError('two\\nlines') from error\n"
    )
    function = make_function(cloud, code)

    answer = cloud.client("lambda").invoke(FunctionName=function)

    assert json.loads(answer["Payload"].read())["errorType"] == "OwnError"
