"""An HTTP request and its answer, as plain values."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]


class RefusedError(Exception):
    """Raised by whoever should answer a request: it is refused, with this HTTP status and reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """`path` and `query` are as sent, not decoded: a signature covers them in this form."""

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    source_ip: str

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    def header(self, name: str) -> str | None:
        """`name` in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: Headers
    body: bytes


def without_headers(headers: Headers, names: Iterable[str]) -> Headers:
    """`names` in lower case."""
    unwanted = frozenset(names)
    return tuple((name, value) for name, value in headers if name.lower() not in unwanted)


def json_response(status: int, document: object, headers: Headers = ()) -> Response:
    content_type = ("Content-Type", "application/json")
    return Response(status, (content_type, *headers), json.dumps(document).encode())
