"""The replay of a person's own rules, without a report."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from adapters.usage_index import UsageWindow
from advisor.error import AdvisorError
from advisor.inventories import find_watched, load_days
from domain.custom_replay import parse_custom_rules, replay_custom
from domain.inventory_day import utc_day
from domain.vpc_state import VpcState

if TYPE_CHECKING:
    from advisor.publish import Advisor
    from advisor.request import ReplayRequest

# An answer of Lambda takes 6 MB; so many connections need a tenth of it.
_MOST_REFUSED = 1_000


def replay_own_rules(advisor: Advisor, request: ReplayRequest) -> dict[str, object]:
    """The recorded connections of the window that the rules would refuse, the first thousand of them.

    Raises AdvisorError for a group that no inventory shows, CustomRulesError for rules that can't be read.
    """
    now = int(advisor.clock())
    first_day, last_day = utc_day(now - advisor.settings.window_seconds), utc_day(now)
    inventories = advisor.stores.inventories
    watched = find_watched(inventories, first_day, last_day)
    vpc_id = next((vpc.vpc_id for vpc in watched if request.group_id in vpc.group_ids), None)
    if vpc_id is None:
        raise AdvisorError(f"no inventory shows the group {request.group_id}")
    state = VpcState.build(load_days(inventories, vpc_id, first_day), now)
    custom = parse_custom_rules(request.content, state)
    usages, _ = UsageWindow(advisor.reader, vpc_id, first_day, last_day).of_group(request.group_id)
    replay = replay_custom(state, usages, custom, advisor.settings, now)
    return {
        "group_id": request.group_id,
        "connections": replay.connections,
        "records": replay.records,
        "already_refused": replay.already_refused,
        "refused_count": len(replay.refused),
        "refused": [asdict(refused) for refused in replay.refused[:_MOST_REFUSED]],
    }
