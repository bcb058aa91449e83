from dataclasses import replace

import pytest

from adapters.advice_run_store import StoredRun
from advisor.error import AdvisorError
from advisor.inventories import WatchedVpc
from advisor.plan import Task, plan_tasks
from advisor.request import AdviceRequest
from domain.advice_run import AdviceRun
from tests.domain.examples import MIDNIGHT

ONE = WatchedVpc("vpc-1", frozenset({"sg-1", "sg-2"}), changed_at=MIDNIGHT)
TWO = WatchedVpc("vpc-2", frozenset({"sg-3"}), changed_at=MIDNIGHT)
RUN = AdviceRun("vpc-1", 0, MIDNIGHT + 60, MIDNIGHT, "code", 1, ())
NEVER = StoredRun(None, None)
DUE = AdviceRequest(only_due=True)


def plan(request: AdviceRequest, **runs: AdviceRun) -> list[Task]:
    """A quarter of an hour after `RUN`; `runs` are by the VPC's number in words."""
    by_vpc = {f"vpc-{1 if word == 'one' else 2}": StoredRun(run, "etag") for word, run in runs.items()}
    return plan_tasks(request, [ONE, TWO], lambda id_: by_vpc.get(id_, NEVER), "code", MIDNIGHT + 960)


def vpc_ids(tasks: list[Task]) -> list[str]:
    return [task.vpc.vpc_id for task in tasks]


def test_all_vpcs_are_taken_up_where_nothing_else_is_asked_for() -> None:
    tasks = plan(AdviceRequest(), one=RUN, two=RUN)

    assert tasks == [
        Task(ONE, StoredRun(RUN, "etag"), ONE.group_ids, is_rest=False),
        Task(TWO, StoredRun(RUN, "etag"), TWO.group_ids, is_rest=False),
    ]
    assert [task.is_whole for task in tasks] == [True, True]


def test_the_vpc_with_the_oldest_reports_comes_first() -> None:
    assert vpc_ids(plan(AdviceRequest(), one=RUN)) == ["vpc-2", "vpc-1"]
    assert vpc_ids(plan(AdviceRequest(), one=RUN, two=replace(RUN, made_at=1))) == ["vpc-2", "vpc-1"]


def test_only_what_is_due_is_taken_up_for_the_schedule() -> None:
    assert vpc_ids(plan(DUE, one=RUN)) == ["vpc-2"]
    assert plan(DUE, one=RUN, two=RUN) == []


def test_a_run_that_was_out_of_time_goes_on_with_what_it_left() -> None:
    (task,) = plan(DUE, one=replace(RUN, left=("sg-2", "sg-gone")), two=RUN)

    assert (task.group_ids, task.is_rest, task.is_whole) == (frozenset({"sg-2"}), True, False)


@pytest.mark.parametrize("left", [("sg-1", "sg-2"), ("sg-gone",)])
def test_a_run_that_got_nowhere_or_left_what_is_gone_since_is_begun_anew(left: tuple[str, ...]) -> None:
    (task,) = plan(DUE, one=replace(RUN, left=left), two=RUN)

    assert (task.group_ids, task.is_rest) == (ONE.group_ids, False)


def test_named_vpcs_and_groups_are_taken_up_alone() -> None:
    assert vpc_ids(plan(AdviceRequest(vpc_ids=frozenset({"vpc-2"})))) == ["vpc-2"]
    (task,) = plan(AdviceRequest(group_ids=frozenset({"sg-2"})))
    assert (task.vpc, task.group_ids, task.is_whole) == (ONE, frozenset({"sg-2"}), False)


def test_what_no_inventory_shows_is_refused() -> None:
    with pytest.raises(AdvisorError, match=r"no inventory shows sg-9, vpc-9"):
        plan(AdviceRequest(vpc_ids=frozenset({"vpc-1", "vpc-9"}), group_ids=frozenset({"sg-9"})))
