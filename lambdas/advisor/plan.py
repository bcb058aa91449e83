"""Which VPCs a run takes up, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.error import AdvisorError
from domain.advice_run import VpcNow, is_due

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from adapters.advice_run_store import StoredRun
    from advisor.inventories import WatchedVpc
    from advisor.request import AdviceRequest


@dataclass(frozen=True, slots=True)
class Task:
    vpc: WatchedVpc
    last: StoredRun
    group_ids: frozenset[str]
    """Those that get a report."""
    is_rest: bool
    """Whether it goes on where the last run of the VPC had no time left."""

    @property
    def is_whole(self) -> bool:
        return self.group_ids == self.vpc.group_ids


def plan_tasks(
    request: AdviceRequest,
    watched: Sequence[WatchedVpc],
    load_run: Callable[[str], StoredRun],
    made_with: str,
    now: int,
) -> list[Task]:
    """The VPC whose reports are the oldest comes first.

    Raises AdvisorError where the request names a VPC or a group that isn't there.
    """
    _check_known(request, watched)
    asked = [vpc for vpc in watched if not request.vpc_ids or vpc.vpc_id in request.vpc_ids]
    tasks = [task for vpc in asked if (task := _plan(request, vpc, load_run(vpc.vpc_id), made_with, now))]
    return sorted(tasks, key=lambda task: task.last.run.made_at if task.last.run else 0)


def _plan(request: AdviceRequest, vpc: WatchedVpc, last: StoredRun, made_with: str, now: int) -> Task | None:
    if request.only_due:
        if not is_due(last.run, VpcNow(vpc.changed_at, made_with), now):
            return None
        rest = vpc.group_ids.intersection(last.run.left if last.run else ())
        return Task(vpc, last, rest or vpc.group_ids, is_rest=bool(rest) and rest != vpc.group_ids)
    group_ids = vpc.group_ids & request.group_ids if request.group_ids else vpc.group_ids
    return Task(vpc, last, group_ids, is_rest=False) if group_ids else None


def _check_known(request: AdviceRequest, watched: Sequence[WatchedVpc]) -> None:
    known = {vpc.vpc_id for vpc in watched}.union(*(vpc.group_ids for vpc in watched))
    unknown = sorted((request.vpc_ids | request.group_ids) - known)
    if unknown:
        raise AdvisorError(
            f"no inventory shows {', '.join(unknown)}; SG Lens looks at the VPCs of vpc_ids alone, and what "
            "has just been made is known after a minute"
        )
