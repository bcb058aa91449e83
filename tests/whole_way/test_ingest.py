import base64
import gzip
import json
import time
from typing import Any

from tests.whole_way.deployment import Deployment, StoredEvent
from tests.whole_way.lines import FIELDS, document_id, fuzz, make_line, read_plainly
from tests.whole_way.people import Person

FUZZED_LINES = 10_000


def _subscription_event(deployment: Deployment, stream: str, events: list[StoredEvent]) -> dict[str, Any]:
    content = {
        "messageType": "DATA_MESSAGE",
        "owner": deployment.cloud.account,
        "logGroup": deployment.log_group,
        "logStream": stream,
        "subscriptionFilters": ["Subscription"],
        "logEvents": [
            {"id": event.id, "timestamp": event.timestamp, "message": event.message} for event in events
        ],
    }
    data = base64.b64encode(gzip.compress(json.dumps(content).encode())).decode()
    return {"awslogs": {"data": data}}


def test_a_line_in_the_log_group_becomes_a_document_that_can_be_found(
    deployment: Deployment, master: Person
) -> None:
    start = int(time.time()) - 60
    line = make_line("eni-0000000000000a001", start)

    [event] = deployment.send("eni-0000000000000a001-all", [line], start)
    deployment.wait_until(lambda: bool(master.find([document_id(event.id)])), "the record is in the index")

    document = master.find([document_id(event.id)])[document_id(event.id)]
    assert document["@timestamp"] == start
    assert {name: document[name] for name in read_plainly(line, start) or ()} == read_plainly(line, start)


def test_five_deliveries_of_an_event_give_one_document_for_each_record(
    deployment: Deployment, master: Person
) -> None:
    start = int(time.time()) - 60
    stream = "eni-0000000000000a002-all"
    lines = [make_line("eni-0000000000000a002", start, number) for number in range(50)]
    events = deployment.send(stream, lines, start)
    deployment.wait_until(
        lambda: len(master.find_stream("eni-0000000000000a002")) == 50, "the first delivery is indexed"
    )

    answers = [
        deployment.invoke("flow_ingest", _subscription_event(deployment, stream, events)) for _ in range(4)
    ]

    assert [(answer["Written"], answer["AlreadyThere"]) for answer in answers] == [(0, 50)] * 4
    documents = master.find_stream("eni-0000000000000a002")
    assert documents.keys() == {document_id(event.id) for event in events}


def test_of_ten_thousand_fuzzed_lines_each_is_a_document_or_a_rejection(
    deployment: Deployment, master: Person
) -> None:
    start = int(time.time()) - 60
    stream = "eni-0000000000000a003-all"
    lines = [make_line("eni-0000000000000a003", start, number) for number in range(FUZZED_LINES)]
    lines = [line for line in fuzz(lines, seed=20261124) if line]

    events = deployment.send(stream, lines, start)
    expected = {document_id(event.id): read_plainly(event.message, event.second) for event in events}
    readable = {id_: fields for id_, fields in expected.items() if fields is not None}
    deployment.wait_until(lambda: len(master.find(expected)) == len(readable), "each record is in the index")

    documents = master.find(expected)
    assert {id_: _raw_fields(document, readable[id_]) for id_, document in documents.items()} == readable
    deployment.wait_until(lambda: bool(deployment.rejected(stream)), "the rejections are stored")
    rejected = deployment.rejected(stream)
    assert {document_id(event_id) for event_id in rejected} == expected.keys() - readable.keys()
    assert {each["message"] for each in rejected.values()} == {
        event.message for event in events if expected[document_id(event.id)] is None
    }
    assert all(each["reason"] for each in rejected.values())


def _raw_fields(document: dict[str, Any], expected: dict[str, object]) -> dict[str, object]:
    """Without what the inventory adds: it knows none of the fuzzed interfaces."""
    return {name: document[name] for name in FIELDS if name in document or name in expected}


def test_the_reachability_check_of_cloudwatch_logs_is_answered(deployment: Deployment) -> None:
    content = {
        "messageType": "CONTROL_MESSAGE",
        "owner": "CloudwatchLogs",
        "logGroup": "",
        "logStream": "",
        "subscriptionFilters": [],
        "logEvents": [{"id": "", "timestamp": 1510943004908, "message": "CWL CONTROL MESSAGE"}],
    }
    data = base64.b64encode(gzip.compress(json.dumps(content).encode())).decode()

    assert deployment.invoke("flow_ingest", {"awslogs": {"data": data}}) == {}
