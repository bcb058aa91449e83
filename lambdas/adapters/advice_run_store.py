from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.conditional_write import find_etag, put_object
from adapters.log import write_log
from domain.advice_run import AdviceRunError, from_json, to_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from domain.advice_run import AdviceRun

_PREFIX = "advisor/runs/"


@dataclass(frozen=True, slots=True)
class StoredRun:
    run: AdviceRun | None
    """None before the first run, and where what is kept can't be read."""
    etag: str | None


@dataclass(frozen=True, slots=True)
class AdviceRunStore:
    """The last run of each VPC, kept in the data bucket."""

    s3: S3Client
    bucket: str

    def load(self, vpc_id: str) -> StoredRun:
        key = _make_key(vpc_id)
        etag = find_etag(self.s3, self.bucket, key)
        if etag is None:
            return StoredRun(None, None)
        body = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        try:
            return StoredRun(from_json(body), etag)
        except AdviceRunError as error:
            # The next run replaces it.
            write_log("warning", "the kept run can't be read", key=key, reason=str(error))
            return StoredRun(None, etag)

    def save(self, run: AdviceRun, etag: str | None) -> None:
        """Replaces what has `etag`, or makes a new object where that is None.

        Raises OvertakenError where another run was faster.
        """
        put_object(self.s3, {"Bucket": self.bucket, "Key": _make_key(run.vpc_id), "Body": to_json(run)}, etag)


def _make_key(vpc_id: str) -> str:
    return f"{_PREFIX}{vpc_id}.json"
