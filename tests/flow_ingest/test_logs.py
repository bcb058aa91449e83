"""No part of a flow record is in what the function prints, logs or fails with.

The reasons why a line was refused quote it; they lie beside it in the data bucket, which few may read.
"""

from __future__ import annotations

import gzip
import json
import logging
import re
from base64 import b64encode
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from adapters.inventory_store import InventoryStore
from domain.errors import NothingIndexedError, SearchUnavailableError, SgLensError, SubscriptionEventError
from domain.inventory_day import observe
from flow_ingest.handler import lambda_handler, make_ingest
from tests.adapters.aws import BUCKET
from tests.adapters.fake_search import FakeSearch, Fault, Item, Reply, cut, make_tls, status, text
from tests.domain.examples import INVENTORY
from tests.flow_ingest.events import LOG_FORMAT, Context, line, no_data, subscription_event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

Said = Callable[..., str]

POISONED = (
    "bogus line",
    line(srcport="70000"),
    line(srcport="203.0.113.99"),
    line(start=17),
    line(vpc_id="vpc-0bbbbbbbbbbbbbbbb surplus"),
    "surrogate \ud800 198.51.100.77",
)
GOOD = (line(), no_data(), no_data("SKIPDATA"), line(vpc_id="vpc-0cccccccccccccccc"))


@pytest.fixture
def search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSearch]:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with FakeSearch(tls=make_tls(tmp_path / "ca.pem")) as search:
        yield search


@pytest.fixture(autouse=True)
def function(s3: S3Client, search: FakeSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    InventoryStore(s3, BUCKET).save(observe(None, INVENTORY), etag=None)
    monkeypatch.setenv("SEARCH_ENDPOINT", search.endpoint)
    monkeypatch.setenv("LOG_FORMAT", LOG_FORMAT)
    monkeypatch.setenv("DATA_BUCKET", BUCKET)
    make_ingest.cache_clear()


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """What libraries log, at info and above, as Lambda takes it: by a handler of the root logger."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str], logged: StringIO) -> Said:
    """Invokes the function; gives all that is in its log then, with the error that it fails with."""

    def said(event: dict[str, object], error: type[SgLensError] | None = None) -> str:
        failure = ""
        if error is None:
            lambda_handler(event, Context())
        else:
            with pytest.raises(error) as raised:
                lambda_handler(event, Context(remaining_seconds=6.0))
            failure = f"[ERROR] {raised.type.__name__}: {raised.value}"
        printed = capfd.readouterr()
        return f"{printed.out}\n{printed.err}\n{logged.getvalue()}\n{failure}"

    return said


def parts(*messages: str) -> set[str]:
    """The parts of the messages that would be recognised: addresses, ids, times, words; not `443` or `OK`."""
    return {part for message in messages for part in re.split(r"[ \ud800]", message) if len(part) > 4}


def told(log: str, *messages: str) -> set[str]:
    return {part for part in parts(*messages) if part in log}


def quote(code: int, kind: str) -> Fault:
    """A domain that quotes what it refuses, whole requests as well as single items."""

    def answer(_search: FakeSearch, items: list[Item]) -> Reply:
        return Reply(code, json.dumps({"error": make_error(kind, items), "status": code}))

    return answer


def quote_items(code: int, kind: str) -> Fault:
    def answer(_search: FakeSearch, items: list[Item]) -> Reply:
        answers = [{"create": {"status": code, "error": make_error(kind, [item])}} for item in items]
        return Reply(200, json.dumps({"took": 1, "errors": True, "items": answers}))

    return answer


def make_error(kind: str, items: list[Item]) -> dict[str, object]:
    """As OpenSearch words it where a queue is full: it says how many documents there are, or which one."""
    sources = [f"index {{[{item.index}][{item.document_id}], source[{item.fields}]}}" for item in items]
    request = f"BulkShardRequest [[{items[0].index}][0]] containing {sources}"
    reason = f"rejected execution of processing of [4][indices:data/write/bulk[s][p]]: request: {request}"
    cause = {"type": "illegal_argument_exception", "reason": reason}
    return {"type": kind, "reason": reason, "root_cause": [cause], "caused_by": cause}


def test_the_messages_have_parts_that_would_be_recognised() -> None:
    assert {"203.0.113.7", "10.0.1.10", "eni-0aaaaaaaaaaaaaaaa"} <= parts(*GOOD)
    assert {"bogus", "203.0.113.99", "surplus", "surrogate", "198.51.100.77", "70000"} <= parts(*POISONED)


def test_a_good_batch_is_not_in_the_log(said: Said) -> None:
    log = said(subscription_event(*GOOD))

    assert '"Records": 4' in log
    assert told(log, *GOOD) == set()


def test_a_poisoned_batch_is_not_in_the_log(said: Said) -> None:
    log = said(subscription_event(*POISONED, *GOOD))

    assert f'"Rejected": {len(POISONED)}' in log
    assert told(log, *POISONED, *GOOD) == set()


def test_a_batch_of_nothing_but_junk_is_not_in_the_error(said: Said) -> None:
    log = said(subscription_event(*POISONED), NothingIndexedError)

    assert "could be indexed" in log
    assert told(log, *POISONED) == set()


def test_records_that_the_engine_refuses_are_not_in_the_log(said: Said, search: FakeSearch) -> None:
    search.standing_fault = quote_items(400, "mapper_parsing_exception")

    log = said(subscription_event(*GOOD), NothingIndexedError)

    assert f'"Rejected": {len(GOOD)}' in log
    assert told(log, *GOOD) == set()


@pytest.mark.parametrize("code", [400, 413])
def test_a_request_that_the_engine_refuses_is_not_in_the_log(
    said: Said, search: FakeSearch, code: int
) -> None:
    search.standing_fault = quote(code, "parsing_exception")

    log = said(subscription_event(*GOOD), NothingIndexedError)

    assert told(log, *GOOD) == set()


@pytest.mark.parametrize("code", [429, 500, 503])
@pytest.mark.parametrize("fault", [quote, quote_items])
def test_what_is_tried_again_is_logged_by_the_name_of_the_error(
    said: Said, search: FakeSearch, fault: Callable[[int, str], Fault], code: int
) -> None:
    search.standing_fault = fault(code, "rejected_execution_exception")

    log = said(subscription_event(line()), SearchUnavailableError)

    assert f"{code} rejected_execution_exception" in log
    assert told(log, line()) == set()


@pytest.mark.parametrize("fault", [quote, quote_items])
def test_what_the_engine_says_of_the_role_is_logged(
    said: Said, search: FakeSearch, fault: Callable[[int, str], Fault]
) -> None:
    """It judges the role before it reads the documents, so it can't quote one; but here it names an index."""
    search.standing_fault = fault(403, "security_exception")

    assert "flows-2026.01.01" in said(subscription_event(line()), SearchUnavailableError)


@pytest.mark.parametrize("fault", [cut, status(503), text("<p>203.0.113.7 10.0.1.10</p>")])
def test_a_domain_that_cannot_be_understood_is_not_quoted_in_the_log(
    said: Said, search: FakeSearch, fault: Fault
) -> None:
    search.standing_fault = fault

    log = said(subscription_event(*GOOD), SearchUnavailableError)

    assert told(log, *GOOD) == set()


@pytest.mark.parametrize(
    "events",
    [
        line(),
        [line()],
        [{"id": "1", "timestamp": line(), "message": line()}],
        [{"id": 1, "timestamp": 1, "message": line()}],
        [{"id": "1", "timestamp": 1, "message": [line()]}],
    ],
)
def test_an_event_that_cannot_be_read_is_not_in_the_error(said: Said, events: object) -> None:
    content = {
        "messageType": "DATA_MESSAGE",
        "owner": "1",
        "logGroup": "g",
        "logStream": "s",
        "logEvents": events,
    }
    data = b64encode(gzip.compress(json.dumps(content).encode())).decode()

    log = said({"awslogs": {"data": data}}, SubscriptionEventError)

    assert told(log, line()) == set()


@pytest.mark.parametrize("data", [line(), b64encode(line().encode()).decode()])
def test_data_that_cannot_be_unpacked_is_not_in_the_error(said: Said, data: str) -> None:
    log = said({"awslogs": {"data": data}}, SubscriptionEventError)

    assert told(log, data) == set()
