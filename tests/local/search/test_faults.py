import gzip
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
import requests

from local.search.engine import Engine
from local.search.faults import KINDS, Fault, FaultError, Faults
from tests.local.search.callers import Callers


def _bulk_body(index: str, *ids: str) -> bytes:
    lines = [f'{{"create":{{"_index":"{index}","_id":"{name}"}}}}\n{{"bytes":40}}\n' for name in ids]
    return "".join(lines).encode()


def _ids(engine: Engine, index: str) -> set[str]:
    engine.request("POST", f"/{index}/_refresh")
    answer = engine.request("GET", f"/{index}/_search?size=1000")
    return {hit["_id"] for hit in answer.json().get("hits", {}).get("hits", [])}


def _statuses(answer: requests.Response) -> list[int]:
    return [item["create"]["status"] for item in answer.json()["items"]]


def test_a_fault_is_the_same_after_a_trip_through_json() -> None:
    fault = Fault("item_status", "POST /_bulk", times=None, after=2, status=429, items=(1, 3), seed=7)

    again = Fault.from_document(json.loads(json.dumps(fault.to_document())))

    assert again == fault


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"kind": "explode"}, "kind is 'explode'; allowed: status, item_status"),
        ({}, "kind is missing"),
        ({"kind": "status", "path": "/x"}, "unknown: path; allowed: after"),
        ({"kind": "status", "match": "("}, r"match is '\(', no regular expression"),
        ({"kind": "item_status", "share": 2}, "share is 2; allowed: 0 to 1"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(document: Mapping[str, object], message: str) -> None:
    with pytest.raises(FaultError, match=message):
        Fault.from_document(document)


def test_a_fault_hits_only_what_matches_method_and_path() -> None:
    faults = Faults([Fault("status", r"^POST /flows-.*/_bulk$")])

    assert faults.take("GET", "/flows-1/_bulk") is None
    assert faults.take("POST", "/others/_bulk") is None
    assert faults.take("POST", "/flows-1/_bulk") is not None


def test_a_fault_lets_the_first_ones_pass_and_hits_a_number_of_times() -> None:
    faults = Faults([Fault("status", after=2, times=3)])

    hits = [faults.take("GET", "/") is not None for _ in range(7)]

    assert hits == [False, False, True, True, True, False, False]


def test_the_first_fault_that_is_due_hits() -> None:
    spent, later, due = Fault("delay", times=0), Fault("status", after=5), Fault("cut_before")

    hit = Faults([spent, later, due]).take("GET", "/")

    assert hit == (due, 1)


def test_faults_for_bulk_items_hit_nothing_but_bulk_requests() -> None:
    faults = Faults([Fault("item_status", items=(0,))])

    assert faults.take("PUT", "/flows-1/_doc/1") is None
    assert faults.take("POST", "/_bulk") is not None


def test_many_threads_are_hit_exactly_as_often_as_asked_for() -> None:
    faults = Faults([Fault("status", times=50)])

    with ThreadPoolExecutor(8) as pool:
        hits = list(pool.map(lambda _: faults.take("GET", "/"), range(400)))

    assert sum(hit is not None for hit in hits) == 50
    assert faults.to_document()["faults"][0]["injected"] == 50  # type: ignore[index]


def test_a_share_of_the_items_is_the_same_for_the_same_seed_and_differs_by_occasion() -> None:
    fault = Fault("item_status", share=0.3, seed=1)

    first = fault.choose_items(1000, occasion=1)

    assert first == fault.choose_items(1000, occasion=1)
    assert first != fault.choose_items(1000, occasion=2)
    assert 200 < len(first) < 400


@pytest.mark.parametrize("status", [429, 503])
def test_a_burst_of_refusals_ends(callers: Callers, engine: Engine, index: str, status: int) -> None:
    callers.faults.replace([Fault("status", "_bulk", times=2, status=status)])
    master = callers.master()

    answers = [master.bulk(_bulk_body(index, str(number))).status_code for number in range(3)]

    assert answers == [status, status, 200]
    assert _ids(engine, index) == {"2"}


def test_items_that_are_refused_are_not_written_and_stand_in_their_place_in_the_answer(
    callers: Callers, engine: Engine, index: str
) -> None:
    callers.faults.replace([Fault("item_status", items=(0, 2), status=429)])

    answer = callers.master().bulk(_bulk_body(index, "a", "b", "c", "d"))

    assert answer.json()["errors"] is True
    assert _statuses(answer) == [429, 201, 429, 201]
    assert [item["create"]["_id"] for item in answer.json()["items"]] == ["a", "b", "c", "d"]
    assert _ids(engine, index) == {"b", "d"}


def test_a_share_of_the_items_is_refused(callers: Callers, engine: Engine, index: str) -> None:
    callers.faults.replace([Fault("item_status", share=0.5, seed=3, status=503)])
    ids = [str(number) for number in range(40)]

    answer = callers.master().bulk(_bulk_body(index, *ids))

    written = {name for name, status in zip(ids, _statuses(answer), strict=True) if status == 201}
    assert 5 < len(written) < 35
    assert _ids(engine, index) == written


def test_all_items_can_be_refused(callers: Callers, engine: Engine, index: str) -> None:
    callers.faults.replace([Fault("item_status", share=1, status=400)])

    answer = callers.master().bulk(_bulk_body(index, "a", "b"))

    assert _statuses(answer) == [400, 400]
    assert _ids(engine, index) == set()


def test_items_of_a_compressed_bulk_and_its_deletes_are_told_apart(
    callers: Callers, engine: Engine, index: str
) -> None:
    callers.master().bulk(_bulk_body(index, "old", "kept"))
    callers.faults.replace([Fault("item_status", items=(1,))])
    delete = "".join(f'{{"delete":{{"_index":"{index}","_id":"{name}"}}}}\n' for name in ("old", "kept"))
    body = gzip.compress(delete.encode() + _bulk_body(index, "new"))

    answer = callers.master().bulk(body, **{"Content-Encoding": "gzip"})

    assert [next(iter(item.values()))["status"] for item in answer.json()["items"]] == [200, 503, 201]
    assert _ids(engine, index) == {"kept", "new"}


def test_an_item_that_names_no_index_belongs_to_the_one_in_the_path(callers: Callers, index: str) -> None:
    callers.faults.replace([Fault("item_status", items=(0,))])

    answer = callers.master().request(
        "POST",
        f"/{index}/_bulk",
        data=b'{"index":{}}\n{"bytes":40}\n',
        headers={"Content-Type": "application/x-ndjson"},
    )

    assert answer.json()["items"][0]["index"]["_index"] == index


def test_what_the_engine_refuses_as_a_whole_is_passed_on(callers: Callers, index: str) -> None:
    callers.faults.replace([Fault("item_status", items=(0,))])

    answer = callers.nobody().bulk(_bulk_body(index, "a", "b"))

    assert answer.status_code == 401


def test_a_connection_cut_after_the_write_leaves_the_document_and_no_answer(
    callers: Callers, engine: Engine, index: str
) -> None:
    callers.faults.replace([Fault("cut_after_write")])

    with pytest.raises(requests.ConnectionError):
        callers.master().bulk(_bulk_body(index, "a"))

    assert _ids(engine, index) == {"a"}


def test_a_connection_cut_before_leaves_nothing(callers: Callers, engine: Engine, index: str) -> None:
    callers.faults.replace([Fault("cut_before")])

    with pytest.raises(requests.ConnectionError):
        callers.master().bulk(_bulk_body(index, "a"))

    assert _ids(engine, index) == set()


def test_a_delayed_request_is_answered_all_the_same(callers: Callers) -> None:
    callers.faults.replace([Fault("delay", seconds=0.5)])
    started = monotonic()

    answer = callers.master().get("/")

    assert answer.status_code == 200
    assert monotonic() - started >= 0.5


def test_after_clearing_nothing_goes_wrong_any_more(callers: Callers) -> None:
    callers.faults.replace([Fault("cut_before", times=None)])

    callers.faults.clear()

    assert callers.master().get("/").status_code == 200


def test_every_kind_is_explained() -> None:
    assert set(KINDS) == {"status", "item_status", "cut_before", "cut_after_write", "delay"}
