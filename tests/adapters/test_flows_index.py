import json
from collections.abc import Iterator
from itertools import repeat
from threading import Event

import pytest

from adapters.flows_index import IndexOutcome, RefusedDocument, index_documents
from domain.errors import SearchUnavailableError
from tests.adapters.fake_search import (
    FakeSearch,
    Fault,
    Item,
    Reply,
    cut,
    cut_after_writing,
    status,
    text,
)
from tests.adapters.fake_time import FakeTime

INDEX = "flows-2026.11.24"


@pytest.fixture
def search() -> Iterator[FakeSearch]:
    with FakeSearch() as search:
        yield search


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


def documents(*ids: str) -> list[str]:
    return [document(document_id, {"bytes": 1, "interface_id": document_id}) for document_id in ids]


def document(document_id: str, fields: dict[str, object]) -> str:
    action = {"create": {"_index": INDEX, "_id": document_id}}
    return f"{json.dumps(action)}\n{json.dumps(fields)}\n"


def written_ids(search: FakeSearch) -> set[str]:
    return {document_id for _, document_id in search.documents}


def refuse_larger_than(count: int, code: int) -> Fault:
    def fault(search: FakeSearch, items: list[Item]) -> Reply | None:
        return search.write(items) if len(items) <= count else status(code)(search, items)

    return fault


def refuse_with(document_id: str, code: int) -> Fault:
    def fault(search: FakeSearch, items: list[Item]) -> Reply | None:
        at_fault = any(item.document_id == document_id for item in items)
        return (
            status(code, "action_request_validation_exception")(search, items)
            if at_fault
            else search.write(items)
        )

    return fault


def test_documents_are_written_under_their_ids(search: FakeSearch, time: FakeTime) -> None:
    outcome = index_documents(search.client(), documents("1", "2"), time.pace(60))

    assert outcome == IndexOutcome(written=2, already_there=0, refused=(), retries=0)
    assert search.documents[INDEX, "2"] == {"bytes": 1, "interface_id": "2"}
    assert search.requests == [["1", "2"]]


def test_no_documents_need_no_request(search: FakeSearch, time: FakeTime) -> None:
    assert index_documents(search.client(), [], time.pace(60)) == IndexOutcome(0, 0, (), 0)
    assert search.requests == []


def test_the_same_documents_five_times_are_written_once(search: FakeSearch, time: FakeTime) -> None:
    outcomes = [index_documents(search.client(), documents("1", "2"), time.pace(60)) for _ in range(5)]

    assert [outcome.written for outcome in outcomes] == [2, 0, 0, 0, 0]
    assert [outcome.already_there for outcome in outcomes] == [0, 2, 2, 2, 2]
    assert written_ids(search) == {"1", "2"}


def test_only_the_items_that_failed_are_sent_again(search: FakeSearch, time: FakeTime) -> None:
    search.item_errors["2"] = iter(
        [(429, "rejected_execution_exception"), (503, "unavailable_shards_exception")]
    )

    outcome = index_documents(search.client(), documents("1", "2", "3"), time.pace(60))

    assert outcome == IndexOutcome(written=3, already_there=0, refused=(), retries=2)
    assert search.requests == [["1", "2", "3"], ["2"], ["2"]]


def test_a_refused_item_does_not_keep_the_others_out(search: FakeSearch, time: FakeTime) -> None:
    search.item_errors["2"] = iter([(400, "strict_dynamic_mapping_exception")])

    outcome = index_documents(search.client(), documents("1", "2", "3"), time.pace(60))

    reason = "400 strict_dynamic_mapping_exception: strict_dynamic_mapping_exception of 2"
    assert outcome == IndexOutcome(2, 0, (RefusedDocument("2", reason),), 0)
    assert search.requests == [["1", "2", "3"]]


@pytest.mark.parametrize(
    "fault",
    [
        status(429),
        status(500),
        status(502),
        status(503),
        status(504),
        status(408),
        cut,
        text("<html>Bad gateway</html>"),
        text("not JSON", "application/json"),
        text('{"items": []}', "application/json"),
    ],
)
def test_a_request_that_failed_is_sent_again(search: FakeSearch, time: FakeTime, fault: Fault) -> None:
    search.fail(fault, fault)

    outcome = index_documents(search.client(), documents("1", "2"), time.pace(60))

    assert outcome == IndexOutcome(written=2, already_there=0, refused=(), retries=2)
    assert written_ids(search) == {"1", "2"}


def test_what_was_written_before_the_connection_was_cut_is_not_doubled(
    search: FakeSearch, time: FakeTime
) -> None:
    search.fail(cut_after_writing)

    outcome = index_documents(search.client(), documents("1", "2"), time.pace(60))

    assert outcome == IndexOutcome(written=0, already_there=2, refused=(), retries=1)
    assert written_ids(search) == {"1", "2"}


def test_waits_double_from_half_a_second_to_twenty(search: FakeSearch, time: FakeTime) -> None:
    search.fail(*[status(429)] * 8)

    index_documents(search.client(), documents("1"), time.pace(600, random=1.0))

    assert time.slept == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0]


def test_jitter_takes_any_part_of_a_wait(search: FakeSearch, time: FakeTime) -> None:
    search.fail(*[status(429)] * 2)

    index_documents(search.client(), documents("1"), time.pace(600, random=0.25))

    assert time.slept == [0.125, 0.25]


def test_when_the_time_is_over_the_error_says_what_was_written(search: FakeSearch, time: FakeTime) -> None:
    search.item_errors["2"] = repeat((429, "rejected_execution_exception"))

    with pytest.raises(SearchUnavailableError) as caught:
        index_documents(search.client(), documents("1", "2", "3"), time.pace(10))

    assert "2 documents were written, 0 were there already, 0 were refused, 1 were not written" in str(
        caught.value
    )
    assert "429 rejected_execution_exception" in str(caught.value)
    assert time.now <= 10


def test_a_domain_that_stays_away_is_an_error_by_the_deadline(search: FakeSearch, time: FakeTime) -> None:
    search.standing_fault = status(503)

    with pytest.raises(SearchUnavailableError, match="2 were not written"):
        index_documents(search.client(), documents("1", "2"), time.pace(30))

    assert time.now <= 30


def test_a_domain_that_does_not_answer_is_left_when_the_time_is_over(
    search: FakeSearch, time: FakeTime
) -> None:
    over = Event()

    def hang(search: FakeSearch, items: list[Item]) -> Reply | None:
        over.wait(5)
        return search.write(items)

    search.fail(hang)

    with pytest.raises(SearchUnavailableError, match="ConnectionTimeout"):
        index_documents(search.client(), documents("1"), time.pace(0.1))

    over.set()


def test_without_any_time_nothing_is_sent(search: FakeSearch, time: FakeTime) -> None:
    with pytest.raises(SearchUnavailableError, match="2 were not written"):
        index_documents(search.client(), documents("1", "2"), time.pace(0))

    assert search.requests == []


@pytest.mark.parametrize("code", [401, 403, 404, 408])
def test_items_that_the_set_up_keeps_out_are_not_refused(
    search: FakeSearch, time: FakeTime, code: int
) -> None:
    search.item_errors["1"] = repeat((code, "security_exception"))

    with pytest.raises(SearchUnavailableError, match=f"0 were refused, 1 were not written.*{code}"):
        index_documents(search.client(), documents("1"), time.pace(10))


@pytest.mark.parametrize("code", [401, 403])
def test_a_role_that_the_domain_does_not_know_fails_at_once(
    search: FakeSearch, time: FakeTime, code: int
) -> None:
    search.fail(status(code, "security_exception"))

    with pytest.raises(SearchUnavailableError, match="maps no role to the function's role"):
        index_documents(search.client(), documents("1"), time.pace(60))

    assert len(search.requests) == 1


def test_an_endpoint_that_is_no_domain_fails_at_once(search: FakeSearch, time: FakeTime) -> None:
    search.fail(status(405))

    with pytest.raises(SearchUnavailableError, match="SEARCH_ENDPOINT"):
        index_documents(search.client(), documents("1"), time.pace(60))

    assert len(search.requests) == 1


def test_a_request_too_large_is_halved(search: FakeSearch, time: FakeTime) -> None:
    search.standing_fault = refuse_larger_than(1, 413)

    outcome = index_documents(search.client(), documents("1", "2", "3"), time.pace(60))

    assert outcome == IndexOutcome(written=3, already_there=0, refused=(), retries=0)
    assert search.requests == [["1", "2", "3"], ["1"], ["2", "3"], ["2"], ["3"]]


def test_a_document_too_large_by_itself_is_refused(search: FakeSearch, time: FakeTime) -> None:
    search.standing_fault = refuse_larger_than(0, 413)

    outcome = index_documents(search.client(), documents("1"), time.pace(60))

    assert [refused.document_id for refused in outcome.refused] == ["1"]


def test_a_document_that_spoils_its_request_is_found_and_refused(search: FakeSearch, time: FakeTime) -> None:
    search.standing_fault = refuse_with("3", 400)

    outcome = index_documents(search.client(), documents("1", "2", "3", "4"), time.pace(60))

    assert written_ids(search) == {"1", "2", "4"}
    assert [refused.document_id for refused in outcome.refused] == ["3"]
    assert "action_request_validation_exception" in outcome.refused[0].reason


def test_a_large_batch_goes_in_several_requests(search: FakeSearch, time: FakeTime) -> None:
    large = [document(str(number), {"text": "x" * 2**20}) for number in range(5)]

    outcome = index_documents(search.client(), large, time.pace(60))

    assert outcome.written == 5
    assert search.requests == [["0", "1"], ["2", "3"], ["4"]]


def test_the_log_of_a_retry_holds_no_record(
    search: FakeSearch, time: FakeTime, capsys: pytest.CaptureFixture[str]
) -> None:
    search.fail(status(429))

    index_documents(search.client(), [document("1", {"srcaddr": "192.0.2.1"})], time.pace(60))

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["level"] == "warning"
    assert "192.0.2.1" not in line
