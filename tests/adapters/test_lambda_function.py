from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.lambda_function import InvocationFailure, invoke_function, make_lambda_client
from domain.errors import NothingIndexedError
from tests.adapters.fake_lambda import FakeLambda

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_lambda import LambdaClient


def fail(payload: dict[str, object]) -> object:
    raise NothingIndexedError(str(payload["text"]))


@pytest.fixture
def functions() -> Iterator[FakeLambda]:
    with FakeLambda({"succeeding": lambda _payload: {"Records": 1}, "failing": fail}) as functions:
        yield functions


@pytest.fixture
def client(
    aws: None,  # noqa: ARG001 - for its effect
    functions: FakeLambda,
    monkeypatch: pytest.MonkeyPatch,
) -> LambdaClient:
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", functions.endpoint_url)
    return make_lambda_client()


def test_a_function_that_succeeds_has_no_failure(client: LambdaClient, functions: FakeLambda) -> None:
    assert invoke_function(client, "succeeding", {"text": "ü"}) is None
    assert functions.payloads == [{"text": "ü"}]


def test_a_function_that_fails_says_with_which_error(client: LambdaClient) -> None:
    failure = invoke_function(client, "failing", {"text": "all refused"})

    assert failure == InvocationFailure("NothingIndexedError", "all refused")


def test_a_function_that_is_not_there_is_a_failure(client: LambdaClient) -> None:
    failure = invoke_function(client, "missing", {})

    assert failure is not None
    assert "ResourceNotFoundException" in failure.error_message


def test_a_service_that_cannot_be_reached_is_a_failure(
    aws: None,  # noqa: ARG001 - for its effect
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:1")

    failure = invoke_function(make_lambda_client(), "succeeding", {})

    assert failure is not None
    assert failure.error_type == "EndpointConnectionError"
