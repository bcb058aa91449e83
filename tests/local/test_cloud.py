"""The local cloud begins whole, says which part has died, and leaves nothing running."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.cloud import LocalCloud, LocalCloudError
from local.emulator.control import ControlError
from local.search.faults import Fault
from tests.local.emulator.emulated import find_processes, wait_until

ROOT = Path(__file__).resolve().parents[2]
# The owner of a cloud in which a function is at work.
OWNER = """
import sys, time
from pathlib import Path
from local.cloud import LocalCloud
from tests.local.emulator.emulated import make_function

with LocalCloud.start(Path(sys.argv[1])) as cloud:
    function = make_function(cloud, "import time\\n\\ndef handler(event, context):\\n    time.sleep(20)\\n")
    cloud.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=b"{}")
    time.sleep(2)
    print("up", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def own_cloud(tmp_path: Path) -> Iterator[LocalCloud]:
    with LocalCloud.start(tmp_path) as cloud:
        yield cloud


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process with a cloud in `tmp_path`, that is up."""
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "up\n"
        yield process
        process.kill()


def processes_in(directory: Path) -> dict[int, str]:
    return find_processes(f"{directory}/")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_running_when_the_owner_ends(
    owner: subprocess.Popen[str], tmp_path: Path, how: signal.Signals
) -> None:
    assert len(processes_in(tmp_path)) == 3

    owner.send_signal(how)

    owner.wait(20)
    wait_until(lambda: not processes_in(tmp_path), timeout=10)


def test_a_stopped_cloud_has_written_into_its_directory_only(tmp_path: Path) -> None:
    before = set(Path(tempfile.gettempdir()).glob("ministack*"))

    with LocalCloud.start(tmp_path) as cloud:
        cloud.client("s3").create_bucket(Bucket="here")

    assert processes_in(tmp_path) == {}
    assert set(Path(tempfile.gettempdir()).glob("ministack*")) == before


def test_check_names_the_part_that_has_died(own_cloud: LocalCloud, tmp_path: Path) -> None:
    own_cloud.check()
    own_cloud.engine.kill()

    with pytest.raises(LocalCloudError, match="engine has died"):
        own_cloud.check()

    own_cloud.engine.start()
    own_cloud.check()
    (emulator,) = [pid for pid, command in processes_in(tmp_path).items() if "local.emulator" in command]
    os.kill(emulator, signal.SIGKILL)

    with pytest.raises(LocalCloudError, match="emulator has died"):
        wait_until(own_cloud.check)


def test_a_cloud_needs_an_empty_directory(tmp_path: Path) -> None:
    (tmp_path / "kept").touch()

    with pytest.raises(LocalCloudError, match="is not empty"):
        LocalCloud.start(tmp_path)


def test_other_processes_reach_the_cloud_by_its_environment(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "private")
    source = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"

    command = [sys.executable, "-c", source]
    answer = subprocess.run(command, env=cloud.environment(), capture_output=True, text=True, check=True)

    assert answer.stdout == f"arn:aws:iam::{cloud.account}:root\n"


def test_the_clouds_clients_heed_nothing_of_the_users_configuration(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "private")

    assert cloud.client("sts").get_caller_identity()["Account"] == cloud.account


def test_faults_are_set_counted_and_cleared(cloud: LocalCloud) -> None:
    cloud.control.set_faults([Fault("status", match="_bulk", status=429), {"kind": "cut_before"}])

    faults = cloud.control.get_faults()
    cloud.control.clear_faults()

    assert [(fault["kind"], fault["status"], fault["injected"]) for fault in faults] == [
        ("status", 429, 0),
        ("cut_before", 503, 0),
    ]
    assert cloud.control.get_faults() == []


def test_a_fault_that_makes_no_sense_is_refused(cloud: LocalCloud) -> None:
    with pytest.raises(ControlError, match="kind is 'explode'"):
        cloud.control.set_faults([{"kind": "explode"}])


def test_a_network_interface_that_is_not_there_can_not_be_deleted(cloud: LocalCloud) -> None:
    with pytest.raises(ControlError, match="no network interface eni-0123456789abcdef0"):
        cloud.control.delete_network_interface("eni-0123456789abcdef0")
