from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.summary_store import KEY, SummaryStore
from domain.errors import OvertakenError
from tests.adapters.aws import BUCKET
from tests.pages.worlds import make_summary

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SUMMARIES = (make_summary(1, {"used": 1}, score=50), make_summary(2, {"unused": 3}, worth=70))


@pytest.fixture
def store(s3: S3Client) -> SummaryStore:
    return SummaryStore(s3, BUCKET)


def test_before_the_first_report_there_are_no_summaries(store: SummaryStore) -> None:
    assert store.get_etag() is None
    assert store.load() == ()


def test_what_is_saved_is_loaded_again(store: SummaryStore) -> None:
    store.save(SUMMARIES, etag=None)

    assert store.load() == SUMMARIES


def test_who_has_seen_the_last_ones_replaces_them(store: SummaryStore) -> None:
    store.save(SUMMARIES, etag=None)

    store.save(SUMMARIES[:1], store.get_etag())

    assert store.load() == SUMMARIES[:1]


def test_of_two_that_saved_at_once_the_second_is_refused(store: SummaryStore) -> None:
    store.save(SUMMARIES, etag=None)
    etag = store.get_etag()
    store.save(SUMMARIES[:1], etag)

    with pytest.raises(OvertakenError, match=KEY):
        store.save(SUMMARIES, etag)

    assert store.load() == SUMMARIES[:1]


def test_what_holds_no_summaries_is_told_and_counts_as_none(
    store: SummaryStore, s3: S3Client, capsys: pytest.CaptureFixture[str]
) -> None:
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"no gzip")

    assert store.load() == ()
    assert KEY in capsys.readouterr().out
