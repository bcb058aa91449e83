import threading
import time
from collections.abc import Sequence

import pytest

from local.search.faults import Fault
from tests.whole_way.deployment import Deployment, StoredEvent
from tests.whole_way.lines import document_id, make_line, read_plainly
from tests.whole_way.people import Person

STREAMS = 8
RECORDS = 250
BULK = r"POST /_bulk"


def _interface_ids(case: int) -> list[str]:
    return [f"eni-0000000000{case:03d}{number:04d}" for number in range(STREAMS)]


def _send(deployment: Deployment, interface_ids: Sequence[str]) -> list[StoredEvent]:
    start = int(time.time()) - 60
    events = []
    for interface_id in interface_ids:
        lines = [make_line(interface_id, start, number) for number in range(RECORDS)]
        events += deployment.send(f"{interface_id}-all", lines, start)
    return events


def _count(master: Person, interface_ids: Sequence[str]) -> int:
    return sum(len(master.find_stream(interface_id)) for interface_id in interface_ids)


def _assert_exactly(master: Person, interface_ids: Sequence[str], events: Sequence[StoredEvent]) -> None:
    documents = {
        id_: document
        for interface_id in interface_ids
        for id_, document in master.find_stream(interface_id).items()
    }
    expected = {document_id(event.id): read_plainly(event.message, event.second) or {} for event in events}
    assert documents.keys() == expected.keys()
    assert all(documents[id_].items() >= fields.items() for id_, fields in expected.items())


@pytest.mark.parametrize(
    ("case", "fault"),
    [
        (1, Fault(kind="status", match=BULK, status=429, times=6)),
        (2, Fault(kind="status", match=BULK, status=503, times=6)),
        (3, Fault(kind="item_status", match=BULK, status=429, share=0.3, times=6, seed=3)),
        (4, Fault(kind="item_status", match=BULK, status=503, items=(0, 17, 249), times=6)),
        (5, Fault(kind="cut_after_write", match=BULK, times=4)),
        (6, Fault(kind="cut_before", match=BULK, times=4)),
    ],
    ids=["429", "503", "items-429", "items-503", "cut-after-write", "cut-before"],
)
def test_no_record_is_lost_or_doubled_by_a_passing_fault(
    deployment: Deployment, master: Person, case: int, fault: Fault
) -> None:
    interface_ids = _interface_ids(case)
    deployment.cloud.control.set_faults([fault])

    events = _send(deployment, interface_ids)
    deployment.wait_until(lambda: _count(master, interface_ids) == len(events), "all records are indexed")

    _assert_exactly(master, interface_ids, events)
    [injected] = deployment.cloud.control.get_faults()
    assert injected["injected"] == fault.times


def test_no_record_is_lost_or_doubled_when_the_engine_is_killed_and_comes_back(
    deployment: Deployment, master: Person
) -> None:
    interface_ids = _interface_ids(7)
    events: list[StoredEvent] = []
    # A little delay for each bulk request, so that the engine dies between them.
    deployment.cloud.control.set_faults([Fault(kind="delay", match=BULK, seconds=0.5, times=None)])
    sender = threading.Thread(target=lambda: events.extend(_send(deployment, interface_ids)))

    sender.start()
    deployment.wait_until(lambda: _count(master, interface_ids[:2]) > 0, "ingest has begun")
    deployment.cloud.engine.kill()
    sender.join()
    deployment.cloud.engine.start()
    deployment.wait_until(lambda: _count(master, interface_ids) == len(events), "all records are indexed")

    assert len(events) == STREAMS * RECORDS
    _assert_exactly(master, interface_ids, events)


def test_an_item_that_the_engine_refuses_is_kept_with_the_reason_and_the_others_are_indexed(
    deployment: Deployment, master: Person
) -> None:
    [interface_id, *_] = _interface_ids(8)
    deployment.cloud.control.set_faults(
        [Fault(kind="item_status", match=BULK, status=400, items=(5, 6), times=1)]
    )

    events = _send(deployment, [interface_id])
    deployment.wait_until(
        lambda: len(master.find_stream(interface_id)) == RECORDS - 2, "the others are there"
    )

    refused = {events[5].id, events[6].id}
    deployment.wait_until(lambda: bool(deployment.rejected(f"{interface_id}-all")), "the refused are stored")
    rejected = deployment.rejected(f"{interface_id}-all")
    assert rejected.keys() == refused
    assert all("400" in each["reason"] for each in rejected.values())


def test_what_could_not_be_written_waits_in_the_failed_bucket_until_redrive_feeds_it_back(
    deployment: Deployment, master: Person
) -> None:
    [interface_id, *_] = _interface_ids(9)
    # A whole request that is refused is not tried again by the function: the first attempt and two retries.
    deployment.cloud.control.set_faults([Fault(kind="status", match=BULK, status=403, times=3)])

    events = _send(deployment, [interface_id])
    deployment.wait_until(lambda: len(deployment.failed_keys()) == 1, "Lambda has kept the event")
    nothing_yet = master.find_stream(interface_id)
    deployment.invoke("redrive")

    assert nothing_yet == {}
    _assert_exactly(master, [interface_id], events)
    assert deployment.failed_keys() == []


def test_a_batch_of_nothing_but_junk_fails_and_is_put_away_by_redrive_with_its_lines_kept(
    deployment: Deployment,
) -> None:
    [interface_id, *_] = _interface_ids(11)
    stream = f"{interface_id}-all"

    events = deployment.send(stream, ["no flow record", "neither is this"], int(time.time()) - 60)
    deployment.wait_until(lambda: len(deployment.failed_keys()) == 1, "Lambda has kept the event")
    deployment.invoke("redrive")

    assert deployment.failed_keys() == []
    assert deployment.rejected(stream).keys() == {event.id for event in events}


def test_rejected_records_can_be_fed_back_once_the_cause_is_mended(
    deployment: Deployment, master: Person
) -> None:
    [interface_id, *_] = _interface_ids(10)
    deployment.cloud.control.set_faults(
        [Fault(kind="item_status", match=BULK, status=400, items=(0,), times=1)]
    )
    events = _send(deployment, [interface_id])
    deployment.wait_until(lambda: bool(deployment.rejected(f"{interface_id}-all")), "one is refused")

    deployment.invoke("redrive", {"rejected": "rejected/"})

    _assert_exactly(master, [interface_id], events)
    assert deployment.rejected(f"{interface_id}-all") == {}
