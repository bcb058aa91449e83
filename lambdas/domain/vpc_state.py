"""A VPC as it is now, and what its inventories of the window tell of how it came to be."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final

from domain.errors import InventoryError
from domain.interface_name import name_interface
from domain.inventory import NetworkInterface, SecurityGroup, SecurityGroupRule
from domain.inventory_day import F, Interval, InventoryDay
from domain.report import Reference
from domain.rule_space import PeerContext, PrefixList

_NETWORK_LOAD_BALANCER: Final = "network_load_balancer"


@dataclass(frozen=True, slots=True)
class Carrier:
    """An interface, as long as it had these groups."""

    interface_id: str
    group_ids: frozenset[str]
    seen_from: int
    seen_until: int | None
    """Epoch seconds; None while it still has them."""

    def seen_since(self, second: int) -> bool:
        return self.seen_until is None or self.seen_until > second


@dataclass(frozen=True, slots=True)
class VpcState:
    """Of one VPC. Build it from inventories: the members depend on each other."""

    vpc_id: str
    now: int
    groups: Mapping[str, SecurityGroup]
    """Those that exist now, by id; also another VPC's, where an interface of this one carries it."""
    known_groups: Mapping[str, SecurityGroup]
    """Also those that are gone, as last seen."""
    rules: Mapping[str, tuple[SecurityGroupRule, ...]]
    """In force now, by group id, sorted by id."""
    rules_since: Mapping[str, int]
    """By the id of a rule in force."""
    interfaces: Mapping[str, NetworkInterface]
    """By id; those that are gone as last seen."""
    attached_ids: Mapping[str, tuple[str, ...]]
    """The interfaces that carry a group now, sorted, by group id."""
    carriers: Mapping[str, tuple[Carrier, ...]]
    """By group id."""
    balancer_groups: frozenset[str]
    """That a Network Load Balancer carries or carried."""
    references: Mapping[str, tuple[Reference, ...]]
    """Rules of other groups, by the id of the group that they name."""
    context: PeerContext
    """The members and prefix list entries of now: what a rule's peer stands for."""

    @classmethod
    def build(cls, days: Sequence[InventoryDay], now: int) -> "VpcState":
        """Of one VPC's days, in any order; the latest of them tells how things are now."""
        ordered = _check_days(days)
        interfaces = _timeline(ordered, [day.network_interfaces for day in ordered])
        groups = _timeline(ordered, [day.security_groups for day in ordered])
        rules = _timeline(ordered, [day.security_group_rules for day in ordered])
        attached = sorted(_in_force(interfaces), key=attrgetter("interface_id"))
        in_force = sorted(_in_force(rules), key=attrgetter("rule_id"))
        existing = {group.group_id: group for group in _in_force(groups)}
        own = [id_ for id_, group in existing.items() if group.vpc_id == ordered[-1].vpc_id]
        return cls(
            vpc_id=ordered[-1].vpc_id,
            now=now,
            groups=existing,
            known_groups={interval.fact.group_id: interval.fact for interval in groups},
            rules=_by_group(in_force),
            rules_since=_find_beginnings(rules),
            interfaces={interval.fact.interface_id: interval.fact for interval in interfaces},
            attached_ids=_attached_ids(attached),
            carriers=_carriers(interfaces),
            balancer_groups=_balancer_groups(interfaces),
            references=_references(in_force, groups),
            context=PeerContext(
                members=_members(attached, own),
                prefix_lists=_prefix_lists(ordered[-1]),
                group_names={interval.fact.group_id: interval.fact.group_name for interval in groups},
            ),
        )

    def own_groups(self) -> tuple[str, ...]:
        """The groups of this VPC that exist now, sorted."""
        return tuple(sorted(id_ for id_, group in self.groups.items() if group.vpc_id == self.vpc_id))

    def attached(self, group_id: str) -> tuple[NetworkInterface, ...]:
        """The interfaces that carry it now, by id."""
        return tuple(self.interfaces[id_] for id_ in self.attached_ids.get(group_id, ()))

    def carried(self, group_id: str, since: int) -> bool:
        """Whether any interface had it at `since` (epoch seconds) or later."""
        return any(carrier.seen_since(since) for carrier in self.carriers.get(group_id, ()))

    def always_attached_with(self, group_id: str, since: int) -> frozenset[str]:
        """The other groups that every interface with this one has, and had since `since`; none where no
        interface has it now."""
        if not self.attached_ids.get(group_id):
            return frozenset()
        carriers = [carrier for carrier in self.carriers[group_id] if carrier.seen_since(since)]
        return frozenset.intersection(*(carrier.group_ids for carrier in carriers)) - {group_id}

    def known_since(self, rule_id: str) -> int:
        """Of a rule in force: since when it is as it is, description and tags aside."""
        return self.rules_since[rule_id]

    def referenced_by(self, group_id: str) -> tuple[Reference, ...]:
        return self.references.get(group_id, ())

    def group_name(self, group_id: str) -> str:
        """ "" for a group that no inventory names."""
        group = self.known_groups.get(group_id)
        return group.group_name if group else ""

    def interface_name(self, interface_id: str) -> str:
        """The id, where no inventory shows the interface."""
        interface = self.interfaces.get(interface_id)
        if interface is None:
            return interface_id
        return name_interface(interface, [self.group_name(id_) or id_ for id_ in interface.group_ids])

    def group_ids_of(self, interface_id: str) -> tuple[str, ...]:
        """Of an interface now, or as last seen; none for one that no inventory shows."""
        interface = self.interfaces.get(interface_id)
        return interface.group_ids if interface else ()


def _check_days(days: Sequence[InventoryDay]) -> list[InventoryDay]:
    if not days:
        raise InventoryError("There is no inventory to judge by: has inventory_sync run for this VPC?")
    vpc_ids = sorted({day.vpc_id for day in days})
    if len(vpc_ids) > 1:
        raise InventoryError(f"Inventories of {' and '.join(vpc_ids)} can't be judged as one VPC's")
    return sorted(days, key=lambda day: (day.day, day.observed_at))


def _timeline(days: Sequence[InventoryDay], intervals: Iterable[Sequence[Interval[F]]]) -> list[Interval[F]]:
    """Each interval once, as the latest day tells it, by key and time.

    What is open on an earlier day and isn't there on the latest ended on a day that isn't given.
    """
    found: dict[tuple[str, int], Interval[F]] = {}
    latest = days[-1]
    for day, of_day in zip(days, intervals, strict=True):
        for interval in of_day:
            is_over = interval.seen_until is None and day is not latest
            until = day.observed_at if is_over else interval.seen_until
            found[interval.fact.key, interval.seen_from] = replace(interval, seen_until=until)
    return [found[position] for position in sorted(found)]


def _in_force(intervals: Iterable[Interval[F]]) -> Iterator[F]:
    return (interval.fact for interval in intervals if interval.seen_until is None)


def _by_group(rules: Iterable[SecurityGroupRule]) -> dict[str, tuple[SecurityGroupRule, ...]]:
    by_group: dict[str, list[SecurityGroupRule]] = {}
    for rule in rules:
        by_group.setdefault(rule.group_id, []).append(rule)
    return {group_id: tuple(of_group) for group_id, of_group in by_group.items()}


def _find_beginnings(rules: Iterable[Interval[SecurityGroupRule]]) -> dict[str, int]:
    """By rule id: where the unbroken chain of intervals began that permit what the last of them does."""
    beginnings: dict[str, int] = {}
    previous: Interval[SecurityGroupRule] | None = None
    for interval in rules:
        rule_id = interval.fact.rule_id
        goes_on = previous is not None and previous.seen_until == interval.seen_from
        if not (goes_on and previous and _permits(previous.fact) == _permits(interval.fact)):
            beginnings[rule_id] = interval.seen_from
        previous = interval
    return beginnings


def _permits(rule: SecurityGroupRule) -> SecurityGroupRule:
    return replace(rule, description="", tags=())


def _attached_ids(enis: Iterable[NetworkInterface]) -> dict[str, tuple[str, ...]]:
    ids: dict[str, list[str]] = {}
    for eni in enis:
        for group_id in eni.group_ids:
            ids.setdefault(group_id, []).append(eni.interface_id)
    return {group_id: tuple(of_group) for group_id, of_group in ids.items()}


def _carriers(interfaces: Iterable[Interval[NetworkInterface]]) -> dict[str, tuple[Carrier, ...]]:
    carriers: dict[str, list[Carrier]] = {}
    for interval in interfaces:
        eni = interval.fact
        carrier = Carrier(eni.interface_id, frozenset(eni.group_ids), interval.seen_from, interval.seen_until)
        for group_id in eni.group_ids:
            carriers.setdefault(group_id, []).append(carrier)
    return {group_id: tuple(of_group) for group_id, of_group in carriers.items()}


def _balancer_groups(interfaces: Iterable[Interval[NetworkInterface]]) -> frozenset[str]:
    balancers = (
        interval.fact for interval in interfaces if interval.fact.interface_type == _NETWORK_LOAD_BALANCER
    )
    return frozenset(group_id for eni in balancers for group_id in eni.group_ids)


def _references(
    rules: Iterable[SecurityGroupRule], groups: Iterable[Interval[SecurityGroup]]
) -> dict[str, tuple[Reference, ...]]:
    names = {interval.fact.group_id: interval.fact.group_name for interval in groups}
    references: dict[str, list[Reference]] = {}
    for rule in sorted(rules, key=lambda rule: (rule.group_id, rule.rule_id)):
        named = rule.peer.referenced_group_id
        if named is not None and named != rule.group_id:
            reference = Reference(rule.group_id, names.get(rule.group_id, ""), rule.rule_id)
            references.setdefault(named, []).append(reference)
    return {group_id: tuple(of_group) for group_id, of_group in references.items()}


def _prefix_lists(day: InventoryDay) -> dict[str, PrefixList]:
    entries: dict[str, tuple[str, list[str]]] = {}
    for entry in _in_force(day.prefix_list_entries):
        _, cidrs = entries.setdefault(entry.prefix_list_id, (entry.prefix_list_name, []))
        cidrs.append(entry.cidr)
    return {id_: PrefixList(name, tuple(sorted(cidrs))) for id_, (name, cidrs) in entries.items()}


def _members(enis: Iterable[NetworkInterface], group_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Of those groups, also where they have none."""
    members: dict[str, set[str]] = {group_id: set() for group_id in group_ids}
    for eni in enis:
        for group_id in members.keys() & set(eni.group_ids):
            members[group_id].update(eni.private_addrs, eni.prefixes)
    return {group_id: tuple(sorted(addrs)) for group_id, addrs in members.items()}
