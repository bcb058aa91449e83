from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from adapters.conditional_write import find_etag, put_object
from domain.errors import OvertakenError
from tests.adapters.aws import BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "pages/index.html"


def read(s3: S3Client) -> bytes:
    return s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read()


def put(s3: S3Client, body: bytes, etag: str | None) -> None:
    put_object(s3, {"Bucket": BUCKET, "Key": KEY, "Body": body}, etag)


def test_an_object_that_is_not_there_has_no_etag(s3: S3Client) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"{KEY}.old", Body=b"another")

    assert find_etag(s3, BUCKET, KEY) is None


def test_an_object_is_told_from_those_that_its_key_begins(s3: S3Client) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"{KEY}.old", Body=b"another")

    etag = s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"this")["ETag"]

    assert find_etag(s3, BUCKET, KEY) == etag


def test_an_object_is_replaced_by_who_has_seen_it_last(s3: S3Client) -> None:
    put(s3, b"first", None)

    put(s3, b"second", find_etag(s3, BUCKET, KEY))

    assert read(s3) == b"second"


def test_an_object_that_was_replaced_meanwhile_stays(s3: S3Client) -> None:
    put(s3, b"first", None)
    etag = find_etag(s3, BUCKET, KEY)
    put(s3, b"second", etag)

    with pytest.raises(OvertakenError, match=KEY):
        put(s3, b"third", etag)

    assert read(s3) == b"second"


def test_an_object_that_was_made_meanwhile_stays(s3: S3Client) -> None:
    put(s3, b"first", None)

    with pytest.raises(OvertakenError):
        put(s3, b"second", None)

    assert read(s3) == b"first"


def test_an_object_that_was_deleted_meanwhile_is_not_made_again(s3: S3Client) -> None:
    put(s3, b"first", None)
    etag = find_etag(s3, BUCKET, KEY)
    s3.delete_object(Bucket=BUCKET, Key=KEY)

    with pytest.raises(OvertakenError):
        put(s3, b"second", etag)

    assert find_etag(s3, BUCKET, KEY) is None


def test_another_error_of_s3_passes_on(s3: S3Client) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        put_object(s3, {"Bucket": "no-such-bucket", "Key": KEY}, None)
