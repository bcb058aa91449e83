"""moto's AWS, with what it lacks of EC2: pages, the limit on filter values, and throttling."""

from __future__ import annotations

from collections import Counter
from functools import cache
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws

from adapters.ec2_inventory import make_ec2_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.awsrequest import AWSPreparedRequest
    from botocore.model import OperationModel
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_s3 import S3Client

REGION = "us-east-1"
BUCKET = "sg-lens-data"
LOOPBACK = r"https?://(localhost|127\.0\.0\.1):.*"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of it leaves the process; only what a test serves on the loopback interface can be reached."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, REGION)
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws(config={"core": {"passthrough": {"urls": [LOOPBACK]}}}):
        yield


@pytest.fixture
def s3(aws: None) -> S3Client:  # noqa: ARG001 - for its effect
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


class Ec2:
    """A client as the functions use it, whose answers come in pages of at most `page_size`."""

    def __init__(self, client: EC2Client) -> None:
        self.client = client
        self.page_size = 1000
        self.fail_after_first_page = False
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._throttled: Counter[str] = Counter()
        self._hooks: dict[str, Callable[..., Any]] = {
            "before-parameter-build.ec2": self._note,
            "before-send.ec2": self._throttle,
            "after-call.ec2": self._cut,
        }

    def __enter__(self) -> Self:
        for event, hook in self._hooks.items():
            self.client.meta.events.register(event, hook)
        return self

    def __exit__(self, *_: object) -> None:
        for event, hook in self._hooks.items():
            self.client.meta.events.unregister(event, hook)

    def throttle(self, operation: str, times: int) -> None:
        self._throttled[operation] = times

    def operations(self) -> list[str]:
        return [operation for operation, _ in self.calls]

    def _note(
        self, params: dict[str, Any], model: OperationModel, context: dict[str, Any], **_: object
    ) -> None:
        assert all(len(item["Values"]) <= 200 for item in params.get("Filters", []))
        self.calls.append((model.name, dict(params)))
        context["params"] = params

    def _throttle(self, event_name: str, request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
        operation = event_name.rsplit(".", 1)[-1]
        later_page = self.fail_after_first_page and "NextToken" in str(request.body)
        if not later_page and self._throttled[operation] <= 0:
            return None
        self._throttled[operation] -= 1
        error = "<Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message>"
        body = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>1</RequestID></Response>"
        return AWSResponse(request.url, 503, HTTPHeaders(), _Body(body.encode()))

    def _cut(self, parsed: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        name = next((name for name, value in parsed.items() if isinstance(value, list)), None)
        if name is None or "params" not in context:
            return
        start = int(context["params"].get("NextToken", 0))
        end = start + min(self.page_size, context["params"].get("MaxResults", 1000))
        if end < len(parsed[name]):
            parsed["NextToken"] = str(end)
        parsed[name] = parsed[name][start:end]


class _Body(BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.read()


@pytest.fixture
def ec2(aws: None) -> Iterator[Ec2]:  # noqa: ARG001 - for its effect
    with Ec2(_make_ec2_client()) as ec2:
        yield ec2


@cache
def _make_ec2_client() -> EC2Client:
    """One for all tests: making it costs a third of a second."""
    return make_ec2_client()


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between botocore's attempts, which take no time in a test that has this fixture."""
    waits: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=waits.append))
    return waits
