"""The control API of the local cloud: what AWS's own API can't do. Loopback only.

PUT, DELETE /network-interfaces/ID: an interface in the shape of DescribeNetworkInterfaces' answer. PUT, GET,
DELETE /faults: the front door's faults, see `local.search.faults`; GET says how often each has struck.
"""

import json
import threading
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

import urllib3

from local.search.faults import Fault, FaultError, Faults


class ControlError(Exception):
    """The control API refuses a request or does not answer; says why."""


class Interfaces(Protocol):
    def put(self, interface_id: str, network_interface: dict[str, Any]) -> None: ...

    def delete(self, interface_id: str) -> bool: ...


class ControlServer:
    def __init__(self, network_interfaces: Interfaces, faults: Faults) -> None:
        self._server = _Server(network_interfaces, faults)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class ControlClient:
    def __init__(self, url: str) -> None:
        self._http = urllib3.connection_from_url(url, timeout=10.0, retries=False)

    def put_network_interface(self, network_interface: Mapping[str, Any]) -> None:
        path = f"/network-interfaces/{network_interface['NetworkInterfaceId']}"
        self._ask("PUT", path, network_interface)

    def delete_network_interface(self, interface_id: str) -> None:
        self._ask("DELETE", f"/network-interfaces/{interface_id}")

    def set_faults(self, faults: Iterable[Fault | Mapping[str, object]]) -> None:
        """These instead of those in force."""
        documents = [fault.to_document() if isinstance(fault, Fault) else fault for fault in faults]
        self._ask("PUT", "/faults", {"faults": documents})

    def get_faults(self) -> list[dict[str, Any]]:
        """Each with how many requests `matched` it and how often it was `injected`."""
        faults: list[dict[str, Any]] = self._ask("GET", "/faults")["faults"]
        return faults

    def clear_faults(self) -> None:
        self._ask("DELETE", "/faults")

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        content = None if body is None else json.dumps(body, default=str)
        try:
            answer = self._http.request(method, path, body=content)
        except urllib3.exceptions.HTTPError as error:
            raise ControlError(f"The local cloud's control API does not answer: {error}") from error
        document: dict[str, Any] = answer.json()
        if answer.status != HTTPStatus.OK:
            raise ControlError(f"{method} {path} was refused: {document['message']}")
        return document


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, network_interfaces: Interfaces, faults: Faults) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.network_interfaces = network_interfaces
        self.faults = faults


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        try:
            self._answer(HTTPStatus.OK, self._act())
        except (ControlError, FaultError, ValueError) as error:
            self._answer(HTTPStatus.BAD_REQUEST, {"message": str(error)})

    do_GET = do_PUT = do_DELETE = _serve  # noqa: N815 - as http.server calls them

    def _act(self) -> Mapping[str, object]:
        collection, _, name = self.path.strip("/").partition("/")
        if collection == "network-interfaces" and name:
            return self._act_on_network_interface(name)
        if collection == "faults":
            return self._act_on_faults()
        raise ControlError(f"unknown path {self.path}; known: /network-interfaces/ID, /faults")

    def _act_on_network_interface(self, interface_id: str) -> Mapping[str, object]:
        if self.command == "PUT":
            self.server.network_interfaces.put(interface_id, self._body())
        elif not self.server.network_interfaces.delete(interface_id):
            raise ControlError(f"there is no network interface {interface_id}")
        return {}

    def _act_on_faults(self) -> Mapping[str, object]:
        if self.command == "PUT":
            self.server.faults.replace([Fault.from_document(fault) for fault in self._body()["faults"]])
        elif self.command == "DELETE":
            self.server.faults.clear()
        return self.server.faults.to_document()

    def _body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return body

    def _answer(self, status: HTTPStatus, document: Mapping[str, object]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in http.server
        """Requests are not worth a line in the emulator's log."""
