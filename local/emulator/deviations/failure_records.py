"""AWS: the on-failure destination may be an S3 bucket; Lambda writes the record there as the function's own
role, and counts what it may not write as DestinationDeliveryFailures (Lambda Developer Guide, "Capturing
records of Lambda asynchronous invocations").

MiniStack 1.5.33 writes to queues, topics and functions only, asking no permission; its records lack version,
time and ids. For those destinations that stays so.
"""

import json
import logging
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from local.emulator.deviations.permissions import function_may
from local.emulator.ministack import Record, cloudwatch, lambda_svc, s3

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """`result` is what the last attempt gave: MiniStack's execution result."""

    request_id: str
    condition: str
    attempts: int
    event: object
    result: Record


def send(destination: str, config: Record, failure: Failure) -> None:
    if not destination.startswith("arn:aws:s3:::"):
        lambda_svc._route_async_failure(destination, config["FunctionName"], failure.event, failure.result)
    elif may_write(config, destination):
        _write(destination.rpartition(":")[2], config, failure)
    else:
        _log.warning("%s may not write to %s: a record is lost", config["Role"], destination)
        dimensions = {"FunctionName": config["FunctionName"]}
        cloudwatch.record_metric("AWS/Lambda", "DestinationDeliveryFailures", 1, "Count", dimensions)


def may_write(config: Record, bucket_arn: str) -> bool:
    key_arn = f"{bucket_arn}/aws/lambda/async/{config['FunctionName']}/record"
    return function_may(config, "s3:ListBucket", bucket_arn) and function_may(config, "s3:PutObject", key_arn)


def _write(bucket: str, config: Record, failure: Failure) -> None:
    now = datetime.now(UTC)
    folder = f"aws/lambda/async/{config['FunctionName']}/{now:%Y/%m/%d}"
    key = f"{folder}/{now:%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"
    body = json.dumps(_record(config, failure, now)).encode()
    status, _, answer = s3._put_object(bucket, key, body, {"content-type": "application/json"})
    if status != 200:
        _log.warning("%s was not written to %s: %s", key, bucket, answer)


def _record(config: Record, failure: Failure, now: datetime) -> Record:
    return {
        "version": "1.0",
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": failure.request_id,
            "functionArn": f"{config['FunctionArn'].removesuffix(':$LATEST')}:$LATEST",
            "condition": failure.condition,
            "approximateInvokeCount": failure.attempts,
        },
        "requestPayload": failure.event,
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": failure.result.get("function_error") or "Unhandled",
        },
        "responsePayload": failure.result.get("body"),
    }
