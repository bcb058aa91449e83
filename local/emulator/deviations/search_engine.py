"""The engine behind the domain, as the service that owns it: past the front door, as the operator."""

import json
from http import HTTPStatus
from typing import Any, Final

import urllib3

from local.search.engine import OPERATOR

SECURITY: Final = "/_plugins/_security/api"
SECURITY_INDEX: Final = ".opendistro_security"
MASTER_ROLES: Final = ("all_access", "security_manager")


class SearchEngineError(Exception):
    """The engine can't be reached, or refuses what the service asks of it; says what the engine answered."""


class SearchEngine:
    def __init__(self, url: str) -> None:
        self._http = urllib3.connection_from_url(url, timeout=60.0, retries=False)
        # The engine trusts these headers from loopback, as the front door uses them.
        self._headers = {
            "x-forwarded-for": "127.0.0.1",
            "x-proxy-user": OPERATOR,
            "x-proxy-roles": OPERATOR,
            "content-type": "application/json",
        }

    def set_master_user(self, name: str, password: str) -> None:
        self._ask("PUT", f"{SECURITY}/internalusers/{name}", {"password": password})
        for role in MASTER_ROLES:
            self._ask(
                "PUT", f"{SECURITY}/rolesmapping/{role}", {"backend_roles": [OPERATOR], "users": [name]}
            )

    def empty(self) -> None:
        """As a new domain finds it: no index, no template, no role, no user of the one before."""
        indices = self._ask("GET", "/_cat/indices?h=index&expand_wildcards=all&format=json")
        for index in indices:
            if index["index"] != SECURITY_INDEX:
                self._ask("DELETE", f"/{index['index']}")
        for template in self._ask("GET", "/_index_template")["index_templates"]:
            self._ask("DELETE", f"/_index_template/{template['name']}")
        for role in MASTER_ROLES:
            self._ask("PUT", f"{SECURITY}/rolesmapping/{role}", {"backend_roles": [OPERATOR]})
        for kind in ("rolesmapping", "roles", "internalusers"):
            self._delete_all(kind)

    def _delete_all(self, kind: str) -> None:
        for name, entry in self._ask("GET", f"{SECURITY}/{kind}").items():
            is_own = any(entry.get(flag) for flag in ("reserved", "hidden", "static"))
            if not is_own and name not in MASTER_ROLES:
                self._ask("DELETE", f"{SECURITY}/{kind}/{name}")

    def _ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        content = None if body is None else json.dumps(body)
        try:
            answer = self._http.request(method, path, body=content, headers=self._headers)
        except urllib3.exceptions.HTTPError as error:
            raise SearchEngineError(f"The engine does not answer {method} {path}: {error}") from error
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise SearchEngineError(f"{method} {path} was answered {answer.status}: {answer.data.decode()}")
        return answer.json()
