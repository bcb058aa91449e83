"""A search domain over HTTP in the test's own process: it takes bulk requests, and fails as it is told."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

import trustme
from opensearchpy import OpenSearch

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path
    from types import TracebackType


@dataclass(frozen=True, slots=True)
class Item:
    index: str
    document_id: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: str
    content_type: str = "application/json"


Fault = Callable[["FakeSearch", list[Item]], Reply | None]
"""Answers a request in place of the domain; None cuts the connection without an answer."""


@dataclass
class FakeSearch:
    documents: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    requests: list[list[str]] = field(default_factory=list)
    """The document ids of each request."""
    headers: list[Message] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    """For the next requests, one each."""
    standing_fault: Fault | None = None
    item_errors: dict[str, Iterator[tuple[int, str]]] = field(default_factory=dict)
    """Status and error type of a document's next attempts, one each."""
    tls: ssl.SSLContext | None = None

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler())
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def endpoint(self) -> str:
        return f"localhost:{self._server.server_address[1]}"

    def client(self) -> OpenSearch:
        return OpenSearch(hosts=[f"http://{self.endpoint}"], http_compress=True, max_retries=0)

    def fail(self, *faults: Fault) -> None:
        self.faults.extend(faults)

    def write(self, items: list[Item]) -> Reply:
        answers = [{"create": self._create(item)} for item in items]
        return Reply(200, json.dumps({"took": 1, "errors": False, "items": answers}))

    def answer(self, items: list[Item]) -> Reply | None:
        self.requests.append([item.document_id for item in items])
        fault = self.faults.popleft() if self.faults else self.standing_fault
        return fault(self, items) if fault else self.write(items)

    def _create(self, item: Item) -> dict[str, object]:
        error = next(self.item_errors.get(item.document_id, iter(())), None)
        if error:
            status, kind = error
            return {"status": status, "error": {"type": kind, "reason": f"{kind} of {item.document_id}"}}
        if (item.index, item.document_id) in self.documents:
            conflict = {"type": "version_conflict_engine_exception", "reason": "document already exists"}
            return {"status": 409, "error": conflict}
        self.documents[item.index, item.document_id] = item.fields
        return {"status": 201, "result": "created"}

    def _make_handler(self) -> type[BaseHTTPRequestHandler]:
        search = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet: two would wait for one another

            def do_POST(self) -> None:
                assert self.path == "/_bulk"
                search.headers.append(self.headers)
                body = self.rfile.read(int(self.headers["content-length"]))
                reply = search.answer(parse_bulk_body(gzip.decompress(body)))
                if reply is None:
                    self.close_connection = True
                    return
                self._send(reply)

            def _send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                self.send_header("content-type", reply.content_type)
                self.send_header("content-length", str(len(reply.body.encode())))
                self.end_headers()
                self.wfile.write(reply.body.encode())

            def log_request(self, *_: object) -> None:
                """A test's output has no place for an access log."""

        return Handler


def make_tls(ca_file: Path) -> ssl.SSLContext:
    """For localhost, by a new authority, whose certificate goes to `ca_file`."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


def status(code: int, error: str = "fault") -> Fault:
    """A request that the domain refuses as a whole."""
    return lambda _search, _items: Reply(code, json.dumps({"error": {"type": error, "reason": error}}))


def cut(_search: FakeSearch, _items: list[Item]) -> Reply | None:
    """The connection breaks before the domain has done anything."""
    return None


def cut_after_writing(search: FakeSearch, items: list[Item]) -> Reply | None:
    search.write(items)
    return None


def text(body: str, content_type: str = "text/html") -> Fault:
    """Status 200 from something that is not the domain."""
    return lambda _search, _items: Reply(200, body, content_type)


def parse_bulk_body(body: bytes) -> list[Item]:
    assert body.endswith(b"\n")
    lines = [json.loads(line) for line in body.decode().rstrip("\n").split("\n")]
    return [
        Item(action["create"]["_index"], action["create"]["_id"], fields)
        for action, fields in zip(lines[::2], lines[1::2], strict=True)
    ]
