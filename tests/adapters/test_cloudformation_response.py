import json

import pytest
from urllib3 import PoolManager

from adapters.cloudformation_response import CloudFormationResponse, send_response
from domain.errors import SearchSetupError
from tests.adapters.answering_server import Answer, AnsweringServer

LONGEST = 4096


def response(reason: str = "", data: dict[str, str] | None = None) -> CloudFormationResponse:
    return CloudFormationResponse(
        status="FAILED",
        reason=reason,
        physical_resource_id="sg-lens-search-setup-1",
        stack_id="arn:aws:cloudformation:us-east-1:123456789012:stack/sg-lens/1",
        request_id="request-1",
        logical_resource_id="SearchSetup",
        data=data or {},
    )


def test_the_answer_is_put_as_json_with_every_field_that_cloudformation_asks_for() -> None:
    with AnsweringServer() as server:
        send_response(PoolManager(), f"{server.url}/answer?signature=a%2Fb", response("why", {"Notice": "n"}))

    received = server.received[0]
    assert (received.method, received.path) == ("PUT", "/answer?signature=a%2Fb")
    assert received.json() == {
        "Status": "FAILED",
        "Reason": "why",
        "PhysicalResourceId": "sg-lens-search-setup-1",
        "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/sg-lens/1",
        "RequestId": "request-1",
        "LogicalResourceId": "SearchSetup",
        "Data": {"Notice": "n"},
    }


def test_the_answer_has_no_content_type_as_the_presigned_url_knows_none() -> None:
    with AnsweringServer() as server:
        send_response(PoolManager(), server.url, response())

    assert "content-type" not in server.received[0].headers


@pytest.mark.parametrize("character", ["x", '"', "ü", "\N{GRINNING FACE}"])
def test_a_long_reason_is_cut_so_that_the_body_is_not_ignored(character: str) -> None:
    body = response(character * 5000, {"Notice": "kept"}).to_body()

    answer = json.loads(body)
    assert len(body) <= LONGEST
    assert answer["Reason"].startswith(character)
    assert answer["Reason"].endswith("[...]")
    assert answer["Data"] == {"Notice": "kept"}


def test_a_reason_that_just_fits_is_left_whole() -> None:
    room = LONGEST - len(response().to_body())

    assert json.loads(response("x" * room).to_body())["Reason"] == "x" * room


def test_the_answer_is_put_again_where_the_store_fails_for_a_moment() -> None:
    with AnsweringServer(Answer(503), Answer(500), Answer(200)) as server:
        send_response(PoolManager(), server.url, response("why"))

    assert [received.json()["Reason"] for received in server.received] == ["why"] * 3


def test_an_answer_that_is_refused_is_an_error_that_says_so() -> None:
    with (
        AnsweringServer(Answer(403, "expired", "text/plain")) as server,
        pytest.raises(SearchSetupError, match=r"403.*expired"),
    ):
        send_response(PoolManager(), server.url, response())


def test_an_answer_that_reaches_nobody_is_an_error_that_says_so() -> None:
    with AnsweringServer() as server:
        gone = server.url

    with pytest.raises(SearchSetupError, match="could not be answered"):
        send_response(PoolManager(), gone, response())
