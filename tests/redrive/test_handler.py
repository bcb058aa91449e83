"""redrive with flow_ingest behind it, both as AWS calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

import flow_ingest.handler
from adapters.failed_store import list_failed, put_failed_payload
from adapters.inventory_store import InventoryStore
from adapters.rejected_store import get_rejected, list_rejected
from domain.errors import EnvironmentVariableError, NothingIndexedError
from domain.inventory_day import observe
from redrive.handler import count_pass, lambda_handler, make_clients
from tests.adapters.aws import BUCKET
from tests.adapters.embedded_metrics import read_emitted
from tests.adapters.fake_lambda import FakeLambda
from tests.adapters.fake_search import FakeSearch, make_tls, status
from tests.domain.examples import INVENTORY
from tests.flow_ingest.events import LOG_FORMAT, Context, document, event_id, line, subscription_event

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

FUNCTION = "SgLens-FlowIngest"
FAILED_BUCKET = "sg-lens-failed"


def ingest(event: dict[str, object]) -> dict[str, int]:
    return flow_ingest.handler.lambda_handler(event, Context(remaining_seconds=5.2))


@pytest.fixture
def search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSearch]:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with FakeSearch(tls=make_tls(tmp_path / "ca.pem")) as search:
        yield search


@pytest.fixture(autouse=True)
def functions(s3: S3Client, search: FakeSearch, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeLambda]:
    """Both functions in fresh containers."""
    s3.create_bucket(Bucket=FAILED_BUCKET)
    InventoryStore(s3, BUCKET).save(observe(None, INVENTORY), etag=None)
    with FakeLambda({FUNCTION: ingest}) as functions:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", functions.endpoint_url)
        monkeypatch.setenv("SEARCH_ENDPOINT", search.endpoint)
        monkeypatch.setenv("LOG_FORMAT", LOG_FORMAT)
        monkeypatch.setenv("DATA_BUCKET", BUCKET)
        monkeypatch.setenv("FAILED_BUCKET", FAILED_BUCKET)
        monkeypatch.setenv("FLOW_INGEST_FUNCTION", FUNCTION)
        flow_ingest.handler.make_ingest.cache_clear()
        make_clients.cache_clear()
        yield functions


def failed(s3: S3Client) -> list[str]:
    return list_failed(s3, FAILED_BUCKET, limit=100)


def rejected_ids(s3: S3Client) -> list[str]:
    keys = list_rejected(s3, BUCKET, "rejected/")
    return [line.event_id for key in keys for line in get_rejected(s3, BUCKET, key).lines]


def test_failed_payloads_are_indexed_once_the_domain_answers_again(s3: S3Client, search: FakeSearch) -> None:
    for number in range(5):
        put_failed_payload(s3, FAILED_BUCKET, str(number), subscription_event(line(), first=number))
    search.standing_fault = status(401)

    down = lambda_handler({}, Context())
    search.standing_fault = None
    up = lambda_handler({}, Context())

    assert (down["failed"], up["fed_back"]) == (3, 5)
    assert search.documents.keys() == {document(number) for number in range(5)}
    assert failed(s3) == []


def test_payloads_take_their_turn_in_random_order(s3: S3Client, functions: FakeLambda) -> None:
    in_order = [subscription_event(line(), first=number) for number in range(20)]
    for number, payload in enumerate(in_order):
        put_failed_payload(s3, FAILED_BUCKET, f"{number:02}", payload)

    lambda_handler({}, Context())

    assert functions.payloads != in_order
    assert sorted(map(str, functions.payloads)) == sorted(map(str, in_order))


def test_a_payload_that_was_indexed_before_is_not_doubled(s3: S3Client, search: FakeSearch) -> None:
    ingest(subscription_event(line(), line()))
    put_failed_payload(s3, FAILED_BUCKET, "a", subscription_event(line(), line()))

    lambda_handler({}, Context())

    assert search.documents.keys() == {document(0), document(1)}
    assert failed(s3) == []


def test_rejected_records_are_fed_back_when_asked_for(
    s3: S3Client, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOG_FORMAT", "${version} ${log-status}")
    ingest(subscription_event("2 NODATA", line(), line()))
    monkeypatch.setenv("LOG_FORMAT", LOG_FORMAT)

    summary = lambda_handler({"rejected": "rejected/2026/01/01/"}, Context())

    assert (summary["moved"], summary["fed_back"]) == (1, 1)
    assert search.documents.keys() == {document(0), document(1), document(2)}
    assert rejected_ids(s3) == []
    assert failed(s3) == []


def test_without_being_asked_rejected_records_stay(s3: S3Client) -> None:
    ingest(subscription_event(line(), "bogus line"))

    lambda_handler({"source": "aws.events"}, Context())

    assert rejected_ids(s3) == [event_id(1)]


@pytest.mark.parametrize(
    "messages",
    [
        ("bogus line",),
        ("bogus line", "bogus line", "bogus line"),
        ("bogus line", line(), "bogus line"),
        (line(), "bogus line", line()),
    ],
)
def test_records_that_are_rejected_again_are_kept_again(s3: S3Client, messages: tuple[str, ...]) -> None:
    if line() in messages:
        ingest(subscription_event(*messages))
    else:
        with pytest.raises(NothingIndexedError):
            ingest(subscription_event(*messages))
    before = rejected_ids(s3)

    lambda_handler({"rejected": "rejected/"}, Context())

    assert rejected_ids(s3) == before != []
    assert failed(s3) == []


def test_rejected_records_wait_in_the_failed_bucket_while_the_domain_is_down(
    s3: S3Client, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOG_FORMAT", "${version} ${log-status}")
    ingest(subscription_event("2 NODATA", line()))
    monkeypatch.setenv("LOG_FORMAT", LOG_FORMAT)
    search.standing_fault = status(401)

    lambda_handler({"rejected": "rejected/"}, Context())
    waiting = failed(s3)
    search.standing_fault = None
    lambda_handler({}, Context())

    assert len(waiting) == 1
    assert search.documents.keys() == {document(0), document(1)}
    assert failed(s3) == []


def test_a_pass_tells_what_it_leaves_in_the_failed_bucket_and_what_it_brought_in(
    s3: S3Client, search: FakeSearch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(4):
        put_failed_payload(s3, FAILED_BUCKET, str(number), subscription_event(line(), first=number))
    s3.put_object(Bucket=FAILED_BUCKET, Key="junk", Body=b"no JSON")
    search.standing_fault = status(401)
    down = pass_metrics(capsys)
    search.standing_fault = None
    up = pass_metrics(capsys)
    s3.delete_object(Bucket=FAILED_BUCKET, Key="junk")

    assert (down, up, pass_metrics(capsys)) == (
        {"FailedObjects": 5, "FedBack": 0},
        {"FailedObjects": 1, "FedBack": 4},
        {"FailedObjects": 0, "FedBack": 0},
    )


def test_what_another_pass_took_away_is_not_left() -> None:
    results = {"fed_back": 2, "gone": 3, "failed": 1, "unreadable": 1}

    assert count_pass(9, results) == {"FailedObjects": 4, "FedBack": 2}


def test_a_pass_that_cannot_look_into_the_bucket_tells_nothing_of_it(
    s3: S3Client, capsys: pytest.CaptureFixture[str]
) -> None:
    s3.delete_bucket(Bucket=FAILED_BUCKET)

    with pytest.raises(ClientError, match="NoSuchBucket"):
        lambda_handler({}, Context())

    assert read_emitted(capsys.readouterr().out) == []


def pass_metrics(capsys: pytest.CaptureFixture[str]) -> Mapping[str, float]:
    capsys.readouterr()
    lambda_handler({}, Context(function_name="SgLens-Redrive"))
    emitted = read_emitted(capsys.readouterr().out)
    (metrics,) = (each for each in emitted if each.dimensions == (("FunctionName", "SgLens-Redrive"),))
    return metrics.values


@pytest.mark.parametrize("name", ["DATA_BUCKET", "FAILED_BUCKET", "FLOW_INGEST_FUNCTION"])
def test_a_missing_variable_is_named_with_the_function(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(EnvironmentVariableError, match=f"redrive.*{name} is missing"):
        lambda_handler({}, Context())
