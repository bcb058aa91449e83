from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from adapters.log import write_log

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ListObjectVersionsOutputTypeDef, ObjectIdentifierTypeDef

    from search_setup.deadline import Deadline


def empty_buckets(s3: S3Client, buckets: Iterable[str], deadline: Deadline) -> None:
    """Deletes what is in the buckets; what can't be deleted is logged, for the caller must go on."""
    for bucket in buckets:
        try:
            _abort_uploads(s3, bucket)
            deleted = _delete_versions(s3, bucket, deadline)
            write_log("info", "emptied a bucket", bucket=bucket, deleted=deleted)
        except s3.exceptions.NoSuchBucket:
            write_log("info", "the bucket is gone already", bucket=bucket)
        except (ClientError, BotoCoreError) as error:
            write_log("error", "the bucket could not be emptied", bucket=bucket, reason=str(error))


def _delete_versions(s3: S3Client, bucket: str, deadline: Deadline) -> int:
    deleted = 0
    while not deadline.is_over:
        # Always the first page: what was written meanwhile is in it, and what was deleted no longer is.
        count = _delete_page(s3, bucket, s3.list_object_versions(Bucket=bucket))
        if not count:
            return deleted
        deleted += count
    write_log("error", "no time is left to empty the bucket", bucket=bucket)
    return deleted


def _delete_page(s3: S3Client, bucket: str, page: ListObjectVersionsOutputTypeDef) -> int:
    """A page has at most 1,000 versions and delete markers: as many as one request may delete."""
    listed = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    if not listed:
        return 0
    objects: list[ObjectIdentifierTypeDef] = [
        {"Key": each["Key"], "VersionId": each["VersionId"]} for each in listed
    ]
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    refused = answer.get("Errors", [])
    if refused:
        write_log(
            "error", "objects could not be deleted", bucket=bucket, count=len(refused), first=refused[0]
        )
    return len(objects) - len(refused)


def _abort_uploads(s3: S3Client, bucket: str) -> None:
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
        for upload in page.get("Uploads", []):
            s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
