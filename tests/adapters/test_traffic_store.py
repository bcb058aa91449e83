from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.traffic_store import KEY, TrafficStore
from domain.errors import OvertakenError
from tests.adapters.aws import BUCKET
from tests.domain.examples import MIDNIGHT
from tests.domain.made_traffic import make_window

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

WINDOW = make_window(MIDNIGHT, no_inventory=1)


@pytest.fixture
def store(s3: S3Client) -> TrafficStore:
    return TrafficStore(s3, BUCKET)


def test_what_is_saved_is_loaded_again(store: TrafficStore) -> None:
    assert store.get_etag() is None

    store.save(WINDOW, etag=None)

    assert store.get_etag() is not None
    assert store.load() == WINDOW


def test_of_two_that_counted_at_once_the_second_is_refused(store: TrafficStore) -> None:
    store.save(WINDOW, etag=None)

    with pytest.raises(OvertakenError, match=KEY):
        store.save(WINDOW, etag=None)


def test_what_holds_no_traffic_is_told_and_counts_as_nothing(
    store: TrafficStore, s3: S3Client, capsys: pytest.CaptureFixture[str]
) -> None:
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"no gzip")

    assert store.load() is None
    assert KEY in capsys.readouterr().out
