from __future__ import annotations

import random
import time
from functools import cache
from typing import TYPE_CHECKING

from adapters.failed_store import list_failed
from adapters.lambda_context import remaining_seconds
from adapters.lambda_function import make_lambda_client
from adapters.log import write_log
from adapters.metrics import put_metrics
from adapters.s3_client import make_s3_client
from redrive.environment import Environment
from redrive.failed import Redrive, Result
from redrive.rejected import move_rejected

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

    from adapters.lambda_context import LambdaContext

# Far more than one pass can feed back, and few enough to list within seconds.
_LISTED_KEYS = 10_000
_MARGIN_SECONDS = 15.0


def lambda_handler(event: Mapping[str, object], context: LambdaContext) -> dict[str, int]:
    """Feeds failed payloads back to flow_ingest; with {"rejected": "rejected/2026/11/24/"} the rejected
    records under that prefix as well."""
    environment = Environment.from_env()
    s3, functions = make_clients()

    def remaining() -> float:
        return remaining_seconds(context) - _MARGIN_SECONDS

    moved = 0
    if "rejected" in event:
        moved = move_rejected(s3, environment, str(event["rejected"]), lambda: remaining() > 0)
    keys = list_failed(s3, environment.failed_bucket, limit=_LISTED_KEYS)
    # In random order, so that payloads which fail each time can't keep the others from their turn.
    random.shuffle(keys)
    results = Redrive(s3, functions, environment, remaining).feed_back(keys)
    put_metrics(context.function_name, count_pass(len(keys), results), timestamp_ms=int(time.time() * 1000))
    summary = {"moved": moved, "listed": len(keys)} | {str(result): results[result] for result in Result}
    write_log("info", "redrive pass done", **summary)
    return summary


def count_pass(listed: int, results: Mapping[str, int]) -> dict[str, int]:
    """The metrics of a pass: how many objects it leaves in the failed bucket, and how many it brought in.

    A pass that fails tells nothing, and the alarm takes silence for objects that wait. More than a pass
    lists are there at least.
    """
    away = results.get(Result.FED_BACK, 0) + results.get(Result.GONE, 0)
    return {"FailedObjects": listed - away, "FedBack": results.get(Result.FED_BACK, 0)}


@cache
def make_clients() -> tuple[S3Client, LambdaClient]:
    return make_s3_client(), make_lambda_client()
