"""Lambda's invoke API over HTTP in the test's own process; it runs real Python functions."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType

Function = Callable[[dict[str, Any]], object]


@dataclass
class FakeLambda:
    functions: dict[str, Function]
    payloads: list[dict[str, Any]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    """Of the invocations: a function that is invoked as "Event" is not run here."""

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler())
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
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def invoke(self, path: str, kind: str, body: bytes) -> tuple[int, dict[str, str], object]:
        function = self.functions.get(path.split("/")[3])
        if function is None:
            return 404, {"x-amzn-errortype": "ResourceNotFoundException"}, {"Message": "no such function"}
        self.payloads.append(json.loads(body))
        self.kinds.append(kind)
        if kind == "Event":
            return 202, {}, None
        try:
            return 200, {}, function(self.payloads[-1])
        except Exception as error:  # noqa: BLE001 - as Lambda does
            failure = {"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": []}
            return 200, {"x-amz-function-error": "Unhandled"}, failure

    def _make_handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                kind = self.headers["x-amz-invocation-type"]
                status, headers, answer = fake.invoke(self.path, kind, body)
                content = b"" if status == 202 else json.dumps(answer).encode()
                self.send_response(status)
                for name, value in {**headers, "content-length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_request(self, *_: object) -> None:
                """A test's output has no place for an access log."""

        return Handler
