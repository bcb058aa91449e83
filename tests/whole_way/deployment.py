"""A deployed SG Lens in the local cloud, and what a test asks of it."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import boto3

from local.cloud import LocalCloud
from local.demo.cdk import Cdk
from local.demo.stack import SearchUser, read_flow_log, read_outputs, read_user
from local.sample.vpc import SampleVpc, create_sample_vpc
from local.toolchain import cdk_command
from tests.whole_way.people import Person

if TYPE_CHECKING:
    from mypy_boto3_logs.type_defs import InputLogEventTypeDef
    from mypy_boto3_sts.type_defs import CredentialsTypeDef

ALLOWED = "127.0.0.2"
"""Where people come from. Functions come from 127.0.0.1, so nothing but their roles lets them in."""
LINES_PER_CALL = 2_500  # PutLogEvents takes 1 MiB at most
PATIENCE = 120  # seconds
POLL_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A log event as CloudWatch Logs gives it back; `timestamp` in epoch milliseconds."""

    id: str
    timestamp: int
    message: str

    @property
    def second(self) -> int:
        return self.timestamp // 1000


class Deployment:
    def __init__(self, cloud: LocalCloud, directory: Path, sample: SampleVpc, cdk: Cdk) -> None:
        self.cloud = cloud
        self.sample = sample
        self.cdk = cdk
        self.outputs = read_outputs(cloud)
        self.log_group = read_flow_log(cloud.client("ec2"), sample.vpc_id).log_group
        self._directory = directory

    def user(self, output: str) -> SearchUser:
        """Of the secret behind an output, such as ViewerSecret."""
        return read_user(self.cloud, self.outputs[output])

    def person(self, output: str, address: str = ALLOWED) -> Person:
        user = self.user(output)
        return Person(
            self.cloud.search_endpoint, self.cloud.ca_bundle, address, (user.username, user.password)
        )

    def function(self, package: str) -> str:
        """The physical name of a function."""
        for function in self._functions():
            if function["Handler"] == f"{package}.handler.lambda_handler":
                return str(function["FunctionName"])
        raise LookupError(package)

    def role(self, package: str) -> str:
        """The name of a function's role."""
        functions = {each["FunctionName"]: each["Role"] for each in self._functions()}
        return str(functions[self.function(package)]).rsplit("/", 1)[-1]

    def _functions(self) -> Iterator[Mapping[str, Any]]:
        for page in self.cloud.client("lambda").get_paginator("list_functions").paginate():
            yield from page["Functions"]

    def invoke(self, package: str, event: Mapping[str, object] | None = None) -> dict[str, Any]:
        """The function's answer; its error as an AssertionError."""
        answer = self.cloud.client("lambda").invoke(
            FunctionName=self.function(package), Payload=json.dumps(event or {}).encode()
        )
        content: dict[str, Any] = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, content
        return content

    def sync_inventory(self) -> None:
        """A pass of inventory_sync; once more where the scheduled one wrote at the same time."""
        try:
            self.invoke("inventory_sync")
        except AssertionError as error:
            if "another pass wrote" not in str(error):
                raise
            self.invoke("inventory_sync")

    def send(self, stream: str, lines: Sequence[str], timestamp: int) -> list[StoredEvent]:
        """As the flow-log service would write them; `timestamp` in epoch seconds, that of all of them."""
        logs = self.cloud.client("logs")
        logs.create_log_stream(logGroupName=self.log_group, logStreamName=stream)
        events: list[InputLogEventTypeDef] = [
            {"timestamp": timestamp * 1000, "message": line} for line in lines
        ]
        for first in range(0, len(events), LINES_PER_CALL):
            logs.put_log_events(
                logGroupName=self.log_group,
                logStreamName=stream,
                logEvents=events[first : first + LINES_PER_CALL],
            )
        return self.events(stream)

    def events(self, stream: str) -> list[StoredEvent]:
        pages = self.cloud.client("logs").get_paginator("filter_log_events")
        return [
            StoredEvent(event["eventId"], event["timestamp"], event["message"])
            for page in pages.paginate(logGroupName=self.log_group, logStreamNames=[stream])
            for event in page["events"]
        ]

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = monotonic() + PATIENCE
        while not condition():
            self.cloud.check()
            assert monotonic() < deadline, f"after {PATIENCE} s still not true: {what}"
            sleep(POLL_SECONDS)

    def rejected(self, stream: str) -> dict[str, dict[str, Any]]:
        """By event id, what lies below rejected/ of a log stream."""
        lines = (line for body in self._read_objects("DataBucket", "rejected/") for line in body.splitlines())
        rejections = map(json.loads, lines)
        return {each["event_id"]: each for each in rejections if each["log_stream"] == stream}

    def failed_keys(self) -> list[str]:
        return list(self._list_keys("FailedBucket", ""))

    def data_keys(self, prefix: str = "") -> list[str]:
        return list(self._list_keys("DataBucket", prefix))

    def inventory_days(self) -> list[str]:
        return self.data_keys("inventory/")

    def _list_keys(self, bucket: str, prefix: str) -> Iterator[str]:
        pages = self.cloud.client("s3").get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.outputs[bucket], Prefix=prefix):
            yield from (item["Key"] for item in page.get("Contents", []))

    def _read_objects(self, bucket: str, prefix: str) -> Iterator[str]:
        for key in self._list_keys(bucket, prefix):
            answer = self.cloud.client("s3").get_object(Bucket=self.outputs[bucket], Key=key)
            yield answer["Body"].read().decode()

    @contextmanager
    def assumed(self, package: str) -> Iterator["AssumedRole"]:
        """The very role of a function, which for the while trusts the administrator too."""
        iam = self.cloud.client("iam")
        role = iam.get_role(RoleName=self.role(package))["Role"]
        trust: Any = role["AssumeRolePolicyDocument"]
        statement = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"AWS": f"arn:aws:iam::{self.cloud.account}:root"},
        }
        wider = {**trust, "Statement": [*trust["Statement"], statement]}
        iam.update_assume_role_policy(RoleName=role["RoleName"], PolicyDocument=json.dumps(wider))
        try:
            keys = self.cloud.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="test")
            yield AssumedRole(keys["Credentials"], self.cloud)
        finally:
            iam.update_assume_role_policy(RoleName=role["RoleName"], PolicyDocument=json.dumps(trust))


class AssumedRole:
    def __init__(self, keys: "CredentialsTypeDef", cloud: LocalCloud) -> None:
        self.session = boto3.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=cloud.region
        )
        self._endpoint_url = cloud.endpoint_url

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 builds each service's client at run time
        return self.session.client(service, endpoint_url=self._endpoint_url)  # type: ignore[call-overload]


def deploy(cloud: LocalCloud, directory: Path, extra: Mapping[str, str] | None = None) -> Deployment:
    """Into an account that has the sample VPC."""
    directory.mkdir()
    sample = create_sample_vpc(cloud.client("ec2"), cloud.control)
    cdk = make_cdk(cloud, directory, [sample.vpc_id], extra)
    cdk.bootstrap(_ignore)
    cdk.deploy(_ignore)
    return Deployment(cloud, directory, sample, cdk)


def make_cdk(
    cloud: LocalCloud, directory: Path, vpc_ids: Iterable[str], extra: Mapping[str, str] | None = None
) -> Cdk:
    context = {"vpc_ids": ",".join(vpc_ids), "allowed_cidrs": f"{ALLOWED}/32", **(extra or {})}
    return Cdk(cdk_command(), cloud, directory, context)


def _ignore(progress: str) -> None:
    """The output of the CDK CLI is in its log."""
