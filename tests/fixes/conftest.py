from collections.abc import Iterator

import pytest

from local.certificates import CertificateAuthority
from local.emulator.process import EmulatorProcess
from tests.fixes.emulated import EmulatedEc2, emulated_ec2

NO_ENGINE = "http://127.0.0.1:9"


@pytest.fixture(scope="session")
def ec2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedEc2]:
    """The emulator without a search engine: one for all tests, each makes groups of its own."""
    directory = tmp_path_factory.mktemp("emulator")
    authority = CertificateAuthority(directory / "certificates")
    certificate = authority.issue("front_door", "localhost")
    emulator = EmulatorProcess(directory / "emulator", NO_ENGINE, certificate, authority.ca_bundle)
    try:
        emulator.wait_until_ready()
        with emulated_ec2(emulator.url, directory / "cli") as ec2:
            yield ec2
    finally:
        emulator.stop()
