from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.conditional_write import find_etag, put_object
from adapters.log import write_log
from domain.group_summary import SummaryError, from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_s3 import S3Client

    from domain.group_summary import GroupSummary

KEY = "advisor/summaries.json.gz"


@dataclass(frozen=True, slots=True)
class SummaryStore:
    """Verdict counts, score and worth of every group that has a report, kept in the data bucket for the
    index page: one object for all VPCs."""

    s3: S3Client
    bucket: str

    def get_etag(self) -> str | None:
        return find_etag(self.s3, self.bucket, KEY)

    def load(self) -> tuple[GroupSummary, ...]:
        """() before the first report, and where what is kept can't be read."""
        if self.get_etag() is None:
            return ()
        body = self.s3.get_object(Bucket=self.bucket, Key=KEY)["Body"].read()
        try:
            return from_json(body)
        except SummaryError as error:
            # Whoever makes the next reports replaces it.
            write_log("warning", "the kept summaries can't be read", key=KEY, reason=str(error))
            return ()

    def save(self, summaries: Iterable[GroupSummary], etag: str | None) -> None:
        """Replaces what has `etag`, or makes a new object where that is None.

        Raises OvertakenError where another writer was faster.
        """
        put_object(self.s3, {"Bucket": self.bucket, "Key": KEY, "Body": to_json(summaries)}, etag)
