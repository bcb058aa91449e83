import json
import traceback

import boto3
import pytest

from domain.errors import SearchSetupError
from search_setup.login import Login, get_login

pytestmark = pytest.mark.usefixtures("aws")


def put_secret(content: str) -> str:
    return boto3.client("secretsmanager").create_secret(Name="viewer", SecretString=content)["ARN"]


def test_a_login_is_read_from_its_secret() -> None:
    arn = put_secret(json.dumps({"username": "viewer", "password": "s3cret"}))

    assert get_login(boto3.client("secretsmanager"), arn) == Login("viewer", "s3cret")


def test_a_secret_that_can_not_be_read_is_named_with_the_permission_that_may_be_missing() -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:gone"

    with pytest.raises(SearchSetupError, match=r"gone.*ResourceNotFoundException.*GetSecretValue"):
        get_login(boto3.client("secretsmanager"), arn)


@pytest.mark.parametrize(
    "content", ["hunter2", '"hunter2"', '{"username": "viewer", "pass": "hunter2"}', "[]"]
)
def test_a_secret_of_another_form_is_refused_without_showing_it(content: str) -> None:
    arn = put_secret(content)

    with pytest.raises(SearchSetupError, match="must hold") as caught:
        get_login(boto3.client("secretsmanager"), arn)

    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_a_login_does_not_show_its_password() -> None:
    assert "s3cret" not in repr(Login("viewer", "s3cret"))
