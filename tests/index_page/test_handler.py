"""The function as Lambda runs it, with a domain that has one record of no group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.errors import IndexPageError, SearchUnavailableError
from index_page.handler import lambda_handler, make_clients
from tests.adapters.answering_server import Answer, AnsweringServer
from tests.adapters.aws import BUCKET
from tests.adapters.fake_search import make_tls
from tests.flow_ingest.events import Context
from tests.index_page.published import SITE, URL, read_html

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

CONTEXT = Context(300.0)
COUNTED = {"counted": {"buckets": {"no_inventory": {"doc_count": 1}}}}
ONE_RECORD = Answer(content={"hits": {"total": {"value": 1}}, "aggregations": COUNTED})


@pytest.fixture
def domain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AnsweringServer]:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with AnsweringServer(ONE_RECORD, tls=make_tls(tmp_path / "ca.pem")) as domain:
        yield domain


@pytest.fixture(autouse=True)
def _function(s3: S3Client, domain: AnsweringServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a fresh container."""
    s3.create_bucket(Bucket=SITE)
    variables = {
        "SEARCH_ENDPOINT": domain.endpoint,
        "DATA_BUCKET": BUCKET,
        "SITE_BUCKET": SITE,
        "DASHBOARDS_URL": URL,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    make_clients.cache_clear()


def test_the_page_is_made_where_the_event_says_so_and_renewed_then(s3: S3Client) -> None:
    assert lambda_handler({}, CONTEXT) == {"published": False}
    assert lambda_handler({"create": True}, CONTEXT) == {"published": True}
    assert lambda_handler({"traffic": "stored"}, CONTEXT) == {"published": True}

    body = s3.get_object(Bucket=SITE, Key="index.html")["Body"].read()
    assert read_html(body).startswith("<!doctype html>")


def test_stored_traffic_asks_nothing_of_the_domain(domain: AnsweringServer) -> None:
    lambda_handler({"create": True}, CONTEXT)
    asked = len(domain.received)

    lambda_handler({"traffic": "stored"}, CONTEXT)

    assert asked > 0
    assert len(domain.received) == asked


def test_requests_to_the_domain_are_signed(domain: AnsweringServer) -> None:
    lambda_handler({"create": True}, CONTEXT)

    schemes = {received.headers["authorization"].split()[0] for received in domain.received}
    assert schemes == {"AWS4-HMAC-SHA256"}


def test_a_domain_that_does_not_answer_is_told_as_something_that_passes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SEARCH_ENDPOINT", "localhost:1")

    with pytest.raises(SearchUnavailableError, match="can't be reached"):
        lambda_handler({"create": True}, CONTEXT)


def test_an_event_that_means_nothing_is_refused() -> None:
    with pytest.raises(IndexPageError, match="create"):
        lambda_handler({"create": "yes"}, CONTEXT)
