from collections.abc import Callable, Iterator
from time import sleep

import pytest

from domain.errors import IndexPageError, SearchSetupError, SearchUnavailableError
from index_page.request import PublishRequest
from search_setup.deadline import Deadline
from search_setup.first_page import publish_first_page
from tests.adapters.answering_server import Answer, AnsweringServer
from tests.adapters.fake_lambda import FakeLambda

pytestmark = pytest.mark.usefixtures("aws")

DEADLINE = Deadline(remaining=lambda: 60.0)


def fail_with(error: Exception) -> Callable[[dict[str, object]], object]:
    def function(_payload: dict[str, object]) -> object:
        raise error

    return function


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeLambda]:
    with FakeLambda({"index-page": lambda _payload: {"published": True}}) as functions:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", functions.endpoint_url)
        yield functions


def test_the_page_is_asked_for_with_the_right_to_make_it(functions: FakeLambda) -> None:
    publish_first_page("index-page", DEADLINE)

    (payload,) = functions.payloads
    assert PublishRequest.parse(payload) == PublishRequest(create=True)
    assert functions.kinds == ["RequestResponse"]


def test_a_page_that_the_domain_has_no_time_for_may_be_asked_for_again(functions: FakeLambda) -> None:
    functions.functions["index-page"] = fail_with(SearchUnavailableError("the domain answered 429"))

    with pytest.raises(SearchUnavailableError, match=r"index page.*the domain answered 429"):
        publish_first_page("index-page", DEADLINE)


def test_a_page_that_can_not_be_made_is_an_error_that_says_where_to_look(functions: FakeLambda) -> None:
    functions.functions["index-page"] = fail_with(IndexPageError("no such thing"))

    with pytest.raises(SearchSetupError, match=r"IndexPageError: no such thing\. The log of index-page"):
        publish_first_page("index-page", DEADLINE)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "AccessDeniedException"),
        (409, "ResourceConflictException"),
        (429, "TooManyRequestsException"),
        (500, "ServiceException"),
    ],
)
def test_a_lambda_api_that_is_not_ready_may_be_asked_again(
    monkeypatch: pytest.MonkeyPatch, status: int, code: str
) -> None:
    with AnsweringServer(Answer(status, {"__type": code, "Message": "later"})) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", server.url)

        with pytest.raises(SearchUnavailableError, match=code):
            publish_first_page("index-page", DEADLINE)


def test_a_function_that_is_not_there_is_an_error_at_once(functions: FakeLambda) -> None:
    functions.functions.clear()

    with pytest.raises(SearchSetupError, match="ResourceNotFoundException"):
        publish_first_page("index-page", DEADLINE)


def test_a_page_that_takes_longer_than_the_set_up_has_is_given_up_in_time(functions: FakeLambda) -> None:
    functions.functions["index-page"] = lambda _payload: sleep(0.5)

    with pytest.raises(SearchUnavailableError, match="ReadTimeoutError"):
        publish_first_page("index-page", Deadline(remaining=lambda: 0.1))
