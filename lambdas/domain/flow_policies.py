"""What an interface's rules can tell apart: interfaces and times with the same rules share their answers."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from domain.flow_classes import (
    PORT_KINDS,
    AddrClass,
    AddrClasses,
    Block,
    GroupsByTime,
    port_boundaries,
    to_block,
)
from domain.inventory import Direction, SecurityGroupRule
from domain.inventory_view import InventoryView

_DIRECTIONS: Final[tuple[Direction, ...]] = ("ingress", "egress")


class PeerClasses(dict[int, int]):
    """By the number of an address's class: that of all classes which these rules can't tell apart."""

    def __init__(self, rules: Sequence["_RuleInForce"], addr_classes: AddrClasses) -> None:
        super().__init__()
        self._blocks = {block for rule in rules for block in rule.blocks}
        self._referenced = {rule.rule.peer.referenced_group_id for rule in rules} - {None}
        self._addr_classes = addr_classes
        self._numbers: dict[AddrClass, int] = {}

    def __missing__(self, addr_class: int) -> int:
        blocks, group_ids = self._addr_classes.by_number[addr_class]
        at_start, at_end = map(self._only_referenced, group_ids)
        seen = AddrClass(blocks & self._blocks, (at_start, at_end))
        number = self[addr_class] = self._numbers.setdefault(seen, len(self._numbers))
        return number

    def _only_referenced(self, group_ids: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if group_ids is None:
            return None
        return tuple(group_id for group_id in group_ids if group_id in self._referenced)


@dataclass(frozen=True, slots=True)
class Policy:
    """Of an interface at a record's start and at its end."""

    number: int
    local_boundaries: list[int]
    """Of the local ports that its ingress rules tell apart."""
    peer_boundaries: list[int]
    """Of the peer's ports that its egress rules tell apart."""
    peer_classes: PeerClasses

    def classify_ports(self, local_port: int, peer_port: int) -> tuple[int, int, int, int]:
        """The same for all pairs that neither these rules nor what ports say of who began can tell apart."""
        return (
            bisect_right(self.local_boundaries, local_port),
            PORT_KINDS[local_port],
            bisect_right(self.peer_boundaries, peer_port),
            PORT_KINDS[peer_port],
        )


class Policies:
    def __init__(self, addr_classes: AddrClasses) -> None:
        self._addr_classes: Final = addr_classes
        self._policies: Final[dict[object, Policy]] = {}
        self._instants: Final[dict[str, list[int]]] = {}
        self._rules: Final[dict[tuple[str, int], _Rules]] = {}
        self._same: Final[dict[_Rules, _Rules]] = {}

    def find(self, view: InventoryView | None, group_ids: GroupsByTime, instants: Sequence[int]) -> Policy:
        times = zip(group_ids, instants, strict=True)
        return self._make(tuple(self._find_rules(view, *each) for each in times))

    def _make(self, rules_by_time: tuple[Sequence["_Rules"] | None, ...]) -> Policy:
        """Rules in force at two times are one and the same object where nothing changed."""
        key = tuple(
            None if groups is None else tuple([id(rules) for rules in groups]) for groups in rules_by_time
        )
        policy = self._policies.get(key)
        if policy is None:
            rules = [rule for groups in rules_by_time for group in groups or () for rule in group]
            policy = self._policies[key] = Policy(
                number=len(self._policies),
                local_boundaries=_boundaries(rules, "ingress"),
                peer_boundaries=_boundaries(rules, "egress"),
                peer_classes=PeerClasses(rules, self._addr_classes),
            )
        return policy

    def _find_rules(
        self, view: InventoryView | None, group_ids: tuple[str, ...] | None, at: int
    ) -> Sequence["_Rules"] | None:
        """Of each group; None for an interface that the inventory doesn't know, which has none either."""
        if view is None or group_ids is None:
            return None
        return tuple([self._find_rules_of_group(view, group_id, at) for group_id in group_ids])

    def _find_rules_of_group(self, view: InventoryView, group_id: str, at: int) -> "_Rules":
        instants = self._instants.get(group_id)
        if instants is None:
            instants = self._instants[group_id] = view.instants_of_group(group_id)
        key = (group_id, bisect_right(instants, at))
        rules = self._rules.get(key)
        if rules is None:
            found = _rules_in_force(view, group_id, at)
            rules = self._rules[key] = self._same.setdefault(found, found)
        return rules


class _RuleInForce(NamedTuple):
    """A rule with all that the inventory tells of its peer, but for who that is; see rule_match."""

    rule: SecurityGroupRule
    blocks: frozenset[Block]
    is_group_known: bool
    is_load_balancers: bool


def _rules_in_force(view: InventoryView, group_id: str, at: int) -> "_Rules":
    return tuple(_describe(rule, view, at) for way in _DIRECTIONS for rule in view.rules(group_id, way, at))


def _describe(rule: SecurityGroupRule, view: InventoryView, at: int) -> _RuleInForce:
    peer = rule.peer
    cidr = peer.cidr_ipv4 or peer.cidr_ipv6
    cidrs = view.prefix_list(peer.prefix_list_id, at) if peer.prefix_list_id else [cidr] if cidr else []
    group_id = peer.referenced_group_id
    return _RuleInForce(
        rule=rule,
        blocks=frozenset(map(to_block, cidrs)),
        is_group_known=group_id is not None and view.group(group_id, at) is not None,
        is_load_balancers=group_id is not None and view.is_group_of_network_load_balancer(group_id, at),
    )


_Rules = tuple[_RuleInForce, ...]


def _boundaries(rules: Sequence[_RuleInForce], direction: Direction) -> list[int]:
    return port_boundaries(rule.rule for rule in rules if rule.rule.direction == direction)
