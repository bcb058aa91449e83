"""Which flows and which usage go, and when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from adapters.search_reader import OutOfTimeError
from tests.domain.examples import MIDNIGHT, RULE
from tests.rule_usage.summed import DAY, RETENTION_DAYS, request

if TYPE_CHECKING:
    from tests.rule_usage.summed import World

HOUR = 3_600
FIRST, SECOND = "2026-01-01", "2026-01-02"
NOON = MIDNIGHT + 12 * HOUR


def test_an_index_goes_when_it_is_old_and_summed_up(world: World) -> None:
    world.ingest(request(NOON), request(NOON + DAY))
    world.clock.now = MIDNIGHT + (RETENTION_DAYS + 1) * DAY + HOUR

    result = world.run()

    assert result.dropped == [FIRST]
    assert (world.has_flows(FIRST), world.has_flows(SECOND)) == (False, True)
    assert world.rules()[FIRST][RULE.rule_id]["sole"] == 1


def test_without_time_to_sum_it_up_an_old_index_stays(world: World) -> None:
    world.ingest(request(NOON))
    world.clock.now = MIDNIGHT + 50 * DAY
    world.seconds = 0.0

    with pytest.raises(OutOfTimeError, match="no time left"):
        world.run()

    assert world.has_flows(FIRST)


def test_usage_outlives_the_flows_that_it_is_of(world: World) -> None:
    world.ingest(request(NOON))
    world.clock.now = MIDNIGHT + 50 * DAY
    world.run()
    before = world.rules()[FIRST]
    assert not world.has_flows(FIRST)

    world.run()
    world.run(FIRST)

    assert world.rules()[FIRST] == before


def test_a_part_of_a_dropped_day_replaces_nothing_and_goes_when_no_more_comes(world: World) -> None:
    lines = [request(NOON), request(NOON + 60), request(NOON + 120)]
    world.ingest(*lines)
    world.clock.now = MIDNIGHT + 50 * DAY
    world.run()
    before = world.rules()[FIRST]

    world.ingest(lines[0])
    assert world.run().dropped == []
    world.ingest(*lines[:2])
    assert world.run().dropped == []
    assert world.run().dropped == [FIRST]

    assert world.rules()[FIRST] == before


def test_a_dropped_day_that_is_replayed_with_more_is_summed_up_anew(world: World) -> None:
    lines = [request(NOON), request(NOON + 60)]
    world.ingest(lines[0])
    world.clock.now = MIDNIGHT + 50 * DAY
    world.run()

    world.ingest(*lines)
    result = world.run()

    assert (FIRST in result.days, result.dropped) == (True, [FIRST])
    assert world.rules()[FIRST][RULE.rule_id]["sole"] == 2


def test_an_empty_index_goes_when_it_is_old(world: World) -> None:
    assert world.engine.request("PUT", "/flows-2026.01.01").status == 200
    world.clock.now = MIDNIGHT + 50 * DAY

    assert world.run().dropped == [FIRST]


def test_other_indices_are_left_alone(world: World) -> None:
    assert world.engine.request("PUT", "/flows-2025.test").status == 200
    world.clock.now = MIDNIGHT + 50 * DAY

    assert world.run().dropped == []
    assert world.engine.request("HEAD", "/flows-2025.test").status == 200


def test_usage_is_kept_for_400_days(world: World) -> None:
    world.ingest(request(NOON))
    world.run()
    world.clock.now = MIDNIGHT + 400 * DAY
    world.run()
    assert FIRST in world.rules()

    world.clock.now += DAY
    world.run()

    assert FIRST not in world.rules()


def test_runs_at_the_same_time_may_drop_the_same_index(world: World) -> None:
    world.ingest(request(NOON))
    world.clock.now = MIDNIGHT + 50 * DAY

    with ThreadPoolExecutor() as executor:
        runs = [executor.submit(world.run) for _ in range(3)]
        dropped = {day for each in runs for day in each.result().dropped}

    assert (dropped, world.has_flows(FIRST)) == ({FIRST}, False)
    assert world.rules()[FIRST][RULE.rule_id]["sole"] == 1
