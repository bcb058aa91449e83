"""Each function under its own roles in IAM and in the engine, and no further."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from opensearchpy import AuthorizationException, OpenSearch, TransportError
from opensearchpy.helpers.signer import Urllib3AWSV4SignerAuth

from adapters.search_client import make_search_client
from tests.whole_way.deployment import AssumedRole, Deployment

DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
INDEX = "flows-2026.01.01"


def _search(deployment: Deployment, role: AssumedRole, monkeypatch: pytest.MonkeyPatch) -> OpenSearch:
    monkeypatch.setenv("SSL_CERT_FILE", str(deployment.cloud.ca_bundle))
    return make_search_client(
        deployment.cloud.search_endpoint, deployment.cloud.region, role.session.get_credentials()
    )


def test_flow_ingest_may_create_flows(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    with deployment.assumed("flow_ingest") as role:
        search = _search(deployment, role, monkeypatch)
        body = [{"create": {"_index": INDEX, "_id": "allowed"}}, {"@timestamp": 1767225600}]

        answer = search.bulk(body=body)

    assert answer["items"][0]["create"]["status"] in {201, 409}


@pytest.mark.parametrize(
    "attempt",
    [
        lambda search: search.search(index=INDEX),
        lambda search: search.get(index=INDEX, id="allowed"),
        lambda search: search.delete(index=INDEX, id="allowed"),
        lambda search: search.indices.delete(index=INDEX),
        lambda search: search.indices.get(index=INDEX),
        lambda search: search.cluster.put_settings(
            body={"transient": {"action.destructive_requires_name": False}}
        ),
        lambda search: search.indices.put_index_template(name="flows", body={"index_patterns": ["flows-*"]}),
        lambda search: search.transport.perform_request("GET", "/_plugins/_security/api/roles"),
    ],
    ids=["search", "get", "delete", "delete-index", "get-index", "settings", "template", "security"],
)
def test_flow_ingest_may_do_nothing_else_in_the_engine(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, attempt: Callable[[OpenSearch], Any]
) -> None:
    with deployment.assumed("flow_ingest") as role:
        search = _search(deployment, role, monkeypatch)

        with pytest.raises(AuthorizationException):
            attempt(search)


def test_flow_ingest_may_not_write_another_index(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with deployment.assumed("flow_ingest") as role:
        search = _search(deployment, role, monkeypatch)

        answer = search.bulk(body=[{"create": {"_index": "rule-usage", "_id": "x"}}, {"@timestamp": 1}])

    assert answer["items"][0]["create"]["status"] == 403


def test_index_page_may_search_flows(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    with deployment.assumed("index_page") as role:
        search = _search(deployment, role, monkeypatch)

        answer = search.search(index="flows-*", body={"size": 0}, params={"ignore_unavailable": "true"})

    assert answer["timed_out"] is False


@pytest.mark.parametrize(
    "attempt",
    [
        lambda search: search.search(index="rule-usage", body={"size": 0}),
        lambda search: search.search(index="*", body={"size": 0}),
        lambda search: search.bulk(body=[{"create": {"_index": INDEX, "_id": "x"}}, {"@timestamp": 1}]),
        lambda search: search.indices.delete(index=INDEX),
        lambda search: search.delete_by_query(index="flows-*", body={"query": {"match_all": {}}}),
        lambda search: search.transport.perform_request("GET", "/_plugins/_security/api/roles"),
    ],
    ids=["other-index", "all-indices", "write", "delete-index", "delete-by-query", "security"],
)
def test_index_page_may_do_nothing_else_in_the_engine(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, attempt: Callable[[OpenSearch], Any]
) -> None:
    with deployment.assumed("index_page") as role:
        search = _search(deployment, role, monkeypatch)

        with pytest.raises(AuthorizationException):
            attempt(search)


@pytest.mark.parametrize(
    ("package", "attempt"),
    [
        ("advisor", lambda search: search.search(index="*", body={"size": 0})),
        ("advisor", lambda search: search.bulk(body=[{"delete": {"_index": "rule-usage", "_id": "x"}}])),
        ("advisor", lambda search: search.indices.delete(index=INDEX)),
        ("rule_usage", lambda search: search.indices.delete(index="rule-usage")),
        ("rule_usage", lambda search: search.index(index=INDEX, body={"@timestamp": 1})),
        ("rule_usage", lambda search: search.indices.put_index_template(name="flows", body={})),
    ],
    ids=["all-indices", "write", "delete-index", "delete-usage", "write-flows", "template"],
)
def test_advisor_and_rule_usage_may_do_nothing_else_in_the_engine(
    deployment: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    package: str,
    attempt: Callable[[OpenSearch], Any],
) -> None:
    with deployment.assumed(package) as role:
        search = _search(deployment, role, monkeypatch)

        with pytest.raises(AuthorizationException):
            attempt(search)


@pytest.mark.parametrize("package", ["inventory_sync", "redrive"])
def test_a_function_that_has_no_business_with_the_domain_is_not_let_in(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    with deployment.assumed(package) as role:
        search = _search(deployment, role, monkeypatch)

        with pytest.raises(AuthorizationException, match="is not authorized to perform"):
            search.info()


def test_search_setup_has_become_a_master_through_the_two_open_paths(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with deployment.assumed("search_setup") as role:
        search = _search(deployment, role, monkeypatch)

        own = search.transport.perform_request("GET", "/_plugins/_security/authinfo")

    assert {"all_access", "security_manager"} <= set(own["roles"])


@pytest.mark.parametrize(
    ("package", "attempt"),
    [
        ("flow_ingest", lambda d, s: s.client("s3").list_objects_v2(Bucket=d.outputs["DataBucket"])),
        (
            "flow_ingest",
            lambda d, s: s.client("s3").put_object(Bucket=d.outputs["DataBucket"], Key="inventory/x"),
        ),
        (
            "flow_ingest",
            lambda d, s: s.client("s3").get_object(Bucket=d.outputs["DataBucket"], Key="rejected/x"),
        ),
        (
            "flow_ingest",
            lambda d, s: s.client("secretsmanager").get_secret_value(SecretId=d.outputs["MasterUserSecret"]),
        ),
        ("flow_ingest", lambda _, s: s.client("ec2").describe_network_interfaces()),
        (
            "inventory_sync",
            lambda d, s: s.client("s3").get_object(Bucket=d.outputs["DataBucket"], Key="rejected/x"),
        ),
        (
            "inventory_sync",
            lambda d, s: s.client("s3").delete_object(Bucket=d.outputs["DataBucket"], Key="inventory/x"),
        ),
        (
            "inventory_sync",
            lambda _, s: s.client("ec2").create_security_group(GroupName="x", Description=""),
        ),
        (
            "inventory_sync",
            lambda _, s: s.client("ec2").revoke_security_group_ingress(GroupId="sg-00000000000000000"),
        ),
        (
            "redrive",
            lambda d, s: s.client("s3").get_object(Bucket=d.outputs["DataBucket"], Key="inventory/x"),
        ),
        ("redrive", lambda d, s: s.client("lambda").invoke(FunctionName=d.function("search_setup"))),
        ("inventory_sync", lambda d, s: s.client("lambda").invoke(FunctionName=d.function("redrive"))),
        (
            "index_page",
            lambda d, s: s.client("s3").put_object(Bucket=d.outputs["SiteBucket"], Key="other.html"),
        ),
        (
            "index_page",
            lambda d, s: s.client("s3").delete_object(Bucket=d.outputs["SiteBucket"], Key="index.html"),
        ),
        (
            "index_page",
            lambda d, s: s.client("s3").put_object(Bucket=d.outputs["DataBucket"], Key="inventory/x"),
        ),
        ("index_page", lambda _, s: s.client("ec2").describe_network_interfaces()),
        (
            "rule_usage",
            lambda d, s: s.client("s3").put_object(Bucket=d.outputs["DataBucket"], Key="inventory/x"),
        ),
        ("rule_usage", lambda d, s: s.client("s3").list_objects_v2(Bucket=d.outputs["SiteBucket"])),
        (
            "advisor",
            lambda d, s: s.client("s3").put_object(Bucket=d.outputs["SiteBucket"], Key="index.html"),
        ),
        (
            "advisor",
            lambda d, s: s.client("s3").delete_object(Bucket=d.outputs["SiteBucket"], Key="index.html"),
        ),
        (
            "advisor",
            lambda d, s: s.client("s3").put_object(Bucket=d.outputs["DataBucket"], Key="inventory/x"),
        ),
        ("advisor", lambda _, s: s.client("ec2").describe_security_groups()),
        (
            "advisor",
            lambda _, s: s.client("ec2").revoke_security_group_ingress(GroupId="sg-00000000000000000"),
        ),
        ("advisor", lambda d, s: s.client("lambda").invoke(FunctionName=d.function("rule_usage"))),
        (
            "search_setup",
            lambda d, s: s.client("s3").get_object(Bucket=d.outputs["DataBucket"], Key="inventory/x"),
        ),
        ("search_setup", lambda _, s: s.client("ec2").describe_security_groups()),
    ],
)
def test_a_functions_role_is_refused_what_the_function_does_not_need(
    deployment: Deployment, package: str, attempt: Callable[[Deployment, AssumedRole], Any]
) -> None:
    with deployment.assumed(package) as role, pytest.raises(ClientError) as refusal:
        attempt(deployment, role)

    assert refusal.value.response["Error"]["Code"] in DENIED


def test_a_wrong_signature_is_refused(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(deployment.cloud.ca_bundle))
    with deployment.assumed("flow_ingest") as role:
        keys = role.session.get_credentials()
        assert keys is not None
        forged = boto3.Session(keys.access_key, "not the secret key", keys.token).get_credentials()
        search = OpenSearch(
            f"https://{deployment.cloud.search_endpoint}",
            http_auth=Urllib3AWSV4SignerAuth(forged, deployment.cloud.region, "es"),
            ca_certs=str(deployment.cloud.ca_bundle),
        )

        with pytest.raises(TransportError) as refusal:
            search.info()

    assert refusal.value.status_code == 403
