"""The inventories that are asked: a VPC of usual size and a very large one, the same each time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from typing import Final

from domain.inventory import (
    Direction,
    NetworkInterface,
    Peer,
    PrefixListEntry,
    SecurityGroup,
    SecurityGroupRule,
)
from domain.inventory_day import F, Interval, InventoryDay

ACCOUNT_ID: Final = "123456789012"
DAY_START: Final = 1_795_478_400
"""2026-11-24 00:00 UTC"""
BUSY_FROM: Final = DAY_START + 10 * 3600
BUSY_UNTIL: Final = BUSY_FROM + 6 * 3600

_SEED: Final = 5
_SUBNETS: Final = 12
_DATABASE_PORTS: Final = (5432, 3306, 6379, 9200, 9092)
_PARTNER_PORTS: Final = (443, 8443, 1024, 9000, 3000)
_PREFIX_LISTS: Final = {
    "pl-0s3": ("192.0.2.0/25", "192.0.2.128/26"),
    "pl-0partners": tuple(f"198.51.100.{block}/28" for block in range(0, 256, 16)),
}


@dataclass(frozen=True, slots=True)
class Size:
    groups: int
    rules: int
    interfaces: int
    changes: int
    """How many rules and how many interfaces change within the busy hours."""


SMALL: Final = Size(groups=60, rules=700, interfaces=300, changes=8)
LARGE: Final = Size(groups=2_500, rules=20_000, interfaces=10_000, changes=120)


@dataclass(frozen=True, slots=True)
class World:
    day: InventoryDay
    interfaces: tuple[NetworkInterface, ...]
    rules: tuple[SecurityGroupRule, ...]


@cache
def make_world(size: Size) -> World:
    return _Builder(size, Random(_SEED)).build()


def narrow(world: World, number: int) -> World:
    """The same inventory, of which only so many interfaces have traffic: such as rules let talk together."""
    members: dict[str | None, NetworkInterface] = {}
    for eni in world.interfaces:
        members |= {group_id: eni for group_id in eni.group_ids if group_id not in members}
    chosen = {eni.interface_id: eni for eni in world.interfaces if not eni.group_ids}
    rules = Random(_SEED).sample(world.rules, len(world.rules))
    for rule in sorted(rules, key=lambda rule: not _is_behind_load_balancer(rule, members)):
        client, server = members.get(rule.peer.referenced_group_id), members.get(rule.group_id)
        if client and server and len(chosen) < number:
            chosen |= {client.interface_id: client, server.interface_id: server}
    return replace(world, interfaces=tuple(chosen.values()))


@dataclass(slots=True)
class _Builder:
    """Groups are of four kinds: load balancers' (`edge`), servers' (`service`), databases' (`data`), and what
    an interface has beside its own (`base`), whose rules overlap with the others' as they do in life."""

    size: Size
    rng: Random
    vpc_id: str = ""
    groups: dict[str, list[SecurityGroup]] = field(default_factory=dict)
    rules: list[SecurityGroupRule] = field(default_factory=list)

    def build(self) -> World:
        self.vpc_id = self._id("vpc")
        self._make_groups()
        self._make_rules()
        interfaces = tuple(self._make_interface(number) for number in range(self.size.interfaces))
        day = InventoryDay(
            vpc_id=self.vpc_id,
            day="2026-11-24",
            observed_at=BUSY_UNTIL + 3600,
            network_interfaces=self._change(interfaces, _named_otherwise),
            security_groups=_all_day(group for kind in self.groups.values() for group in kind),
            security_group_rules=self._change(self.rules, _for_other_ports),
            prefix_list_entries=_all_day(_make_prefix_list_entries()),
        )
        return World(day, interfaces, tuple(self.rules))

    def _id(self, prefix: str) -> str:
        return f"{prefix}-0{self.rng.getrandbits(64):016x}"

    def _make_groups(self) -> None:
        total = self.size.groups
        shares = {"edge": total // 10, "base": total // 5, "data": total // 5}
        shares["service"] = total - sum(shares.values())
        for kind, number in shares.items():
            self.groups[kind] = [self._make_group(f"{kind}-{each}") for each in range(number)]

    def _make_group(self, name: str) -> SecurityGroup:
        return SecurityGroup(self._id("sg"), name, f"For {name}", self.vpc_id, ACCOUNT_ID, ())

    def _make_rules(self) -> None:
        for group in self.groups["edge"]:
            self._make_edge_rules(group)
        for group in self.groups["service"]:
            self._make_service_rules(group)
        for group in self.groups["data"]:
            self._make_data_rules(group)
        for group in self.groups["base"]:
            self._make_base_rules(group)
        everyone = [group for kind in self.groups.values() for group in kind]
        while len(self.rules) < self.size.rules:
            self._make_partner_rule(self.rng.choice(everyone))

    def _make_edge_rules(self, group: SecurityGroup) -> None:
        self._add(group, "ingress", "tcp", (443, 443), Peer(cidr_ipv4="0.0.0.0/0"))
        self._add(group, "ingress", "tcp", (443, 443), Peer(cidr_ipv6="::/0"))
        self._add(group, "ingress", "tcp", (80, 80), Peer(cidr_ipv4="0.0.0.0/0"))
        for service in self._sample("service", 3):
            self._add(group, "egress", "tcp", (8080, 8080), service)

    def _make_service_rules(self, group: SecurityGroup) -> None:
        for edge in self._sample("edge", 2):
            self._add(group, "ingress", "tcp", (8080, 8080), edge)
        for caller in self._sample("service", 1):
            self._add(group, "ingress", "tcp", (8000, 8090), caller)
        for data in self._sample("data", 2):
            self._add(group, "egress", "tcp", (1024, 65_535), data)
        self._add(group, "egress", "tcp", (443, 443), Peer(prefix_list_id="pl-0s3"))

    def _make_data_rules(self, group: SecurityGroup) -> None:
        port = self.rng.choice(_DATABASE_PORTS)
        self._add(group, "ingress", "tcp", (port, port), Peer(referenced_group_id=group.group_id))
        for service in self._sample("service", 4):
            self._add(group, "ingress", "tcp", (port, port), service)

    def _make_base_rules(self, group: SecurityGroup) -> None:
        self._add(group, "ingress", "tcp", (22, 22), Peer(cidr_ipv4="10.0.0.0/10"))
        self._add(group, "ingress", "icmp", (-1, -1), Peer(cidr_ipv4="10.0.0.0/8"))
        self._add(group, "ingress", "udp", (53, 53), Peer(cidr_ipv4="10.0.0.0/8"))
        self._add(group, "egress", "-1", (-1, -1), Peer(cidr_ipv4="0.0.0.0/0"))

    def _make_partner_rule(self, group: SecurityGroup) -> None:
        peers = (
            Peer(prefix_list_id="pl-0partners"),
            Peer(cidr_ipv4=f"203.0.113.{self.rng.randrange(256)}/32"),
            Peer(cidr_ipv4=f"10.{self.rng.randrange(3)}.{self.rng.randrange(20)}.0/24"),
            Peer(referenced_group_id="sg-0peered", referenced_vpc_id="vpc-0peered"),
        )
        first = self.rng.choice(_PARTNER_PORTS)
        self._add(group, "ingress", "tcp", (first, first + self.rng.choice((0, 10))), self.rng.choice(peers))

    def _sample(self, kind: str, number: int) -> list[Peer]:
        groups = self.rng.sample(self.groups[kind], number)
        return [Peer(referenced_group_id=group.group_id) for group in groups]

    def _add(
        self, group: SecurityGroup, direction: Direction, protocol: str, ports: tuple[int, int], peer: Peer
    ) -> None:
        rule_id = self._id("sgr")
        self.rules.append(
            SecurityGroupRule(rule_id, group.group_id, direction, protocol, *ports, peer, "", ())
        )

    def _make_interface(self, number: int) -> NetworkInterface:
        kind = _kind(number)
        return NetworkInterface(
            interface_id=self._id("eni"),
            vpc_id=self.vpc_id,
            subnet_id=f"subnet-0{number % _SUBNETS:016x}",
            instance_id=self._id("i") if kind == "service" else None,
            description="" if kind == "service" else f"ELB app/{kind}-{number}/50dc6c495c0c9188",
            name=f"{kind}-{number}",
            interface_type=kind if kind in {"nat_gateway", "network_load_balancer"} else "interface",
            requester_id="" if kind == "service" else "amazon-elb",
            requester_managed=kind != "service",
            owner_id=ACCOUNT_ID,
            private_addrs=_make_addrs(kind, number),
            prefixes=(),
            public_addrs=(),
            group_ids=tuple(sorted(group.group_id for group in self._choose_groups(kind))),
        )

    def _choose_groups(self, kind: str) -> Sequence[SecurityGroup]:
        if kind == "nat_gateway":
            return ()
        edge = self.groups["edge"]
        if kind == "network_load_balancer":
            return edge[:1]
        own = self.rng.choice(edge[1:] if kind == "edge" else self.groups[kind])
        return [own, *self.rng.sample(self.groups["base"], self.rng.choice((1, 1, 2)))]

    def _change(self, facts: Sequence[F], before: Callable[[F], F]) -> tuple[Interval[F], ...]:
        changed = set(self.rng.sample(range(len(facts)), self.size.changes))
        intervals: list[Interval[F]] = []
        for number, fact in enumerate(facts):
            at = self.rng.randrange(BUSY_FROM, BUSY_UNTIL) if number in changed else None
            if at is not None:
                intervals.append(Interval(before(fact), DAY_START, at))
            intervals.append(Interval(fact, DAY_START if at is None else at))
        return tuple(sorted(intervals, key=lambda interval: (interval.fact.key, interval.seen_from)))


def _is_behind_load_balancer(rule: SecurityGroupRule, members: Mapping[str | None, NetworkInterface]) -> bool:
    client = members.get(rule.peer.referenced_group_id)
    return client is not None and client.interface_type == "network_load_balancer"


def _kind(number: int) -> str:
    if number % 100 == 0:
        return "nat_gateway"
    if number % 50 == 1:
        return "network_load_balancer"
    return ("edge", "data", "data", *["service"] * 7)[number % 10]


def _make_addrs(kind: str, number: int) -> tuple[str, ...]:
    """An IPv4 address; some servers have a second one, load balancers an IPv6 address."""
    rest = f"{number % 4000 // 200}.{10 + number % 200}"
    addrs = [f"10.{number // 4000}.{rest}"]
    if kind == "service" and number % 7 == 0:
        addrs.append(f"10.{32 + number // 4000}.{rest}")
    if kind == "edge":
        addrs.append(f"2001:db8:20:{1 + number // 4000:x}::{number:x}")
    return tuple(addrs)


def _named_otherwise(eni: NetworkInterface) -> NetworkInterface:
    return replace(eni, name=f"{eni.name} (old)")


def _for_other_ports(rule: SecurityGroupRule) -> SecurityGroupRule:
    """Where it has ports, so that what it permits later was not permitted before."""
    if rule.from_port is None or rule.to_port is None or not 0 < rule.to_port < 65_535:
        return replace(rule, description="old")
    return replace(rule, from_port=rule.to_port + 1, to_port=rule.to_port + 1)


def _all_day(facts: Iterable[F]) -> tuple[Interval[F], ...]:
    intervals = (Interval(fact, DAY_START) for fact in facts)
    return tuple(sorted(intervals, key=lambda interval: interval.fact.key))


def _make_prefix_list_entries() -> list[PrefixListEntry]:
    return [PrefixListEntry(id_, id_, cidr, "") for id_, cidrs in _PREFIX_LISTS.items() for cidr in cidrs]
