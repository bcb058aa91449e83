from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.literals import InvocationTypeType

# A function may run for 15 minutes.
_LONGEST_RUN_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class InvocationFailure:
    error_type: str
    """The function's own error, else AWS's error code or botocore's error."""
    error_message: str


def make_lambda_client(read_timeout: float = _LONGEST_RUN_SECONDS) -> LambdaClient:
    """A call is not repeated: a second attempt beside the first would only do its work twice."""
    config = Config(connect_timeout=5, read_timeout=read_timeout, retries={"total_max_attempts": 1})
    return boto3.client("lambda", config=config)


def invoke_function(
    client: LambdaClient, function: str, payload: Mapping[str, object]
) -> InvocationFailure | None:
    """Waits for the function's answer; None where it succeeded."""
    return _invoke(client, function, "RequestResponse", payload)


def invoke_later(
    client: LambdaClient, function: str, payload: Mapping[str, object]
) -> InvocationFailure | None:
    """Leaves the event to Lambda; None where it took it. What becomes of it the function's own log tells."""
    return _invoke(client, function, "Event", payload)


def _invoke(
    client: LambdaClient, function: str, kind: InvocationTypeType, payload: Mapping[str, object]
) -> InvocationFailure | None:
    try:
        answer = client.invoke(
            FunctionName=function, InvocationType=kind, Payload=json.dumps(payload).encode()
        )
        body = answer["Payload"].read()
    except ClientError as error:
        return InvocationFailure(error.response["Error"]["Code"], str(error))
    except BotoCoreError as error:
        return InvocationFailure(type(error).__name__, str(error))
    return _parse_failure(body) if "FunctionError" in answer else None


def _parse_failure(body: bytes) -> InvocationFailure:
    try:
        error = json.loads(body)
    except ValueError:
        error = None
    if not isinstance(error, dict):
        return InvocationFailure("", body.decode(errors="replace"))
    return InvocationFailure(str(error.get("errorType", "")), str(error.get("errorMessage", "")))
