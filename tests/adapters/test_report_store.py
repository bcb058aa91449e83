from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from adapters.report_store import NotPublishedError, ReportStore
from tests.adapters.aws import BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

GROUP_ID = "sg-0aaaaaaaaaaaaaaaa"
FILES = {
    "index.html": "<!doctype html><title>Größe</title>".encode(),
    "report.json": b"{}\n",
    "fix.sh": b"#!/bin/sh\n",
    "rules.tf": b"",
    "rules.yaml": b"Resources: {}\n",
}


@pytest.fixture
def store(s3: S3Client) -> ReportStore:
    """Of a site that has its index page."""
    s3.put_object(Bucket=BUCKET, Key="index.html", Body=b"")
    return ReportStore(s3, BUCKET)


def test_a_browser_shows_each_file_as_what_it_is_and_asks_each_time_for_the_latest(
    store: ReportStore, s3: S3Client
) -> None:
    assert store.put(GROUP_ID, FILES, {}) == len(FILES)

    answers = {name: s3.get_object(Bucket=BUCKET, Key=f"groups/{GROUP_ID}/{name}") for name in FILES}
    assert {name: each["ContentType"] for name, each in answers.items()} == {
        "index.html": "text/html; charset=utf-8",
        "report.json": "application/json",
        "fix.sh": "text/plain; charset=utf-8",
        "rules.tf": "text/plain; charset=utf-8",
        "rules.yaml": "text/plain; charset=utf-8",
    }
    assert {each["CacheControl"] for each in answers.values()} == {"no-cache"}


def test_pages_and_json_are_compressed_and_scripts_are_not(store: ReportStore, s3: S3Client) -> None:
    store.put(GROUP_ID, FILES, {})

    answers = {name: s3.get_object(Bucket=BUCKET, Key=f"groups/{GROUP_ID}/{name}") for name in FILES}
    compressed = {name for name, each in answers.items() if each.get("ContentEncoding") == "gzip"}
    bodies = {name: each["Body"].read() for name, each in answers.items()}
    assert compressed == {"index.html", "report.json"}
    assert {
        name: gzip.decompress(body) if name in compressed else body for name, body in bodies.items()
    } == FILES


def test_what_is_there_already_is_not_written_again(store: ReportStore) -> None:
    store.put(GROUP_ID, FILES, {})
    stored = store.list_all()[GROUP_ID]

    assert stored.keys() == FILES.keys()
    assert store.put(GROUP_ID, FILES, stored) == 0
    assert store.put(GROUP_ID, FILES | {"fix.sh": b"changed"}, stored) == 1


def test_nothing_new_appears_in_an_emptied_bucket(store: ReportStore, s3: S3Client) -> None:
    s3.delete_object(Bucket=BUCKET, Key="index.html")

    with pytest.raises(NotPublishedError):
        store.put(GROUP_ID, FILES, {})

    assert store.list_all() == {}


def test_what_was_deleted_since_it_was_listed_does_not_come_back(store: ReportStore, s3: S3Client) -> None:
    """As by who empties the bucket, in the order of the keys: the index page goes last."""
    store.put(GROUP_ID, FILES, {})
    stored = store.list_all()
    store.delete(stored)

    changed = {name: content + b" " for name, content in FILES.items()}
    assert store.put(GROUP_ID, changed, stored[GROUP_ID]) == 0

    assert [item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["index.html"]


def test_what_another_run_wrote_since_stands(store: ReportStore, s3: S3Client) -> None:
    store.put(GROUP_ID, FILES, {})
    stored = store.list_all()[GROUP_ID]
    store.put(GROUP_ID, {"fix.sh": b"theirs"}, stored)

    assert store.put(GROUP_ID, {"fix.sh": b"ours"}, stored) == 0

    assert s3.get_object(Bucket=BUCKET, Key=f"groups/{GROUP_ID}/fix.sh")["Body"].read() == b"theirs"


def test_folders_go_with_all_that_is_in_them_and_others_stay(store: ReportStore, s3: S3Client) -> None:
    for number in range(401):
        store.put(f"sg-{number}", {"fix.sh": b"", "undo.sh": b"", "rules.tf": b""}, {})
    listed = store.list_all()
    kept = {"sg-7": listed.pop("sg-7")}

    store.delete(listed)

    assert len(listed) == 400
    assert store.list_all() == kept
    store.check_published()
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 4


def test_a_site_without_a_report_has_no_folders(store: ReportStore) -> None:
    assert store.list_all() == {}
    store.delete({})
