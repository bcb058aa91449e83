"""An HTTP server in the test's own process: it answers as it is told, and keeps what it received."""

from __future__ import annotations

import json
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    content: object = field(default_factory=dict)
    content_type: str = "application/json"

    def body(self) -> bytes:
        return self.content.encode() if isinstance(self.content, str) else json.dumps(self.content).encode()


@dataclass(frozen=True, slots=True)
class Received:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        content: dict[str, object] = json.loads(self.body)
        return content


class AnsweringServer:
    """Gives the answers in turn, and the last of them for ever."""

    def __init__(self, *answers: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.received: list[Received] = []
        self._answers = list(answers or (Answer(),))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self.endpoint = f"localhost:{self._server.server_port}"
        self.url = f"{'https' if tls else 'http'}://{self.endpoint}"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _next_answer(self) -> Answer:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                server.received.append(Received(self.command, self.path, headers, body))
                answer = server._next_answer()
                content = answer.body()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_POST = do_PATCH = answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Keeps the test's output readable."""

        return Handler
