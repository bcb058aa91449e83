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

# A function may run for 15 minutes, and a second attempt beside the first would only do its work twice.
_LAMBDA_CONFIG = Config(connect_timeout=5, read_timeout=900, retries={"total_max_attempts": 1})


@dataclass(frozen=True, slots=True)
class InvocationFailure:
    error_type: str
    error_message: str


def make_lambda_client() -> LambdaClient:
    return boto3.client("lambda", config=_LAMBDA_CONFIG)


def invoke_function(
    client: LambdaClient, function: str, payload: Mapping[str, object]
) -> InvocationFailure | None:
    """Waits for the function's answer; None where it succeeded."""
    try:
        answer = client.invoke(
            FunctionName=function, InvocationType="RequestResponse", Payload=json.dumps(payload).encode()
        )
        body = answer["Payload"].read()
    except (ClientError, BotoCoreError) as error:
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
