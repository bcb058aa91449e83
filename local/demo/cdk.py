"""The real CDK CLI with the app of this checkout, against the local cloud."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep
from typing import Final, Protocol

from local.demo.error import DemoError
from local.demo.interrupts import deferred_interrupts
from local.toolchain import node

CHECKOUT: Final = Path(__file__).resolve().parents[2]
POLL_SECONDS: Final = 0.25
TERMINATION_SECONDS: Final = 5
TAIL_LINES: Final = 40

Progress = Callable[[str], None]


class WatchedCloud(Protocol):
    account: str
    region: str

    def environment(self) -> dict[str, str]: ...

    def check(self) -> None: ...


class Cdk:
    """`command` calls the CLI, `context` is what follows `-c`; the output of a call goes to `directory`."""

    def __init__(
        self, command: Sequence[str], cloud: WatchedCloud, directory: Path, context: Mapping[str, str]
    ) -> None:
        self._command = command
        self._cloud = cloud
        self._directory = directory
        self._context = [part for key, value in context.items() for part in ("-c", f"{key}={value}")]

    def bootstrap(self, on_progress: Progress) -> None:
        self._run("bootstrap", [f"aws://{self._cloud.account}/{self._cloud.region}"], on_progress)

    def deploy(self, on_progress: Progress) -> None:
        self._run("deploy", ["--require-approval", "never"], on_progress)

    def destroy(self, on_progress: Progress) -> None:
        self._run("destroy", ["--force"], on_progress)

    def _run(self, name: str, arguments: Sequence[str], on_progress: Progress) -> None:
        log = self._directory / f"cdk-{name}.log"
        command = [*self._command, name, *arguments, *self._context, *_options(self._directory)]
        with log.open("wb") as output, _started(command, self._environment(), output.fileno()) as process:
            while process.poll() is None:
                self._cloud.check()
                on_progress(_last_line(log))
                sleep(POLL_SECONDS)
        if process.returncode != 0:
            raise DemoError(
                f"cdk {name} failed (exit code {process.returncode}); the end of {log}:\n{_tail(log)}"
            )

    def _environment(self) -> dict[str, str]:
        paths = [str(Path(sys.executable).parent), str(node().parent), os.environ.get("PATH", os.defpath)]
        return {
            **self._cloud.environment(),
            "PATH": os.pathsep.join(paths),
            "NO_COLOR": "1",
            "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        }


def _options(directory: Path) -> list[str]:
    return [
        *("--app", shlex.join([sys.executable, "app.py"])),
        *("--output", str(directory / "cdk.out")),
        *("--no-notices", "--no-version-reporting", "--ci"),
    ]


@contextmanager
def _started(
    command: Sequence[str], environment: dict[str, str], output: int
) -> Iterator[subprocess.Popen[bytes]]:
    """In a session of its own: Ctrl-C is for the demo to act on, which ends the command and its children."""
    process: subprocess.Popen[bytes] | None = None
    try:
        with deferred_interrupts():
            process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        yield process
    finally:
        if process is not None:
            _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    with deferred_interrupts():
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(TERMINATION_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _last_line(log: Path) -> str:
    return next((" ".join(line.split()) for line in reversed(_lines(log)) if line.strip()), "")


def _tail(log: Path) -> str:
    return "\n".join(_lines(log)[-TAIL_LINES:])


def _lines(log: Path) -> list[str]:
    return log.read_text(errors="replace").splitlines()
