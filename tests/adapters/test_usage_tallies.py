"""Counted by the real engine under the function's own role, and compared with a plain count."""

from collections.abc import Iterable, Iterator

import pytest

from adapters.usage_slices import EVERYWHERE, Slicer, addr_order
from adapters.usage_tallies import BASE, UsageTallies
from domain.errors import SearchUnavailableError
from domain.usage import RuleUsage
from domain.usage_day import RuleOwner, summarize_rules
from local.search.engine import Engine
from tests.adapters.answering_server import Answer, AnsweringServer
from tests.adapters.flow_days import (
    DAY,
    GROUPS,
    INTERFACES,
    MIDNIGHT,
    RULES,
    Document,
    drop_all,
    make_flows,
    make_reader,
    put_flows,
    reader_of,
    set_up_roles,
)
from tests.domain.examples import VPC_ID
from tests.domain.plain_usage import count_rule

OWNERS = {rule_id: RuleOwner(VPC_ID, GROUPS[0], direction) for rule_id, direction in RULES.items()}


@pytest.fixture(scope="module", autouse=True)
def _domain(engine: Engine) -> None:
    set_up_roles(engine)


@pytest.fixture(autouse=True)
def _no_flows(engine: Engine) -> Iterator[None]:
    yield
    drop_all(engine)


def sum_up(engine: Engine, **sizes: int) -> list[RuleUsage]:
    tallies = UsageTallies(make_reader(engine), DAY, **sizes)
    records = tallies.count_rules()
    directions = {rule_id: RULES[rule_id] for rule_id in records}
    totals = {rule_id: each.totals for rule_id, each in records.items()}
    usages = summarize_rules(totals, tallies.get_tallies(records, directions), OWNERS.get, DAY)
    return sorted(usages, key=lambda usage: usage.rule_id)


def count_plainly(documents: Iterable[Document]) -> list[RuleUsage]:
    everything = list(documents)
    counted = (count_rule(everything, id_, *OWNERS[id_], DAY) for id_ in sorted(RULES))
    return [usage for usage in counted if usage is not None]


@pytest.mark.parametrize("seed", range(3))
def test_the_engine_finds_of_each_rule_what_a_plain_count_finds(engine: Engine, seed: int) -> None:
    flows = make_flows(seed, 1_500)
    put_flows(engine, DAY, flows)

    assert sum_up(engine) == count_plainly(flows)


@pytest.mark.parametrize(("page_size", "slice_records"), [(1, 300), (7, 60), (1_000, 1), (3, 100_000)])
def test_neither_pages_nor_slices_change_what_is_found(
    engine: Engine, page_size: int, slice_records: int
) -> None:
    flows = make_flows(9, 300)
    put_flows(engine, DAY, flows)

    assert sum_up(engine, page_size=page_size, slice_records=slice_records) == count_plainly(flows)


def test_a_rule_with_too_many_records_is_split_by_the_peers_addresses(engine: Engine) -> None:
    flows = [each for each in make_flows(4, 1_500) if "peer_addr" in each]
    put_flows(engine, DAY, flows)
    rule_id = next(iter(RULES))
    addrs = sorted(
        addr_order(each["peer_addr"])
        for each in flows
        if each["log_status"] == "OK" and each["action"] == "ACCEPT" and rule_id in each.get("rule_ids", ())
    )

    slicer = Slicer(make_reader(engine), f"flows-{DAY.replace('-', '.')}", BASE, "rule_ids", 20)
    slices = list(slicer.slice({rule_id: len(addrs)}))

    parts = [
        [addr for addr in addrs if part.peers.start <= int.from_bytes(addr) < part.peers.end]
        for part in slices
    ]
    assert [addr for part in parts for addr in part] == addrs
    assert all(len(part) <= 20 or len(set(part)) == 1 for part in parts)
    assert len(parts) < 2 * len(addrs) / 20 + len(set(addrs))


def test_small_rules_share_a_slice_up_to_its_size() -> None:
    slicer = Slicer(reader_of("http://localhost:1"), "flows-x", BASE, "rule_ids", most_records=10)

    slices = list(slicer.slice({"sgr-a": 4, "sgr-b": 6, "sgr-c": 1, "sgr-d": 10, "sgr-e": 2}))

    assert [part.keys for part in slices] == [("sgr-a", "sgr-b"), ("sgr-c",), ("sgr-d",), ("sgr-e",)]
    assert {part.peers for part in slices} == {EVERYWHERE}


def test_a_group_that_the_peer_had_in_some_of_the_records_is_not_the_peer_s(engine: Engine) -> None:
    often = {"peer_group_ids": [GROUPS[0], GROUPS[1]], "peer_name": "web-1"}
    put_flows(
        engine, DAY, [flow(**often), flow(peer_group_ids=[GROUPS[1]], peer_name="web-2"), flow(**often)]
    )

    ((peer,),) = [usage.peers for usage in sum_up(engine)]

    assert (peer.group_ids, peer.name) == ((GROUPS[1],), "web-2")


def test_a_peer_of_sixteen_groups_keeps_them_all(engine: Engine) -> None:
    ids = [f"sg-{number:017x}" for number in range(16)]
    put_flows(
        engine, DAY, [flow(peer_group_ids=ids), flow(peer_group_ids=[*ids[1:], "sg-00000000000000fff"])]
    )
    put_flows(engine, DAY, [flow(peer_addr="10.0.0.6", peer_group_ids=ids)] * 2)

    (usage,) = sum_up(engine)

    assert [peer.group_ids for peer in usage.peers] == [tuple(ids[1:]), tuple(ids)]


def test_answers_alone_are_no_use_of_a_rule(engine: Engine) -> None:
    put_flows(engine, DAY, [flow(is_response=True, bytes=70, packets=7)])

    (usage,) = sum_up(engine)

    assert (usage.sole, usage.peers, usage.ports, usage.first_seen) == (0, (), (), None)
    assert (usage.request_bytes, usage.response_bytes, usage.response_packets) == (0, 70, 7)


def test_every_request_is_one_that_the_access_policy_lets_in() -> None:
    with AnsweringServer(Answer(content={"hits": {}})) as server:
        UsageTallies(reader_of(server.url), DAY).count_rules()

    assert [(each.method, each.path.split("?")[0]) for each in server.received] == [
        ("POST", "/flows-2026.01.01/_search")
    ]
    assert "allow_partial_search_results=false" in server.received[0].path


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_busy_domain_is_asked_again_before_the_run_gives_up(status: int) -> None:
    busy = Answer(status, {"error": {"type": "rejected_execution_exception", "reason": "queue is full"}})

    with AnsweringServer(busy) as server, pytest.raises(SearchUnavailableError, match=str(status)):
        UsageTallies(reader_of(server.url), DAY).count_rules()

    assert len(server.received) == 4


def test_a_domain_that_recovers_in_time_is_no_failure() -> None:
    busy = Answer(429, {"error": {"type": "circuit_breaking_exception", "reason": "too large"}})

    with AnsweringServer(busy, Answer(content={"hits": {}})) as server:
        assert UsageTallies(reader_of(server.url), DAY).count_rules() == {}


def flow(**fields: object) -> Document:
    return {
        "@timestamp": MIDNIGHT + 60,
        "interface_id": INTERFACES[0],
        "log_status": "OK",
        "action": "ACCEPT",
        "bytes": 40,
        "packets": 1,
        "peer_addr": "10.0.0.5",
        "protocol_name": "tcp",
        "service_port": 443,
        "is_response": False,
        "rule_match": "sole",
        "rule_ids": [next(iter(RULES))],
        **fields,
    }
