"""Callers of the real engine, as it sees them: behind the domain's front door, or with a password."""

from opensearchpy import OpenSearch

from local.search.engine import OPERATOR, Engine

MASTER = ("master", "Correct-horse-9-battery")


def set_master_user(engine: Engine) -> None:
    """As on a new domain: the master user alone may change what others may do."""
    username, password = MASTER
    api = "/_plugins/_security/api"
    engine.request("PUT", f"{api}/internalusers/{username}", {"password": password})
    for role in ("all_access", "security_manager"):
        mapping = {"backend_roles": [OPERATOR], "users": [username]}
        engine.request("PUT", f"{api}/rolesmapping/{role}", mapping)


def master_client(url: str) -> OpenSearch:
    return user_client(url, *MASTER)


def role_client(url: str, role_arn: str) -> OpenSearch:
    """Speaks for a role whose signature the front door has checked."""
    name = role_arn.rsplit("/", 1)[-1]
    return OpenSearch(
        hosts=[url],
        headers={
            "x-forwarded-for": "192.0.2.10",
            "x-proxy-user": f"arn:aws:sts::123456789012:assumed-role/{name}/session",
            "x-proxy-roles": role_arn,
        },
        max_retries=0,
    )


def user_client(url: str, username: str, password: str, tenant: str | None = None) -> OpenSearch:
    """`tenant` is what Dashboards sends on; it calls the global one by an empty name."""
    headers = {} if tenant is None else {"securitytenant": tenant}
    return OpenSearch(hosts=[url], http_auth=(username, password), headers=headers, max_retries=0)
