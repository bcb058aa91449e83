from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from adapters.conditional_write import put_object
from domain.errors import InventoryError, OvertakenError
from domain.inventory_day import from_json, to_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

    from domain.inventory_day import InventoryDay

_PREFIX = "inventory/"
_SUFFIX = ".json.gz"
_NOT_MODIFIED = "304"
# Without a right to list the whole bucket, S3 answers a request for a key that isn't there with AccessDenied.
_GONE = frozenset({"NoSuchKey", "AccessDenied"})


@dataclass(frozen=True, slots=True)
class StoredDay:
    inventory: InventoryDay
    etag: str


@dataclass(frozen=True, slots=True)
class InventoryStore:
    """The days under `inventory/` in the data bucket, one object a VPC and day."""

    s3: S3Client
    bucket: str

    def list_vpc_ids(self) -> tuple[str, ...]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=_PREFIX, Delimiter="/"
        )
        prefixes = [item["Prefix"] for page in pages for item in page.get("CommonPrefixes", [])]
        return tuple(prefix.removeprefix(_PREFIX).removesuffix("/") for prefix in prefixes)

    def list_days(self, vpc_id: str) -> tuple[str, ...]:
        """The days (YYYY-MM-DD) of which the VPC has an inventory, the oldest first."""
        prefix = f"{_PREFIX}{vpc_id}/"
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return tuple(sorted(key.removeprefix(prefix).removesuffix(_SUFFIX) for key in keys))

    def load(self, vpc_id: str, day: str) -> StoredDay | None:
        """The VPC's inventory of `day`, else of the last day before it that has one."""
        latest = max((each for each in self.list_days(vpc_id) if each <= day), default=None)
        if latest is None:
            return None
        key = _make_key(vpc_id, latest)
        return _parse(key, self.s3.get_object(Bucket=self.bucket, Key=key))

    def reload(self, stored: StoredDay) -> StoredDay | None:
        """`stored` itself where its object has not changed since; as `load` where it is gone."""
        vpc_id, day = stored.inventory.vpc_id, stored.inventory.day
        key = _make_key(vpc_id, day)
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=key, IfNoneMatch=stored.etag)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == _NOT_MODIFIED:
                return stored
            if code in _GONE:
                return self.load(vpc_id, day)
            raise
        return _parse(key, answer)

    def save(self, inventory: InventoryDay, etag: str | None) -> None:
        """Replaces the object that has `etag`, or makes the day's first one where that is None.

        Raises InventoryError where another pass has written the day in between.
        """
        key = _make_key(inventory.vpc_id, inventory.day)
        try:
            put_object(self.s3, {"Bucket": self.bucket, "Key": key, "Body": to_json(inventory)}, etag)
        except OvertakenError as error:
            raise InventoryError(
                f"another pass wrote {key} at the same time; nothing is lost, the next pass takes up both"
            ) from error


def _parse(key: str, answer: GetObjectOutputTypeDef) -> StoredDay:
    try:
        return StoredDay(from_json(answer["Body"].read()), answer["ETag"])
    except InventoryError as error:
        raise InventoryError(f"{key} in the data bucket: {error}") from error


def _make_key(vpc_id: str, day: str) -> str:
    return f"{_PREFIX}{vpc_id}/{day}{_SUFFIX}"
