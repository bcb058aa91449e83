"""Traffic that adds up; only what a test is about is given."""

from collections.abc import Iterable
from typing import Final

from domain.traffic import BARS, WINDOW_SECONDS, GroupTraffic, RuleMatches, TrafficWindow

NO_MATCHES: Final = RuleMatches(sole=0, shared=0, possible=0, no_rule=0)


def make_traffic(
    group_id: str,
    records: int,
    rejected: int = 0,
    *,
    last_seen: int,
    matches: RuleMatches | None = None,
    unknown_initiator: int = 0,
) -> GroupTraffic:
    """All of it in the latest bar; where no matches are given, by one rule each."""
    quiet = (0,) * (BARS - 1)
    return GroupTraffic(
        group_id=group_id,
        records=records,
        rejected=rejected,
        matches=matches or RuleMatches(sole=records - rejected, shared=0, possible=0, no_rule=0),
        unknown_initiator=unknown_initiator,
        bytes=records * 1000,
        last_seen=last_seen,
        accepted_bars=(*quiet, records - rejected),
        rejected_bars=(*quiet, rejected),
    )


def make_window(
    end: int, groups: Iterable[GroupTraffic] = (), *, no_inventory: int = 0, not_filtered: int = 0
) -> TrafficWindow:
    """As if no record were of two groups."""
    of_groups = tuple(groups)
    return TrafficWindow(
        start=end - WINDOW_SECONDS,
        end=end,
        records=sum(group.records for group in of_groups) + no_inventory + not_filtered,
        rejected=sum(group.rejected for group in of_groups),
        matches=_add_up([group.matches for group in of_groups]),
        no_inventory=no_inventory,
        not_filtered=not_filtered,
        unknown_initiator=sum(group.unknown_initiator for group in of_groups),
        groups=of_groups,
    )


def _add_up(matches: list[RuleMatches]) -> RuleMatches:
    return RuleMatches(
        sole=sum(each.sole for each in matches),
        shared=sum(each.shared for each in matches),
        possible=sum(each.possible for each in matches),
        no_rule=sum(each.no_rule for each in matches),
    )
