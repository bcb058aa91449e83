from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from domain.errors import SearchSetupError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


@dataclass(frozen=True, slots=True)
class Login:
    username: str
    password: str = field(repr=False)


def get_login(secrets: SecretsManagerClient, secret_arn: str) -> Login:
    """Reads a secret of the form {"username": ..., "password": ...}."""
    try:
        content = json.loads(secrets.get_secret_value(SecretId=secret_arn)["SecretString"])
        return Login(content["username"], content["password"])
    except ClientError as error:
        raise SearchSetupError(
            f"the secret {secret_arn} can't be read: {error}. "
            "Let the role of search_setup have secretsmanager:GetSecretValue on it."
        ) from error
    except (ValueError, KeyError, TypeError):
        # Not `from` the cause: its text holds what the secret holds.
        raise SearchSetupError(
            f'the secret {secret_arn} must hold {{"username": ..., "password": ...}}'
        ) from None
