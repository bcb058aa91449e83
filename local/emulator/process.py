"""The emulator as its owner sees it: started in a clean environment, watched, ended with its functions."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import urllib3

from local.certificates import Certificate
from local.ports import free_port

ACCOUNT: Final = "123456789012"
REGION: Final = "us-east-1"
# MiniStack takes an account's id for the access key of its administrator.
ADMINISTRATOR: Final = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "administrator"}
START_TIMEOUT: Final = 60.0
STOP_TIMEOUT: Final = 10.0
REPOSITORY: Final = Path(__file__).resolve().parents[2]


class EmulatorError(Exception):
    """The emulator did not start or has died; carries the end of its log."""


class EmulatorProcess:
    """Everything that it writes is in `directory`."""

    def __init__(self, directory: Path, engine_url: str, certificate: Certificate, ca_bundle: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = directory / "emulator.log"
        self._ports_file = directory / "ports.json"
        (directory / "tmp").mkdir(parents=True)
        command = [sys.executable, "-m", "local.emulator"]
        options = {
            "--port": self.port,
            "--engine-url": engine_url,
            "--certificate": certificate.chain,
            "--key": certificate.key,
            "--ports-file": self._ports_file,
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command + [str(part) for option in options.items() for part in option],
                cwd=REPOSITORY,
                env=_environment(directory, self.port, ca_bundle),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        deadline = monotonic() + START_TIMEOUT
        while not self._is_ready():
            self.check()
            if monotonic() > deadline:
                raise EmulatorError(
                    f"The emulator is not ready after {START_TIMEOUT:.0f} s. {self._log_tail()}"
                )
            sleep(0.1)

    def check(self) -> None:
        code = self._process.poll()
        if code is not None:
            raise EmulatorError(f"The emulator has died (exit code {code}). {self._log_tail()}")

    def stop(self) -> None:
        """Its functions run in its process group, and end with it."""
        if self._process.stdin:
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_TIMEOUT)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def read_port(self, part: str) -> int:
        """Of the `front_door` or of the `control` API, once the emulator is ready."""
        return int(json.loads(self._ports_file.read_text())[part])

    def _is_ready(self) -> bool:
        if not self._ports_file.exists():
            return False
        try:
            answer = urllib3.request("GET", f"{self.url}/_ministack/health", retries=False, timeout=5.0)
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status == 200

    def _log_tail(self, lines: int = 20) -> str:
        tail = self.log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join([f"The end of {self.log}:", *tail])


def _environment(directory: Path, port: int, ca_bundle: Path) -> dict[str, str]:
    """What MiniStack reads when it is imported, and what functions get from it; nothing of the user's own."""
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(directory),
        "TMPDIR": str(directory / "tmp"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "SSL_CERT_FILE": str(ca_bundle),
        "REQUESTS_CA_BUNDLE": str(ca_bundle),
        "AUTH": "true",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        **ADMINISTRATOR,
        "S3_DATA_DIR": str(directory / "s3"),
        "STATE_DIR": str(directory / "state"),
        # Minutes on AWS.
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "1",
        # MiniStack tidies up containers where it finds a Docker daemon; here it has none to find.
        "DOCKER_HOST": f"unix://{directory}/no-docker.sock",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }
