"""A real OpenSearch with its security plugin, as Amazon OpenSearch Service runs it behind its front door."""

import atexit
import json
import secrets
import shutil
import signal
import socket
import subprocess
import threading
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Self

import bcrypt
import urllib3

from local import toolchain
from local.certificates import CertificateAuthority

OPERATOR = "engine_operator"
START_TIMEOUT = 180  # seconds; a start takes 7 to 10 on two idle cores

# 512 MB carry the sample day and the tests. A process that lives for minutes is better off with the serial
# collector and the first compiler alone: they halve the processor time of a start.
JVM_OPTIONS = ("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")

# Without native calls OpenSearch doesn't refuse to run as root (as in a container).
ENGINE_OPTIONS = (
    "-Djava.security.manager=allow",
    "-Djna.nosys=true",
    "-Djna.nounpack=true",
    "-Dlog4j2.disable.jmx=true",
    "-Dopensearch.distribution.type=tar",
)


class EngineError(Exception):
    """The engine did not start or has died; shows the end of its log."""


class Engine:
    """One engine in a directory of its own, a new one. Port, data and users outlive `kill` and `start`."""

    def __init__(self, directory: Path) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = directory / "engine.log"
        self._directory = directory
        self.operator_password = secrets.token_urlsafe(24)
        self._process: subprocess.Popen[bytes] | None = None
        self._http = urllib3.PoolManager(retries=False, timeout=30.0)
        _write_configuration(directory, self.operator_password)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Returns when the engine answers requests; after a `kill` it comes back on its data and its port."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        atexit.register(self.kill)
        with ExitStack() as undo:
            undo.callback(self.kill)
            self._wait_until_ready()
            undo.pop_all()

    def kill(self) -> None:
        """SIGKILL: what the engine acknowledged is in its translog, which it syncs before each answer."""
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        atexit.unregister(self.kill)

    def stop(self) -> None:
        """Not more polite than `kill`: with a SIGTERM, OpenSearch takes half a minute to end."""
        self.kill()
        self._process = None
        self._http.clear()

    def check(self) -> None:
        if self._process is None:
            raise EngineError("The engine is not started")
        code = self._process.poll()
        if code is not None:
            raise EngineError(
                f"The engine has died (exit code {code}). The end of {self.log}:\n{self._log_tail()}"
            )

    def request(self, method: str, path: str, body: object = None) -> urllib3.BaseHTTPResponse:
        """A request as the operator, who may do everything; `body` is sent as JSON, bytes as they are."""
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {
            **urllib3.make_headers(basic_auth=f"{OPERATOR}:{self.operator_password}"),
            "Content-Type": "application/x-ndjson" if isinstance(body, bytes) else "application/json",
        }
        return self._http.request(method, self.url + path, body=content, headers=headers)

    def _command(self) -> list[str]:
        home = toolchain.engine_home()
        settings = {
            "http.port": str(self.port),
            "transport.port": "0",
            "path.data": str(self._directory / "data"),
            "path.logs": str(self._directory / "logs"),
        }
        return [
            *_die_with_parent(),
            str(toolchain.java()),
            *JVM_OPTIONS,
            *ENGINE_OPTIONS,
            f"-Djava.io.tmpdir={self._directory / 'tmp'}",
            f"-Dopensearch.path.home={home}",
            f"-Dopensearch.path.conf={self._directory / 'config'}",
            *("-cp", f"{home}/lib/*", "org.opensearch.bootstrap.OpenSearch"),
            *(f"-E{name}={value}" for name, value in settings.items()),
        ]

    def _wait_until_ready(self) -> None:
        deadline = monotonic() + START_TIMEOUT
        while monotonic() < deadline:
            self.check()
            try:
                if self.request("GET", "/_cluster/health?wait_for_status=yellow").status == 200:
                    return
            except urllib3.exceptions.HTTPError:
                pass  # not listening yet
            sleep(0.2)
        raise EngineError(
            f"The engine did not answer within {START_TIMEOUT} s. The end of {self.log}:\n{self._log_tail()}"
        )

    def _log_tail(self, count: int = 20) -> str:
        """Java's stack frames would push the reason out of sight."""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join([line for line in lines if not line.startswith("\tat ")][-count:])


def _write_configuration(directory: Path, password: str) -> None:
    config = directory / "config"
    try:
        shutil.copytree(toolchain.ENGINE_RECIPE / "config", config)
    except FileExistsError as error:
        raise EngineError(f"{directory} already holds an engine; give it a new directory") from error
    (directory / "tmp").mkdir()
    CertificateAuthority(config).issue("node", "localhost")
    users = {
        "_meta": {"type": "internalusers", "config_version": 2},
        OPERATOR: {
            "hash": bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds=4)).decode(),
            "backend_roles": [OPERATOR],
            "reserved": True,
            "hidden": True,
        },
    }
    # JSON is YAML.
    (config / "opensearch-security" / "internal_users.yml").write_text(json.dumps(users))


def _die_with_parent() -> list[str]:
    """Linux ends the engine even if this process is killed outright. It watches the thread that starts the
    engine, so this is for the main thread alone: another one may end earlier."""
    setpriv = shutil.which("setpriv")
    if setpriv and threading.current_thread() is threading.main_thread():
        return [setpriv, "--pdeathsig", "KILL"]
    return []


def _free_port() -> int:
    """Not one that outgoing connections get: one of these could take it while the engine is down."""
    candidates = secrets.SystemRandom().sample(range(20_000, 32_000), 100)
    for port in candidates:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise EngineError("No port is free between 20000 and 32000")
