import gzip
import http.client
import ssl
from collections.abc import Iterator

import pytest
import requests
from botocore.credentials import Credentials
from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, Urllib3HttpConnection

from local.certificates import CertificateAuthority
from local.search.engine import Engine
from local.search.front_door import MAX_PAYLOAD
from local.search.https_server import MAX_BODY
from tests.local.search.callers import CREDENTIALS, MASTER, OUTSIDE_ADDRESS, ROLE_ARN, Callers

AUTHINFO = "/_plugins/_security/authinfo"
OPEN_DOOR = "/_plugins/_security/api/rolesmapping/all_access"


@pytest.fixture
def writer(engine: Engine) -> Iterator[None]:
    """The role may do everything with flows-*."""
    engine.request(
        "PUT",
        "/_plugins/_security/api/roles/writer",
        {
            "cluster_permissions": ["cluster_composite_ops", "cluster_monitor"],
            "index_permissions": [{"index_patterns": ["flows-*"], "allowed_actions": ["indices_all"]}],
        },
    )
    engine.request("PUT", "/_plugins/_security/api/rolesmapping/writer", {"backend_roles": [ROLE_ARN]})
    yield
    engine.request("DELETE", "/_plugins/_security/api/rolesmapping/writer")
    engine.request("DELETE", "/_plugins/_security/api/roles/writer")


def _opensearch(callers: Callers) -> OpenSearch:
    return OpenSearch(
        hosts=[{"host": "localhost", "port": callers.port}],
        http_auth=Urllib3AWSV4SignerAuth(CREDENTIALS, "us-east-1", "es"),
        use_ssl=True,
        ca_certs=callers.ca_bundle,
        connection_class=Urllib3HttpConnection,
        http_compress=True,
        max_retries=0,
    )


def test_a_signed_request_reaches_the_engine_as_the_role(callers: Callers) -> None:
    authinfo = callers.role().get(AUTHINFO).json()

    assert (authinfo["user_name"], authinfo["backend_roles"]) == (ROLE_ARN, [ROLE_ARN])


def test_a_wrong_signature_is_refused(callers: Callers) -> None:
    answer = callers.role(Credentials(CREDENTIALS.access_key, "another secret")).get(AUTHINFO)

    assert answer.status_code == 403
    assert answer.json()["message"].startswith("The request signature we calculated does not match")


def test_a_password_is_passed_on(callers: Callers) -> None:
    authinfo = callers.master().get(AUTHINFO).json()

    assert authinfo["user_name"] == MASTER[0]


def test_a_wrong_password_is_refused_by_the_engine(callers: Callers) -> None:
    answer = callers.user(MASTER[0], "wrong").get(AUTHINFO)

    assert answer.status_code == 401


def test_who_has_no_credentials_is_refused_by_the_engine(callers: Callers) -> None:
    answer = callers.nobody().get("/")

    assert answer.status_code == 401


def test_an_address_that_the_access_policy_does_not_allow_is_refused_in_amazons_words(
    callers: Callers,
) -> None:
    answer = callers.master().from_outside().get("/_cluster/health")

    assert answer.status_code == 403
    assert answer.json()["Message"].startswith("User: anonymous is not authorized to perform: es:ESHttpGet")


def test_an_address_that_is_not_allowed_does_not_matter_to_an_allowed_role(callers: Callers) -> None:
    answer = callers.role().from_outside().get(AUTHINFO)

    assert answer.status_code == 200


def test_the_access_policy_sees_method_and_path(callers: Callers) -> None:
    outside = callers.master().from_outside()
    nothing = [{"op": "add", "path": "/description", "value": "x"}]

    assert outside.request("PATCH", OPEN_DOOR, json=nothing).status_code == 200
    assert outside.get(OPEN_DOOR).status_code == 403
    assert outside.request("PATCH", OPEN_DOOR + "/", json=nothing).status_code == 403


@pytest.mark.parametrize("name", ["x-proxy-user", "X-Proxy-User"])
def test_nobody_can_claim_to_be_a_role(callers: Callers, name: str) -> None:
    claim = {name: ROLE_ARN, "x-proxy-roles": ROLE_ARN, "x-forwarded-for": "127.0.0.1"}

    answer = callers.nobody().get(AUTHINFO, headers=claim)

    assert answer.status_code == 401


def test_the_engine_learns_the_address_of_the_client_not_what_it_claims(callers: Callers) -> None:
    answer = callers.role().from_outside().get(AUTHINFO, headers={"x-forwarded-for": "203.0.113.1"})

    assert answer.json()["remote_address"].startswith("127.0.0.2:")


@pytest.mark.usefixtures("writer")
@pytest.mark.parametrize("document_id", ["a/b", "a b+c%2F", "ü?#&=", "==", "eni-1~x"])
def test_a_document_id_with_special_characters_arrives_as_it_is(
    callers: Callers, index: str, document_id: str
) -> None:
    client = _opensearch(callers)

    client.create(index=index, id=document_id, body={"bytes": 40}, params={"refresh": "true"})

    assert client.search(index=index)["hits"]["hits"][0]["_id"] == document_id


@pytest.mark.usefixtures("writer")
def test_what_the_role_may_not_do_is_refused_by_the_engine(callers: Callers) -> None:
    answer = callers.role().put_document("others", "1", {"bytes": 40})

    assert answer.status_code == 403
    assert "no permissions for [indices:" in answer.text


def test_a_compressed_body_is_passed_on_as_it_is(callers: Callers, index: str) -> None:
    body = gzip.compress(f'{{"create":{{"_index":"{index}","_id":"1"}}}}\n{{"bytes":40}}\n'.encode())

    answer = callers.master().bulk(body, **{"Content-Encoding": "gzip"})

    assert answer.json()["errors"] is False


def test_a_compressed_answer_is_passed_on_as_it_is(callers: Callers) -> None:
    answer = callers.master().get(
        "/_cluster/settings?include_defaults=true", headers={"Accept-Encoding": "gzip"}
    )

    assert answer.headers["Content-Encoding"] == "gzip"
    assert "defaults" in answer.json()


def test_a_payload_over_10_mib_is_refused_as_t3_instances_do(callers: Callers) -> None:
    answer = callers.master().bulk(b"x" * (MAX_PAYLOAD + 1))

    assert answer.status_code == 413
    assert answer.json() == {"Message": "Request size exceeded 10485760 bytes"}


def test_a_body_in_chunks_arrives_whole(callers: Callers, index: str) -> None:
    chunks = [b'{"create":{"_index":"%b"' % index.encode(), b',"_id":"1"}}\n{"bytes"', b":40}\n"]
    headers = {"Content-Type": "application/x-ndjson"}

    answer = callers.master().request("POST", "/_bulk", data=iter(chunks), headers=headers)

    assert answer.json()["errors"] is False


def test_a_payload_beyond_all_limits_is_not_even_read(callers: Callers) -> None:
    answer = callers.master().request("POST", "/_bulk", headers={"Content-Length": str(MAX_BODY + 1)})

    assert answer.status_code == 413


def test_an_engine_that_is_down_is_service_unavailable_and_no_json(authority: CertificateAuthority) -> None:
    with Callers("http://127.0.0.1:9", authority) as callers:
        answer = callers.master().get("/_cluster/health")

    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "text/html"


def test_a_client_that_does_not_know_the_authority_does_not_connect(callers: Callers) -> None:
    stranger = callers.nobody()
    stranger.session.verify = True

    with pytest.raises(requests.exceptions.SSLError):
        stranger.get("/")


def test_the_ca_bundle_has_the_systems_roots_too(authority: CertificateAuthority) -> None:
    context = ssl.create_default_context(cafile=str(authority.ca_bundle))

    assert len(context.get_ca_certs()) > 50


def test_a_head_request_is_answered_without_a_body(callers: Callers) -> None:
    connection = _connect(callers, source=OUTSIDE_ADDRESS)

    statuses = [_status(connection, "HEAD"), _status(connection, "GET")]

    assert statuses == [403, 403]


def test_a_connection_stays_open_until_the_front_door_stops(
    engine: Engine, authority: CertificateAuthority
) -> None:
    with Callers(engine.url, authority) as callers:
        connection = _connect(callers, source="127.0.0.1")
        statuses = [_status(connection, "GET"), _status(connection, "GET")]
        socket = connection.sock

    assert statuses == [401, 401]
    assert socket.recv(1) == b""


def _connect(callers: Callers, source: str) -> http.client.HTTPSConnection:
    context = ssl.create_default_context(cafile=callers.ca_bundle)
    return http.client.HTTPSConnection(
        "localhost", callers.port, context=context, timeout=30, source_address=(source, 0)
    )


def _status(connection: http.client.HTTPSConnection, method: str) -> int:
    connection.request(method, "/")
    answer = connection.getresponse()
    answer.read()
    return answer.status
