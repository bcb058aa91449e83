"""HTTP/1.1 over TLS on a free loopback port, with a thread for each connection."""

import logging
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.certificates import Certificate
from local.search.http_message import Request, Response, json_response

MAX_BODY = 64 * 1024 * 1024  # bytes that are read at all; the parts behind have their own, lower limits
IDLE_TIMEOUT = 60  # seconds
POLL_INTERVAL = 0.05  # seconds until a stop is noticed
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: on, 0 seconds

logger = logging.getLogger(__name__)


class ConnectionCutError(Exception):
    """Raised by the one who should answer: the connection ends without an answer."""


class HttpsServer:
    def __init__(self, answer: Callable[[Request], Response], certificate: Certificate) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate.chain, certificate.key)
        self._server = _Server(answer, context)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_INTERVAL,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Open connections end too: none is answered after this."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.cut_connections()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answer: Callable[[Request], Response], context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self._context = context
        self._connections: set[ssl.SSLSocket] = set()

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in socketserver
        """Runs in the connection's own thread, so that a slow handshake holds up nobody else."""
        request.settimeout(IDLE_TIMEOUT)
        try:
            with self._context.wrap_socket(request, server_side=True) as connection:
                self._connections.add(connection)
                try:
                    super().finish_request(connection, client_address)
                finally:
                    self._connections.discard(connection)
        except OSError as error:  # the client is gone, or speaks no TLS
            logger.debug("%s: %s", client_address[0], error)

    def cut_connections(self) -> None:
        for connection in self._connections.copy():
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError as error:  # it has just ended by itself
                logger.debug("%s", error)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        try:
            self._send(self._answer())
        except ConnectionCutError:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - as in http.server

    def _answer(self) -> Response:
        length = int(self.headers.get("Content-Length", 0))
        if length > MAX_BODY:
            self.close_connection = True
            return json_response(413, {"Message": f"Request size exceeded {MAX_BODY} bytes"})
        is_chunked = self.headers.get("Transfer-Encoding") == "chunked"
        body = b"".join(self._read_chunks()) if is_chunked else self.rfile.read(length)
        path, _, query = self.path.partition("?")
        headers = tuple(self.headers.items())
        return self.server.answer(Request(self.command, path, query, headers, body, self.client_address[0]))

    def _read_chunks(self) -> Iterator[bytes]:
        """RFC 9112, 7.1."""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in http.server
        logger.debug(format, *args)
