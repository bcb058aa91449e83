"""Rejected records on their way back: what was refused for a reason that is mended by now."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from typing import TYPE_CHECKING

from adapters.failed_store import put_failed_payload
from adapters.log import write_log
from adapters.rejected_store import PREFIX, delete_rejected, get_rejected, list_rejected
from domain.errors import SubscriptionEventError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mypy_boto3_s3 import S3Client

    from adapters.rejected_store import RejectedLine, RejectedObject
    from redrive.environment import Environment


def move_rejected(s3: S3Client, environment: Environment, prefix: str, has_time: Callable[[], bool]) -> int:
    """Moves the objects under `prefix` among the failed payloads, and says how many.

    Moved before flow_ingest sees them: what it rejects again may go to an object of the same name, which
    nobody deletes then.
    """
    if not prefix.startswith(PREFIX):
        raise SubscriptionEventError(f"the prefix to feed back is {prefix!r}; it must begin with {PREFIX}")
    moved = 0
    for key in list_rejected(s3, environment.data_bucket, prefix):
        if not has_time():
            write_log("warning", "no time left for all rejected objects: ask again", prefix=prefix)
            break
        moved += _move(s3, environment, key)
    return moved


def make_subscription_events(lines: Iterable[RejectedLine]) -> list[dict[str, object]]:
    """One event for each log stream, with the records' own ids: what is written already stays single."""
    streams: dict[tuple[str, str, str], list[RejectedLine]] = {}
    for line in lines:
        streams.setdefault((line.owner, line.log_group, line.log_stream), []).append(line)
    return [_make_subscription_event(*stream, members) for stream, members in streams.items()]


def _move(s3: S3Client, environment: Environment, key: str) -> bool:
    try:
        rejected = get_rejected(s3, environment.data_bucket, key)
    except SubscriptionEventError as error:
        write_log("error", "a rejected object cannot be read: it stays", key=key, reason=str(error))
        return False
    _put_payloads(s3, environment.failed_bucket, rejected)
    if not delete_rejected(s3, environment.data_bucket, rejected):
        write_log("warning", "a rejected object was written again meanwhile: it stays", key=key)
    return True


def _put_payloads(s3: S3Client, bucket: str, rejected: RejectedObject) -> None:
    name = rejected.key.removesuffix(".jsonl")
    for number, event in enumerate(make_subscription_events(rejected.lines)):
        put_failed_payload(s3, bucket, f"{name}-{number}.json", event)


def _make_subscription_event(
    owner: str, log_group: str, log_stream: str, lines: Iterable[RejectedLine]
) -> dict[str, object]:
    content = {
        "messageType": "DATA_MESSAGE",
        "owner": owner,
        "logGroup": log_group,
        "logStream": log_stream,
        "subscriptionFilters": [],
        "logEvents": [
            {"id": line.event_id, "timestamp": line.timestamp, "message": line.message} for line in lines
        ],
    }
    return {"awslogs": {"data": b64encode(gzip.compress(json.dumps(content).encode())).decode()}}
