"""The function as Lambda runs it, with a domain that holds nothing yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.errors import SearchUnavailableError
from rule_usage.handler import lambda_handler, make_clients
from rule_usage.request import UsageRequestError
from tests.adapters.answering_server import Answer, AnsweringServer
from tests.adapters.aws import BUCKET
from tests.adapters.embedded_metrics import read_emitted
from tests.adapters.fake_search import make_tls
from tests.flow_ingest.events import Context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

# Enough for each request that a run makes without inventory and flows.
NOTHING = Answer(
    content={"hits": {"total": {"value": 0}, "hits": []}, "items": [{"index": {"status": 201}}]},
)
POLICY = {
    ("POST", "/flows-*/_search"),
    ("GET", "/flows-*/_alias"),
    ("POST", "/rule-usage/_search"),
    ("POST", "/rule-usage/_bulk"),
}


@pytest.fixture
def domain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AnsweringServer]:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with AnsweringServer(NOTHING, tls=make_tls(tmp_path / "ca.pem")) as domain:
        yield domain


@pytest.fixture(autouse=True)
def _function(s3: S3Client, domain: AnsweringServer, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """In a fresh container."""
    variables = {"SEARCH_ENDPOINT": domain.endpoint, "DATA_BUCKET": BUCKET, "RETENTION_DAYS": "30"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    make_clients.cache_clear()


def test_a_run_tells_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    assert lambda_handler({}, Context(900.0, "SgLens-RuleUsage")) == {
        "days": [],
        "dropped": [],
        "unfinished": [],
    }

    (emitted,) = read_emitted(capsys.readouterr().out)
    assert emitted.dimensions == (("FunctionName", "SgLens-RuleUsage"),)
    assert emitted.values.keys() == {"RuleUsageDocuments", "DroppedIndices", "UnfinishedDays"}


def test_every_request_is_one_that_the_access_policy_lets_in(domain: AnsweringServer) -> None:
    lambda_handler({}, Context(900.0))

    asked = {(each.method, each.path.split("?")[0]) for each in domain.received}
    days = {(method, path) for method, path in asked if path.startswith("/flows-2")}
    assert asked - days == POLICY
    assert {(method, path.rsplit("/", 1)[-1]) for method, path in days} == {("POST", "_search")}


def test_requests_to_the_domain_are_signed(domain: AnsweringServer) -> None:
    lambda_handler({}, Context(900.0))

    schemes = {received.headers["authorization"].split()[0] for received in domain.received}
    assert schemes == {"AWS4-HMAC-SHA256"}


def test_named_days_are_all_that_is_looked_at(domain: AnsweringServer) -> None:
    lambda_handler({"days": ["2026-11-24"]}, Context(900.0))

    assert {each.path.split("?")[0] for each in domain.received} == {
        "/rule-usage/_search",
        "/rule-usage/_bulk",
        "/flows-2026.11.24/_search",
    }


def test_a_domain_that_can_not_be_reached_is_told_as_something_that_passes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SEARCH_ENDPOINT", "localhost:1")
    monkeypatch.setattr("adapters.search_reader._FIRST_BACKOFF_SECONDS", 0.0)

    with pytest.raises(SearchUnavailableError, match="can't be reached"):
        lambda_handler({}, Context(900.0))


def test_an_event_that_means_nothing_is_refused(domain: AnsweringServer) -> None:
    with pytest.raises(UsageRequestError, match="days"):
        lambda_handler({"days": "yesterday"}, Context(900.0))

    assert domain.received == []
