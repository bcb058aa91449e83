from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from adapters.failed_store import delete_failed, get_failed_payload
from adapters.lambda_function import invoke_function
from adapters.log import write_log
from domain.errors import NothingIndexedError, SubscriptionEventError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

    from adapters.failed_store import Payload
    from redrive.environment import Environment

# By then the domain is down, most likely, and each further payload would wait for it in vain.
_FAILURES_IN_A_ROW = 3


class Result(StrEnum):
    """What became of one object of the failed bucket; only what was fed back is deleted."""

    FED_BACK = "fed_back"
    FAILED = "failed"
    UNREADABLE = "unreadable"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Redrive:
    s3: S3Client
    functions: LambdaClient
    environment: Environment
    remaining: Callable[[], float]
    """The seconds that this pass still has."""

    def feed_back(self, keys: Iterable[str]) -> Counter[str]:
        """Invokes flow_ingest with each payload.

        Ends early after failures in a row, or when there is no time for one as slow as the slowest so far.
        """
        results: Counter[str] = Counter()
        in_a_row = 0
        slowest = 0.0
        for key in keys:
            before = self.remaining()
            if in_a_row == _FAILURES_IN_A_ROW or before <= slowest:
                break
            result = self._feed_back_one(key)
            results[result] += 1
            if result is Result.FED_BACK:
                in_a_row = 0
            in_a_row += result is Result.FAILED
            slowest = max(slowest, before - self.remaining())
        return results

    def _feed_back_one(self, key: str) -> Result:
        try:
            payload = get_failed_payload(self.s3, self.environment.failed_bucket, key)
        except SubscriptionEventError as error:
            write_log("error", "a failed payload cannot be read: it stays", key=key, reason=str(error))
            return Result.UNREADABLE
        if payload is None:
            return Result.GONE
        if not self._ingest(key, payload):
            return Result.FAILED
        delete_failed(self.s3, self.environment.failed_bucket, key)
        return Result.FED_BACK

    def _ingest(self, key: str, payload: Payload) -> bool:
        """Whether all records of the payload are in the index or, with the reasons, in `rejected/`."""
        failure = invoke_function(self.functions, self.environment.flow_ingest_function, payload)
        if failure is None or failure.error_type == NothingIndexedError.__name__:
            return True
        write_log("warning", "flow_ingest failed again: the payload stays", key=key, **asdict(failure))
        return False
