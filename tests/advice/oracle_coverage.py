"""Which hours of a group were to be watched, and which were; shares no code with `lambdas/`."""

from typing import NamedTuple

from tests.advice.oracle_traffic import DAY, HOUR
from tests.advice.worlds import World


class Day(NamedTuple):
    hours: int
    """Whole ones that lie in the window."""
    expected: int
    """Of these, of all interfaces that had the group on the day."""
    logged: int


def watch(world: World, group_id: str) -> list[Day]:
    start = world.made_at - world.settings.window_days * DAY
    days = []
    for midnight in range(start - start % DAY, world.made_at, DAY):
        begins = {hour: midnight + hour * HOUR for hour in range(24)}
        hours = [hour for hour, at in begins.items() if start <= at and at + HOUR <= world.made_at]
        expected = logged = 0
        for number in range(_count_carriers(world, group_id, midnight) if world.hours else 0):
            bits = world.hours[number % len(world.hours)]
            watched = [hour for hour in hours if bits.expected >> hour & 1]
            expected += len(watched)
            logged += sum(1 for hour in watched if bits.logged >> hour & 1)
        days.append(Day(len(hours), expected, logged))
    return days


def _count_carriers(world: World, group_id: str, midnight: int) -> int:
    states = [each for each in world.observations if midnight < each.observed_at < midnight + DAY]
    begun = world.at(midnight)
    enis = [eni for each in [*([begun] if begun else []), *states] for eni in each.network_interfaces]
    return len({eni.interface_id for eni in enis if group_id in eni.group_ids})
