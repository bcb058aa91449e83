"""The emulator as a whole: IAM decides over every call, and nothing of the machine leaks into a function."""

import json
import subprocess
import sys
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from tests.local.emulator.emulated import (
    CALL_AN_API,
    Statement,
    allow,
    assume,
    call,
    function_arn,
    make_function,
    make_keeper,
    make_role,
    new_name,
)

# Service, operation, parameters, what AWS refuses it with, and the statement that allows it.
CALLS = [
    pytest.param(
        *("s3", "put_object", {"Bucket": "granted", "Key": "a/b", "Body": "x"}, "AccessDenied"),
        allow("s3:PutObject", "arn:aws:s3:::granted/a/*"),
        id="s3",
    ),
    pytest.param(
        *("ec2", "describe_network_interfaces", {}, "UnauthorizedOperation"),
        allow("ec2:DescribeNetworkInterfaces"),
        id="ec2",
    ),
    pytest.param(
        *("secretsmanager", "get_secret_value", {"SecretId": "granted"}, "AccessDeniedException"),
        allow(
            "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:123456789012:secret:granted-*"
        ),
        id="secretsmanager",
    ),
    pytest.param(
        *(
            "logs",
            "create_log_stream",
            {"logGroupName": "granted", "logStreamName": "s"},
            "AccessDeniedException",
        ),
        allow("logs:CreateLogStream", "arn:aws:logs:us-east-1:123456789012:log-group:granted:*"),
        id="logs",
    ),
    pytest.param(
        *("opensearch", "list_domain_names", {}, "AccessDeniedException"),
        allow("es:ListDomainNames"),
        id="es",
    ),
]


@pytest.fixture(scope="module", autouse=True)
def _granted(cloud: LocalCloud) -> None:
    """What the statements above speak of."""
    cloud.client("s3").create_bucket(Bucket="granted")
    cloud.client("secretsmanager").create_secret(Name="granted", SecretString="{}")
    cloud.client("logs").create_log_group(logGroupName="granted")


@pytest.mark.parametrize(("service", "operation", "parameters", "code", "statement"), CALLS)
def test_a_function_is_refused_what_its_role_does_not_allow(
    cloud: LocalCloud,
    service: str,
    operation: str,
    parameters: dict[str, Any],
    code: str,
    statement: Statement,
) -> None:
    others: list[Statement] = [p.values[4] for p in CALLS if p.values[4] != statement]  # type: ignore[misc]
    function = make_function(cloud, CALL_AN_API, *others)

    answer = call(cloud, function, {"service": service, "operation": operation, "parameters": parameters})

    assert answer == code


@pytest.mark.parametrize(("service", "operation", "parameters", "code", "statement"), CALLS)
def test_a_function_may_do_what_its_role_allows(
    cloud: LocalCloud,
    service: str,
    operation: str,
    parameters: dict[str, Any],
    code: str,  # noqa: ARG001 - of the test above
    statement: Statement,
) -> None:
    function = make_function(cloud, CALL_AN_API, statement)

    answer = call(cloud, function, {"service": service, "operation": operation, "parameters": parameters})

    assert answer == "allowed"


def test_a_function_is_refused_another_key_of_the_bucket(cloud: LocalCloud) -> None:
    function = make_function(cloud, CALL_AN_API, allow("s3:PutObject", "arn:aws:s3:::granted/a/*"))
    parameters = {"Bucket": "granted", "Key": "b/c", "Body": "x"}

    answer = call(cloud, function, {"service": "s3", "operation": "put_object", "parameters": parameters})

    assert answer == "AccessDenied"


@pytest.mark.parametrize(("granted", "expected"), [(True, "allowed"), (False, "AccessDeniedException")])
def test_a_function_invokes_another_only_where_its_role_allows_it(
    cloud: LocalCloud, granted: bool, expected: str
) -> None:
    other, _ = make_keeper(cloud)
    target = function_arn(cloud, other if granted else "another")
    function = make_function(cloud, CALL_AN_API, allow("lambda:InvokeFunction", target))

    event = {
        "service": "lambda",
        "operation": "invoke",
        "parameters": {"FunctionName": other, "Payload": "{}"},
    }

    assert call(cloud, function, event) == expected


def test_a_bucket_policy_that_asks_for_tls_lets_the_emulators_clients_in(cloud: LocalCloud) -> None:
    s3, bucket = cloud.client("s3"), new_name("tls-only")
    s3.create_bucket(Bucket=bucket)
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"}
    tls_only = {**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [tls_only]}))
    function = make_function(cloud, CALL_AN_API, allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*"))
    parameters = {"Bucket": bucket, "Key": "a", "Body": "x"}

    answer = call(cloud, function, {"service": "s3", "operation": "put_object", "parameters": parameters})

    assert answer == "allowed"


@pytest.mark.parametrize(
    ("domain", "operation", "expected"),
    [
        ("granted", "list_tags", "ResourceNotFoundException"),
        ("another", "list_tags", "AccessDeniedException"),
        ("granted", "describe_domain", "ResourceNotFoundException"),
        ("another", "describe_domain", "AccessDeniedException"),
    ],
)
def test_a_grant_on_a_domain_counts_for_that_domain(
    cloud: LocalCloud, domain: str, operation: str, expected: str
) -> None:
    """The granted domain doesn't exist: to learn that takes the permission."""
    domains = f"arn:aws:es:{cloud.region}:{cloud.account}:domain"
    function = make_function(
        cloud, CALL_AN_API, allow(["es:ListTags", "es:DescribeDomain"], f"{domains}/granted")
    )
    parameters = {"ARN": f"{domains}/{domain}"} if operation == "list_tags" else {"DomainName": domain}

    answer = call(
        cloud, function, {"service": "opensearch", "operation": operation, "parameters": parameters}
    )

    assert answer == expected


def test_a_deviation_from_another_ministack_is_noticed() -> None:
    source = "from local.emulator.ministack import ec2, replace; replace(ec2, '_gone', None)"

    answer = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False)

    assert "MiniStackChangedError" in answer.stderr


def test_a_wrong_signature_is_refused(cloud: LocalCloud) -> None:
    role_arn = make_role(cloud, allow("s3:*"), trusted={"AWS": cloud.account})
    credentials = assume(cloud, role_arn)
    client = boto3.client(
        "s3",
        endpoint_url=cloud.endpoint_url,
        region_name=cloud.region,
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key="not the secret",
        aws_session_token=credentials.token,
    )

    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        client.list_buckets()


def test_a_function_sees_nothing_of_the_users_environment(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "import os\n\ndef handler(event, context):\n    return dict(os.environ)\n"
    monkeypatch.setenv("AWS_PROFILE", "private")

    environment = call(cloud, make_function(cloud, source), {})

    assert environment["SSL_CERT_FILE"] == str(cloud.ca_bundle)
    assert environment["AWS_REGION"] == cloud.region
    assert "AWS_PROFILE" not in environment
    assert "VIRTUAL_ENV" not in environment
