from bench.usage_days import DAYS, UsageDays, begin_earlier
from bench.worlds import DAY_START, SMALL, make_world


def test_more_flows_are_more_connections_and_not_many_more_documents() -> None:
    world = make_world(SMALL)
    few, many = UsageDays(world, 10_000), UsageDays(world, 100_000_000)
    counted = {
        each.flows: sum(use.sole for _, uses, _ in each.groups() for use in uses) for each in (few, many)
    }
    assert counted[many.flows] > 100 * counted[few.flows]
    assert many.documents == few.documents


def test_the_same_usage_is_given_each_time_and_by_group() -> None:
    usage = UsageDays(make_world(SMALL), 100_000)
    first, second = list(usage.groups()), list(usage.groups())
    assert first == second
    ids = [group_id for group_id, _, _ in first]
    assert ids == sorted(ids)
    assert all(len(evidence) == DAYS for _, _, evidence in first)


def test_what_was_there_when_the_day_began_was_there_long_before() -> None:
    day = begin_earlier(make_world(SMALL).day)
    assert all(rule.seen_from < DAY_START or rule.seen_from > DAY_START for rule in day.security_group_rules)
    assert any(rule.seen_from < DAY_START for rule in day.security_group_rules)
