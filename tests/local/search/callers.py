"""Clients of the front door: a role that signs, a user with a password, and somebody unknown."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import quote

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from local.certificates import CertificateAuthority
from local.search.faults import Faults
from local.search.front_door import AuthenticationError, FrontDoor, Principal
from local.search.http_message import Headers

MASTER = ("master", "Correct-horse-9-battery")
ROLE_ARN = "arn:aws:iam::123456789012:role/ingest"
ROLE = Principal("arn:aws:sts::123456789012:assumed-role/ingest/session", ROLE_ARN, "123456789012")
CREDENTIALS = Credentials("AKIAIOSFODNN7EXAMPLE", "the secret of the role")
OUTSIDE_ADDRESS = "127.0.0.2"  # any but 127.0.0.1 is outside


class Signed(AuthBase):
    """Signs as AWS's own clients do, by botocore."""

    def __init__(self, credentials: Credentials = CREDENTIALS) -> None:
        self._credentials = credentials

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        signed = AWSRequest(request.method, request.url, data=request.body)
        SigV4Auth(self._credentials, "es", "us-east-1").add_auth(signed)
        request.headers.update(dict(signed.headers))
        return request


def authenticate(method: str, path: str, query: str, headers: Headers, body: bytes) -> Principal:
    """Computes the signature again from what arrived."""
    sent = {name.lower(): value for name, value in headers}
    again = AWSRequest(method, f"https://{sent['host']}{path}?{query}", data=body)
    again.context["timestamp"] = sent["x-amz-date"]
    for name in sent["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";"):
        again.headers[name] = sent[name]
    signer = SigV4Auth(CREDENTIALS, "es", "us-east-1")
    signature = signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again)
    if not sent["authorization"].endswith(f"Signature={signature}"):
        raise AuthenticationError(
            "The request signature we calculated does not match the signature you provided."
        )
    return ROLE


def is_allowed(principal: Principal | None, action: str, path: str, source_ip: str) -> bool:
    """The role from anywhere, all others from the one allowed address, and one path for everybody."""
    is_open_door = (action, path) == ("es:ESHttpPatch", "/_plugins/_security/api/rolesmapping/all_access")
    return principal == ROLE or source_ip == "127.0.0.1" or is_open_door


class _FromOutside(HTTPAdapter):
    def init_poolmanager(self, *args: object, **options: object) -> None:
        super().init_poolmanager(*args, **{**options, "source_address": (OUTSIDE_ADDRESS, 0)})  # type: ignore[arg-type]


class Callers:
    def __init__(self, engine_url: str, authority: CertificateAuthority) -> None:
        self.faults = Faults()
        self.ca_bundle = str(authority.ca_bundle)
        certificate = authority.issue("front_door", "localhost")
        self.front_door = FrontDoor(engine_url, certificate, authenticate, is_allowed, self.faults)
        self._sessions: list[requests.Session] = []

    def __enter__(self) -> Self:
        self.front_door.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions:
            session.close()
        self.front_door.stop()

    @property
    def port(self) -> int:
        return self.front_door.port

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def nobody(self) -> "Caller":
        session = requests.Session()
        session.trust_env = False
        session.verify = self.ca_bundle
        self._sessions.append(session)
        return Caller(session, self.url)

    def master(self) -> "Caller":
        return self.user(*MASTER)

    def user(self, username: str, password: str) -> "Caller":
        caller = self.nobody()
        caller.session.auth = (username, password)
        return caller

    def role(self, credentials: Credentials = CREDENTIALS) -> "Caller":
        caller = self.nobody()
        caller.session.auth = Signed(credentials)
        return caller


@dataclass(frozen=True, slots=True)
class Caller:
    session: requests.Session
    url: str

    def from_outside(self) -> "Caller":
        self.session.mount("https://", _FromOutside())
        return self

    def request(self, method: str, path: str, **options: object) -> requests.Response:
        return self.session.request(method, self.url + path, timeout=30, **options)  # type: ignore[arg-type]

    def get(self, path: str, **options: object) -> requests.Response:
        return self.request("GET", path, **options)

    def put_document(self, index: str, document_id: str, document: object) -> requests.Response:
        return self.request(
            "PUT", f"/{index}/_create/{quote(document_id, safe='')}?refresh=true", json=document
        )

    def bulk(self, body: bytes, **headers: str) -> requests.Response:
        content_type = {"Content-Type": "application/x-ndjson"}
        return self.request("POST", "/_bulk?refresh=true", data=body, headers={**content_type, **headers})
