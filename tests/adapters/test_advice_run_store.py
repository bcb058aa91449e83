from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.advice_run_store import AdviceRunStore, StoredRun
from domain.advice_run import AdviceRun
from domain.errors import OvertakenError
from tests.adapters.aws import BUCKET
from tests.domain.examples import MIDNIGHT, VPC_ID

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RUN = AdviceRun(VPC_ID, MIDNIGHT, MIDNIGHT, MIDNIGHT, "code", 7, ("sg-1",))


@pytest.fixture
def store(s3: S3Client) -> AdviceRunStore:
    return AdviceRunStore(s3, BUCKET)


def test_before_the_first_run_there_is_none(store: AdviceRunStore) -> None:
    assert store.load(VPC_ID) == StoredRun(None, None)


def test_each_vpc_has_its_own_run(store: AdviceRunStore) -> None:
    store.save(RUN, etag=None)

    assert store.load(VPC_ID).run == RUN
    assert store.load("vpc-0fedcba9876543210").run is None


def test_of_two_runs_after_the_same_one_the_second_is_refused(store: AdviceRunStore) -> None:
    store.save(RUN, etag=None)
    etag = store.load(VPC_ID).etag
    store.save(AdviceRun(VPC_ID, 1, 2, 3, "code", 4, ()), etag)

    with pytest.raises(OvertakenError):
        store.save(RUN, etag)


def test_a_damaged_run_counts_as_none_and_can_be_replaced(
    store: AdviceRunStore, s3: S3Client, capsys: pytest.CaptureFixture[str]
) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"advisor/runs/{VPC_ID}.json", Body=b"damaged")

    stored = store.load(VPC_ID)
    store.save(RUN, stored.etag)

    assert stored.run is None
    assert "can't be read" in capsys.readouterr().out
    assert store.load(VPC_ID).run == RUN
