from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from domain.errors import SubscriptionEventError
from domain.subscription_event import LogEvent, SubscriptionBatch, document_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mypy_boto3_s3 import S3Client

PREFIX = "rejected/"


@dataclass(frozen=True, slots=True)
class Rejection:
    event: LogEvent
    reason: str


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """One line of an object, its fields named and ordered as there; `timestamp` in epoch milliseconds."""

    reason: str
    event_id: str
    timestamp: int
    message: str
    log_group: str
    log_stream: str
    owner: str


@dataclass(frozen=True, slots=True)
class RejectedObject:
    key: str
    etag: str
    lines: tuple[RejectedLine, ...]


def put_rejections(
    s3: S3Client, bucket: str, batch: SubscriptionBatch, rejections: Iterable[Rejection]
) -> str:
    """Writes the object of the batch whole: a second delivery replaces it with the same. Returns its key."""
    lines = [json.dumps(asdict(_to_line(batch, rejection))) for rejection in rejections]
    key = make_key(batch)
    s3.put_object(
        Bucket=bucket, Key=key, Body="\n".join([*lines, ""]).encode(), ContentType="application/x-ndjson"
    )
    return key


def make_key(batch: SubscriptionBatch) -> str:
    first, last = batch.events[0], batch.events[-1]
    day = datetime.fromtimestamp(first.timestamp / 1000, UTC)
    return f"{PREFIX}{day:%Y/%m/%d}/{document_id(first.id)}-{document_id(last.id)}.jsonl"


def list_rejected(s3: S3Client, bucket: str, prefix: str) -> Iterator[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return (item["Key"] for page in pages for item in page.get("Contents", []))


def get_rejected(s3: S3Client, bucket: str, key: str) -> RejectedObject:
    """Raises SubscriptionEventError for an object that holds anything but rejected lines."""
    answer = s3.get_object(Bucket=bucket, Key=key)
    try:
        lines = tuple(RejectedLine(**json.loads(line)) for line in answer["Body"].read().splitlines())
    except (ValueError, TypeError) as error:
        raise SubscriptionEventError(f"the object {key} does not hold rejected lines") from error
    return RejectedObject(key, answer["ETag"], lines)


def delete_rejected(s3: S3Client, bucket: str, rejected: RejectedObject) -> bool:
    """False, and nothing deleted, where the object was written again since it was read."""
    try:
        s3.delete_object(Bucket=bucket, Key=rejected.key, IfMatch=rejected.etag)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"PreconditionFailed", "ConditionalRequestConflict"}:
            raise
        return False
    return True


def _to_line(batch: SubscriptionBatch, rejection: Rejection) -> RejectedLine:
    event = rejection.event
    return RejectedLine(
        reason=rejection.reason,
        event_id=event.id,
        timestamp=event.timestamp,
        message=event.message,
        log_group=batch.log_group,
        log_stream=batch.log_stream,
        owner=batch.owner,
    )
