"""The reports in the site bucket, a folder for each security group, which browsers read from S3 itself."""

from __future__ import annotations

import gzip
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from adapters.conditional_write import find_etag, put_object
from adapters.log import write_log
from domain.errors import OvertakenError, SgLensError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import PutObjectRequestTypeDef

_PAGE = "index.html"
_PREFIX = "groups/"
_MOST_DELETED = 1_000
_GZIPPED = frozenset({".html", ".json"})
# Scripts and templates are there to be read first: as text a browser shows them.
_TEXT = "text/plain; charset=utf-8"
_CONTENT_TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json"}

Stored = dict[str, str]
"""The ETags of a folder's files, by their names."""


@dataclass(frozen=True, slots=True)
class _Object:
    key: str
    body: bytes
    content_type: str
    is_gzipped: bool

    @property
    def etag(self) -> str:
        """Of an object that was written at once, S3's ETag is the MD5 sum."""
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'


class NotPublishedError(SgLensError):
    """There is no index page, so no report may be made: the bucket was emptied, or is about to be."""


@dataclass(frozen=True, slots=True)
class ReportStore:
    s3: S3Client
    bucket: str

    def check_published(self) -> None:
        """Raises NotPublishedError where there is no index page: nothing may appear in an emptied bucket."""
        if find_etag(self.s3, self.bucket, _PAGE) is None:
            raise NotPublishedError(f"there is no {_PAGE} in the site bucket, so no reports are made")

    def list_all(self) -> dict[str, Stored]:
        """By group id."""
        listed: dict[str, Stored] = {}
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=_PREFIX)
        for item in (item for page in pages for item in page.get("Contents", [])):
            group_id, _, name = item["Key"].removeprefix(_PREFIX).partition("/")
            listed.setdefault(group_id, {})[name] = item["ETag"]
        return listed

    def put(self, group_id: str, files: Mapping[str, bytes], stored: Stored) -> int:
        """How many of the files were written; what is there with the same content stays as it is.

        Raises NotPublishedError where a file would be a new one in an emptied bucket.
        """
        made = {name: _make_object(f"{_PREFIX}{group_id}/{name}", files[name]) for name in files}
        changed = {name: each for name, each in made.items() if each.etag != stored.get(name)}
        if not changed:
            return 0
        if not stored.keys() >= changed.keys():
            # What is replaced needs no question: S3 refuses to replace what isn't there any more.
            self.check_published()
        with ThreadPoolExecutor(len(changed)) as threads:
            return sum(threads.map(self._put, changed.values(), map(stored.get, changed)))

    def delete(self, folders: Mapping[str, Stored]) -> None:
        """With all that is in them."""
        keys = [f"{_PREFIX}{group_id}/{name}" for group_id, stored in folders.items() for name in stored]
        for first in range(0, len(keys), _MOST_DELETED):
            self._delete(keys[first : first + _MOST_DELETED])

    def _put(self, made: _Object, etag: str | None) -> bool:
        request: PutObjectRequestTypeDef = {
            "Bucket": self.bucket,
            "Key": made.key,
            "Body": made.body,
            "ContentType": made.content_type,
            # A browser asks each time whether its copy is still the latest.
            "CacheControl": "no-cache",
        }
        if made.is_gzipped:
            request["ContentEncoding"] = "gzip"
        try:
            put_object(self.s3, request, etag)
        except OvertakenError as error:
            # By another run, whose report is as good, or by who empties the bucket.
            write_log("info", "a file of a report is left as it is", reason=str(error))
            return False
        return True

    def _delete(self, keys: Sequence[str]) -> None:
        answer = self.s3.delete_objects(
            Bucket=self.bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
        )
        refused = answer.get("Errors", [])
        if refused:
            write_log("error", "files of reports could not be deleted", count=len(refused), first=refused[0])


def _make_object(key: str, content: bytes) -> _Object:
    suffix = PurePosixPath(key).suffix
    is_gzipped = suffix in _GZIPPED
    body = gzip.compress(content, compresslevel=6, mtime=0) if is_gzipped else content
    return _Object(key, body, _CONTENT_TYPES.get(suffix, _TEXT), is_gzipped)
