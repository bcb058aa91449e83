from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.rejected_store import (
    RejectedLine,
    Rejection,
    delete_rejected,
    get_rejected,
    list_rejected,
    put_rejections,
)
from domain.errors import SubscriptionEventError
from domain.subscription_event import LogEvent, SubscriptionBatch, document_id
from tests.adapters.aws import BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

TIMESTAMP = 1_795_564_799_000
EVENTS = tuple(LogEvent(str(number), TIMESTAMP + number, f"line {number}") for number in range(10, 13))
BATCH = SubscriptionBatch("DATA_MESSAGE", "123456789012", "FlowLogGroup", "eni-0aaaaaaaaaaaaaaaa-all", EVENTS)
KEY = f"rejected/2026/11/24/{document_id('10')}-{document_id('12')}.jsonl"


def rejected_line(number: int) -> RejectedLine:
    return RejectedLine(
        reason="why",
        event_id=str(number),
        timestamp=TIMESTAMP + number,
        message=f"line {number}",
        log_group="FlowLogGroup",
        log_stream="eni-0aaaaaaaaaaaaaaaa-all",
        owner="123456789012",
    )


def test_rejections_are_kept_under_the_batchs_day_and_its_first_and_last_event(s3: S3Client) -> None:
    key = put_rejections(s3, BUCKET, BATCH, [Rejection(EVENTS[1], "why")])

    assert key == KEY
    assert get_rejected(s3, BUCKET, KEY).lines == (rejected_line(11),)


def test_a_line_is_json_in_the_order_of_the_contract(s3: S3Client) -> None:
    put_rejections(s3, BUCKET, BATCH, [Rejection(EVENTS[1], "why")])

    assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read().decode() == (
        '{"reason": "why", "event_id": "11", "timestamp": 1795564799011, "message": "line 11", '
        '"log_group": "FlowLogGroup", "log_stream": "eni-0aaaaaaaaaaaaaaaa-all", "owner": "123456789012"}\n'
    )


def test_a_second_delivery_replaces_the_object_with_the_same(s3: S3Client) -> None:
    rejections = [Rejection(event, "why") for event in EVENTS]
    put_rejections(s3, BUCKET, BATCH, rejections)
    first = get_rejected(s3, BUCKET, KEY)

    put_rejections(s3, BUCKET, BATCH, rejections)

    assert get_rejected(s3, BUCKET, KEY) == first
    assert list(list_rejected(s3, BUCKET, "rejected/")) == [KEY]


def test_a_message_of_several_lines_stays_one_line(s3: S3Client) -> None:
    event = LogEvent("10", TIMESTAMP, "one\ntwo\u2028three\ud800")
    put_rejections(s3, BUCKET, BATCH, [Rejection(event, "why")])

    (line,) = get_rejected(s3, BUCKET, KEY).lines

    assert line.message == "one\ntwo\u2028three\ud800"


def test_only_objects_under_the_prefix_are_listed(s3: S3Client) -> None:
    put_rejections(s3, BUCKET, BATCH, [Rejection(EVENTS[0], "why")])

    assert list(list_rejected(s3, BUCKET, "rejected/2026/11/24/")) == [KEY]
    assert list(list_rejected(s3, BUCKET, "rejected/2026/11/25/")) == []


@pytest.mark.parametrize("body", [b"no JSON\n", b"[]\n", b"{}\n", b'{"colour": "red"}\n', b"\xff"])
def test_an_object_that_holds_no_rejected_lines_is_an_error_that_names_it(s3: S3Client, body: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=body)

    with pytest.raises(SubscriptionEventError, match=KEY):
        get_rejected(s3, BUCKET, KEY)


def test_an_object_that_was_read_can_be_deleted(s3: S3Client) -> None:
    put_rejections(s3, BUCKET, BATCH, [Rejection(EVENTS[0], "why")])

    assert delete_rejected(s3, BUCKET, get_rejected(s3, BUCKET, KEY))
    assert list(list_rejected(s3, BUCKET, "rejected/")) == []


def test_an_object_that_was_written_again_is_not_deleted(s3: S3Client) -> None:
    put_rejections(s3, BUCKET, BATCH, [Rejection(EVENTS[0], "why")])
    read = get_rejected(s3, BUCKET, KEY)
    put_rejections(s3, BUCKET, BATCH, [Rejection(event, "why") for event in EVENTS])

    assert not delete_rejected(s3, BUCKET, read)
    assert len(get_rejected(s3, BUCKET, KEY).lines) == 3
