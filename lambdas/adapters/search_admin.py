import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from opensearchpy import OpenSearch, exceptions
from opensearchpy.exceptions import AuthorizationException, RequestError, TransportError

from domain.errors import SearchSetupError, SearchUnavailableError, SgLensError

Json = dict[str, Any]

# Answers of a domain that is young, busy or being restarted.
PASSING = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
_MEND: dict[str | int, str] = {
    HTTPStatus.UNAUTHORIZED: "See that the secret holds the name and password that the domain knows.",
    HTTPStatus.FORBIDDEN: "See that the domain's access policy lets in the role of search_setup, "
    "and that all_access and security_manager are mapped to it.",
}


@dataclass(frozen=True, slots=True)
class RoleMapping:
    """Who has a role: signed callers by the ARN of their IAM role, people by their user name."""

    backend_roles: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchAdmin:
    """The engine's set-up, changed by whoever `client` speaks for.

    Each method raises SearchUnavailableError where a later attempt may succeed, else SearchSetupError.
    """

    client: OpenSearch

    def get_own_roles(self) -> frozenset[str]:
        with _asking("own roles"):
            try:
                return frozenset(self.client.security.authinfo()["roles"])
            except AuthorizationException:
                # An engine that knows no role of the caller need not tell it so.
                return frozenset()

    def put_index_template(self, name: str, body: Json) -> None:
        with _asking(f"index template {name}", f"Correct dashboards/index_templates/{name}.json."):
            self.client.indices.put_index_template(name=name, body=body)

    def put_role(self, name: str, body: Json) -> None:
        with _asking(f"role {name}", "Correct its file in dashboards/roles."):
            self.client.security.create_role(role=name, body=body)

    def put_user(self, name: str, password: str) -> None:
        with _asking(f"internal user {name}", "Put a stronger password into the user's secret."):
            self.client.security.create_user(username=name, body={"password": password})

    def put_role_mapping(self, role: str, mapping: RoleMapping) -> None:
        """Replaces the whole mapping."""
        with _asking(f"role mapping {role}"):
            self.client.security.create_role_mapping(role=role, body=asdict(mapping))

    def add_backend_role(self, role: str, backend_role: str) -> None:
        """Adds to the mapping of a role that need not be ours; whoever has the role keeps it."""
        with _asking(f"role mapping {role}"):
            try:
                self._patch_role_mapping(role, "/backend_roles/-", backend_role)
            except RequestError:
                # The engine leaves an empty list out of what it patches; one that is there takes any more.
                self._patch_role_mapping(role, "/backend_roles", [backend_role])

    def _patch_role_mapping(self, role: str, path: str, value: object) -> None:
        patch = [{"op": "add", "path": path, "value": value}]
        self.client.security.patch_role_mapping(role=role, body=patch)


@contextmanager
def _asking(what: str, mend: str = "") -> Iterator[None]:
    try:
        yield
    except TransportError as error:
        raise _to_sg_lens_error(what, mend, error) from error


def _to_sg_lens_error(what: str, mend: str, error: TransportError) -> SgLensError:
    if isinstance(error, exceptions.ConnectionError):
        return SearchUnavailableError(f"{what}: the domain can't be reached: {error.error}")
    answer = f"{what}: the domain answered {error.status_code}: {_describe(error)}"
    if error.status_code in PASSING:
        return SearchUnavailableError(answer)
    return SearchSetupError(f"{answer}. {_MEND.get(error.status_code, mend)}".rstrip())


def _describe(error: TransportError) -> str:
    """The engine nests causes, and the innermost says what is wrong; other answers are shown whole."""
    if not isinstance(error.info, Mapping):
        return str(error.error)
    cause = error.info.get("error")
    if not isinstance(cause, Mapping):
        return json.dumps(error.info)
    while isinstance(cause.get("caused_by"), Mapping):
        cause = cause["caused_by"]
    return str(cause.get("reason", cause))
