import pytest

from domain.errors import IndexPageError
from index_page.request import PublishRequest

SCHEDULED = {"version": "0", "detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}


@pytest.mark.parametrize(
    ("event", "request_"),
    [
        (SCHEDULED, PublishRequest()),
        ({"create": True}, PublishRequest(create=True)),
        ({"traffic": "stored"}, PublishRequest(stored_traffic=True)),
        ({"create": True, "traffic": "stored"}, PublishRequest(create=True, stored_traffic=True)),
        ({"create": False, "traffic": None}, PublishRequest()),
    ],
)
def test_an_event_says_what_may_be_made_and_from_what(
    event: dict[str, object], request_: PublishRequest
) -> None:
    assert PublishRequest.parse(event) == request_


@pytest.mark.parametrize("event", [{"create": "true"}, {"create": 1}, {"traffic": "new"}, {"traffic": True}])
def test_a_value_that_means_nothing_is_named_with_what_is_allowed(event: dict[str, object]) -> None:
    (name,) = event

    with pytest.raises(IndexPageError, match=f'"{name}" must be'):
        PublishRequest.parse(event)
