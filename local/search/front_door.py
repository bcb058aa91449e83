"""What Amazon OpenSearch Service puts before the engine: TLS, signatures, access policy, and Dashboards."""

import gzip
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import urllib3

from local.certificates import Certificate
from local.search.bulk_items import parse_bulk, splice_answer, to_body
from local.search.dashboards_pages import is_page, make_page
from local.search.faults import Fault, Faults
from local.search.http_message import Headers, Request, Response, json_response, without_headers
from local.search.https_server import ConnectionCutError, HttpsServer
from local.search.saved_objects import VERSION, SavedObjects

MAX_PAYLOAD = 10 * 1024 * 1024  # bytes; of t3 instances
ENGINE_TIMEOUT = 60.0  # seconds

# How the engine learns of a caller whom the front door knows. From outside these headers are never passed on.
IDENTITY_HEADERS = ("x-forwarded-for", "x-proxy-user", "x-proxy-roles")
SIGNATURE_HEADERS = ("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")
# They belong to one connection, not to the message (RFC 9110, 7.6.1).
CONNECTION_HEADERS = (
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "host",
    "content-length",
)

logger = logging.getLogger(__name__)


class AuthenticationError(Exception):
    """A signature that doesn't prove who sent the request. The text is what the client gets to read."""


@dataclass(frozen=True, slots=True)
class Principal:
    """`arn` is the caller (of a role: its session), `role_arn` what the engine knows it by."""

    arn: str
    role_arn: str
    account: str


# (method, path, query, headers, body), all as sent; raises AuthenticationError.
Authenticate = Callable[[str, str, str, Headers, bytes], Principal]
# (who, or None without a signature; action such as es:ESHttpPut; path as sent; source address).
IsAllowed = Callable[[Principal | None, str, str, str], bool]


class FrontDoor:
    def __init__(
        self,
        engine_url: str,
        certificate: Certificate,
        authenticate: Authenticate,
        is_allowed: IsAllowed,
        faults: Faults,
    ) -> None:
        self._engine = urllib3.connection_from_url(
            engine_url, maxsize=64, timeout=ENGINE_TIMEOUT, retries=False
        )
        self._authenticate = authenticate
        self._is_allowed = is_allowed
        self._faults = faults
        self._dashboards = SavedObjects(self._ask_engine)
        self._server = HttpsServer(self._answer, certificate)

    @property
    def port(self) -> int:
        return self._server.port

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()
        self._engine.close()

    def clear_saved_objects(self) -> None:
        """As a new domain finds them."""
        self._dashboards.clear()

    def _answer(self, request: Request) -> Response:
        try:
            principal = self._get_principal(request)
        except AuthenticationError as error:
            return json_response(403, {"message": str(error)})
        action = f"es:ESHttp{request.method.capitalize()}"
        if not self._is_allowed(principal, action, request.path, request.source_ip):
            return _not_authorized(principal, action)
        due = self._faults.take(request.method, request.path)
        if due is None:
            return self._pass_on(request, principal)
        logger.info("%s %s: injected %s", request.method, request.path, due[0])
        return self._answer_faulty(request, principal, *due)

    def _get_principal(self, request: Request) -> Principal | None:
        if not (request.header("authorization") or "").startswith("AWS4-HMAC-SHA256"):
            return None
        return self._authenticate(request.method, request.path, request.query, request.headers, request.body)

    def _answer_faulty(
        self, request: Request, principal: Principal | None, fault: Fault, occasion: int
    ) -> Response:
        if fault.kind == "status":
            return _unavailable(fault.status, request.path)
        if fault.kind == "item_status":
            return self._hold_items_back(request, principal, fault, occasion)
        if fault.kind == "delay":
            time.sleep(fault.seconds)
            return self._pass_on(request, principal)
        if fault.kind == "cut_after_write":
            self._pass_on(request, principal)
        raise ConnectionCutError

    def _pass_on(self, request: Request, principal: Principal | None) -> Response:
        if is_page(request):
            return make_page(VERSION)
        if request.path.startswith("/_dashboards/"):
            return self._dashboards.answer(request, _identity(request, principal))
        if len(request.body) > MAX_PAYLOAD:
            return json_response(413, {"Message": f"Request size exceeded {MAX_PAYLOAD} bytes"})
        headers = _headers_for_engine(request, principal)
        return self._ask_engine(
            Request(request.method, request.path, request.query, headers, request.body, request.source_ip)
        )

    def _ask_engine(self, request: Request) -> Response:
        """Bodies go through as they are, compressed ones too, in both directions."""
        try:
            answer = self._engine.request(
                request.method,
                request.target,
                body=request.body or None,
                headers=urllib3.HTTPHeaderDict(request.headers),
                decode_content=False,
            )
        except urllib3.exceptions.HTTPError as error:
            logger.info("%s %s: the engine does not answer: %s", request.method, request.path, error)
            return _unavailable(503, request.path)
        headers = without_headers(tuple(answer.headers.items()), CONNECTION_HEADERS)
        return Response(answer.status, headers, answer.data)

    def _hold_items_back(
        self, request: Request, principal: Principal | None, fault: Fault, occasion: int
    ) -> Response:
        items = parse_bulk(request, _unpacked(request))
        chosen = fault.choose_items(len(items), occasion)
        others = [item for position, item in enumerate(items) if position not in chosen]
        headers = without_headers(request.headers, ("content-encoding", "accept-encoding"))
        response = json_response(200, {"took": 0, "errors": False, "items": []})
        if others:
            body = to_body(others)
            response = self._pass_on(
                Request(request.method, request.path, request.query, headers, body, request.source_ip),
                principal,
            )
        if response.status != 200:
            return response
        return json_response(
            200, splice_answer(items, dict.fromkeys(chosen, fault.status), json.loads(response.body))
        )


def _identity(request: Request, principal: Principal | None) -> Headers:
    """The headers by which the engine knows who asks; the address alone where nobody says so."""
    forwarded = ("x-forwarded-for", request.source_ip)
    if principal:
        return (forwarded, ("x-proxy-user", principal.role_arn), ("x-proxy-roles", principal.role_arn))
    authorization = request.header("authorization")
    return (forwarded, ("authorization", authorization)) if authorization else (forwarded,)


def _headers_for_engine(request: Request, principal: Principal | None) -> Headers:
    unwanted = (*IDENTITY_HEADERS, *SIGNATURE_HEADERS, *CONNECTION_HEADERS)
    return (*without_headers(request.headers, unwanted), *_identity(request, principal))


def _unpacked(request: Request) -> bytes:
    return gzip.decompress(request.body) if request.header("content-encoding") == "gzip" else request.body


def _not_authorized(principal: Principal | None, action: str) -> Response:
    user = principal.arn if principal else "anonymous"
    reason = f"because no resource-based policy allows the {action} action"
    return json_response(403, {"Message": f"User: {user} is not authorized to perform: {action} {reason}"})


def _unavailable(status: int, path: str) -> Response:
    """As Amazon says it: in plain text or HTML, which a client that expects JSON has to bear."""
    if status == 429:
        return Response(status, (("Content-Type", "text/plain"),), f"429 Too Many Requests {path}".encode())
    if status < 500:
        return json_response(status, {"error": {"type": "exception", "reason": "injected"}, "status": status})
    body = b"<html><body><b>Http/1.1 Service Unavailable</b></body> </html>"
    return Response(status, (("Content-Type", "text/html"),), body)
