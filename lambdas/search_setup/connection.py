from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from opensearchpy import OpenSearch
from urllib3 import PoolManager

from adapters.dashboards import Dashboards
from adapters.search_admin import SearchAdmin
from adapters.search_client import make_search_client
from domain.errors import SearchSetupError
from search_setup.login import Login, get_login

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

    from search_setup.environment import Environment

_TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Connection:
    """The ways to the domain: as the function's own role, which signs, and as the master user."""

    admin: SearchAdmin
    dashboards: Dashboards
    endpoint: str
    master_secret_arn: str
    viewer_secret_arn: str
    secrets: SecretsManagerClient

    def get_master(self) -> SearchAdmin:
        login = get_login(self.secrets, self.master_secret_arn)
        client = OpenSearch(
            hosts=[f"https://{self.endpoint}"],
            http_auth=(login.username, login.password),
            max_retries=0,
            timeout=_TIMEOUT_SECONDS,
        )
        return SearchAdmin(client)

    def get_viewer(self) -> Login:
        return get_login(self.secrets, self.viewer_secret_arn)


def connect(environment: Environment, secrets: SecretsManagerClient) -> Connection:
    credentials = boto3.Session().get_credentials()
    if credentials is None:
        raise SearchSetupError("search_setup has no credentials to sign with; it must run under its role")
    endpoint, region = environment.search_endpoint, environment.region
    return Connection(
        admin=SearchAdmin(make_search_client(endpoint, region, credentials)),
        dashboards=Dashboards(f"https://{endpoint}/_dashboards", region, credentials, PoolManager()),
        endpoint=endpoint,
        master_secret_arn=environment.master_secret_arn,
        viewer_secret_arn=environment.viewer_secret_arn,
        secrets=secrets,
    )
