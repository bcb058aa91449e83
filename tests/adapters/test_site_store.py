from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from adapters.site_store import SiteStore
from domain.errors import OvertakenError
from tests.adapters.aws import BUCKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

HTML = "<!doctype html><title>Größe</title>".encode()


def test_a_browser_can_show_the_page_and_asks_each_time_for_the_latest(s3: S3Client) -> None:
    SiteStore(s3, BUCKET).put_page("index.html", HTML, etag=None)

    answer = s3.get_object(Bucket=BUCKET, Key="index.html")
    assert (answer["ContentType"], answer["ContentEncoding"]) == ("text/html; charset=utf-8", "gzip")
    assert answer["CacheControl"] == "no-cache"
    assert gzip.decompress(answer["Body"].read()) == HTML


def test_the_same_page_has_the_same_bytes(s3: S3Client) -> None:
    store = SiteStore(s3, BUCKET)
    for key in ("a.html", "b.html"):
        store.put_page(key, HTML, etag=None)

    assert store.get_etag("a.html") == store.get_etag("b.html")


def test_of_two_pages_made_after_the_same_one_the_second_is_refused(s3: S3Client) -> None:
    store = SiteStore(s3, BUCKET)
    store.put_page("index.html", b"old", etag=None)
    etag = store.get_etag("index.html")
    store.put_page("index.html", b"first", etag)

    with pytest.raises(OvertakenError):
        store.put_page("index.html", b"second", etag)
