from __future__ import annotations

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.flow_indices import FlowIndices
from adapters.search_reader import SearchReader
from adapters.usage_index import DaySummary, UsageIndex
from domain.errors import SearchUnavailableError
from domain.usage import GroupEvidence
from domain.usage_document import from_usage_document
from rule_usage.day import DaySummer
from rule_usage.request import UsageRequest
from tests.adapters.answering_server import Answer, AnsweringServer
from tests.adapters.flow_days import drop_all, reader_of
from tests.domain.examples import ENI, GROUP, MIDNIGHT, PEER, RULE, VPC_ID
from tests.rule_usage.summed import (
    DAY,
    OPEN_EGRESS,
    VPC,
    World,
    names,
    no_data,
    request,
    response,
)

if TYPE_CHECKING:
    from collections.abc import Callable
HOUR = 3_600
FIRST, SECOND = "2026-01-01", "2026-01-02"
NOON = MIDNIGHT + 12 * HOUR


def evidence(world: World, day: str, group_id: str = GROUP.group_id) -> GroupEvidence:
    found = from_usage_document(json.loads(world.documents()[f"group|{VPC_ID}|{day}|{group_id}"]))
    assert isinstance(found, GroupEvidence)
    return found


def test_a_day_is_summed_up_by_rule_and_by_group(world: World) -> None:
    world.ingest(
        request(NOON),
        response(NOON),
        request(NOON + 60, peer="203.0.113.9"),
        request(NOON + 60, peer="198.51.100.9", port=22, action="REJECT"),
        no_data(NOON + 2 * HOUR),
    )

    result = world.run()

    usage = world.rules()[FIRST][RULE.rule_id]
    assert [usage[name] for name in ("sole", "shared", "possible")] == [2, 0, 0]
    assert (usage["request_bytes"], usage["response_bytes"]) == (2_000, 1_000)
    assert usage["peer_addrs"] == ["203.0.113.7", "203.0.113.9"]
    found = evidence(world, FIRST)
    assert found.unattributed == {"reject": 1, "no_rule": 0, "unknown": 0}
    assert [(knock.peer_addr, knock.port) for knock in found.knocks] == [("198.51.100.9", 22)]
    ((hours),) = found.interfaces
    assert (hours.expected, hours.logged) == (2**24 - 1, 1 << 12 | 1 << 14)
    assert (result.days, result.unfinished) == ([FIRST, SECOND], [])


def test_a_group_without_any_record_has_evidence_of_silence(world: World) -> None:
    world.run()

    found = evidence(world, SECOND, PEER.group_ids[0])
    assert (found.records, [hours.logged for hours in found.interfaces]) == (0, [0])
    assert found.interfaces[0].expected == 2**12 - 1


def test_a_second_run_writes_the_very_same_documents(world: World) -> None:
    world.ingest(*(request(NOON + number, peer=f"203.0.113.{number}") for number in range(50)))
    world.run()
    before = world.documents()

    world.run()

    assert world.documents() == before


def test_a_late_record_counts_in_the_next_run(world: World) -> None:
    world.clock.now += 5 * DAY
    world.ingest(request(NOON))
    world.run()
    assert world.run().days == ["2026-01-07"]

    world.ingest(request(NOON + 60), first=1)

    assert world.run().days == [FIRST, "2026-01-07"]
    assert world.rules()[FIRST][RULE.rule_id]["sole"] == 2


def test_a_replayed_day_changes_nothing(world: World) -> None:
    lines = [request(NOON), response(NOON), request(NOON + 60)]
    world.ingest(*lines)
    world.run()
    before = world.documents()

    world.ingest(*lines)
    world.run()

    assert world.documents() == before


def test_late_records_make_the_documents_that_they_would_have_made_in_time(world: World) -> None:
    lines = [request(NOON + 60 * number, peer=f"203.0.113.{number % 7}") for number in range(30)]
    world.ingest(*lines)
    world.run()
    in_time = world.documents()
    world.drop_flows(FIRST)
    world.engine.request("DELETE", "/rule-usage")

    world.ingest(*lines[20:], first=20)
    world.run()
    world.ingest(*lines)
    world.run()

    assert world.documents() == in_time


def test_usage_that_the_flows_do_not_justify_is_deleted(world: World) -> None:
    """As after an upgrade that attributes otherwise, and writes the day anew."""
    world.ingest(request(NOON))
    world.run()
    world.update(FIRST, rule_ids=[OPEN_EGRESS.rule_id])

    world.run(FIRST)

    assert list(world.rules()[FIRST]) == [OPEN_EGRESS.rule_id]


def test_a_rule_that_no_inventory_knows_is_logged_and_left_out(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.ingest(request(NOON))
    world.s3.delete_object(Bucket="sg-lens-data", Key=f"inventory/{VPC_ID}/{FIRST}.json.gz")

    world.run(FIRST)

    assert world.documents() == {}
    assert RULE.rule_id in capsys.readouterr().out


def test_the_inventory_of_the_record_s_day_says_whose_the_rule_is(world: World) -> None:
    world.ingest(request(NOON))
    world.observe(replace(VPC, observed_at=MIDNIGHT + DAY + HOUR, security_group_rules=()))

    world.run()

    assert names(list(world.documents())).count(RULE.rule_id) == 1


def test_nothing_is_deleted_where_the_index_goes_while_it_is_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.ingest(request(NOON))
    world.run()
    before = world.rules()
    counts = iter([1, None])
    monkeypatch.setattr("adapters.flow_indices.FlowIndices.count", lambda _self, _day: next(counts))
    monkeypatch.setattr("adapters.usage_tallies.UsageTallies.count_rules", lambda _self: {})

    assert world.run(FIRST).days == []

    assert world.rules() == before


def test_an_index_that_goes_before_it_is_read_ends_its_day_and_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.ingest(request(NOON), request(NOON + DAY))
    world.run()
    before = world.rules()
    world.drop_flows(FIRST)
    counts = iter([1, 1, 1])
    monkeypatch.setattr("adapters.flow_indices.FlowIndices.count", lambda _self, _day: next(counts))

    assert world.run(FIRST, SECOND).days == [SECOND]

    assert world.rules() == before


def test_a_run_that_began_earlier_does_not_undo_a_later_one(world: World) -> None:
    world.ingest(request(NOON))
    world.run()
    stale = [(id_, json.loads(text)) for id_, text in world.documents().items()]
    world.ingest(request(NOON + 60), first=1)
    world.run()
    after = world.documents()

    index = world.make_pass().days.index
    index.write(stale, records=1)
    index.delete_others(FIRST, set(), records=1)
    index.save_day(FIRST, DaySummary(1))

    assert world.documents() == after
    assert index.load_days()[FIRST].records == 2


@pytest.mark.parametrize("asked", range(1, 26, 6))
def test_a_domain_that_goes_in_the_middle_costs_no_more_than_the_run(
    world: World, monkeypatch: pytest.MonkeyPatch, asked: int
) -> None:
    lines = [request(NOON + number, peer=f"203.0.113.{number}") for number in range(3)]
    world.ingest(*lines)
    world.run()
    undisturbed = world.documents()
    drop_all(world.engine)
    world.ingest(*lines[:1])
    world.run()
    world.ingest(*lines)
    left = iter(range(asked))
    ask = SearchReader.ask

    def fail_in_the_end(self: SearchReader, what: str, send: Callable[[float], object]) -> object:
        if next(left, None) is None:
            raise SearchUnavailableError(f"{what}: the domain can't be reached")
        return ask(self, what, send)

    with monkeypatch.context() as patch:
        patch.setattr(SearchReader, "ask", fail_in_the_end)
        with contextlib.suppress(SearchUnavailableError):
            world.run()
    world.run()

    assert world.documents() == undisturbed


def test_runs_at_the_same_time_do_no_harm(world: World) -> None:
    lines = [request(NOON + number, peer=f"203.0.113.{number % 9}") for number in range(40)]
    world.ingest(*lines)
    world.run()
    undisturbed = world.documents()
    drop_all(world.engine)
    world.ingest(*lines[:20])

    with ThreadPoolExecutor() as executor:
        runs = [executor.submit(world.run) for _ in range(3)]
        world.ingest(*lines)
        runs += [executor.submit(world.run) for _ in range(2)]
        for each in runs:
            each.result()
    world.run()

    assert world.documents() == undisturbed


def test_a_busy_engine_is_told_as_something_that_passes(world: World) -> None:
    usage_pass = world.make_pass()
    busy = Answer(429, {"error": {"type": "circuit_breaking_exception", "reason": "too large"}})

    with AnsweringServer(busy) as server:
        reader = reader_of(server.url)
        summer = DaySummer(reader, FlowIndices(reader), UsageIndex(reader))
        with pytest.raises(SearchUnavailableError, match="429"):
            replace(usage_pass, days=summer).run(UsageRequest())


def test_an_interface_of_another_vpc_s_group_counts_for_the_group(world: World) -> None:
    other = replace(
        VPC,
        vpc_id="vpc-0f",
        network_interfaces=(replace(ENI, interface_id="eni-0f", vpc_id="vpc-0f"),),
        security_groups=(),
        security_group_rules=(),
    )
    World(world.s3, world.engine, world.clock).observe(other)

    world.run()

    interfaces = [hours.interface_id for hours in evidence(world, FIRST).interfaces]
    assert interfaces == [ENI.interface_id, "eni-0f"]
