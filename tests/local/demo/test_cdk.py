import fcntl
import sys
from pathlib import Path

import pytest

from local.demo.cdk import Cdk
from local.demo.error import DemoError
from tests.local.emulator.emulated import wait_until

PRINT_ARGUMENTS = "import os, sys; print(*sys.argv[1:]); print(os.environ['AWS_ENDPOINT_URL'])"
# As long as it runs, nobody else gets the lock.
LOCK_AND_SLEEP = """
import fcntl, sys, time
file = open({path!r}, "w")
fcntl.flock(file, fcntl.LOCK_EX)
print("locked", flush=True)
time.sleep(60)
"""


class WatchedCloud:
    """Dies when it is checked for the n-th time."""

    account = "123456789012"
    region = "us-east-1"

    def __init__(self, dies_at: int = 1000) -> None:
        self.checks_left = dies_at

    def environment(self) -> dict[str, str]:
        return {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}

    def check(self) -> None:
        self.checks_left -= 1
        if not self.checks_left:
            raise RuntimeError("The engine has died")


def make_cdk(script: str, directory: Path, cloud: WatchedCloud | None = None) -> Cdk:
    """Python in the place of the CLI."""
    return Cdk([sys.executable, "-c", script], cloud or WatchedCloud(), directory, {"vpc_ids": "vpc-1"})


def is_free(lock: Path) -> bool:
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def ignore(_progress: str) -> None:
    pass


def test_the_cli_gets_the_context_and_the_local_clouds_environment(tmp_path: Path) -> None:
    make_cdk(PRINT_ARGUMENTS, tmp_path).deploy(ignore)

    arguments, endpoint = (tmp_path / "cdk-deploy.log").read_text().splitlines()
    assert arguments.startswith("deploy --require-approval never -c vpc_ids=vpc-1 ")
    assert endpoint == "http://127.0.0.1:1"


def test_a_failed_command_shows_the_end_of_its_output(tmp_path: Path) -> None:
    script = "import sys; print('no such VPC'); sys.exit(3)"

    with pytest.raises(DemoError, match=r"cdk destroy failed \(exit code 3\)(.|\n)*no such VPC"):
        make_cdk(script, tmp_path).destroy(ignore)


def test_progress_is_the_last_line_of_the_output(tmp_path: Path) -> None:
    seen: list[str] = []

    make_cdk("import time; print('1/9  CREATE', flush=True); time.sleep(1)", tmp_path).deploy(seen.append)

    assert seen[-1] == "1/9 CREATE"


def test_a_part_that_dies_ends_the_command(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    cdk = make_cdk(LOCK_AND_SLEEP.format(path=str(lock)), tmp_path, WatchedCloud(dies_at=4))

    with pytest.raises(RuntimeError, match="has died"):
        cdk.bootstrap(ignore)

    # A killed process lets go of its files a moment after the signal.
    wait_until(lambda: is_free(lock))


def test_an_interrupt_ends_the_command_and_its_children(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    script = LOCK_AND_SLEEP.format(path=str(lock))
    cdk = make_cdk(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {script!r}])", tmp_path)

    def interrupt(progress: str) -> None:
        if progress == "locked":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cdk.deploy(interrupt)

    # A killed process lets go of its files a moment after the signal.
    wait_until(lambda: is_free(lock))
