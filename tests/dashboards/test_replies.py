"""The filter that hides replies, against plain Python and against what is true of the sample's records."""

import json

import pytest

from local.search.engine import Engine
from tests.dashboards.plain import Document
from tests.dashboards.replies import is_reply, replies_filter, well_known_ports
from tests.dashboards.sample import make_documents

SYN, SYN_ACK, SYN_FIN, SYN_ACK_FIN, SYN_RST, FIN = 2, 18, 3, 19, 6, 1


def hidden_ids(engine: Engine, index: str) -> set[str]:
    body = {"size": 10_000, "query": replies_filter(), "_source": False}
    answer = json.loads(engine.request("POST", f"/{index}/_search", body).data)
    return {hit["_id"] for hit in answer["hits"]["hits"]}


def put(engine: Engine, index: str, document: Document) -> None:
    assert engine.request("PUT", f"/{index}/_doc/1?refresh=true", document).status == 201


@pytest.mark.parametrize(
    ("flags", "srcport", "dstport", "hidden"),
    [
        (SYN_ACK, 50_000, 60_000, True),
        (SYN_ACK_FIN, 443, 50_000, True),
        (SYN, 443, 50_000, False),
        (SYN_FIN, 443, 50_000, False),
        (SYN_RST, 443, 50_000, False),
        (FIN, 443, 50_000, True),
        (0, 443, 32_768, True),
        (0, 443, 32_767, False),
        (0, 1_023, 40_000, True),
        (0, 1_024, 40_000, False),
        (0, 5_432, 40_000, True),
        (0, 50_000, 5_432, False),
        (0, 0, 0, False),
    ],
)
def test_a_reply_is_told_by_its_handshake_first_and_by_its_ports_else(
    engine: Engine, flows_index: str, flags: int, srcport: int, dstport: int, hidden: bool
) -> None:
    document = {"@timestamp": 1767225600, "tcp_flags": flags, "srcport": srcport, "dstport": dstport}
    put(engine, flows_index, document)

    assert hidden_ids(engine, flows_index) == ({"1"} if hidden else set())
    assert is_reply(document) is hidden


def test_a_datagram_has_its_ports_alone(engine: Engine, flows_index: str) -> None:
    put(engine, flows_index, {"@timestamp": 1767225600, "srcport": 53, "dstport": 40_000})

    assert hidden_ids(engine, flows_index) == {"1"}


def test_a_record_without_ports_is_never_hidden(engine: Engine, flows_index: str) -> None:
    put(engine, flows_index, {"@timestamp": 1767225600, "log_status": "NODATA"})

    assert hidden_ids(engine, flows_index) == set()


def test_the_filter_hides_of_the_sample_what_plain_python_calls_a_reply(
    engine: Engine, sample_index: str, sample_documents: list[Document]
) -> None:
    body = {"size": 10_000, "query": replies_filter()}
    hits = json.loads(engine.request("POST", f"/{sample_index}/_search", body).data)["hits"]["hits"]

    expected = [document for document in sample_documents if is_reply(document)]
    assert sorted(json.dumps(hit["_source"]) for hit in hits) == sorted(map(json.dumps, expected))


def test_the_well_known_ports_are_services_beyond_the_first_1024_and_below_the_ephemeral() -> None:
    ports = well_known_ports()

    assert ports == sorted(set(ports))
    assert min(ports) >= 1024
    assert max(ports) < 32_768


def judge_tcp_and_udp() -> list[tuple[bool, bool]]:
    """Of each such record of the sample day: what the filter takes it for, and what it is."""
    return [
        (is_reply(document.source), document.truth.is_response)
        for document in make_documents()
        if document.truth and document.source.get("protocol_name") in ("tcp", "udp")
    ]


def test_nothing_that_began_a_connection_is_hidden_in_the_sample_day() -> None:
    assert (True, False) not in judge_tcp_and_udp()


def test_nearly_all_replies_of_the_sample_day_are_hidden() -> None:
    """What stays: answers to ports below the ephemeral ones, of NAT gateways and between time servers."""
    replies = [is_hidden for is_hidden, is_response in judge_tcp_and_udp() if is_response]

    assert sum(replies) > 0.97 * len(replies)


def test_own_addresses_are_sources_of_what_the_interface_began_and_of_little_else() -> None:
    """Else they would be half of each picture of sources: every connection has two directions."""
    own = [
        document
        for document in make_documents()
        if document.truth and not is_reply(document.source) and is_from_local(document.source)
    ]
    answers = [document for document in own if document.truth and document.truth.initiator == "peer"]

    assert len(answers) < 0.02 * len(own)


def is_from_local(document: Document) -> bool:
    return document.get("pkt_srcaddr", document["srcaddr"]) == document.get("local_addr")
