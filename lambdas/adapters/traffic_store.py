from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.conditional_write import find_etag, put_object
from adapters.log import write_log
from domain.errors import TrafficError
from domain.traffic import from_json, to_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from domain.traffic import TrafficWindow

KEY = "index_page/traffic.json.gz"


@dataclass(frozen=True, slots=True)
class TrafficStore:
    """The traffic of the last index page, kept in the data bucket for pages that need no newer one."""

    s3: S3Client
    bucket: str

    def get_etag(self) -> str | None:
        return find_etag(self.s3, self.bucket, KEY)

    def load(self) -> TrafficWindow | None:
        """None where what is kept can't be read; it must be there."""
        body = self.s3.get_object(Bucket=self.bucket, Key=KEY)["Body"].read()
        try:
            return from_json(body)
        except TrafficError as error:
            # Whoever counts it anew replaces it.
            write_log("warning", "the kept traffic can't be read", key=KEY, reason=str(error))
            return None

    def save(self, window: TrafficWindow, etag: str | None) -> None:
        """Replaces what has `etag`, or makes a new object where that is None.

        Raises OvertakenError where another writer was faster.
        """
        put_object(self.s3, {"Bucket": self.bucket, "Key": KEY, "Body": to_json(window)}, etag)
