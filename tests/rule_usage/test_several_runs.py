"""Days that one run has not the time for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.search_reader import SearchReader
from domain.inventory import Peer
from tests.adapters.flow_days import drop_all
from tests.domain.examples import MIDNIGHT, RULE
from tests.rule_usage.summed import DAY, VPC, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rule_usage.usage_pass import PassResult
    from tests.rule_usage.summed import World

FIRST = "2026-01-01"
HOUR = 3_600
NOON = MIDNIGHT + 12 * HOUR
PORTS = range(8_000, 8_010)
RULES = tuple(
    replace(RULE, rule_id=f"sgr-{port:017x}", from_port=port, to_port=port, peer=Peer(cidr_ipv4="0.0.0.0/0"))
    for port in PORTS
)


@pytest.fixture
def ten_rules(world: World) -> World:
    """Each of them a batch of its own."""
    world.observe(replace(VPC, security_group_rules=RULES, observed_at=MIDNIGHT + 60))
    world.batch_requests = 1
    return world


@pytest.fixture
def slow_engine(ten_rules: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A run has time for some 24 requests."""
    ask = SearchReader.ask

    def slow_ask(self: SearchReader, what: str, send: Callable[[float], object]) -> object:
        ten_rules.clock.now += 25
        return ask(self, what, send)

    with monkeypatch.context() as patch:
        patch.setattr(SearchReader, "ask", slow_ask)
        yield ten_rules


def ingest(world: World, *ports: int, first: int = 0) -> None:
    world.ingest(*(request(NOON, port=port) for port in ports or PORTS), first=first)


def run_in_the_next_hour(world: World) -> PassResult:
    world.clock.now += HOUR - world.clock.now % HOUR
    return world.run()


def run_until_finished(world: World, day: str = FIRST) -> list[PassResult]:
    runs = [run_in_the_next_hour(world)]
    while day in runs[-1].unfinished:
        runs.append(run_in_the_next_hour(world))
        assert len(runs) < 30
    return runs


def test_a_later_run_goes_on_where_the_one_before_ended(slow_engine: World) -> None:
    ingest(slow_engine)

    found = []
    for _ in range(2):
        assert FIRST in run_in_the_next_hour(slow_engine).unfinished
        found.append(list(slow_engine.rules().get(FIRST, {})))

    assert 0 < len(found[0]) < len(found[1]) < len(RULES)


def test_several_runs_make_the_documents_that_one_makes(slow_engine: World) -> None:
    ingest(slow_engine)

    runs = run_until_finished(slow_engine)

    several = slow_engine.documents()
    assert len(runs) > 2
    slow_engine.engine.request("DELETE", "/rule-usage")
    slow_engine.seconds = 1e6
    slow_engine.run(FIRST)
    assert {id_: text for id_, text in several.items() if FIRST in id_} == slow_engine.documents()


def test_what_comes_while_a_day_is_summed_up_in_parts_makes_it_due_again(slow_engine: World) -> None:
    ingest(slow_engine)
    slow_engine.run()
    ingest(slow_engine, PORTS[0], first=100)

    run_until_finished(slow_engine)
    assert slow_engine.make_pass().days.index.load_days()[FIRST].records == len(PORTS)
    run_until_finished(slow_engine)

    first_rule = slow_engine.rules()[FIRST][RULES[0].rule_id]
    assert first_rule["sole"] == 2
    assert slow_engine.make_pass().days.index.load_days()[FIRST].records == len(PORTS) + 1


def test_a_day_that_is_not_finished_is_not_dropped(slow_engine: World) -> None:
    ingest(slow_engine)
    slow_engine.clock.now = MIDNIGHT + 50 * DAY

    runs = run_until_finished(slow_engine)

    assert len(runs) > 2
    assert all(not each.dropped for each in runs[:-1])
    slow_engine.seconds = 1e6
    slow_engine.run()
    assert not slow_engine.has_flows(FIRST)
    assert len(slow_engine.rules()[FIRST]) == len(RULES)


def test_who_asks_for_a_day_has_it_summed_up_from_its_beginning(slow_engine: World) -> None:
    ingest(slow_engine)
    slow_engine.run()
    slow_engine.update(FIRST, bytes=7)
    slow_engine.seconds = 1e6

    slow_engine.run(FIRST)

    assert {each["request_bytes"] for each in slow_engine.rules()[FIRST].values()} == {7}


def test_a_day_that_somebody_asked_for_is_finished_by_later_runs_before_it_is_dropped(
    slow_engine: World,
) -> None:
    ingest(slow_engine)
    slow_engine.seconds = 1e6
    slow_engine.run()
    slow_engine.update(FIRST, bytes=7)
    slow_engine.seconds = 600.0
    assert slow_engine.run(FIRST).unfinished == [FIRST]
    slow_engine.clock.now = MIDNIGHT + 50 * DAY

    runs = run_until_finished(slow_engine)

    assert len(runs) > 1
    assert {each["request_bytes"] for each in slow_engine.rules()[FIRST].values()} == {7}


def test_a_domain_that_was_emptied_is_summed_up_anew(slow_engine: World) -> None:
    ingest(slow_engine)
    slow_engine.run()
    drop_all(slow_engine.engine)
    ingest(slow_engine, PORTS[0])
    slow_engine.seconds = 1e6

    slow_engine.run()

    assert list(slow_engine.rules()[FIRST]) == [RULES[0].rule_id]
