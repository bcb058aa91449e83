"""The filter that hides replies, against plain Python and against what is true of the sample's records."""

import json
from collections import Counter

import pytest

from local.search.engine import Engine
from local.traffic.lines import ALL_FIELDS, FIELDS_OF_VERSION
from local.traffic.types import Truth
from tests.dashboards.plain import Document
from tests.dashboards.replies import is_reply, replies_filter
from tests.dashboards.sample import make_documents

V2 = tuple(FIELDS_OF_VERSION[2].split())
V5 = ALL_FIELDS
each_format = pytest.mark.parametrize("fields", [V2, V5], ids=["v2", "v5"])

Flow = tuple[Document, Truth]


def hidden_ids(engine: Engine, index: str) -> set[str]:
    body = {"size": 10_000, "query": replies_filter(), "_source": False}
    answer = json.loads(engine.request("POST", f"/{index}/_search", body).data)
    return {hit["_id"] for hit in answer["hits"]["hits"]}


def flows(fields: tuple[str, ...]) -> list[Flow]:
    return [(document.source, document.truth) for document in make_documents(fields) if document.truth]


@pytest.mark.parametrize(
    ("fields", "hidden"),
    [
        ({"log_status": "OK", "is_response": True}, True),
        ({"log_status": "OK", "is_response": False}, False),
        ({"log_status": "OK", "initiator_evidence": "unknown"}, False),
        ({"log_status": "NODATA"}, False),
        ({"log_status": "SKIPDATA"}, False),
    ],
    ids=["answer", "request", "nobody knows", "NODATA", "SKIPDATA"],
)
def test_only_what_is_known_to_be_an_answer_is_hidden(
    engine: Engine, flows_index: str, fields: Document, hidden: bool
) -> None:
    document = {"@timestamp": 1767225600, **fields}
    assert engine.request("PUT", f"/{flows_index}/_doc/1?refresh=true", document).status == 201

    assert hidden_ids(engine, flows_index) == ({"1"} if hidden else set())
    assert is_reply(document) is hidden


def test_the_filter_hides_of_the_sample_what_plain_python_calls_a_reply(
    engine: Engine, sample_index: str, sample_documents: list[Document]
) -> None:
    body = {"size": 10_000, "query": replies_filter()}
    hits = json.loads(engine.request("POST", f"/{sample_index}/_search", body).data)["hits"]["hits"]

    expected = [document for document in sample_documents if is_reply(document)]
    assert sorted(json.dumps(hit["_source"]) for hit in hits) == sorted(map(json.dumps, expected))


def test_no_request_of_the_sample_day_is_hidden() -> None:
    assert not [source for source, truth in flows(V5) if is_reply(source) and not truth.is_response]


def test_no_answer_of_the_sample_day_is_shown_but_where_nobody_knows_who_began() -> None:
    shown = [source for source, truth in flows(V5) if truth.is_response and not is_reply(source)]

    assert {source["initiator_evidence"] for source in shown} == {"unknown"}


def test_without_tcp_flags_too_what_is_told_is_true() -> None:
    mistaken = [
        truth
        for source, truth in flows(V2)
        if "is_response" in source and is_reply(source) is not truth.is_response
    ]

    assert mistaken == []


@pytest.mark.parametrize(("fields", "most_of_tcp"), [(V2, 0.02), (V5, 0.0)], ids=["v2", "v5"])
def test_of_few_records_nobody_knows_who_began(fields: tuple[str, ...], most_of_tcp: float) -> None:
    """Pings, time servers that ask each other from port 123, and datagrams between unusual ports."""
    records = Counter(source["protocol_name"] for source, _ in flows(fields))
    unknown = Counter(
        source["protocol_name"] for source, _ in flows(fields) if source["initiator_evidence"] == "unknown"
    )

    print(f"unknown of all: {unknown.total() / records.total():.1%}", dict(unknown), "of", dict(records))
    assert unknown["tcp"] <= most_of_tcp * records["tcp"]
    assert unknown.total() < 0.08 * records.total()


@each_format
def test_own_addresses_are_sources_of_what_the_interface_began_and_of_little_else(
    fields: tuple[str, ...],
) -> None:
    """Else they would be half of each picture of sources: every connection has two directions."""
    own = [truth for source, truth in flows(fields) if not is_reply(source) and is_from_local(source)]
    answers = [truth for truth in own if truth.initiator == "peer"]

    assert len(answers) < 0.05 * len(own)


def is_from_local(document: Document) -> bool:
    return document.get("pkt_srcaddr", document["srcaddr"]) == document.get("local_addr")
