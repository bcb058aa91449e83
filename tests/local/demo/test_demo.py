"""The demo as a person runs it, in a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.local.emulator.emulated import find_processes

ROOT: Final = Path(__file__).resolve().parents[3]
RUN_DIRECTORY: Final = ROOT / ".cache" / "run"


class Demo:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.output = ""

    def read_until(self, text: str) -> None:
        out = self._process.stdout
        assert out is not None
        while text not in self.output:
            read = out.read(1)
            assert read, f"the demo ended before {text!r}:\n{self.output}"
            self.output += read

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def kill_part(self, name: str) -> None:
        """One of the local cloud's processes, by a word of its command line."""
        (pid,) = [pid for pid, command in self.processes().items() if name in command]
        os.kill(pid, signal.SIGKILL)

    def processes(self) -> dict[int, str]:
        """All that it started have its directory in their command lines."""
        return find_processes(f"/demo-{self._process.pid}/")

    def wait(self) -> int:
        rest, _ = self._process.communicate(timeout=240)
        self.output += rest
        return self._process.returncode

    def directories(self) -> list[Path]:
        return list(RUN_DIRECTORY.glob(f"demo-{self._process.pid}"))


@contextmanager
def started_demo(*arguments: str) -> Iterator[Demo]:
    process = subprocess.Popen(
        [sys.executable, "-m", "local.demo", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield Demo(process)
    finally:
        process.terminate()
        process.wait(60)


def test_once_runs_through_checks_itself_and_leaves_nothing() -> None:
    with started_demo("--once") as demo:
        code = demo.wait()

        assert code == 0, demo.output
        assert "each exactly one document, true in every field" in demo.output
        assert "Looking for anything left ... no stack, log group" in demo.output
        assert demo.directories() == []
        assert demo.processes() == {}


def test_an_interrupt_destroys_what_was_being_deployed() -> None:
    with started_demo() as demo:
        demo.read_until("cdk deploy ...")
        demo.interrupt()

        assert demo.wait() == 130
        assert "Looking for anything left ... no stack" in demo.output
        assert demo.directories() == []
        assert demo.processes() == {}


def test_a_second_interrupt_stops_at_once() -> None:
    with started_demo() as demo:
        demo.read_until("cdk deploy ...")
        demo.interrupt()
        demo.read_until("cdk destroy ...")
        demo.interrupt()

        assert demo.wait() == 130
        assert "cdk destroy ... not done" in demo.output
        assert demo.processes() == {}


@pytest.mark.parametrize(("part", "name"), [("local.emulator", "emulator"), ("OpenSearch", "engine")])
def test_a_part_that_dies_is_named(part: str, name: str) -> None:
    with started_demo() as demo:
        demo.read_until("cdk bootstrap ...")
        demo.kill_part(part)

        assert demo.wait() == 1
        assert f"The demo has failed: The {name} has died" in demo.output
        assert demo.processes() == {}
