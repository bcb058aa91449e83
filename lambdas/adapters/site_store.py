from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.conditional_write import find_etag, put_object

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class SiteStore:
    """The pages in the site bucket, which browsers read from S3 itself."""

    s3: S3Client
    bucket: str

    def get_etag(self, key: str) -> str | None:
        return find_etag(self.s3, self.bucket, key)

    def put_page(self, key: str, html: bytes, etag: str | None) -> None:
        """Replaces the page that has `etag`, or makes a new one where that is None.

        Raises OvertakenError where another writer was faster.
        """
        put_object(
            self.s3,
            {
                "Bucket": self.bucket,
                "Key": key,
                "Body": gzip.compress(html, mtime=0),
                "ContentEncoding": "gzip",
                "ContentType": "text/html; charset=utf-8",
                # A browser asks each time whether its copy is still the latest.
                "CacheControl": "no-cache",
            },
            etag,
        )
