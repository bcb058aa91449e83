"""Usage documents of a month in a large VPC, made one group after the other, as the index gives them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Final

from bench.worlds import DAY_START, World
from domain.addresses import parse_cidr
from domain.inventory import NetworkInterface, SecurityGroupRule
from domain.inventory_day import F, Interval, InventoryDay
from domain.protocols import TCP, protocol_number
from domain.usage import (
    CAPS,
    UNATTRIBUTED,
    GroupEvidence,
    InterfaceHours,
    RuleUsage,
    SeenConnection,
    SeenPeer,
    SeenPort,
)

DAYS: Final = 30
USED: Final = 0.6
"""The share of rules that anything uses."""

_SECONDS_OF_DAY: Final = 86_400
_ALL_DAY: Final = 2**24 - 1
_PUBLIC: Final = ("198.51.100.0/24", "203.0.113.0/24")
_EVERYONE: Final = {"0.0.0.0/0", "::/0"}
_MOST_PEERS: Final = 400
_ALL_PORTS: Final = 65_535


@dataclass(slots=True)
class UsageDays:
    """As a `UsageSource`. `flows` are those of all days: more of them meet the same peers again."""

    world: World
    flows: int
    documents: int = 0

    def groups(self) -> Iterator[tuple[str, Sequence[RuleUsage], Sequence[GroupEvidence]]]:
        world = _Members(self.world)
        per_rule = max(1, int(self.flows / DAYS / (USED * len(self.world.rules))))
        for group_id in sorted(world.rules):
            rng = Random(group_id)
            enis = world.interfaces.get(group_id, [])
            rules = [rule for rule in world.rules[group_id] if enis and rng.random() < USED]
            used = [use for rule in rules for use in _use_rule(rule, enis, world, per_rule, rng)]
            evidence = [_make_evidence(self.world.day.vpc_id, group_id, enis, day) for day in range(DAYS)]
            self.documents += len(used) + len(evidence)
            yield group_id, used, evidence


class _Members:
    def __init__(self, world: World) -> None:
        self.interfaces: dict[str, list[NetworkInterface]] = {}
        self.rules: dict[str, list[SecurityGroupRule]] = {}
        for eni in world.interfaces:
            for group_id in eni.group_ids:
                self.interfaces.setdefault(group_id, []).append(eni)
        for rule in world.rules:
            self.rules.setdefault(rule.group_id, []).append(rule)

    def pool(self, rule: SecurityGroupRule, rng: Random) -> list[tuple[str, tuple[str, ...]]]:
        """Addresses that may use the rule, each with its groups."""
        referenced = rule.peer.referenced_group_id
        if referenced is not None:
            return [(eni.private_addrs[0], eni.group_ids) for eni in self.interfaces.get(referenced, [])]
        cidr = rule.peer.cidr_ipv4 or rule.peer.cidr_ipv6 or "198.51.100.0/28"
        if cidr in _EVERYONE:
            cidr = rng.choice(_PUBLIC) if ":" not in cidr else "2001:db8:c11e::/48"
        block = parse_cidr(cidr)
        size = min(_MOST_PEERS, block.num_addresses)
        numbers = {rng.randrange(block.num_addresses) for _ in range(rng.randint(1, size))}
        return [(str(block[number]), ()) for number in sorted(numbers)]


def begin_earlier(day: InventoryDay) -> InventoryDay:
    """As if what was there when the day began had been there for a year."""

    def older(intervals: Sequence[Interval[F]]) -> tuple[Interval[F], ...]:
        year = 365 * _SECONDS_OF_DAY
        return tuple(
            replace(each, seen_from=DAY_START - year) if each.seen_from == DAY_START else each
            for each in intervals
        )

    return replace(
        day,
        network_interfaces=older(day.network_interfaces),
        security_groups=older(day.security_groups),
        security_group_rules=older(day.security_group_rules),
        prefix_list_entries=older(day.prefix_list_entries),
    )


def _use_rule(
    rule: SecurityGroupRule,
    enis: Sequence[NetworkInterface],
    world: _Members,
    per_rule: int,
    rng: Random,
) -> Iterator[RuleUsage]:
    pool = world.pool(rule, rng)
    if not pool:
        return
    port = _choose_port(rule, rng)
    for day in range(DAYS):
        met = pool if per_rule >= len(pool) else rng.sample(pool, per_rule)
        yield _make_usage(rule, enis, sorted(met)[: CAPS.peers], port, day, per_rule)


def _choose_port(rule: SecurityGroupRule, rng: Random) -> tuple[int, int | None]:
    protocol = TCP if rule.ip_protocol == "-1" else protocol_number(rule.ip_protocol)
    if rule.ip_protocol.startswith("icmp"):
        return protocol or 0, None
    first, last = rule.from_port or 0, rule.to_port or 0
    if first < 0:
        first, last = 443, 443
    return protocol or TCP, rng.randint(first, min(last, first + 10, _ALL_PORTS))


def _make_usage(
    rule: SecurityGroupRule,
    enis: Sequence[NetworkInterface],
    met: Sequence[tuple[str, tuple[str, ...]]],
    service: tuple[int, int | None],
    day: int,
    per_rule: int,
) -> RuleUsage:
    protocol, port = service
    seen = DAY_START - day * _SECONDS_OF_DAY + 3600
    each = max(1, per_rule // len(met))
    connections = tuple(
        SeenConnection(enis[number % len(enis)].interface_id, protocol, port, addr, each, 0, seen)
        for number, (addr, _) in enumerate(met)
    )
    total = each * len(met)
    return RuleUsage(
        vpc_id=enis[0].vpc_id,
        group_id=rule.group_id,
        rule_id=rule.rule_id,
        direction=rule.direction,
        day=_name(day),
        sole=total,
        shared=0,
        possible=0,
        unknown=0,
        request_bytes=total * 800,
        request_packets=total * 5,
        response_bytes=total * 9_000,
        response_packets=total * 8,
        first_seen=seen,
        last_seen=seen,
        peer_count=len(met),
        port_count=1,
        peers=tuple(SeenPeer(addr, "", group_ids, each, seen) for addr, group_ids in met),
        ports=(SeenPort(protocol, port, total),),
        connections=connections,
    )


def _make_evidence(vpc_id: str, group_id: str, enis: Sequence[NetworkInterface], day: int) -> GroupEvidence:
    hours = sorted(eni.interface_id for eni in enis)
    return GroupEvidence(
        vpc_id=vpc_id,
        group_id=group_id,
        day=_name(day),
        interfaces=tuple(InterfaceHours(interface_id, _ALL_DAY, _ALL_DAY, 0) for interface_id in hours),
        records=1_000,
        unattributed=dict.fromkeys(UNATTRIBUTED, 0),
        knocks=(),
        knock_count=0,
    )


def _name(day: int) -> str:
    """So many days before the world's."""
    return datetime.fromtimestamp(DAY_START - day * _SECONDS_OF_DAY, tz=UTC).date().isoformat()
