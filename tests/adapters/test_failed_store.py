from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from adapters.failed_store import delete_failed, get_failed_payload, list_failed, put_failed_payload
from domain.errors import SubscriptionEventError
from tests.adapters.aws import BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "aws/lambda/async/SgLens-FlowIngest/2026/11/24/2026-11-24T12.00.00-7f0c3f4e-0000-4000-8000-000000000000"
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
RECORD = {
    "version": "1.0",
    "timestamp": "2026-11-24T12:00:00.000Z",
    "requestContext": {
        "requestId": "7f0c3f4e-0000-4000-8000-000000000000",
        "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:SgLens-FlowIngest:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    },
    "requestPayload": {"awslogs": {"data": "H4sI"}},
    "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
    "responsePayload": {"errorType": "SearchUnavailableError", "errorMessage": "the time is over"},
}


def test_the_payload_is_taken_out_of_lambdas_record(s3: S3Client) -> None:
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps(RECORD))

    assert get_failed_payload(s3, BUCKET, KEY) == {"awslogs": {"data": "H4sI"}}


def test_a_payload_that_was_put_is_got(s3: S3Client) -> None:
    put_failed_payload(s3, BUCKET, "rejected/1.json", {"awslogs": {"data": "H4sI"}})

    assert get_failed_payload(s3, BUCKET, "rejected/1.json") == {"awslogs": {"data": "H4sI"}}


@pytest.mark.parametrize("body", [b"", b"no JSON", b"[]", b"{}", b'{"requestPayload": ""}', b"\xff\xfe\xfd"])
def test_an_object_without_a_payload_is_an_error_that_names_it(s3: S3Client, body: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=body)

    with pytest.raises(SubscriptionEventError, match=KEY):
        get_failed_payload(s3, BUCKET, KEY)


def test_an_object_that_is_gone_has_no_payload(s3: S3Client) -> None:
    assert get_failed_payload(s3, BUCKET, KEY) is None


def test_as_many_keys_as_wanted_are_listed_the_first_ones_first(s3: S3Client) -> None:
    for key in ("b", "a", "c"):
        put_failed_payload(s3, BUCKET, key, {})

    assert list_failed(s3, BUCKET, limit=2) == ["a", "b"]
    assert list_failed(s3, BUCKET, limit=10) == ["a", "b", "c"]


def test_a_deleted_payload_is_listed_no_more(s3: S3Client) -> None:
    put_failed_payload(s3, BUCKET, KEY, {})

    delete_failed(s3, BUCKET, KEY)

    assert list_failed(s3, BUCKET, limit=10) == []
