import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from urllib3 import BaseHTTPResponse, PoolManager
from urllib3.exceptions import HTTPError
from urllib3.filepost import encode_multipart_formdata

from adapters.search_admin import PASSING
from domain.errors import SearchSetupError, SearchUnavailableError

_IMPORT_PATH = "/api/saved_objects/_import?overwrite=true"
_SETTINGS_PATH = "/api/opensearch-dashboards/settings"
_OBJECTS = "saved objects"
_DEFAULT_INDEX = "default index pattern"
_TIMEOUT_SECONDS = 30
_NAMED_ERRORS = 5


@dataclass(frozen=True, slots=True)
class Dashboards:
    """OpenSearch Dashboards at `url` (without a slash at its end); each request is signed with SigV4."""

    url: str
    region: str
    credentials: Credentials
    http: PoolManager

    def import_saved_objects(self, objects: bytes) -> None:
        """Imports newline-delimited JSON into the global tenant, over what is there.

        Raises SearchUnavailableError where a later attempt may succeed, else SearchSetupError.
        """
        body, content_type = encode_multipart_formdata({"file": ("saved_objects.ndjson", objects)})
        _check_import(self._ask(_OBJECTS, _IMPORT_PATH, body, content_type))

    def set_default_index_pattern(self, pattern_id: str) -> None:
        """Sets it in the global tenant, for all who read there; raises as `import_saved_objects` does.

        Where none is set, Dashboards sets one itself in the name of whoever opens a dashboard, and who may
        only read is shown an error: opensearch-project/OpenSearch-Dashboards, src/plugins/data/common/
        index_patterns/index_patterns/ensure_default_index_pattern.ts.
        """
        body = json.dumps({"changes": {"defaultIndex": pattern_id}}).encode()
        answer = self._ask(_DEFAULT_INDEX, _SETTINGS_PATH, body, "application/json")
        if answer.get("settings", {}).get("defaultIndex", {}).get("userValue") != pattern_id:
            raise SearchSetupError(
                f"{_DEFAULT_INDEX}: Dashboards did not take {pattern_id}, but answered {json.dumps(answer)}. "
                "See that its configuration doesn't override the setting defaultIndex."
            )

    def _ask(self, what: str, path: str, body: bytes, content_type: str) -> dict[str, Any]:
        """The JSON that Dashboards answers; an error says that it is about `what`."""
        try:
            response = self._post(path, body, content_type)
        except HTTPError as error:
            raise SearchUnavailableError(f"{what}: Dashboards can't be reached: {error}") from error
        _check_status(what, response)
        return _parse_json(what, response)

    def _post(self, path: str, body: bytes, content_type: str) -> BaseHTTPResponse:
        headers = {
            "Content-Type": content_type,
            "osd-xsrf": "true",
            # Without it the objects land in the caller's private tenant, where nobody sees them.
            "securitytenant": "global",
        }
        request = AWSRequest("POST", f"{self.url}{path}", headers, body)
        SigV4Auth(self.credentials.get_frozen_credentials(), "es", self.region).add_auth(request)
        return self.http.request(
            "POST",
            f"{self.url}{path}",
            body=body,
            headers=dict(request.headers.items()),
            retries=False,
            timeout=_TIMEOUT_SECONDS,
        )


def _check_status(what: str, response: BaseHTTPResponse) -> None:
    if response.status == HTTPStatus.OK:
        return
    answer = f"{what}: Dashboards answered {response.status}: {_shown(response)}"
    if response.status in PASSING:
        raise SearchUnavailableError(answer)
    raise SearchSetupError(answer)


def _parse_json(what: str, response: BaseHTTPResponse) -> dict[str, Any]:
    try:
        answer = json.loads(response.data)
    except ValueError as error:
        raise SearchSetupError(
            f"{what}: Dashboards answered something that isn't JSON: {_shown(response)}. "
            "A page to sign in means that the domain does not take signed requests, as with Cognito."
        ) from error
    return answer if isinstance(answer, dict) else {}


def _check_import(answer: dict[str, Any]) -> None:
    if answer.get("success") is True:
        return
    errors = [_describe(error) for error in answer.get("errors", [])]
    named = "; ".join(errors[:_NAMED_ERRORS]) or json.dumps(answer)
    more = f"; and {len(errors) - _NAMED_ERRORS} more" if len(errors) > _NAMED_ERRORS else ""
    raise SearchSetupError(
        f"{_OBJECTS}: Dashboards did not import {named}{more}. "
        "Correct them in dashboards/saved_objects, and deploy again."
    )


def _describe(failed: dict[str, Any]) -> str:
    """`type id (reason: what is missing)`, from an element of the answer's `errors`."""
    error = failed.get("error", {})
    missing = ", ".join(f"{each['type']} {each['id']}" for each in error.get("references", []))
    reason = ": ".join(part for part in (error.get("type", "no reason given"), missing) if part)
    return f"{failed.get('type')} {failed.get('id')} ({reason})"


def _shown(response: BaseHTTPResponse) -> str:
    return response.data[:500].decode(errors="replace")
