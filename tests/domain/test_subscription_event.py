import gzip
import json
from base64 import b64encode, urlsafe_b64decode

import pytest

from domain.errors import SubscriptionEventError
from domain.subscription_event import LogEvent, SubscriptionBatch, document_id, parse_subscription_event

EVENT_ID = "31953106606966983378809025079804211143289615424298221568"
CONTENT: dict[str, object] = {
    "messageType": "DATA_MESSAGE",
    "owner": "123456789012",
    "logGroup": "FlowLogGroup",
    "logStream": "eni-0aaaaaaaaaaaaaaaa-all",
    "subscriptionFilters": ["FlowIngest"],
    "logEvents": [{"id": EVENT_ID, "timestamp": 1432826855000, "message": "2 123456789012 -"}],
}
CONTROL_MESSAGE: dict[str, object] = {
    "messageType": "CONTROL_MESSAGE",
    "owner": "CloudwatchLogs",
    "logGroup": "",
    "logStream": "",
    "subscriptionFilters": [],
    "logEvents": [
        {
            "id": "",
            "timestamp": 1510943004908,
            "message": "CWL CONTROL MESSAGE: Checking health of destination.",
        }
    ],
}


def delivered(content: object) -> dict[str, object]:
    data = gzip.compress(json.dumps(content).encode())
    return {"awslogs": {"data": b64encode(data).decode()}}


def test_a_data_message_is_read() -> None:
    batch = parse_subscription_event(delivered(CONTENT))

    assert batch == SubscriptionBatch(
        message_type="DATA_MESSAGE",
        owner="123456789012",
        log_group="FlowLogGroup",
        log_stream="eni-0aaaaaaaaaaaaaaaa-all",
        events=(LogEvent(EVENT_ID, 1432826855000, "2 123456789012 -"),),
    )
    assert not batch.is_control_message


def test_a_control_message_is_told_from_data() -> None:
    assert parse_subscription_event(delivered(CONTROL_MESSAGE)).is_control_message


def test_lone_surrogates_in_a_message_become_replacement_characters() -> None:
    events = [{"id": EVENT_ID, "timestamp": 0, "message": "a\ud800b\udc00 \U0001f600"}]

    batch = parse_subscription_event(delivered(CONTENT | {"logEvents": events}))

    assert batch.events[0].message == "a\ufffdb\ufffd \U0001f600"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"logEvents": None}, "logEvents is missing, not a list"),
        ({"logEvents": ["line"]}, "logEvents holds a member of type str, not an object"),
        ({"logEvents": [{"id": "1", "message": ""}]}, "timestamp is missing, not epoch milliseconds"),
        ({"logEvents": [{"id": "1", "message": "", "timestamp": -1}]}, "timestamp is -1"),
        ({"logEvents": [{"id": "1", "message": "", "timestamp": 10**15}]}, "timestamp is 1000000000000000"),
        ({"logEvents": [{"id": 1, "message": "", "timestamp": 0}]}, "id is of type int, not text"),
        ({"logEvents": [{"id": "", "message": "", "timestamp": 0}]}, "A log event of FlowLogGroup has no id"),
        ({"logEvents": [{"id": "1", "timestamp": 0}]}, "message is missing, not text"),
        ({"messageType": None}, "messageType is missing, not text"),
    ],
)
def test_content_that_cloudwatch_logs_never_sends_is_refused_with_the_key(
    change: dict[str, object], message: str
) -> None:
    with pytest.raises(SubscriptionEventError, match=message):
        parse_subscription_event(delivered(CONTENT | change))


@pytest.mark.parametrize(
    "data",
    [
        "not base64!",
        b64encode(b"not gzip").decode(),
        b64encode(gzip.compress(b"{}")[:-9]).decode(),
        b64encode(gzip.compress(b"{} ")[:10] + b"\xff" * 20).decode(),
        b64encode(gzip.compress(b"not json")).decode(),
        b64encode(gzip.compress(b'"\xff"')).decode(),
        b64encode(gzip.compress(b"[" * 100_000)).decode(),
    ],
)
def test_data_that_is_not_compressed_json_is_refused(data: str) -> None:
    with pytest.raises(SubscriptionEventError, match="not base64"):
        parse_subscription_event({"awslogs": {"data": data}})


@pytest.mark.parametrize(
    "event", [{}, {"awslogs": None}, {"awslogs": {}}, {"awslogs": {"data": 1}}, delivered([])]
)
def test_an_event_from_elsewhere_is_refused(event: dict[str, object]) -> None:
    with pytest.raises(SubscriptionEventError, match=r"awslogs|data"):
        parse_subscription_event(event)


def test_a_document_id_is_the_event_ids_24_bytes_in_base64url() -> None:
    encoded = document_id(EVENT_ID)

    assert len(encoded) == 32
    assert int.from_bytes(urlsafe_b64decode(encoded), "big") == int(EVENT_ID)


def test_neighbours_in_a_stream_share_the_beginning_of_their_document_ids() -> None:
    following = str(int(EVENT_ID) + 1)

    assert document_id(following) != document_id(EVENT_ID)
    assert document_id(following)[:31] == document_id(EVENT_ID)[:31]


@pytest.mark.parametrize("event_id", ["", "abc", "7", "1" * 55, "1" * 57, "-" + "1" * 55, "٣" * 56])
def test_an_id_that_is_not_56_digits_stays_as_it_is(event_id: str) -> None:
    assert document_id(event_id) == event_id


def test_the_greatest_event_id_fits_in_24_bytes() -> None:
    assert len(document_id("9" * 56)) == 32
