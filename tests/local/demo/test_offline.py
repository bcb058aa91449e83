import copy
from typing import Any

import pytest

from local.demo.offline import find_differences

Json = dict[str, Any]


def make_reports() -> list[Json]:
    rules = [{"verdict": "used", "use": {"sole": 3}}, {"verdict": "unused", "use": {"sole": 0}}]
    return [{"group": {"group_id": group_id}, "rules": copy.deepcopy(rules)} for group_id in ("sg-a", "sg-b")]


def test_equal_reports_differ_in_nothing_whatever_their_order() -> None:
    assert find_differences(make_reports(), reversed(make_reports())) == []


def test_a_figure_that_differs_is_told_with_its_place() -> None:
    other = make_reports()
    other[1]["rules"][0]["use"]["sole"] = 4

    assert find_differences(make_reports(), other) == [".sg-b.rules[0].use.sole is 3, offline 4"]


def test_a_rule_that_one_of_them_lacks_is_told() -> None:
    other = make_reports()
    del other[0]["rules"][1]

    [difference] = find_differences(make_reports(), other)
    assert difference.startswith(".sg-a.rules is ")


@pytest.mark.parametrize("lacking", ["deployed", "offline"])
def test_a_group_that_one_of_them_lacks_is_told(lacking: str) -> None:
    both = {"deployed": make_reports(), "offline": make_reports()}
    del both[lacking][0]

    [difference] = find_differences(both["deployed"], both["offline"])
    assert difference.startswith(".sg-a is ")
