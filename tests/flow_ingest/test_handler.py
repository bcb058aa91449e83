from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from adapters.inventory_store import InventoryStore
from domain.errors import EnvironmentVariableError, SearchUnavailableError, SubscriptionEventError
from domain.inventory_day import observe
from flow_ingest.handler import lambda_handler, make_ingest
from tests.adapters.aws import BUCKET, REGION
from tests.adapters.embedded_metrics import read_emitted
from tests.adapters.fake_search import FakeSearch, make_tls, status
from tests.domain.examples import INVENTORY
from tests.flow_ingest.events import LOG_FORMAT, NOON, Context, document, line, subscription_event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

CONTROL_MESSAGE = subscription_event(
    "CWL CONTROL MESSAGE: Checking health of destination.", kind="CONTROL_MESSAGE"
)


@pytest.fixture
def search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSearch]:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with FakeSearch(tls=make_tls(tmp_path / "ca.pem")) as search:
        yield search


@pytest.fixture(autouse=True)
def function(s3: S3Client, search: FakeSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The function in a fresh container."""
    InventoryStore(s3, BUCKET).save(observe(None, INVENTORY), etag=None)
    monkeypatch.setenv("SEARCH_ENDPOINT", search.endpoint)
    monkeypatch.setenv("LOG_FORMAT", LOG_FORMAT)
    monkeypatch.setenv("DATA_BUCKET", BUCKET)
    make_ingest.cache_clear()


def test_an_event_is_indexed_and_the_counts_are_the_answer(search: FakeSearch) -> None:
    answer = lambda_handler(subscription_event(line(), "bogus line", line()), Context())

    assert (answer["Records"], answer["Written"], answer["Rejected"]) == (3, 2, 1)
    assert search.documents.keys() == {document(0), document(2)}


def test_requests_are_signed_for_the_functions_region(search: FakeSearch) -> None:
    lambda_handler(subscription_event(line()), Context())

    assert f"/{REGION}/es/aws4_request" in search.headers[0]["authorization"]


def test_the_answer_goes_out_as_metrics_of_the_function(capsys: pytest.CaptureFixture[str]) -> None:
    context = Context(function_name="SgLens-FlowIngest")

    answer = lambda_handler(subscription_event(line(), "bogus line"), context)

    (metrics,) = read_emitted(capsys.readouterr().out)
    assert metrics.dimensions == (("FunctionName", "SgLens-FlowIngest"),)
    assert metrics.values == answer
    assert metrics.units["LagSeconds"] == "Seconds"
    assert {unit for name, unit in metrics.units.items() if name != "LagSeconds"} == {"Count"}


def test_the_metrics_are_of_the_moment_when_the_batch_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    before = time.time()

    lambda_handler(subscription_event(line()), Context())

    (metrics,) = [json.loads(each) for each in capsys.readouterr().out.splitlines() if "_aws" in each]
    assert before <= metrics["_aws"]["Timestamp"] / 1000 + 0.001 <= time.time() + 0.001
    assert metrics["LagSeconds"] == pytest.approx(time.time() - (NOON + 60), abs=2)


def test_an_attempt_in_vain_goes_out_as_metrics_too(
    search: FakeSearch, capsys: pytest.CaptureFixture[str]
) -> None:
    search.standing_fault = status(403)

    with pytest.raises(SearchUnavailableError):
        lambda_handler(subscription_event(line()), Context())

    (metrics,) = read_emitted(capsys.readouterr().out)
    assert metrics.values.keys() == {"BulkRetries", "LagSeconds"}


def test_a_control_message_touches_neither_index_nor_bucket(search: FakeSearch, s3: S3Client) -> None:
    assert lambda_handler(CONTROL_MESSAGE, Context()) == {}
    assert search.requests == []
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="rejected/")["KeyCount"] == 0


def test_a_message_without_events_is_done_with(search: FakeSearch) -> None:
    assert lambda_handler(subscription_event(), Context()) == {}
    assert search.requests == []


def test_an_event_that_is_none_of_a_subscription_is_an_error() -> None:
    with pytest.raises(SubscriptionEventError):
        lambda_handler({"Records": []}, Context())


def test_a_missing_variable_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEARCH_ENDPOINT")

    with pytest.raises(EnvironmentVariableError, match="SEARCH_ENDPOINT"):
        lambda_handler(subscription_event(line()), Context())


def test_a_domain_that_refuses_the_role_fails_the_invocation(search: FakeSearch) -> None:
    search.standing_fault = status(403)

    with pytest.raises(SearchUnavailableError, match="maps no role"):
        lambda_handler(subscription_event(line()), Context())


def test_the_last_seconds_of_the_function_are_not_spent_on_writing(search: FakeSearch) -> None:
    with pytest.raises(SearchUnavailableError, match="time for writing is over"):
        lambda_handler(subscription_event(line()), Context(remaining_seconds=5.0))

    assert search.requests == []


def test_a_warm_container_keeps_its_inventory(s3: S3Client) -> None:
    lambda_handler(subscription_event(line()), Context())
    inventory = s3.list_objects_v2(Bucket=BUCKET, Prefix="inventory/")["Contents"][0]["Key"]
    s3.delete_object(Bucket=BUCKET, Key=inventory)

    answer = lambda_handler(subscription_event(line(), first=1), Context())

    assert (answer["Written"], answer["UnattributedNoInventory"]) == (1, 0)
