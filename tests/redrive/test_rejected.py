from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest

from adapters.failed_store import get_failed_payload, list_failed
from adapters.rejected_store import RejectedLine, Rejection, list_rejected, put_rejections
from domain.errors import SubscriptionEventError
from domain.subscription_event import LogEvent, SubscriptionBatch, parse_subscription_event
from redrive.environment import Environment
from redrive.rejected import make_subscription_events, move_rejected
from tests.adapters.aws import BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FAILED_BUCKET = "sg-lens-failed"
ENVIRONMENT = Environment(BUCKET, FAILED_BUCKET, "SgLens-FlowIngest")
TIMESTAMP = 1_795_521_600_000
EVENTS = tuple(LogEvent(str(number), TIMESTAMP, f"line {number}") for number in range(3))


@pytest.fixture(autouse=True)
def failed_bucket(s3: S3Client) -> None:
    s3.create_bucket(Bucket=FAILED_BUCKET)


def batch(*events: LogEvent, stream: str = "eni-0aaaaaaaaaaaaaaaa-all") -> SubscriptionBatch:
    return SubscriptionBatch("DATA_MESSAGE", "123456789012", "FlowLogGroup", stream, events)


def reject(s3: S3Client, *events: LogEvent) -> str:
    return put_rejections(s3, BUCKET, batch(*events), [Rejection(event, "why") for event in events])


def move(s3: S3Client, prefix: str = "rejected/", time: bool = True) -> int:
    return move_rejected(s3, ENVIRONMENT, prefix, lambda: time)


def waiting(s3: S3Client) -> list[SubscriptionBatch]:
    keys = list_failed(s3, FAILED_BUCKET, limit=100)
    payloads = [get_failed_payload(s3, FAILED_BUCKET, key) for key in keys]
    return [parse_subscription_event(payload) for payload in payloads if payload]


def test_rejected_records_wait_as_the_event_that_they_came_with(s3: S3Client) -> None:
    reject(s3, *EVENTS)

    assert move(s3) == 1

    assert waiting(s3) == [batch(*EVENTS)]
    assert list(list_rejected(s3, BUCKET, "rejected/")) == []


def test_only_what_is_under_the_prefix_is_moved(s3: S3Client) -> None:
    key = reject(s3, EVENTS[0])

    assert move(s3, "rejected/2026/11/25/") == 0
    assert list(list_rejected(s3, BUCKET, "rejected/")) == [key]


@pytest.mark.parametrize("prefix", ["", "inventory/", "rejected"])
def test_nothing_but_rejected_records_can_be_fed_back(s3: S3Client, prefix: str) -> None:
    with pytest.raises(SubscriptionEventError, match="must begin with rejected/"):
        move(s3, prefix)


def test_moving_twice_gives_the_same_objects(s3: S3Client) -> None:
    reject(s3, *EVENTS)
    move(s3)
    reject(s3, *EVENTS)
    move(s3)

    assert waiting(s3) == [batch(*EVENTS)]


def test_an_object_that_cannot_be_read_stays(s3: S3Client, capsys: pytest.CaptureFixture[str]) -> None:
    reject(s3, EVENTS[0])
    s3.put_object(Bucket=BUCKET, Key="rejected/2026/11/24/broken.jsonl", Body=b"no JSON")

    assert move(s3) == 1

    assert list(list_rejected(s3, BUCKET, "rejected/")) == ["rejected/2026/11/24/broken.jsonl"]
    assert "rejected/2026/11/24/broken.jsonl" in capsys.readouterr().out


def test_an_object_that_is_written_again_while_it_is_moved_stays(s3: S3Client) -> None:
    key = reject(s3, EVENTS[0], EVENTS[2])
    flow_ingest = boto3.client("s3")

    def write_again(**_: object) -> None:
        reject(flow_ingest, *EVENTS)

    s3.meta.events.register("before-call.s3.DeleteObject", write_again)

    move(s3)

    assert list(list_rejected(s3, BUCKET, "rejected/")) == [key]
    assert waiting(s3) == [batch(EVENTS[0], EVENTS[2])]


def test_without_time_the_rest_stays(s3: S3Client, capsys: pytest.CaptureFixture[str]) -> None:
    key = reject(s3, EVENTS[0])

    assert move(s3, time=False) == 0

    assert list(list_rejected(s3, BUCKET, "rejected/")) == [key]
    assert "ask again" in capsys.readouterr().out


def test_each_log_stream_makes_an_event_of_its_own() -> None:
    lines = [
        RejectedLine("why", str(number), TIMESTAMP, f"line {number}", "FlowLogGroup", stream, "123456789012")
        for number, stream in enumerate(["eni-1-all", "eni-2-all", "eni-1-all"])
    ]

    batches = [parse_subscription_event(event) for event in make_subscription_events(lines)]

    assert batches == [
        batch(EVENTS[0], EVENTS[2], stream="eni-1-all"),
        batch(EVENTS[1], stream="eni-2-all"),
    ]
