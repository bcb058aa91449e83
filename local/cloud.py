"""The local cloud: emulator, engine and front door on free loopback ports, in a directory of their own.

with LocalCloud.start(directory) as cloud:
    cloud.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
"""

import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import boto3
import botocore.session

from local.certificates import CertificateAuthority
from local.emulator.control import ControlClient
from local.emulator.process import ACCOUNT, ADMINISTRATOR, REGION, EmulatorError, EmulatorProcess
from local.search.engine import Engine, EngineError


class LocalCloudError(Exception):
    """A part of the local cloud did not start or has died; names it, and shows the end of its log."""


class LocalCloud:
    """`client` is boto3's, for the account's administrator. `endpoint_url` is that of AWS's APIs,
    `search_endpoint` (host and port) the domain's, which `ca_bundle` vouches for."""

    account = ACCOUNT
    region = REGION

    def __init__(self, directory: Path, engine: Engine, emulator: EmulatorProcess, ca_bundle: Path) -> None:
        self.engine = engine
        self.ca_bundle = ca_bundle
        self.endpoint_url = emulator.url
        self.search_endpoint = f"localhost:{emulator.read_port('front_door')}"
        self.control = ControlClient(f"http://127.0.0.1:{emulator.read_port('control')}")
        self.client = _session(directory, emulator.url).client
        self._emulator = emulator
        self._undo = ExitStack()

    @classmethod
    def start(cls, directory: Path) -> Self:
        """`directory` must be new or empty; it holds all that the local cloud writes, its logs too."""
        directory = directory.resolve()
        directory.mkdir(parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise LocalCloudError(f"{directory} is not empty: start the local cloud in a new directory")
        authority = CertificateAuthority(directory / "certificates")
        certificate = authority.issue("front_door", "localhost")
        with ExitStack() as undo:
            try:
                engine = Engine(directory / "engine")
                undo.callback(engine.stop)
                emulator = EmulatorProcess(
                    directory / "emulator", engine.url, certificate, authority.ca_bundle
                )
                undo.callback(emulator.stop)
                engine.start()
                emulator.wait_until_ready()
            except (EngineError, EmulatorError) as error:
                raise LocalCloudError(str(error)) from error
            cloud = cls(directory, engine, emulator, authority.ca_bundle)
            cloud._undo = undo.pop_all()
            return cloud

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Nothing is left running; the directory stays."""
        self._undo.close()

    def check(self) -> None:
        """Raises LocalCloudError when a part has died."""
        try:
            self.engine.check()
            self._emulator.check()
        except (EngineError, EmulatorError) as error:
            raise LocalCloudError(str(error)) from error

    def environment(self) -> dict[str, str]:
        """For processes that talk to the local cloud (CDK, the AWS CLI, boto3) as its administrator."""
        users_own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        loopback = ",".join(filter(None, [os.environ.get("NO_PROXY"), "localhost", "127.0.0.1"]))
        return {
            **users_own,
            **ADMINISTRATOR,
            "AWS_ENDPOINT_URL": self.endpoint_url,
            # The CDK CLI reads this one for its assets.
            "AWS_ENDPOINT_URL_S3": self.endpoint_url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CDK_DEFAULT_ACCOUNT": ACCOUNT,
            "CDK_DEFAULT_REGION": REGION,
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "SSL_CERT_FILE": str(self.ca_bundle),
            "REQUESTS_CA_BUNDLE": str(self.ca_bundle),
            "NO_PROXY": loopback,
            "no_proxy": loopback,
        }


def _session(directory: Path, endpoint_url: str) -> boto3.Session:
    """A session whose clients go to the local cloud, whatever the user's own AWS configuration says."""
    config = directory / "aws_config"
    config.write_text(f"[default]\nregion = {REGION}\nendpoint_url = {endpoint_url}\n")
    session = botocore.session.Session(profile="default")
    session.set_config_variable("config_file", str(config))
    session.set_credentials(*ADMINISTRATOR.values())
    return boto3.Session(botocore_session=session)
