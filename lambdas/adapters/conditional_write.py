"""Writes to S3 that replace only what the writer has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from domain.errors import OvertakenError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import PutObjectRequestTypeDef

# S3's answers to a conditional write where the object is another one by now, or is gone.
_LOST_RACE = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})


def find_etag(s3: S3Client, bucket: str, key: str) -> str | None:
    """None where there is no such object.

    By a listing, since who may not list the whole bucket is told AccessDenied of a key that isn't there,
    which would look like a missing permission.
    """
    # In UTF-8 order, in which a prefix itself comes before all that it begins.
    answer = s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)
    return next((each["ETag"] for each in answer.get("Contents", []) if each["Key"] == key), None)


def put_object(s3: S3Client, request: PutObjectRequestTypeDef, etag: str | None) -> None:
    """Replaces the object that has `etag`, or makes a new one where that is None.

    Raises OvertakenError where another writer was faster.
    """
    conditional: PutObjectRequestTypeDef = (
        {**request, "IfNoneMatch": "*"} if etag is None else {**request, "IfMatch": etag}
    )
    try:
        s3.put_object(**conditional)
    except ClientError as error:
        if error.response["Error"]["Code"] in _LOST_RACE:
            raise OvertakenError(f"{request['Key']} was written or deleted by another writer") from error
        raise
