"""The usage documents of a world, made of its recorded connections one by one."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.inventory import Inventory
from domain.usage import Caps, GroupEvidence, InterfaceHours, RuleUsage, SeenConnection, SeenPeer, SeenPort
from tests.advice.oracle_rules import CERTAIN, NO, Seen, made_of, match
from tests.advice.oracle_traffic import DAY, Recorded, addrs_of, other_reading
from tests.advice.worlds import World
from tests.domain.examples import VPC_ID

SOLE, SHARED, UNCERTAIN, UNKNOWN = "sole", "shared", "possible", "unknown"
Key = tuple[str, int, int | None, str]
"""Interface, protocol, port and peer."""
Service = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Hit:
    """A recorded connection of a rule."""

    rule_id: str
    group_id: str
    seen: Seen
    day: str
    at: int
    records: int
    how: str

    @property
    def key(self) -> Key:
        return self.seen.interface_id, self.seen.protocol, self.seen.port, self.seen.peer_addr


def day_of(second: int) -> str:
    return datetime.fromtimestamp(second, tz=UTC).date().isoformat()


def balancers(inventory: Inventory) -> dict[str, bool]:
    """Of each group that the inventory knows, whether a Network Load Balancer has it."""
    of_balancers = {
        group_id
        for eni in inventory.network_interfaces
        if eni.interface_type == "network_load_balancer"
        for group_id in eni.group_ids
    }
    return {group.group_id: group.group_id in of_balancers for group in inventory.security_groups}


def find_hits(world: World) -> list[Hit]:
    return [hit for recorded in world.recorded for hit in _hits_of(recorded, world.at(recorded.at))]


def _hits_of(recorded: Recorded, inventory: Inventory | None) -> Iterator[Hit]:
    carriers = [
        eni
        for eni in (inventory.network_interfaces if inventory else ())
        if eni.interface_id == recorded.interface_id
    ]
    if inventory is None or not carriers:
        return
    found = []
    for reading in (recorded,) if recorded.is_known else (recorded, other_reading(recorded)):
        seen = _seen(reading, inventory)
        found += [
            (rule, seen, match(made_of(rule), seen, inventory, balancers(inventory)))
            for rule in inventory.security_group_rules
            if rule.group_id in carriers[0].group_ids
        ]
    found = [each for each in found if each[2] != NO]
    how = SOLE if len(found) == 1 else SHARED
    if any(answer != CERTAIN for _, _, answer in found):
        how = UNCERTAIN
    for rule, seen, _ in found:
        yield Hit(
            rule_id=rule.rule_id,
            group_id=rule.group_id,
            seen=seen,
            day=day_of(recorded.at),
            at=recorded.at,
            records=recorded.records,
            how=how if recorded.is_known else UNKNOWN,
        )


def _seen(recorded: Recorded, inventory: Inventory) -> Seen:
    groups = {
        group_id
        for eni in inventory.network_interfaces
        if recorded.peer_addr in addrs_of(eni)
        for group_id in eni.group_ids
    }
    return Seen(
        recorded.interface_id,
        recorded.direction,
        recorded.protocol,
        recorded.port,
        recorded.peer_addr,
        frozenset(groups),
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What the documents of a rule show, after the caps of each day cut them."""

    hits: list[Hit]
    """Of the peers that are kept on the day."""
    services: set[Service]
    are_peers_complete: bool
    are_ports_complete: bool
    peer_count: int
    """At most so many are known to have come."""
    port_count: int

    @property
    def is_complete(self) -> bool:
        return self.are_peers_complete and self.are_ports_complete


def keep(hits: Sequence[Hit], caps: Caps) -> Kept:
    """Of one rule."""
    days = [[hit for hit in hits if hit.day == day] for day in {hit.day for hit in hits}]
    peers = [(_count_peers(of_day), kept_peers(of_day, caps)) for of_day in days]
    ports = [(_count_ports(of_day), kept_ports(of_day, caps)) for of_day in days]
    every_peer = {addr for _, kept in peers for addr in kept}
    every_port = {service for _, kept in ports for service in kept}
    return Kept(
        hits=[
            hit
            for of_day, (_, kept) in zip(days, peers, strict=True)
            for hit in of_day
            if hit.seen.peer_addr in kept
        ],
        services=every_port,
        are_peers_complete=all(len(came) == len(kept) for came, kept in peers),
        are_ports_complete=all(len(came) == len(kept) for came, kept in ports),
        peer_count=max([len(every_peer), *(len(came) for came, _ in peers)]),
        port_count=max([len(every_port), *(len(came) for came, _ in ports)]),
    )


def kept_peers(hits: Sequence[Hit], caps: Caps) -> list[str]:
    """Of one rule and day: the most used ones, as long as they and their connections are few enough."""
    counts = _count_peers(hits)
    ranked = sorted(counts, key=lambda addr: (-counts[addr], addr))
    for number in range(min(caps.peers, len(ranked)), -1, -1):
        connections = {hit.key for hit in hits if hit.seen.peer_addr in ranked[:number]}
        if len(connections) <= caps.connections:
            return ranked[:number]
    raise AssertionError("no peer has no connection")


def kept_ports(hits: Sequence[Hit], caps: Caps) -> list[Service]:
    counts = _count_ports(hits)
    return sorted(counts, key=lambda service: (-counts[service], _in_order(service)))[: caps.ports]


def _count_peers(hits: Sequence[Hit]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for hit in hits:
        counts[hit.seen.peer_addr] += hit.records
    return counts


def _count_ports(hits: Sequence[Hit]) -> Counter[Service]:
    counts: Counter[Service] = Counter()
    for hit in hits:
        counts[hit.seen.protocol, hit.seen.port] += hit.records
    return counts


def _in_order(service: Service) -> tuple[int, int]:
    return service[0], -1 if service[1] is None else service[1]


def make_usages(hits: Sequence[Hit], caps: Caps) -> list[RuleUsage]:
    by_rule: dict[tuple[str, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        by_rule[hit.rule_id, hit.day].append(hit)
    return [_make_usage(of_rule, caps) for _, of_rule in sorted(by_rule.items())]


def _make_usage(hits: Sequence[Hit], caps: Caps) -> RuleUsage:
    counts: Counter[str] = Counter()
    for hit in hits:
        counts[hit.how] += hit.records
    peers, ports = kept_peers(hits, caps), kept_ports(hits, caps)
    total = counts.total()
    return RuleUsage(
        vpc_id=VPC_ID,
        group_id=hits[0].group_id,
        rule_id=hits[0].rule_id,
        direction=hits[0].seen.direction,
        day=hits[0].day,
        sole=counts[SOLE],
        shared=counts[SHARED],
        possible=counts[UNCERTAIN] + counts[UNKNOWN],
        unknown=counts[UNKNOWN],
        request_bytes=60 * total,
        request_packets=total,
        response_bytes=0,
        response_packets=0,
        first_seen=min(hit.at for hit in hits),
        last_seen=max(hit.at for hit in hits),
        peer_count=len(_count_peers(hits)),
        port_count=len(_count_ports(hits)),
        peers=_peers_of(hits, peers),
        ports=tuple(SeenPort(*each, _count_ports(hits)[each]) for each in sorted(ports, key=_in_order)),
        connections=_connections_of([hit for hit in hits if hit.seen.peer_addr in peers]),
    )


def _peers_of(hits: Sequence[Hit], addrs: Sequence[str]) -> tuple[SeenPeer, ...]:
    peers = []
    for addr in sorted(addrs):
        own = [hit for hit in hits if hit.seen.peer_addr == addr]
        groups = frozenset.intersection(*(hit.seen.peer_groups for hit in own))
        peers.append(
            SeenPeer(
                addr, "", tuple(sorted(groups)), sum(hit.records for hit in own), max(hit.at for hit in own)
            )
        )
    return tuple(peers)


def _connections_of(hits: Sequence[Hit]) -> tuple[SeenConnection, ...]:
    connections = []
    for key in sorted({hit.key for hit in hits}, key=lambda key: (*key[:2], key[2] or -1, key[3])):
        own = [hit for hit in hits if hit.key == key]
        certain = sum(hit.records for hit in own if hit.how in {SOLE, SHARED})
        possible = sum(hit.records for hit in own) - certain
        connections.append(SeenConnection(*key, certain, possible, max(hit.at for hit in own)))
    return tuple(connections)


def make_evidence(world: World) -> list[GroupEvidence]:
    """Of each day, of the groups that some interface carried."""
    if not world.hours:
        return []
    carriers: dict[tuple[str, str], set[str]] = defaultdict(set)
    first = world.observations[0].observed_at
    for day_start in range(first - first % DAY, world.made_at, DAY):
        for inventory in _seen_on(world, day_start):
            for eni in inventory.network_interfaces:
                for group_id in eni.group_ids:
                    carriers[group_id, day_of(day_start)].add(eni.interface_id)
    return [_evidence_of(*key, sorted(ids), world) for key, ids in sorted(carriers.items())]


def _seen_on(world: World, day_start: int) -> list[Inventory]:
    in_force = world.at(day_start)
    later = [each for each in world.observations if day_start < each.observed_at < day_start + DAY]
    return [*([in_force] if in_force else []), *later]


def _evidence_of(group_id: str, day: str, interface_ids: Sequence[str], world: World) -> GroupEvidence:
    hours = tuple(
        InterfaceHours(id_, *world.hours[number % len(world.hours)], 0)
        for number, id_ in enumerate(interface_ids)
    )
    return GroupEvidence(VPC_ID, group_id, day, hours, 0, {}, (), 0)


@dataclass(frozen=True, slots=True)
class Usages:
    """A UsageSource."""

    by_group: Mapping[str, tuple[list[RuleUsage], list[GroupEvidence]]]

    def groups(self) -> Iterator[tuple[str, Sequence[RuleUsage], Sequence[GroupEvidence]]]:
        for group_id in sorted(self.by_group):
            yield group_id, *self.by_group[group_id]


def make_source(world: World) -> Usages:
    by_group: dict[str, tuple[list[RuleUsage], list[GroupEvidence]]] = defaultdict(lambda: ([], []))
    for usage in make_usages(find_hits(world), world.caps):
        by_group[usage.group_id][0].append(usage)
    for evidence in make_evidence(world):
        by_group[evidence.group_id][1].append(evidence)
    return Usages(by_group)
