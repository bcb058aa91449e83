"""Every security group with the interfaces that carry it and its traffic: what the index page shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.interface_name import name_interface
from domain.interface_owner import classify_owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    # domain.report needs InterfaceRow.
    from domain.group_summary import GroupSummary
    from domain.inventory import NetworkInterface, SecurityGroup
    from domain.inventory_day import F, Interval, InventoryDay
    from domain.traffic import GroupTraffic, TrafficWindow


@dataclass(frozen=True, slots=True)
class VpcInventory:
    """The inventory that the index was made from."""

    vpc_id: str
    day: str
    """YYYY-MM-DD"""
    observed_at: int
    """When it last changed, in epoch seconds: an inventory is written only then."""


@dataclass(frozen=True, slots=True)
class InterfaceRow:
    interface_id: str
    name: str
    owner: str
    instance_id: str | None
    addrs: tuple[str, ...]
    """Private ones, the primary first, then the public ones."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """`vpc_id`, `group_name` and `description` are "" where `is_known` is False."""

    group_id: str
    group_name: str
    description: str
    vpc_id: str
    gone_at: int | None
    """Since when the group exists no more, in epoch seconds."""
    is_known: bool
    """False where only the id occurs: of another VPC's or account's group, or one gone before the window."""
    interface_ids: tuple[str, ...]
    """Of the interfaces that carry it now, sorted."""
    ingress_rules: int
    egress_rules: int
    traffic: GroupTraffic | None
    summary: GroupSummary | None = None
    """Of its report; None where it has none, and of a group that is gone."""


@dataclass(frozen=True, slots=True)
class GroupIndex:
    """Groups are sorted by VPC, name and id, the rest by id; times in epoch seconds."""

    made_at: int
    window: TrafficWindow | None
    """None where traffic wasn't counted."""
    vpcs: tuple[VpcInventory, ...]
    groups: tuple[GroupRow, ...]
    interfaces: tuple[InterfaceRow, ...]
    """Those that carry a group."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A group as it was last seen."""

    group: SecurityGroup
    gone_at: int | None


@dataclass(frozen=True, slots=True)
class _Found:
    """All that rows are made from, by group id."""

    known: Mapping[str, _Known]
    interface_ids: Mapping[str, tuple[str, ...]]
    rules: Mapping[tuple[str, str], int]
    """By group id and direction."""
    traffic: Mapping[str, GroupTraffic]
    summaries: Mapping[str, GroupSummary]


def build_group_index(
    days: Sequence[InventoryDay],
    traffic: TrafficWindow | None,
    made_at: int,
    summaries: Iterable[GroupSummary] = (),
) -> GroupIndex:
    """A VPC's latest day tells how things are now; earlier ones only name groups that are gone since.

    Summaries make no row: a report may be of a group that exists no more.
    """
    now = _latest_days(days)
    open_enis = (eni for day in now.values() for eni in _open(day.network_interfaces))
    enis = sorted((eni for eni in open_enis if eni.group_ids), key=lambda eni: eni.interface_id)
    found = _Found(
        known=_known_groups(days, now),
        interface_ids=_interface_ids_by_group(enis),
        rules=_count_rules(now.values()),
        traffic={group.group_id: group for group in traffic.groups} if traffic else {},
        summaries={summary.group_id: summary for summary in summaries},
    )
    existing = {group.group_id for day in now.values() for group in _open(day.security_groups)}
    shown = existing | found.interface_ids.keys() | found.traffic.keys()
    rows = (_make_group_row(group_id, found) for group_id in shown)
    return GroupIndex(
        made_at=made_at,
        window=traffic,
        vpcs=tuple(VpcInventory(vpc_id, now[vpc_id].day, now[vpc_id].observed_at) for vpc_id in sorted(now)),
        groups=tuple(sorted(rows, key=lambda row: (row.vpc_id, row.group_name, row.group_id))),
        interfaces=tuple(_make_interface_row(eni, found.known) for eni in enis),
    )


def find_unknown_groups(days: Iterable[InventoryDay], traffic: TrafficWindow) -> set[str]:
    """The ids in `traffic` that none of the days names: earlier days may."""
    named = {interval.fact.group_id for day in days for interval in day.security_groups}
    return {group.group_id for group in traffic.groups} - named


def _in_order(days: Iterable[InventoryDay]) -> list[InventoryDay]:
    return sorted(days, key=lambda day: (day.day, day.observed_at))


def _latest_days(days: Iterable[InventoryDay]) -> dict[str, InventoryDay]:
    return {day.vpc_id: day for day in _in_order(days)}


def _known_groups(days: Iterable[InventoryDay], now: Mapping[str, InventoryDay]) -> dict[str, _Known]:
    """A VPC's inventory has other VPCs' groups too, as long as an interface in it carries them.

    So only that of a group's own VPC can tell that it is gone.
    """
    own, others = {}, {}
    for day in _in_order(days):
        # An open interval of an earlier day ended on a day that isn't given.
        last_seen = None if day is now[day.vpc_id] else day.observed_at
        for interval in day.security_groups:
            group = interval.fact
            if group.vpc_id == day.vpc_id:
                own[group.group_id] = _Known(group, interval.seen_until or last_seen)
            else:
                others[group.group_id] = _Known(group, None)
    return others | own


def _open(intervals: Iterable[Interval[F]]) -> Iterator[F]:
    return (interval.fact for interval in intervals if interval.seen_until is None)


def _interface_ids_by_group(enis: Iterable[NetworkInterface]) -> dict[str, tuple[str, ...]]:
    ids: dict[str, list[str]] = {}
    for eni in enis:
        for group_id in eni.group_ids:
            ids.setdefault(group_id, []).append(eni.interface_id)
    return {group_id: tuple(members) for group_id, members in ids.items()}


def _count_rules(now: Iterable[InventoryDay]) -> Counter[tuple[str, str]]:
    # By id: a group that is carried in two VPCs has its rules in both inventories.
    rules = {rule.rule_id: rule for day in now for rule in _open(day.security_group_rules)}
    return Counter((rule.group_id, rule.direction) for rule in rules.values())


def _make_group_row(group_id: str, found: _Found) -> GroupRow:
    known = found.known.get(group_id)
    exists = known is not None and known.gone_at is None
    return GroupRow(
        group_id=group_id,
        group_name=known.group.group_name if known else "",
        description=known.group.description if known else "",
        vpc_id=known.group.vpc_id if known else "",
        gone_at=known.gone_at if known else None,
        is_known=known is not None,
        interface_ids=found.interface_ids.get(group_id, ()),
        ingress_rules=found.rules.get((group_id, "ingress"), 0),
        egress_rules=found.rules.get((group_id, "egress"), 0),
        traffic=found.traffic.get(group_id),
        summary=found.summaries.get(group_id) if exists else None,
    )


def _make_interface_row(eni: NetworkInterface, known: Mapping[str, _Known]) -> InterfaceRow:
    names = [known[id_].group.group_name if id_ in known else id_ for id_ in eni.group_ids]
    return InterfaceRow(
        interface_id=eni.interface_id,
        name=name_interface(eni, names),
        owner=classify_owner(eni),
        instance_id=eni.instance_id,
        addrs=eni.private_addrs + eni.public_addrs,
    )
