from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.failed_store import list_failed, put_failed_payload
from adapters.lambda_function import make_lambda_client
from domain.errors import NothingIndexedError, SearchUnavailableError
from redrive.environment import Environment
from redrive.failed import Redrive
from tests.adapters.aws import BUCKET
from tests.adapters.fake_lambda import FakeLambda
from tests.adapters.fake_time import FakeTime

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

FUNCTION = "SgLens-FlowIngest"
ENVIRONMENT = Environment("sg-lens-data", BUCKET, FUNCTION)


class FlowIngest:
    """The function as far as redrive sees it: it takes time, and fails as its payload says."""

    def __init__(self, time: FakeTime) -> None:
        self.time = time
        self.fed: list[str] = []

    def __call__(self, payload: dict[str, Any]) -> object:
        self.fed.append(payload["name"])
        self.time.now += payload["seconds"]
        if payload["error"] == "NothingIndexedError":
            raise NothingIndexedError("all of them are in rejected/")
        if payload["error"]:
            raise SearchUnavailableError("the domain is down")
        return {"Records": 1}


@pytest.fixture
def flow_ingest() -> FlowIngest:
    return FlowIngest(FakeTime())


@pytest.fixture
def redrive(s3: S3Client, flow_ingest: FlowIngest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redrive]:
    """With 100 seconds' time."""
    with FakeLambda({FUNCTION: flow_ingest}) as functions:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", functions.endpoint_url)
        remaining = flow_ingest.time.pace(100).remaining
        yield Redrive(s3, make_lambda_client(), ENVIRONMENT, remaining)


def fail(s3: S3Client, *names: str, error: str = "", seconds: float = 0.0) -> list[str]:
    """Leaves a payload for each name in the failed bucket."""
    for name in names:
        put_failed_payload(s3, BUCKET, name, {"name": name, "error": error, "seconds": seconds})
    return list(names)


def left(s3: S3Client) -> list[str]:
    return list_failed(s3, BUCKET, limit=100)


def test_a_payload_that_flow_ingest_takes_is_deleted(
    s3: S3Client, redrive: Redrive, flow_ingest: FlowIngest
) -> None:
    results = redrive.feed_back(fail(s3, "a", "b"))

    assert results == {"fed_back": 2}
    assert flow_ingest.fed == ["a", "b"]
    assert left(s3) == []


def test_a_payload_that_fails_again_stays(s3: S3Client, redrive: Redrive) -> None:
    results = redrive.feed_back([*fail(s3, "a", error="SearchUnavailableError"), *fail(s3, "b")])

    assert results == {"fed_back": 1, "failed": 1}
    assert left(s3) == ["a"]


def test_a_payload_whose_records_are_all_in_rejected_is_deleted(s3: S3Client, redrive: Redrive) -> None:
    results = redrive.feed_back(fail(s3, "a", error="NothingIndexedError"))

    assert results == {"fed_back": 1}
    assert left(s3) == []


def test_three_failures_in_a_row_end_the_pass(
    s3: S3Client, redrive: Redrive, flow_ingest: FlowIngest
) -> None:
    keys = [*fail(s3, "a", "b", "c", error="SearchUnavailableError"), *fail(s3, "d")]

    results = redrive.feed_back(keys)

    assert results == {"failed": 3}
    assert flow_ingest.fed == ["a", "b", "c"]
    assert left(s3) == keys


def test_failures_between_successes_do_not_end_the_pass(s3: S3Client, redrive: Redrive) -> None:
    fail(s3, "a", "b", "d", "e", error="SearchUnavailableError")
    fail(s3, "c", "f")

    results = redrive.feed_back(["a", "b", "c", "d", "e", "f"])

    assert results == {"fed_back": 2, "failed": 4}


def test_an_object_that_is_no_payload_stays_and_is_named(
    s3: S3Client, redrive: Redrive, capsys: pytest.CaptureFixture[str]
) -> None:
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"no JSON")

    results = redrive.feed_back(["a", *fail(s3, "b")])

    assert results == {"fed_back": 1, "unreadable": 1}
    assert left(s3) == ["a"]
    assert '"key": "a"' in capsys.readouterr().out


def test_a_payload_that_another_pass_has_fed_back_is_passed_over(
    s3: S3Client, redrive: Redrive, flow_ingest: FlowIngest
) -> None:
    results = redrive.feed_back(["gone", *fail(s3, "a")])

    assert results == {"fed_back": 1, "gone": 1}
    assert flow_ingest.fed == ["a"]


def test_a_pass_ends_when_another_payload_might_not_be_done_in_time(
    s3: S3Client, redrive: Redrive, flow_ingest: FlowIngest
) -> None:
    keys = fail(s3, "a", "b", "c", seconds=40)

    results = redrive.feed_back(keys)

    assert results == {"fed_back": 2}
    assert flow_ingest.fed == ["a", "b"]
    assert left(s3) == ["c"]
