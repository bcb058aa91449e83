"""Log events, their subscriptions, and the logs of functions."""

import base64
import gzip
import json
import time
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from tests.local.emulator.emulated import (
    ALWAYS_FAILS,
    allow,
    call,
    function_arn,
    let_invoke,
    make_function,
    make_keeper,
    new_name,
    read_objects,
    wait_until,
)

NOW = int(time.time() * 1000)
DAY = 24 * 3_600_000
LOGS_A_LINE = """
import logging

def handler(event, context):
    print("printed")
    logging.getLogger().setLevel("INFO")
    logging.info("logged")
"""


@dataclass(frozen=True, slots=True)
class LogStream:
    cloud: LocalCloud
    group: str
    name: str = "eni-0123456789abcdef0-all"

    @property
    def group_arn(self) -> str:
        return f"arn:aws:logs:{self.cloud.region}:{self.cloud.account}:log-group:{self.group}:*"

    def put(self, *events: tuple[int, str]) -> None:
        """Timestamp in ms and message of each."""
        log_events: Any = [{"timestamp": timestamp, "message": message} for timestamp, message in events]
        self.cloud.client("logs").put_log_events(
            logGroupName=self.group, logStreamName=self.name, logEvents=log_events
        )

    def event_ids(self) -> list[str]:
        events = self.cloud.client("logs").filter_log_events(logGroupName=self.group)["events"]
        return [event["eventId"] for event in events]

    def subscribe(self, function: str) -> None:
        self.cloud.client("logs").put_subscription_filter(
            logGroupName=self.group,
            filterName=new_name("filter"),
            filterPattern="",
            destinationArn=function_arn(self.cloud, function),
        )


@pytest.fixture
def stream(cloud: LocalCloud) -> LogStream:
    stream = LogStream(cloud, new_name("flows"))
    cloud.client("logs").create_log_group(logGroupName=stream.group)
    cloud.client("logs").create_log_stream(logGroupName=stream.group, logStreamName=stream.name)
    return stream


def read_messages(cloud: LocalCloud, bucket: str) -> list[dict[str, Any]]:
    """What the subscription sent to the keeper of `bucket`."""
    events = read_objects(cloud, bucket).values()
    return [json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"]))) for event in events]


def read_log(cloud: LocalCloud, group: str) -> list[str]:
    events = cloud.client("logs").filter_log_events(logGroupName=group)["events"]
    return [event["message"] for event in events]


def subscribed_keeper(cloud: LocalCloud, stream: LogStream) -> str:
    """The bucket in which the events of the subscription are kept."""
    keeper, bucket = make_keeper(cloud)
    let_invoke(cloud, keeper, "logs.amazonaws.com", stream.group_arn)
    stream.subscribe(keeper)
    return bucket


def test_event_ids_are_56_digits_that_grow(stream: LogStream) -> None:
    stream.put((NOW, "one"), (NOW, "two"))
    stream.put((NOW, "three"), (NOW + 60_000, "four"))

    ids = stream.event_ids()

    assert all(len(event_id) == 56 and event_id.isdecimal() for event_id in ids)
    assert len(set(ids)) == 4
    assert ids == sorted(ids)


def test_the_ids_of_a_batch_follow_each_other(stream: LogStream) -> None:
    stream.put((NOW, "one"), (NOW, "two"))

    first, second = map(int, stream.event_ids())

    assert second == first + 1


def test_the_events_of_a_group_come_in_pages(stream: LogStream) -> None:
    now = int(time.time() * 1000)
    for first in (0, 3):
        stream.put(*((now, f"event {first + number}") for number in range(3)))

    pages = list(
        stream.cloud.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=stream.group, PaginationConfig={"PageSize": 4})
    )

    assert [len(page["events"]) for page in pages] == [4, 2]
    messages = [event["message"] for page in pages for event in page["events"]]
    assert messages == [f"event {number}" for number in range(6)]


def test_a_batch_out_of_order_is_refused(stream: LogStream) -> None:
    with pytest.raises(ClientError, match="chronological order"):
        stream.put((NOW + 60_000, "late"), (NOW, "early"))

    assert stream.event_ids() == []


def test_a_batch_that_is_too_large_is_refused(stream: LogStream) -> None:
    with pytest.raises(ClientError, match="Upload too large"):
        stream.put(*[(NOW, "x" * 1000)] * 1100)


def test_a_batch_of_more_than_a_day_is_refused(stream: LogStream) -> None:
    with pytest.raises(ClientError, match="more than 24 hours"):
        stream.put((NOW - DAY - 1, "early"), (NOW, "late"))


@pytest.mark.parametrize(
    ("timestamp", "rejected"),
    [(NOW - 15 * DAY, {"tooOldLogEventEndIndex": 1}), (NOW + DAY, {"tooNewLogEventStartIndex": 0})],
)
def test_an_event_of_another_time_is_left_out(
    cloud: LocalCloud, stream: LogStream, timestamp: int, rejected: dict[str, int]
) -> None:
    answer = cloud.client("logs").put_log_events(
        logGroupName=stream.group,
        logStreamName=stream.name,
        logEvents=[{"timestamp": timestamp, "message": "far away"}],
    )

    assert answer["rejectedLogEventsInfo"] == rejected
    assert stream.event_ids() == []


def test_a_subscription_gets_each_batch_with_the_ids_of_its_events(
    cloud: LocalCloud, stream: LogStream
) -> None:
    bucket = subscribed_keeper(cloud, stream)
    stream.put((NOW, "one"), (NOW + 1, "two"))

    messages = wait_until(
        lambda: [m for m in read_messages(cloud, bucket) if m["messageType"] == "DATA_MESSAGE"]
    )

    (message,) = messages
    assert (message["owner"], message["logGroup"]) == (cloud.account, stream.group)
    assert message["logStream"] == stream.name
    assert [(e["timestamp"], e["message"]) for e in message["logEvents"]] == [
        (NOW, "one"),
        (NOW + 1, "two"),
    ]
    assert [event["id"] for event in message["logEvents"]] == stream.event_ids()


def test_a_new_subscription_is_tried_with_a_control_message(cloud: LocalCloud, stream: LogStream) -> None:
    bucket = subscribed_keeper(cloud, stream)

    (message,) = wait_until(lambda: read_messages(cloud, bucket))

    assert message["messageType"] == "CONTROL_MESSAGE"


def test_a_function_that_does_not_let_the_logs_in_can_not_subscribe(
    cloud: LocalCloud, stream: LogStream
) -> None:
    keeper, _ = make_keeper(cloud)

    with pytest.raises(ClientError, match="Could not execute the lambda function"):
        stream.subscribe(keeper)


def test_a_permission_for_another_group_does_not_let_the_logs_in(
    cloud: LocalCloud, stream: LogStream
) -> None:
    keeper, _ = make_keeper(cloud)
    let_invoke(cloud, keeper, "logs.amazonaws.com", stream.group_arn.replace("flows", "other"))

    with pytest.raises(ClientError, match="Could not execute the lambda function"):
        stream.subscribe(keeper)


def test_a_third_subscription_is_refused(cloud: LocalCloud, stream: LogStream) -> None:
    keeper, _ = make_keeper(cloud)
    let_invoke(cloud, keeper, "logs.amazonaws.com", stream.group_arn)
    stream.subscribe(keeper)
    stream.subscribe(keeper)

    with pytest.raises(ClientError, match="LimitExceededException"):
        stream.subscribe(keeper)


def groups_of(cloud: LocalCloud, function: str) -> list[str]:
    found = cloud.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{function}")
    return [group["logGroupName"] for group in found["logGroups"]]


def test_a_function_without_permission_leaves_no_log_group(cloud: LocalCloud) -> None:
    function = make_function(cloud, LOGS_A_LINE, allow(["logs:CreateLogStream", "logs:PutLogEvents"]))

    call(cloud, function, {})

    assert groups_of(cloud, function) == []


def test_a_function_that_may_create_its_group_does(cloud: LocalCloud) -> None:
    function = make_function(cloud, LOGS_A_LINE, allow("logs:*"))

    call(cloud, function, {})

    assert groups_of(cloud, function) == [f"/aws/lambda/{function}"]


def test_a_function_logs_what_it_prints_and_what_it_logs(cloud: LocalCloud) -> None:
    function = make_function(cloud, LOGS_A_LINE, allow("logs:*"))

    call(cloud, function, {})

    lines = "\n".join(read_log(cloud, f"/aws/lambda/{function}"))
    assert "printed" in lines
    assert "[INFO]" in lines
    assert "logged" in lines


def test_a_function_that_may_not_write_events_leaves_its_group_empty(cloud: LocalCloud) -> None:
    function = make_function(cloud, LOGS_A_LINE, allow("logs:CreateLogStream"))
    group = f"/aws/lambda/{function}"
    cloud.client("logs").create_log_group(logGroupName=group)

    call(cloud, function, {})

    assert read_log(cloud, group) == []


def test_a_grant_on_a_group_lets_a_function_write_to_its_streams(cloud: LocalCloud) -> None:
    group = new_name("granted")
    arn = f"arn:aws:logs:{cloud.region}:{cloud.account}:log-group:{group}:*"
    cloud.client("logs").create_log_group(logGroupName=group)
    function = make_function(
        cloud,
        ALWAYS_FAILS.replace("raise", "import boto3; boto3.client('logs').create_log_stream(**event); raise"),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], arn),
    )

    call(cloud, function, {"logGroupName": group, "logStreamName": "own"})

    streams = cloud.client("logs").describe_log_streams(logGroupName=group)["logStreams"]
    assert [stream["logStreamName"] for stream in streams] == ["own"]
