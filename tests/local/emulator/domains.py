"""A domain in the local cloud, and requests to it."""

import json

import requests

from local.cloud import LocalCloud
from tests.local.emulator.emulated import Statement, allow, new_name
from tests.local.search.callers import MASTER, Signed


def access_policy(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def let_in(principal: str, actions: str = "es:ESHttp*", path: str = "*") -> Statement:
    resource = f"arn:aws:es:us-east-1:123456789012:domain/*/{path}"
    return {**allow(actions, resource), "Principal": {"AWS": principal}}


def let_in_from(cidr: str) -> Statement:
    return {**let_in("*"), "Condition": {"IpAddress": {"aws:SourceIp": cidr}}}


def create_domain(cloud: LocalCloud, *statements: Statement, password: str = MASTER[1]) -> str:
    name = new_name("domain")
    cloud.client("opensearch").create_domain(
        DomainName=name,
        AccessPolicies=access_policy(*statements),
        AdvancedSecurityOptions={
            "Enabled": True,
            "InternalUserDatabaseEnabled": True,
            "MasterUserOptions": {"MasterUserName": MASTER[0], "MasterUserPassword": password},
        },
    )
    return name


def delete_domain(cloud: LocalCloud, name: str) -> None:
    cloud.client("opensearch").delete_domain(DomainName=name)


def ask(
    cloud: LocalCloud, auth: Signed | tuple[str, str] | None, method: str = "GET", path: str = ""
) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        url = f"https://{cloud.search_endpoint}/{path}"
        return session.request(method, url, auth=auth, json=[], verify=str(cloud.ca_bundle), timeout=30)
