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
        try:
            response = self._post(_IMPORT_PATH, body, content_type)
        except HTTPError as error:
            raise SearchUnavailableError(f"saved objects: Dashboards can't be reached: {error}") from error
        _check_status(response)
        _check_import(_parse_json(response))

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


def _check_status(response: BaseHTTPResponse) -> None:
    if response.status == HTTPStatus.OK:
        return
    answer = f"saved objects: Dashboards answered {response.status}: {_shown(response)}"
    if response.status in PASSING:
        raise SearchUnavailableError(answer)
    raise SearchSetupError(answer)


def _parse_json(response: BaseHTTPResponse) -> dict[str, Any]:
    try:
        answer = json.loads(response.data)
    except ValueError as error:
        raise SearchSetupError(
            f"saved objects: Dashboards answered something that isn't JSON: {_shown(response)}. "
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
        f"saved objects: Dashboards did not import {named}{more}. "
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
