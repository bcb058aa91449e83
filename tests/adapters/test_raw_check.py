"""From flows in the real engine, under the advisor's own role."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from adapters.raw_check import RawCheck
from adapters.search_reader import OutOfTimeError
from adapters.usage_tallies import UsageTallies
from domain.inventory import Peer
from domain.inventory_day import observe
from domain.usage import Tally
from domain.vpc_state import VpcState
from local.search.engine import Engine
from tests.adapters.fake_time import FakeTime
from tests.adapters.flow_days import (
    ADVISOR_ARN,
    DAY,
    MIDNIGHT,
    RULES,
    drop_all,
    make_flows,
    make_reader,
    put_flows,
    set_up_roles,
)
from tests.domain.examples import GROUP, INVENTORY, RULE

LATER = "2026-01-02"
STILL_LATER = "2026-01-03"


@pytest.fixture(autouse=True)
def _flows(engine: Engine) -> Iterator[None]:
    """A day's flows, and the same ones a day later."""
    set_up_roles(engine)
    flows = [flow for flow in make_flows(seed=1, count=400) if flow["@timestamp"] >= MIDNIGHT]
    put_flows(engine, DAY, flows)
    put_flows(engine, LATER, [{**flow, "@timestamp": flow["@timestamp"] + 86_400} for flow in flows])
    yield
    drop_all(engine)


def check(engine: Engine, *rule_ids: str, days: Sequence[str] = (DAY, LATER)) -> list[Tally]:
    raw = RawCheck(make_reader(engine, ADVISOR_ARN), RULES, days)
    return list(raw.tallies(GROUP.group_id, rule_ids))


def requests(tallies: list[Tally]) -> list[tuple[object, ...]]:
    """What a replay goes by; of an answer nothing counts."""
    asked = [each for each in tallies if each.sole + each.shared + each.possible]
    return sorted(
        (*map(str, each[:5]), each.sole, each.shared, each.possible, each.unknown) for each in asked
    )


def of_a_day(engine: Engine, *rule_ids: str) -> list[Tally]:
    tallies = UsageTallies(make_reader(engine), DAY)
    return list(tallies.get_tallies(tallies.count_rules(), {id_: RULES[id_] for id_ in rule_ids}))


def test_the_records_of_a_rule_are_those_that_its_usage_is_summed_up_from(engine: Engine) -> None:
    rule_ids = list(RULES)[:2]

    both_days = check(engine, *rule_ids)

    one_day = requests(of_a_day(engine, *rule_ids))
    doubled = [(*each[:5], *(2 * count for count in each[5:] if isinstance(count, int))) for each in one_day]
    assert requests(both_days) == doubled != []
    assert {each.rule_id for each in both_days} == set(rule_ids)


def test_records_of_other_days_count_nothing(engine: Engine) -> None:
    rule_id = next(iter(RULES))

    assert requests(check(engine, rule_id, days=[LATER])) == requests(of_a_day(engine, rule_id)) != []
    assert check(engine, rule_id, days=[STILL_LATER]) == []


def test_a_record_is_of_the_day_that_it_ends_on(engine: Engine) -> None:
    before_midnight = MIDNIGHT + 2 * 86_400 - 10
    flows = [{**flow, "@timestamp": before_midnight} for flow in make_flows(seed=1, count=400)]
    put_flows(engine, STILL_LATER, flows)

    seen = {each.last_seen for each in check(engine, *RULES, days=[STILL_LATER])}

    assert before_midnight in seen


def test_answers_are_no_use_of_a_rule(engine: Engine) -> None:
    put_flows(engine, STILL_LATER, [{**flow, "is_response": True} for flow in make_flows(seed=2, count=50)])

    assert check(engine, *RULES, days=[STILL_LATER]) == []


def test_a_rule_without_records_has_none(engine: Engine) -> None:
    assert check(engine, "sgr-0eeeeeeeeeeeeeeee") == []


def test_where_no_day_is_kept_any_more_there_is_nothing_to_check(engine: Engine) -> None:
    drop_all(engine)

    assert check(engine, *RULES) == []


def test_the_time_that_is_reserved_is_not_used(engine: Engine) -> None:
    reader = make_reader(engine, ADVISOR_ARN, FakeTime().pace(299))

    with pytest.raises(OutOfTimeError):
        list(RawCheck(reader, RULES, [DAY], reserved_seconds=300).tallies(GROUP.group_id, list(RULES)))


def test_a_vpc_s_rules_are_checked_on_all_days_that_the_window_touches(engine: Engine) -> None:
    egress = replace(
        RULE, rule_id="sgr-0bbbbbbbbbbbbbbbb", direction="egress", peer=Peer(cidr_ipv6="2001:db8::/32")
    )
    day = observe(None, replace(INVENTORY, security_group_rules=(RULE, egress)))
    state = VpcState.build([day], MIDNIGHT + 86_400 + 3_600)

    raw = RawCheck.of_vpc(make_reader(engine), state, MIDNIGHT + 7_200, reserved_seconds=300)

    assert raw.directions == {RULE.rule_id: "ingress", egress.rule_id: "egress"}
    assert raw.days == (DAY, LATER)
