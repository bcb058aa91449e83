"""An inventory in files: one folder with the answers of the EC2 API, or one for each time at which they were
taken.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from domain.errors import InventoryError
from domain.inventory import Inventory
from domain.inventory_day import InventoryDay, observe
from local.analyze.error import AnalyzeError
from local.analyze.inventory_answers import COMMANDS, InventoryAnswers, read_answers
from local.analyze.inventory_gaps import InventoryGaps, find_gaps

# In force at all times: nobody says since when.
_ALWAYS: Final = 0
_FILES: Final = ", ".join(f"{command}.json" for command in COMMANDS)
_EXAMPLE: Final = "2026-11-24T00-00-00Z"
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d)[-:](\d\d)[-:](\d\d)Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class FolderInventory:
    days: Mapping[str, tuple[InventoryDay, ...]]
    """By VPC; the days on which it was observed, the oldest first."""
    observed_from: int | None
    """The first folder's time, in epoch seconds; None where one folder stands for all times."""
    folders: int
    gaps: InventoryGaps


def read_inventory_folder(path: Path) -> FolderInventory:
    """AnalyzeError where the folder, or something in it, is missing or wrong."""
    if not path.is_dir():
        kind = "is a file, not a folder" if path.exists() else "doesn't exist"
        raise AnalyzeError(f"--inventory {path} {kind}; it has to be a folder with {_FILES}")
    timed = _find_timed_folders(path)
    days: dict[str, dict[str, InventoryDay]] = {}
    gaps = InventoryGaps()
    for observed_at, folder in sorted(timed.items()) or [(_ALWAYS, path)]:
        answers = read_answers(folder)
        gaps = gaps.merge(find_gaps(answers))
        for inventory in split_by_vpc(answers, observed_at, days):
            _add(days.setdefault(inventory.vpc_id, {}), inventory, folder)
    return FolderInventory(
        days={vpc_id: tuple(of_vpc.values()) for vpc_id, of_vpc in days.items()},
        observed_from=min(timed, default=None),
        folders=len(timed) or 1,
        gaps=gaps,
    )


def split_by_vpc(answers: InventoryAnswers, observed_at: int, also: Iterable[str] = ()) -> list[Inventory]:
    """As inventory_sync would have observed each VPC. One that is no longer there, of `also`, is empty."""
    interfaces, groups = answers.network_interfaces, answers.security_groups
    vpc_ids = {eni.vpc_id for eni in interfaces} | {group.vpc_id for group in groups if group.vpc_id}
    return [_take_vpc(vpc_id, answers, observed_at) for vpc_id in sorted(vpc_ids | set(also))]


def _take_vpc(vpc_id: str, answers: InventoryAnswers, observed_at: int) -> Inventory:
    """With the groups of other VPCs and accounts that its interfaces carry."""
    interfaces = tuple(eni for eni in answers.network_interfaces if eni.vpc_id == vpc_id)
    carried = {group_id for eni in interfaces for group_id in eni.group_ids}
    groups = tuple(
        group for group in answers.security_groups if group.vpc_id == vpc_id or group.group_id in carried
    )
    group_ids = {group.group_id for group in groups}
    rules = tuple(rule for rule in answers.security_group_rules if rule.group_id in group_ids)
    lists = {rule.peer.prefix_list_id for rule in rules}
    entries = tuple(entry for entry in answers.prefix_list_entries if entry.prefix_list_id in lists)
    return Inventory(vpc_id, observed_at, interfaces, groups, rules, entries)


def _add(days: dict[str, InventoryDay], inventory: Inventory, folder: Path) -> None:
    try:
        day = observe(next(reversed(days.values()), None), inventory)
    except InventoryError as error:
        raise AnalyzeError(f"{folder}: {error}") from error
    days[day.day] = day


def _find_timed_folders(path: Path) -> dict[int, Path]:
    """By epoch second; none where the folder itself holds the answers."""
    folders = [entry for entry in path.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    has_times = any(_TIME.fullmatch(folder.name) for folder in folders)
    has_answers = any((path / f"{command}.json").exists() for command in COMMANDS)
    if has_answers and has_times:
        raise AnalyzeError(f"{path} holds both answers and folders named by a time: which of them are meant?")
    if has_answers:
        return {}
    if not has_times:
        raise AnalyzeError(f"{path} holds neither {_FILES} nor folders named by a UTC time, {_EXAMPLE}")
    timed: dict[int, Path] = {}
    for folder in folders:
        other = timed.setdefault(_parse_time(folder), folder)
        if other != folder:
            raise AnalyzeError(f"{folder} and {other.name} are of the same time: which of them is meant?")
    return timed


def _parse_time(folder: Path) -> int:
    match = _TIME.fullmatch(folder.name)
    if match is None:
        raise AnalyzeError(f"{folder} is not named by a UTC time, as {_EXAMPLE}")
    day, *clock = match.groups()
    try:
        return int(datetime.fromisoformat(f"{day}T{':'.join(clock)}+00:00").timestamp())
    except ValueError as error:
        raise AnalyzeError(f"{folder}: there is no such time") from error
