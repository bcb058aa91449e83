"""Counted by the real engine, and compared with a plain count of the same documents."""

import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import Credentials
from opensearchpy import OpenSearch

from adapters.flow_totals import get_traffic
from adapters.search_client import make_search_client
from adapters.search_reader import SearchReader
from domain.errors import SearchRefusedError, SearchUnavailableError
from domain.traffic import BAR_SECONDS, BARS, WINDOW_SECONDS, GroupTraffic, RuleMatches, TrafficWindow
from local.search.engine import Engine
from tests.adapters.answering_server import Answer, AnsweringServer
from tests.adapters.engine_callers import master_client, role_client, set_master_user
from tests.adapters.fake_search import make_tls
from tests.adapters.fake_time import FakeTime
from tests.domain.made_traffic import make_window

# At no round time: the bars begin where the window does.
NOW = 1_900_000_123
START = NOW - WINDOW_SECONDS
TEMPLATE = Path(__file__).parents[2] / "dashboards" / "index_templates" / "flows.json"
INDICES = ("flows-totals-test-1", "flows-totals-test-2")
NOTHING = Answer(content={"hits": {"total": {"value": 0}}})

Document = dict[str, Any]


@pytest.fixture(scope="module", autouse=True)
def _template(engine: Engine) -> None:
    set_master_user(engine)
    engine.request("PUT", "/_index_template/flows", json.loads(TEMPLATE.read_text()))


@pytest.fixture(autouse=True)
def _no_flows(engine: Engine) -> Iterator[None]:
    yield
    for index in INDICES:
        engine.request("DELETE", f"/{index}")


@pytest.fixture
def reader(engine: Engine) -> SearchReader:
    return to_reader(master_client(engine.url))


def to_reader(client: OpenSearch) -> SearchReader:
    return SearchReader(client, FakeTime().pace(600))


def put(engine: Engine, documents: Iterable[Document]) -> None:
    """Half of them into each index."""
    lines = [
        json.dumps({"create": {"_index": INDICES[number % 2]}}) + "\n" + json.dumps(document) + "\n"
        for number, document in enumerate(documents)
    ]
    answer = json.loads(engine.request("POST", "/_bulk?refresh=true", "".join(lines).encode()).data)
    assert not answer["errors"], answer["items"][0]


def flow(second: int, *group_ids: str, **fields: object) -> Document:
    plain: Document = {"log_status": "OK", "action": "ACCEPT", "bytes": 100, "group_ids": list(group_ids)}
    return {"@timestamp": second, "interface_id": "eni-0aaaaaaaaaaaaaaaa", **plain, **fields}


def make_flows(seed: int, groups: int, count: int) -> list[Document]:
    """From a day before the window to a day after it, with all that a document may have or lack."""
    rng = random.Random(seed)
    ids = [f"sg-{number:017x}" for number in range(groups)]
    return [
        flow(
            rng.randint(START - 86_400, NOW + 86_400),
            *rng.sample(ids, rng.choice((0, 1, 1, 2, 3))),
            log_status=rng.choice(("OK", "OK", "OK", "NODATA", "SKIPDATA")),
            bytes=rng.randint(0, 2**40),
            initiator_evidence=rng.choice(("handshake", "rules", "unknown")),
            **rng.choice(DECISIONS),
        )
        for _ in range(count)
    ]


DECISIONS: tuple[Document, ...] = (
    {"action": "REJECT", "attribution": "reject", "rule_match": "none"},
    {"attribution": "no_inventory", "rule_match": "none"},
    {"attribution": "not_filtered", "rule_match": "none"},
    {"attribution": "no_rule", "rule_match": "none"},
    *({"attribution": "rules", "rule_match": match} for match in ("sole", "sole", "shared", "possible")),
    # What earlier versions wrote.
    {},
    {"action": "REJECT"},
    {"action": "REJECT", "attribution": "no_inventory"},
)


def count_plainly(documents: Iterable[Document]) -> TrafficWindow:
    counted = [each for each in documents if is_counted(each)]
    ids = sorted({group_id for each in counted for group_id in each["group_ids"]})
    accepted = [each for each in counted if each["action"] == "ACCEPT"]
    return TrafficWindow(
        START,
        NOW,
        records=len(counted),
        rejected=len(counted) - len(accepted),
        matches=count_matches(accepted),
        no_inventory=count_with(accepted, "attribution", "no_inventory"),
        not_filtered=count_with(accepted, "attribution", "not_filtered"),
        unknown_initiator=count_with(counted, "initiator_evidence", "unknown"),
        groups=tuple(count_group(id_, [each for each in counted if id_ in each["group_ids"]]) for id_ in ids),
    )


def count_matches(documents: list[Document]) -> RuleMatches:
    return RuleMatches(
        sole=count_with(documents, "rule_match", "sole"),
        shared=count_with(documents, "rule_match", "shared"),
        possible=count_with(documents, "rule_match", "possible"),
        no_rule=count_with(documents, "attribution", "no_rule"),
    )


def count_with(documents: Iterable[Document], field: str, value: str) -> int:
    return sum(each.get(field) == value for each in documents)


def is_counted(document: Document) -> bool:
    return document["log_status"] == "OK" and document["@timestamp"] in range(START, NOW)


def count_group(group_id: str, documents: list[Document]) -> GroupTraffic:
    bars = {"ACCEPT": [0] * BARS, "REJECT": [0] * BARS}
    for each in documents:
        bars[each["action"]][(each["@timestamp"] - START) // BAR_SECONDS] += 1
    return GroupTraffic(
        group_id,
        records=len(documents),
        rejected=count_with(documents, "action", "REJECT"),
        matches=count_matches(documents),
        unknown_initiator=count_with(documents, "initiator_evidence", "unknown"),
        bytes=sum(each["bytes"] for each in documents),
        last_seen=max(each["@timestamp"] for each in documents),
        accepted_bars=tuple(bars["ACCEPT"]),
        rejected_bars=tuple(bars["REJECT"]),
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_engine_counts_what_a_plain_count_of_the_documents_gives(
    engine: Engine, reader: SearchReader, seed: int
) -> None:
    flows = make_flows(seed, groups=12, count=1_500)
    put(engine, flows)

    assert get_traffic(reader, NOW) == count_plainly(flows)


@pytest.mark.parametrize("page_size", [1, 100, 60_000])
def test_a_group_of_several_pages_is_counted_once(
    engine: Engine, reader: SearchReader, page_size: int
) -> None:
    flows = make_flows(9, groups=12, count=300)
    put(engine, flows)

    assert get_traffic(reader, NOW, page_size) == count_plainly(flows)


def test_many_groups_that_are_all_seen_in_every_bar_need_little_memory(
    engine: Engine, reader: SearchReader
) -> None:
    ids = [f"sg-{number:017x}" for number in range(1_200)]
    flows = [
        flow(START + bar * BAR_SECONDS, *ids, action=action)
        for bar in range(BARS)
        for action in ("ACCEPT", "REJECT")
    ]
    put(engine, flows)

    assert get_traffic(reader, NOW) == count_plainly(flows)


def test_the_window_holds_its_first_second_and_not_the_one_at_its_end(
    engine: Engine, reader: SearchReader
) -> None:
    put(engine, [flow(second, "sg-1") for second in (START - 1, START, NOW - 1, NOW)])

    (group,) = get_traffic(reader, NOW).groups

    assert (group.records, group.last_seen) == (2, NOW - 1)
    assert (group.accepted_bars[0], group.accepted_bars[-1]) == (1, 1)


def test_without_any_index_there_is_no_traffic(reader: SearchReader) -> None:
    assert get_traffic(reader, NOW) == make_window(NOW)


def test_without_a_record_in_the_window_there_is_no_traffic(engine: Engine, reader: SearchReader) -> None:
    put(engine, [flow(START - 1, "sg-1")])

    assert get_traffic(reader, NOW) == make_window(NOW)


def test_a_role_that_the_engine_does_not_know_is_told_how_to_mend_it(engine: Engine) -> None:
    put(engine, [flow(START, "sg-1")])
    stranger = role_client(engine.url, "arn:aws:iam::123456789012:role/stranger")

    with pytest.raises(SearchRefusedError, match=r"403.*no permissions.*deploy again"):
        get_traffic(to_reader(stranger), NOW)


def test_every_request_is_one_that_the_access_policy_lets_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = make_tls(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    credentials = Credentials("AKIAIOSFODNN7EXAMPLE", "secret")

    with AnsweringServer(NOTHING, tls=tls) as server:
        get_traffic(to_reader(make_search_client(server.endpoint, "us-east-1", credentials)), NOW)

    received = [(each.method, each.path.split("?")[0]) for each in server.received]
    assert received == [("POST", "/flows-*/_search")] * 3


def test_totals_of_a_part_of_the_shards_are_not_taken_for_all() -> None:
    with AnsweringServer(NOTHING) as server:
        get_traffic(to_reader(OpenSearch(hosts=[server.url])), NOW)

    assert all("allow_partial_search_results=false" in each.path for each in server.received)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_busy_domain_may_be_asked_again(status: int) -> None:
    cause = {"type": "rejected_execution_exception", "reason": "queue is full"}
    answer = Answer(status, {"error": {"type": "search_phase", "reason": "failed", "root_cause": [cause]}})

    with (
        AnsweringServer(answer) as server,
        pytest.raises(SearchUnavailableError, match=f"{status}.*queue is full"),
    ):
        get_traffic(to_reader(OpenSearch(hosts=[server.url], max_retries=0)), NOW)


def test_a_domain_that_can_not_be_reached_may_be_asked_again() -> None:
    with pytest.raises(SearchUnavailableError, match="can't be reached"):
        get_traffic(to_reader(OpenSearch(hosts=["http://localhost:1"], max_retries=0)), NOW)


@pytest.mark.parametrize(
    "answer", [Answer(400, {"error": {"type": "parsing", "reason": "no such field"}}), Answer(404, "nothing")]
)
def test_a_refusal_that_waiting_can_not_mend_says_where_to_look(answer: Answer) -> None:
    with AnsweringServer(answer) as server, pytest.raises(SearchRefusedError, match="SEARCH_ENDPOINT"):
        get_traffic(to_reader(OpenSearch(hosts=[server.url], max_retries=0)), NOW)


def test_an_answer_from_something_else_than_a_domain_says_where_to_look() -> None:
    page = Answer(200, "<html>Welcome</html>", "text/html")

    with AnsweringServer(page) as server, pytest.raises(SearchRefusedError, match="SEARCH_ENDPOINT"):
        get_traffic(to_reader(OpenSearch(hosts=[server.url], max_retries=0)), NOW)
