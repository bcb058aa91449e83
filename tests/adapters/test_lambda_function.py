from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

import pytest

from adapters.lambda_function import InvocationFailure, invoke_function, invoke_later, make_lambda_client
from domain.errors import NothingIndexedError
from tests.adapters.fake_lambda import FakeLambda

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_lambda import LambdaClient

    Invoke = Callable[[LambdaClient, str, dict[str, object]], InvocationFailure | None]


def succeed(_payload: dict[str, object]) -> object:
    return {"Records": 1}


def fail(payload: dict[str, object]) -> object:
    raise NothingIndexedError(str(payload["text"]))


def wait(_payload: dict[str, object]) -> object:
    sleep(0.5)
    return None


@pytest.fixture
def functions() -> Iterator[FakeLambda]:
    with FakeLambda({"succeeding": succeed, "failing": fail, "slow": wait}) as functions:
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


@pytest.mark.parametrize("invoke", [invoke_function, invoke_later])
def test_a_function_that_is_not_there_is_a_failure(client: LambdaClient, invoke: Invoke) -> None:
    failure = invoke(client, "missing", {})

    assert failure is not None
    assert failure.error_type == "ResourceNotFoundException"
    assert "no such function" in failure.error_message


@pytest.mark.parametrize("invoke", [invoke_function, invoke_later])
def test_a_service_that_cannot_be_reached_is_a_failure(
    aws: None,  # noqa: ARG001 - for its effect
    monkeypatch: pytest.MonkeyPatch,
    invoke: Invoke,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:1")

    failure = invoke(make_lambda_client(), "succeeding", {})

    assert failure is not None
    assert failure.error_type == "EndpointConnectionError"


def test_a_function_that_takes_longer_than_the_caller_has_is_a_failure_and_not_called_twice(
    client: LambdaClient,  # noqa: ARG001 - for its environment
    functions: FakeLambda,
) -> None:
    failure = invoke_function(make_lambda_client(read_timeout=0.1), "slow", {})

    assert failure is not None
    assert failure.error_type == "ReadTimeoutError"
    assert len(functions.payloads) == 1


def test_an_event_is_left_to_lambda_whatever_becomes_of_it(
    client: LambdaClient, functions: FakeLambda
) -> None:
    assert invoke_later(client, "failing", {"text": "ü"}) is None
    assert (functions.kinds, functions.payloads) == (["Event"], [{"text": "ü"}])
