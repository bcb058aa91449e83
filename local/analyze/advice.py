"""What is said of all VPCs' groups by what was counted: the advisor's own code, fed from the database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from domain.advice_settings import AdviceSettings
from domain.advise import advise
from domain.flow_record import LAST_SECOND
from domain.inventory_day import InventoryDay
from domain.report import GroupReport
from domain.usage_day import RuleOwner
from domain.usage_window import window_days
from domain.vpc_state import VpcState
from local.analyze.owners import Days, take_day
from local.analyze.tally_store import TallyStore
from local.analyze.usage_source import StoredUsage

_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class AdvisedVpc:
    days: Sequence[InventoryDay]
    state: VpcState
    usage: StoredUsage


@dataclass(frozen=True, slots=True)
class Advice:
    vpcs: tuple[AdvisedVpc, ...]
    days: Sequence[str]
    """That the window touches, YYYY-MM-DD."""
    settings: AdviceSettings
    made_at: int
    """Epoch seconds: the end of the window."""
    region: str

    @property
    def window_start(self) -> int:
        return self.made_at - self.settings.window_seconds

    def count_groups(self) -> int:
        return sum(len(vpc.state.own_groups()) for vpc in self.vpcs)

    def reports(self) -> Iterator[GroupReport]:
        """By VPC and group."""
        for vpc in self.vpcs:
            usage = vpc.usage
            yield from advise(vpc.state, usage, self.settings, self.made_at, self.region, usage)


@dataclass(frozen=True, slots=True)
class AdviceRequest:
    settings: AdviceSettings
    made_at: int | None
    """None for the end of the latest record, rounded up to the minute."""
    region: str


def prepare(
    days: Days, store: TallyStore, latest_end: int, request: AdviceRequest, show: Callable[[int, int], None]
) -> Advice:
    """Sums up what was counted, once; tells `show` how many groups of how many are done."""
    made_at = request.made_at
    if made_at is None:
        made_at = min(-(-latest_end // _MINUTE) * _MINUTE, LAST_SECOND)
    window = window_days(made_at - request.settings.window_seconds, made_at)
    store.sort()
    owners: dict[str, RuleOwner] = {}
    vpc_ids: dict[str, str] = {}
    for day in window:
        found = take_day(days, day, made_at)
        store.add_expected(day, found.expected)
        owners |= found.owners
        vpc_ids |= found.vpc_ids
    usages = [StoredUsage(store, id_, window, _sort_rules(id_, owners, vpc_ids)) for id_ in sorted(days)]
    total, done = sum(len(usage.rules) for usage in usages), count(1)
    for usage in usages:
        for _ in usage.sum_up():
            show(next(done), total)
    vpcs = [
        AdvisedVpc(days[each.vpc_id], VpcState.build(days[each.vpc_id], made_at), each) for each in usages
    ]
    return Advice(tuple(vpcs), window, request.settings, made_at, request.region)


def _sort_rules(
    vpc_id: str, owners: Mapping[str, RuleOwner], vpc_ids: Mapping[str, str]
) -> dict[str, dict[str, RuleOwner]]:
    """As StoredUsage wants them."""
    rules: dict[str, dict[str, RuleOwner]] = {id_: {} for id_, of_vpc in vpc_ids.items() if of_vpc == vpc_id}
    for rule_id in sorted(owners):
        owner = owners[rule_id]
        if owner.vpc_id == vpc_id:
            rules.setdefault(owner.group_id, {})[rule_id] = owner
    return dict(sorted(rules.items()))
