"""Who gets into a domain: by signature, identity policies and access policy."""

from collections.abc import Iterator

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, Urllib3HttpConnection

from local.cloud import LocalCloud
from local.emulator.deviations.search_engine import SearchEngine
from tests.local.emulator.domains import access_policy, ask, create_domain, delete_domain, let_in, let_in_from
from tests.local.emulator.emulated import allow, assume, make_role
from tests.local.search.callers import MASTER, Signed

OPEN_DOOR = "_plugins/_security/api/rolesmapping/all_access"


@pytest.fixture(scope="module")
def ingest(cloud: LocalCloud) -> str:
    """The ARN of a role that the access policy names, without policies of its own."""
    return make_role(cloud, trusted={"AWS": cloud.account})


@pytest.fixture(scope="module")
def domain(cloud: LocalCloud, ingest: str) -> Iterator[str]:
    name = create_domain(
        cloud,
        let_in(ingest),
        let_in_from("198.51.100.0/24"),
        let_in("*", actions="es:ESHttpPatch", path=OPEN_DOOR),
    )
    SearchEngine(cloud.engine.url).set_master_user(*MASTER)
    mapping = {"backend_roles": ["engine_operator", ingest], "users": [MASTER[0]]}
    cloud.engine.request("PUT", f"/{OPEN_DOOR}", mapping)
    yield name
    delete_domain(cloud, name)


def signed(cloud: LocalCloud, role_arn: str) -> Signed:
    return Signed(assume(cloud, role_arn))


def search_client(cloud: LocalCloud, credentials: Credentials) -> OpenSearch:
    """As the functions have it."""
    return OpenSearch(
        hosts=[f"https://{cloud.search_endpoint}"],
        http_auth=Urllib3AWSV4SignerAuth(credentials, cloud.region, "es"),
        connection_class=Urllib3HttpConnection,
        http_compress=True,
        ca_certs=str(cloud.ca_bundle),
        max_retries=0,
    )


@pytest.mark.usefixtures("domain")
def test_the_engine_knows_a_signed_request_by_its_role(cloud: LocalCloud, ingest: str) -> None:
    answer = ask(cloud, signed(cloud, ingest), path="_plugins/_security/authinfo")

    assert answer.json()["backend_roles"] == [ingest]


@pytest.mark.usefixtures("domain")
@pytest.mark.parametrize("document_id", ["plain", "a/b", "a b+c=d&e?f", "ümlaut", "per%cent", "(x)*'!~"])
def test_the_search_clients_signature_holds_for_any_document_id(
    cloud: LocalCloud, ingest: str, document_id: str
) -> None:
    client = search_client(cloud, assume(cloud, ingest))

    params = {"refresh": "true", "routing": "a,b/ü=&"}
    client.index(index="signed", body={"text": "x" * 2000}, id=document_id, params=params)

    assert client.get(index="signed", id=document_id, params={"routing": "a,b/ü=&"})["_id"] == document_id


@pytest.mark.usefixtures("domain")
def test_the_signature_of_a_compressed_bulk_holds(cloud: LocalCloud, ingest: str) -> None:
    client = search_client(cloud, assume(cloud, ingest))
    lines = [
        {"create": {"_index": "signed", "_id": f"bulk-{n}"}} if n % 2 else {"n": n} for n in range(1, 41)
    ]

    answer = client.bulk(body=lines, params={"filter_path": "errors,items.*.status"})

    assert answer["errors"] is False
    assert len(answer["items"]) == 20


@pytest.mark.usefixtures("domain")
def test_a_wrong_secret_is_refused(cloud: LocalCloud, ingest: str) -> None:
    credentials = assume(cloud, ingest)
    wrong = Credentials(credentials.access_key, "not the secret", credentials.token)

    answer = ask(cloud, Signed(wrong))

    assert answer.status_code == 403
    assert "signature" in answer.json()["message"]


@pytest.mark.usefixtures("domain")
def test_the_administrators_wrong_secret_is_refused(cloud: LocalCloud) -> None:
    assert ask(cloud, Signed(Credentials(cloud.account, "not the secret"))).status_code == 403


@pytest.mark.usefixtures("domain")
@pytest.mark.parametrize("token", ["not the token", None])
def test_a_session_needs_its_own_token(cloud: LocalCloud, ingest: str, token: str | None) -> None:
    credentials = assume(cloud, ingest)

    answer = ask(cloud, Signed(Credentials(credentials.access_key, credentials.secret_key, token)))

    assert (answer.status_code, "token" in answer.json()["message"]) == (403, True)


@pytest.mark.usefixtures("domain")
def test_an_unknown_access_key_is_refused(cloud: LocalCloud) -> None:
    assert ask(cloud, Signed(Credentials("AKIAIOSFODNN7EXAMPLE", "any"))).status_code == 403


def send_signed(cloud: LocalCloud, credentials: Credentials, service: str, body: bytes) -> requests.Response:
    """Signed over an empty body, for a service of choice."""
    url = f"https://{cloud.search_endpoint}/_bulk"
    request = AWSRequest("POST", url, data=b"")
    request.headers["X-Amz-Content-SHA256"] = (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    SigV4Auth(credentials, service, cloud.region).add_auth(request)
    headers = dict(request.headers)
    return requests.post(url, data=body, headers=headers, verify=str(cloud.ca_bundle), timeout=30)


@pytest.mark.usefixtures("domain")
def test_a_body_that_was_changed_on_the_way_is_refused(cloud: LocalCloud, ingest: str) -> None:
    answer = send_signed(cloud, assume(cloud, ingest), "es", b'{"delete": {"_id": "1"}}\n')

    assert answer.status_code == 403
    assert "x-amz-content-sha256" in answer.text


@pytest.mark.usefixtures("domain")
def test_a_signature_for_another_service_is_refused(cloud: LocalCloud, ingest: str) -> None:
    answer = send_signed(cloud, assume(cloud, ingest), "s3", b"")

    assert answer.status_code == 403
    assert "'es'" in answer.text


@pytest.mark.usefixtures("domain")
def test_a_role_that_no_policy_lets_in_is_refused(cloud: LocalCloud) -> None:
    stranger = make_role(cloud, trusted={"AWS": cloud.account})

    answer = ask(cloud, signed(cloud, stranger))

    assert answer.status_code == 403
    assert "not authorized to perform: es:ESHttpGet" in answer.text


def test_a_role_is_let_in_by_its_own_policy_too(cloud: LocalCloud, domain: str) -> None:
    resource = f"arn:aws:es:{cloud.region}:{cloud.account}:domain/{domain}/_plugins/*"
    role_arn = make_role(cloud, allow("es:ESHttpGet", resource), trusted={"AWS": cloud.account})
    auth = signed(cloud, role_arn)

    assert ask(cloud, auth, path="_plugins/_security/authinfo").status_code == 200
    assert ask(cloud, auth, path="_cat/indices").status_code == 403
    assert ask(cloud, auth, "POST", "_plugins/_security/authinfo").status_code == 403


@pytest.mark.usefixtures("domain")
def test_a_roles_own_deny_outdoes_the_access_policy(cloud: LocalCloud, ingest: str) -> None:
    iam, name = cloud.client("iam"), ingest.rpartition("/")[2]
    deny = {**allow("es:ESHttpGet"), "Effect": "Deny"}
    iam.put_role_policy(RoleName=name, PolicyName="deny", PolicyDocument=access_policy(deny))

    status = ask(cloud, signed(cloud, ingest)).status_code

    iam.delete_role_policy(RoleName=name, PolicyName="deny")
    assert status == 403


@pytest.mark.usefixtures("domain")
def test_an_address_that_the_policy_does_not_allow_is_refused(cloud: LocalCloud) -> None:
    assert ask(cloud, MASTER).status_code == 403


def test_an_address_that_the_policy_allows_gets_in_with_a_password(cloud: LocalCloud, domain: str) -> None:
    opensearch = cloud.client("opensearch")
    before = opensearch.describe_domain(DomainName=domain)["DomainStatus"]["AccessPolicies"]
    allowed = access_policy(let_in_from("127.0.0.1/32"))
    opensearch.update_domain_config(DomainName=domain, AccessPolicies=allowed)

    with_password, without = ask(cloud, MASTER).status_code, ask(cloud, None).status_code

    opensearch.update_domain_config(DomainName=domain, AccessPolicies=before)
    assert (with_password, without) == (200, 401)


@pytest.mark.usefixtures("domain")
def test_a_door_for_one_method_and_one_path_is_no_wider(cloud: LocalCloud) -> None:
    statuses = {
        (method, path): ask(cloud, MASTER, method, path).status_code
        for method in ("PATCH", "PUT", "GET")
        for path in (OPEN_DOOR, f"{OPEN_DOOR}/more", "_plugins/_security/api/rolesmapping")
    }

    assert [door for door, status in statuses.items() if status != 403] == [("PATCH", OPEN_DOOR)]
