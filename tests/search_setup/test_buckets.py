import boto3
import pytest
from botocore.stub import Stubber
from mypy_boto3_s3 import S3Client

from search_setup.buckets import empty_buckets
from search_setup.deadline import Deadline

pytestmark = pytest.mark.usefixtures("aws")

PLENTY = Deadline(lambda: 600.0)


def make_bucket(name: str, *, versioned: bool = False) -> S3Client:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=name)
    if versioned:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return s3


def put(s3: S3Client, bucket: str, *keys: str) -> None:
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"{}")


def delete_bucket(s3: S3Client, name: str) -> None:
    """S3 refuses it for a bucket that holds anything."""
    s3.delete_bucket(Bucket=name)


def test_a_bucket_can_be_deleted_afterwards() -> None:
    s3 = make_bucket("data")
    put(s3, "data", "inventory/vpc-1/2026-01-01.json.gz", "rejected/2026/01/01/a.jsonl")

    empty_buckets(s3, ["data"], PLENTY)

    delete_bucket(s3, "data")


def test_every_version_and_delete_marker_goes() -> None:
    s3 = make_bucket("data", versioned=True)
    put(s3, "data", "a", "a", "b")
    s3.delete_object(Bucket="data", Key="b")

    empty_buckets(s3, ["data"], PLENTY)

    listed = s3.list_object_versions(Bucket="data")
    assert "Versions" not in listed
    assert "DeleteMarkers" not in listed


def test_more_objects_than_one_request_deletes_all_go() -> None:
    s3 = make_bucket("failed")
    put(s3, "failed", *(f"aws/lambda/async/flow-ingest/{number:04}" for number in range(1001)))

    empty_buckets(s3, ["failed"], PLENTY)

    assert s3.list_objects_v2(Bucket="failed")["KeyCount"] == 0


def test_unfinished_uploads_are_aborted() -> None:
    s3 = make_bucket("data")
    s3.create_multipart_upload(Bucket="data", Key="big")

    empty_buckets(s3, ["data"], PLENTY)

    assert "Uploads" not in s3.list_multipart_uploads(Bucket="data")


def test_a_bucket_that_is_gone_already_does_not_keep_the_next_from_being_emptied() -> None:
    s3 = make_bucket("failed")
    put(s3, "failed", "a")

    empty_buckets(s3, ["gone", "failed"], PLENTY)

    delete_bucket(s3, "failed")


def test_a_refusal_is_logged_and_goes_no_further(capsys: pytest.CaptureFixture[str]) -> None:
    s3 = boto3.client("s3")
    with Stubber(s3) as stub:
        stub.add_client_error("list_multipart_uploads", "AccessDenied", http_status_code=403)

        empty_buckets(s3, ["data"], PLENTY)

    line = capsys.readouterr().out
    assert '"level": "error"' in line
    assert "AccessDenied" in line
    assert '"bucket": "data"' in line


def test_objects_that_are_refused_are_logged_with_the_first_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    s3 = boto3.client("s3")
    versions = [{"Key": key, "VersionId": "null"} for key in ("a", "b")]
    with Stubber(s3) as stub:
        stub.add_response("list_multipart_uploads", {})
        stub.add_response("list_object_versions", {"Versions": versions})
        stub.add_response("delete_objects", {"Errors": [{"Key": "a", "Code": "AccessDenied"}]})
        stub.add_response("list_object_versions", {"Versions": versions[:1]})
        stub.add_response("delete_objects", {"Errors": [{"Key": "a", "Code": "AccessDenied"}]})

        empty_buckets(s3, ["data"], PLENTY)

    lines = capsys.readouterr().out.splitlines()
    assert '"count": 1' in lines[0]
    assert '"deleted": 1' in lines[-1]


def test_the_work_stops_in_time_for_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    s3 = make_bucket("data")
    put(s3, "data", "a")

    empty_buckets(s3, ["data"], Deadline(lambda: 0.0))

    assert s3.list_objects_v2(Bucket="data")["KeyCount"] == 1
    assert "no time is left" in capsys.readouterr().out
