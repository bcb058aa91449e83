import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import pytest
import trustme
from urllib3 import make_headers

from search_setup import handler
from tests.adapters.answering_server import Answer, AnsweringServer
from tests.adapters.fake_lambda import FakeLambda
from tests.search_setup.invocation import PROPERTIES, Context, answer_of, event
from tests.search_setup.real_content import FOLDER

pytestmark = pytest.mark.usefixtures("aws", "_function")

MARGIN_SECONDS = 60
MASTER = {"username": "master", "password": "Correct-horse-9-battery"}
KNOWN = Answer(content={"roles": ["all_access", "security_manager"]})
UNKNOWN = Answer(content={"roles": []})
DONE = Answer(content={"success": True, "settings": {"defaultIndex": {"userValue": "flows"}}})
PATCH_PATH = "/_plugins/_security/api/rolesmapping"


@dataclass
class ShrinkingContext:
    """Each look at the clock costs a second."""

    seconds: float
    function_name: str = field(default="search_setup")

    def get_remaining_time_in_millis(self) -> int:
        self.seconds -= 1
        return int(self.seconds * 1000)


ROLES = ("advisor", "flow_ingest", "index_page", "rule_usage", "viewer")


@pytest.fixture
def cloudformation() -> Iterator[AnsweringServer]:
    with AnsweringServer() as server:
        yield server


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for localhost that the function trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def functions() -> Iterator[FakeLambda]:
    with FakeLambda({"index-page": lambda _payload: {"published": True}}) as functions:
        yield functions


@pytest.fixture
def _function(functions: FakeLambda, monkeypatch: pytest.MonkeyPatch) -> None:
    """Environment and secrets of the function; the domain is nowhere until a test has one."""
    secrets = boto3.client("secretsmanager")
    master = secrets.create_secret(Name="master", SecretString=json.dumps(MASTER))["ARN"]
    viewer = secrets.create_secret(Name="viewer", SecretString=json.dumps({**MASTER, "username": "viewer"}))
    monkeypatch.setenv("SEARCH_ENDPOINT", "localhost:1")
    monkeypatch.setenv("MASTER_SECRET_ARN", master)
    monkeypatch.setenv("VIEWER_SECRET_ARN", viewer["ARN"])
    monkeypatch.setenv("INDEX_PAGE_FUNCTION", "index-page")
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", functions.endpoint_url)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setattr(handler, "CONTENT_FOLDER", FOLDER)


def test_a_create_sets_up_the_domain_in_order(
    cloudformation: AnsweringServer, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AnsweringServer(KNOWN, DONE, tls=tls) as domain:
        monkeypatch.setenv("SEARCH_ENDPOINT", domain.endpoint)

        handler.lambda_handler(event(cloudformation, "Create"), Context())

    assert answer_of(cloudformation)["Status"] == "SUCCESS"
    assert [(received.method, received.path) for received in domain.received] == [
        ("GET", "/_plugins/_security/authinfo"),
        ("PUT", "/_index_template/flows"),
        ("PUT", "/_index_template/rule-usage"),
        *(("PUT", f"/_plugins/_security/api/roles/sg_lens_{name}") for name in ROLES),
        ("PUT", "/_plugins/_security/api/internalusers/viewer"),
        *(("PUT", f"/_plugins/_security/api/rolesmapping/sg_lens_{name}") for name in ROLES),
        ("POST", "/_dashboards/api/saved_objects/_import?overwrite=true"),
        ("POST", "/_dashboards/api/opensearch-dashboards/settings"),
    ]


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_the_index_page_is_made_once_the_domain_is_ready(
    cloudformation: AnsweringServer,
    tls: ssl.SSLContext,
    functions: FakeLambda,
    monkeypatch: pytest.MonkeyPatch,
    request_type: str,
) -> None:
    with AnsweringServer(KNOWN, DONE, tls=tls) as domain:
        monkeypatch.setenv("SEARCH_ENDPOINT", domain.endpoint)
        asked = []

        def index_page(payload: dict[str, object]) -> None:
            asked.append((payload, domain.received[-1].path))

        functions.functions["index-page"] = index_page
        handler.lambda_handler(event(cloudformation, request_type), Context())

    assert asked == [({"create": True}, "/_dashboards/api/opensearch-dashboards/settings")]


def test_an_index_page_that_fails_is_what_cloudformation_shows(
    cloudformation: AnsweringServer,
    tls: ssl.SSLContext,
    functions: FakeLambda,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    functions.functions.clear()

    with AnsweringServer(KNOWN, DONE, tls=tls) as domain:
        monkeypatch.setenv("SEARCH_ENDPOINT", domain.endpoint)
        handler.lambda_handler(event(cloudformation, "Create"), Context())

    assert answer_of(cloudformation)["Status"] == "FAILED"
    assert "index page: index-page did not make it" in str(answer_of(cloudformation)["Reason"])


def test_all_requests_to_a_domain_that_knows_the_role_are_signed(
    cloudformation: AnsweringServer, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AnsweringServer(KNOWN, DONE, tls=tls) as domain:
        monkeypatch.setenv("SEARCH_ENDPOINT", domain.endpoint)

        handler.lambda_handler(event(cloudformation, "Update"), Context())

    schemes = {received.headers["authorization"].split()[0] for received in domain.received}
    assert schemes == {"AWS4-HMAC-SHA256"}


def test_the_master_user_s_password_goes_to_two_paths_alone(
    cloudformation: AnsweringServer, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AnsweringServer(UNKNOWN, DONE, tls=tls) as domain:
        monkeypatch.setenv("SEARCH_ENDPOINT", domain.endpoint)

        handler.lambda_handler(event(cloudformation, "Create"), Context())

    basic = make_headers(basic_auth="master:Correct-horse-9-battery")["authorization"]
    by_master = [received for received in domain.received if received.headers["authorization"] == basic]
    assert [(received.method, received.path) for received in by_master] == [
        ("PATCH", f"{PATCH_PATH}/all_access"),
        ("PATCH", f"{PATCH_PATH}/security_manager"),
    ]


def test_a_create_tells_of_the_data_that_an_earlier_deployment_left(
    cloudformation: AnsweringServer, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    opensearch = boto3.client("opensearch")
    arn = opensearch.create_domain(DomainName="earlier")["DomainStatus"]["ARN"]
    opensearch.add_tags(ARN=arn, TagList=[{"Key": "sg-lens:retained", "Value": "true"}])

    with AnsweringServer(KNOWN, DONE, tls=tls) as domain:
        monkeypatch.setenv("SEARCH_ENDPOINT", domain.endpoint)
        properties = {**PROPERTIES, "DomainArn": arn.replace("earlier", "own")}
        handler.lambda_handler(event(cloudformation, "Create", ResourceProperties=properties), Context())

    assert "earlier" in str(answer_of(cloudformation)["Data"])


def test_an_update_has_no_notice(
    cloudformation: AnsweringServer, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AnsweringServer(KNOWN, DONE, tls=tls) as domain:
        monkeypatch.setenv("SEARCH_ENDPOINT", domain.endpoint)

        handler.lambda_handler(event(cloudformation, "Update"), Context())

    assert answer_of(cloudformation)["Data"] == {"Notice": "none"}


def test_a_domain_that_does_not_come_up_in_time_is_reported_before_the_function_ends(
    cloudformation: AnsweringServer,
) -> None:
    context = ShrinkingContext(MARGIN_SECONDS + 3)

    handler.lambda_handler(event(cloudformation, "Create"), context)

    answer = answer_of(cloudformation)
    assert answer["Status"] == "FAILED"
    assert "Connection refused" in str(answer["Reason"])
    assert context.seconds > 0


def test_a_missing_variable_fails_the_create_by_name(
    cloudformation: AnsweringServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEARCH_ENDPOINT")

    handler.lambda_handler(event(cloudformation, "Create"), Context())

    assert answer_of(cloudformation)["Status"] == "FAILED"
    assert "SEARCH_ENDPOINT" in str(answer_of(cloudformation)["Reason"])


def test_a_malformed_property_fails_the_create_by_name(cloudformation: AnsweringServer) -> None:
    properties = {**PROPERTIES, "IndexShards": "many"}

    handler.lambda_handler(event(cloudformation, "Create", ResourceProperties=properties), Context())

    assert "IndexShards" in str(answer_of(cloudformation)["Reason"])


def test_an_unforeseen_error_is_answered_before_it_rises(
    cloudformation: AnsweringServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCH_ENDPOINT", "localhost:not-a-port")

    with pytest.raises(ValueError, match="not-a-port"):
        handler.lambda_handler(event(cloudformation, "Create"), Context())

    assert answer_of(cloudformation)["Status"] == "FAILED"
    assert "log of the function" in str(answer_of(cloudformation)["Reason"])


def test_a_delete_empties_the_buckets(cloudformation: AnsweringServer) -> None:
    s3 = boto3.client("s3")
    for bucket in ("data", "failed"):
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="a", Body=b"{}")

    handler.lambda_handler(event(cloudformation, "Delete", PhysicalResourceId="some-id"), Context())

    assert answer_of(cloudformation)["Status"] == "SUCCESS"
    assert [s3.list_objects_v2(Bucket=bucket)["KeyCount"] for bucket in ("data", "failed")] == [0, 0]


def test_a_delete_leaves_retained_buckets_alone(cloudformation: AnsweringServer) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="data")
    s3.put_object(Bucket="data", Key="a", Body=b"{}")
    properties = {**PROPERTIES, "RetainData": "true"}

    handler.lambda_handler(event(cloudformation, "Delete", ResourceProperties=properties), Context())

    assert s3.list_objects_v2(Bucket="data")["KeyCount"] == 1


@pytest.mark.parametrize("properties", [PROPERTIES, {}, {"Buckets": "data", "IndexShards": "many"}])
def test_a_delete_succeeds_without_domain_buckets_or_valid_properties(
    cloudformation: AnsweringServer, monkeypatch: pytest.MonkeyPatch, properties: dict[str, object]
) -> None:
    monkeypatch.delenv("SEARCH_ENDPOINT")
    changes = {"PhysicalResourceId": "made-by-cloudformation", "ResourceProperties": properties}

    handler.lambda_handler(event(cloudformation, "Delete", **changes), Context())

    answer = answer_of(cloudformation)
    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"] == "made-by-cloudformation"
