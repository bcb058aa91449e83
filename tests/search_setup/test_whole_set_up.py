"""The function as CloudFormation calls it, on a real engine behind the front door of a domain."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.credentials import Credentials

from local.certificates import CertificateAuthority
from local.search.engine import Engine
from local.search.faults import Fault, Faults
from local.search.front_door import AuthenticationError, FrontDoor, Principal
from local.search.http_message import Headers
from search_setup import deadline, handler
from tests.adapters.answering_server import AnsweringServer
from tests.adapters.engine_callers import MASTER, set_master_user, user_client
from tests.adapters.fake_lambda import FakeLambda
from tests.adapters.signature import is_signed_by
from tests.search_setup.invocation import PROPERTIES, Context, answer_of, event
from tests.search_setup.real_content import FOLDER

ROLE_ARN = "arn:aws:iam::123456789012:role/whole-set-up-test"
ROLE_ARNS = {
    "search_setup": ROLE_ARN,
    **{name: f"{ROLE_ARN}-{name}" for name in ("advisor", "flow_ingest", "index_page", "rule_usage")},
}
PROPERTIES_HERE = {**PROPERTIES, "RoleArns": ROLE_ARNS}
BOOTSTRAP_PATHS = {
    f"/_plugins/_security/api/rolesmapping/{role}" for role in ("all_access", "security_manager")
}
# moto's, which it puts into the environment.
CREDENTIALS = Credentials("FOOBARKEY", "FOOBARSECRET")
VIEWER = ("viewer", "Seven-zebras-8-graze")


def authenticate(method: str, path: str, query: str, headers: Headers, body: bytes) -> Principal:
    by_name = {name.lower(): value for name, value in headers}
    url = f"https://{by_name['host']}{path}" + (f"?{query}" if query else "")
    if not is_signed_by(CREDENTIALS, method, url, by_name, body):
        raise AuthenticationError("The request signature we calculated does not match")
    return Principal(f"{ROLE_ARN}/session", ROLE_ARN, "123456789012")


def is_allowed(principal: Principal | None, action: str, path: str, _source_ip: str) -> bool:
    """The domain's access policy for an address that is not among those that are let in."""
    return principal is not None or (action == "es:ESHttpPatch" and path in BOOTSTRAP_PATHS)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def front_door(engine: Engine, faults: Faults, tmp_path: Path) -> Iterator[FrontDoor]:
    authority = CertificateAuthority(tmp_path)
    door = FrontDoor(engine.url, authority.issue("front_door", "localhost"), authenticate, is_allowed, faults)
    door.start()
    yield door
    door.stop()


@pytest.fixture
def functions() -> Iterator[FakeLambda]:
    with FakeLambda({"index-page": lambda _payload: {"published": True}}) as functions:
        yield functions


@pytest.fixture
def _domain(
    engine: Engine,
    front_door: FrontDoor,
    functions: FakeLambda,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A new domain, and the function's environment for it."""
    set_master_user(engine)
    secrets = boto3.client("secretsmanager")
    for name, password in (MASTER, VIEWER):
        login = json.dumps({"username": name, "password": password})
        arn = secrets.create_secret(Name=name, SecretString=login)["ARN"]
        monkeypatch.setenv(f"{name.upper()}_SECRET_ARN", arn)
    monkeypatch.setenv("SEARCH_ENDPOINT", f"localhost:{front_door.port}")
    monkeypatch.setenv("INDEX_PAGE_FUNCTION", "index-page")
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", functions.endpoint_url)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca_bundle.pem"))
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.setattr(handler, "CONTENT_FOLDER", FOLDER)
    monkeypatch.setattr(deadline, "PAUSE_SECONDS", 0.05)


pytestmark = pytest.mark.usefixtures("aws", "_domain")


def run(request_type: str) -> dict[str, object]:
    """CloudFormation's view of it."""
    with AnsweringServer() as cloudformation:
        handler.lambda_handler(
            event(cloudformation, request_type, ResourceProperties=PROPERTIES_HERE), Context()
        )
        return answer_of(cloudformation)


def get_backend_roles(engine: Engine, role: str) -> list[str]:
    answer = engine.request("GET", f"/_plugins/_security/api/rolesmapping/{role}")
    backend_roles: list[str] = json.loads(answer.data)[role]["backend_roles"]
    return backend_roles


def test_a_new_domain_is_set_up_from_nothing_but_the_master_user(engine: Engine) -> None:
    answer = run("Create")

    assert answer["Status"] == "SUCCESS", answer["Reason"]
    assert ROLE_ARN in get_backend_roles(engine, "all_access")
    assert get_backend_roles(engine, "sg_lens_flow_ingest") == [f"{ROLE_ARN}-flow_ingest"]
    viewer = user_client(engine.url, *VIEWER)
    assert viewer.security.authinfo()["roles"] == ["sg_lens_viewer"]


def test_a_domain_that_is_set_up_already_takes_it_all_again() -> None:
    run("Create")

    answer = run("Update")

    assert answer["Status"] == "SUCCESS", answer["Reason"]


def test_a_young_domain_is_waited_for(faults: Faults) -> None:
    faults.replace([Fault("status", "authinfo", times=2), Fault("status", "_import", times=2)])

    answer = run("Create")

    assert answer["Status"] == "SUCCESS", answer["Reason"]


def test_a_bootstrap_cut_off_after_the_engine_had_it_is_not_done_twice(
    engine: Engine, faults: Faults
) -> None:
    faults.replace([Fault("cut_after_write", "PATCH /_plugins")])

    answer = run("Create")

    assert answer["Status"] == "SUCCESS", answer["Reason"]
    assert get_backend_roles(engine, "all_access").count(ROLE_ARN) == 1


def test_an_error_of_the_domain_is_what_cloudformation_shows(faults: Faults) -> None:
    faults.replace([Fault("status", "_index_template", status=400)])

    answer = run("Create")

    assert answer["Status"] == "FAILED"
    assert "index template flows: the domain answered 400" in str(answer["Reason"])
