from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.credentials import Credentials
from opensearchpy import OpenSearch
from opensearchpy.exceptions import SSLError, TransportError

from adapters.search_client import make_search_client
from tests.adapters.fake_search import FakeSearch, make_tls, status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BODY = '{"create":{"_index":"flows-2026.11.24","_id":"1"}}\n{"bytes":1}\n'


@pytest.fixture
def ca_file(tmp_path: Path) -> Path:
    return tmp_path / "ca.pem"


@pytest.fixture
def search(ca_file: Path) -> Iterator[FakeSearch]:
    with FakeSearch(tls=make_tls(ca_file)) as search:
        yield search


def make_client(search: FakeSearch) -> OpenSearch:
    return make_search_client(search.endpoint, "eu-central-1", Credentials("AKIAEXAMPLE", "secret", "token"))


def test_a_certificate_that_ssl_cert_file_vouches_for_is_accepted(
    search: FakeSearch, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))

    make_client(search).bulk(body=BODY)

    assert list(search.documents) == [("flows-2026.11.24", "1")]


def test_a_certificate_that_nobody_vouches_for_is_not(
    search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        make_client(search).bulk(body=BODY)


def test_requests_are_signed_for_the_service_es_and_compressed(
    search: FakeSearch, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))

    make_client(search).bulk(body=BODY)

    (headers,) = search.headers
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/")
    assert "/eu-central-1/es/aws4_request" in headers["authorization"]
    assert headers["x-amz-security-token"] == "token"
    assert headers["content-encoding"] == "gzip"


def test_a_failed_request_is_left_to_the_caller(
    search: FakeSearch, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    search.fail(status(503))

    with pytest.raises(TransportError, match="503"):
        make_client(search).bulk(body=BODY)

    assert len(search.requests) == 1


def test_an_endpoint_without_a_port_is_reached_at_443() -> None:
    client = make_search_client("search.example.com", "eu-central-1", Credentials("AKIAEXAMPLE", "secret"))

    assert client.transport.hosts == [{"host": "search.example.com", "port": 443, "use_ssl": True}]
