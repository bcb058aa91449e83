"""Who calls OpenSearch Dashboards, and in which tenant: as its security plugin finds out.

https://github.com/opensearch-project/security-dashboards-plugin, server/auth and server/multitenancy.
"""

import json
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import parse_qs

from local.search.http_message import Headers, RefusedError, Request, Response, json_response

COOKIE = "security_authentication"
GLOBAL_TENANT = "global_tenant"
TENANT_PARAMETERS = ("securityTenant_", "securitytenant", "security_tenant")
PROOFS = ("authorization", "x-proxy-user")

AskEngine = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class Caller:
    """`tenants` has the names of those that the caller may read, and whether it may write there."""

    name: str
    roles: list[str]
    backend_roles: list[str]
    tenants: Mapping[str, bool]


@dataclass(slots=True)
class Session:
    authorization: str
    tenant: str


class DashboardsSessions:
    def __init__(self, ask_engine: AskEngine) -> None:
        self._ask_engine = ask_engine
        self._sessions: dict[str, Session] = {}

    def log_in(self, request: Request, identity: Headers) -> Response:
        username, password = _credentials(request.body)
        authorization = "Basic " + b64encode(f"{username}:{password}".encode()).decode()
        caller = self._get_caller(_as_user(identity, authorization))
        tenant = _resolve_tenant(_requested_tenant(request), caller)
        token = secrets.token_urlsafe(32)
        self._sessions[token] = Session(authorization, tenant)
        answer = {
            "username": caller.name,
            "tenants": caller.tenants,
            "roles": caller.roles,
            "backendroles": caller.backend_roles,
            "selectedTenants": tenant,
        }
        return json_response(
            200, answer, (("Set-Cookie", f"{COOKIE}={token}; Secure; HttpOnly; Path=/_dashboards"),)
        )

    def identify(self, request: Request, identity: Headers) -> tuple[Caller, str]:
        """The caller and the tenant. What the request itself proves counts before the cookie."""
        session = self._find_session(request)
        requested = _requested_tenant(request)
        if any(name in PROOFS for name, _ in identity):
            caller = self._get_caller(identity)
        elif session:
            caller = self._get_caller(_as_user(identity, session.authorization))
        else:
            raise RefusedError(401, "Authentication required")
        if requested is None and session:
            return caller, session.tenant
        tenant = _resolve_tenant(requested, caller)
        if session:
            session.tenant = tenant
        return caller, tenant

    def _find_session(self, request: Request) -> Session | None:
        cookie = SimpleCookie(request.header("cookie") or "").get(COOKIE)
        return self._sessions.get(cookie.value) if cookie else None

    def _get_caller(self, identity: Headers) -> Caller:
        answer = self._ask_engine(Request("GET", "/_plugins/_security/authinfo", "", identity, b"", ""))
        if answer.status == 401:
            raise RefusedError(401, "Authentication Exception")
        if answer.status != 200:
            raise RefusedError(503, "OpenSearch Dashboards server is not ready yet")
        authinfo = json.loads(answer.body)
        return Caller(
            authinfo["user_name"], authinfo["roles"], authinfo["backend_roles"], authinfo["tenants"]
        )


def _credentials(body: bytes) -> tuple[str, str]:
    try:
        document = json.loads(body)
        username, password = document["username"], document["password"]
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedError(400, "[request body]: expected username and password as JSON") from error
    return str(username), str(password)


def _as_user(identity: Headers, authorization: str) -> Headers:
    """`identity` has the address of the client at least."""
    return (
        *((name, value) for name, value in identity if name not in PROOFS),
        ("authorization", authorization),
    )


def _requested_tenant(request: Request) -> str | None:
    parameters = parse_qs(request.query)
    for name in TENANT_PARAMETERS:
        if name in parameters:
            return parameters[name][0]
    return request.header("securitytenant")


def _resolve_tenant(requested: str | None, caller: Caller) -> str:
    """The tenant by the name that the engine's authinfo uses. Dashboards prefers the private one: it is for
    callers who name none, or one that they don't know."""
    if requested in ("", "global", "Global"):
        return GLOBAL_TENANT
    if requested is not None and requested in caller.tenants:
        return requested
    return caller.name
