from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

from domain.errors import SubscriptionEventError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_s3 import S3Client

Payload = dict[str, object]


def list_failed(s3: S3Client, bucket: str, *, limit: int) -> list[str]:
    """The first `limit` keys, in S3's order, which is the oldest first."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return list(islice((item["Key"] for page in pages for item in page.get("Contents", [])), limit))


def get_failed_payload(s3: S3Client, bucket: str, key: str) -> Payload | None:
    """The event that the function failed on, out of Lambda's invocation record; None where it is gone.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    Raises SubscriptionEventError for an object that is no such record.
    """
    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None
    try:
        record = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SubscriptionEventError(f"the failed object {key} is not JSON") from error
    payload = record.get("requestPayload") if isinstance(record, dict) else None
    if not isinstance(payload, dict):
        raise SubscriptionEventError(f"the failed object {key} has no requestPayload")
    return payload


def put_failed_payload(s3: S3Client, bucket: str, key: str, payload: Mapping[str, object]) -> None:
    """Puts the event among those that wait to be fed back, in the shape that Lambda gives a record."""
    s3.put_object(Bucket=bucket, Key=key, Body=json.dumps({"requestPayload": payload}).encode())


def delete_failed(s3: S3Client, bucket: str, key: str) -> None:
    s3.delete_object(Bucket=bucket, Key=key)
