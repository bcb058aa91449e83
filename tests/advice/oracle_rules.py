"""What a rule permits, worked out point by point and sharing no code with `lambdas/`."""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from math import log2
from typing import Final, NamedTuple, Protocol

from domain.inventory import Direction, Inventory, Peer
from tests.advice.oracle_traffic import ADDRS, PORTS
from tests.advice.worlds import CIDRS, ENTRIES, RANGES

NO, POSSIBLE, CERTAIN = 0, 1, 2
TCP: Final = 6
UDP: Final = 17
ICMP: Final = (1, 58)
LINK_LOCAL: Final = ("169.254.0.0/16", "fd00:ec2::/32", "fe80::/10")
PROTOCOLS: Final = (6, 17, 1, 58, 50, 132)
NAMES: Final = {"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58, "esp": 50}
ICMP_POINTS: Final = ((8, 0), (8, 4), (3, 0), (3, 4), (0, 0))
EDGES: Final = {port for ports in RANGES for port in ports} | {*PORTS, 0, 65_535}
PORT_POINTS: Final = sorted({port + step for port in EDGES for step in (-1, 0, 1)} & {*range(65_536)})
Network = IPv4Network | IPv6Network
Target = tuple[str, str]
Service = tuple[int, int, int]


class RuleLike(Protocol):
    """A rule in force or a new one."""

    @property
    def direction(self) -> Direction: ...
    @property
    def ip_protocol(self) -> str: ...
    @property
    def from_port(self) -> int | None: ...
    @property
    def to_port(self) -> int | None: ...
    @property
    def peer(self) -> Peer: ...


class Made(NamedTuple):
    """A rule's meaning, which two rules never share in one group."""

    direction: Direction
    protocol: int
    """-1: all."""
    first: int
    """-1: all, of a protocol without ports too."""
    last: int
    target: Target


class Seen(NamedTuple):
    """A recorded connection; groups are those that the peer was recorded to be in."""

    interface_id: str
    direction: Direction
    protocol: int
    port: int | None
    peer_addr: str
    peer_groups: frozenset[str]


def target_of(peer: Peer) -> Target:
    if peer.referenced_group_id is not None:
        return "group", peer.referenced_group_id
    if peer.prefix_list_id is not None:
        return "list", peer.prefix_list_id
    return "cidr", peer.cidr_ipv4 or peer.cidr_ipv6 or ""


def made_of(rule: RuleLike) -> Made:
    protocol = NAMES[rule.ip_protocol] if rule.ip_protocol in NAMES else int(rule.ip_protocol)
    first, last = rule.from_port, rule.to_port
    if protocol in {TCP, UDP} and (first in {None, -1} or (first, last) == (0, 65_535)):
        first, last = 0, 65_535
    elif protocol not in {TCP, UDP, *ICMP} or first is None or first == -1:
        first, last = -1, -1
    assert first is not None
    assert last is not None
    return Made(rule.direction, protocol, first, last, target_of(rule.peer))


@cache
def network(text: str) -> Network:
    return ip_network(text)


@cache
def holds(cidr: str, addr: str) -> bool:
    return ip_address(addr) in network(cidr)


@cache
def address_points() -> tuple[str, ...]:
    """Every address of the universe, and the ends of every block."""
    blocks = [network(cidr) for cidr in (*CIDRS, *(cidr for _, cidr in ENTRIES))]
    return tuple({*ADDRS, *(str(block[0]) for block in blocks), *(str(block[-1]) for block in blocks)})


@cache
def service_points(made: Made) -> frozenset[Service]:
    points = set()
    for protocol in PROTOCOLS if made.protocol == -1 else (made.protocol,):
        if protocol in {TCP, UDP}:
            points |= {
                (protocol, port, -1)
                for port in PORT_POINTS
                if made.protocol == -1 or made.first <= port <= made.last
            }
        elif protocol in ICMP:
            points |= {
                (protocol, *point)
                for point in ICMP_POINTS
                if made.first in {-1, point[0]} and made.last in {-1, point[1]}
            }
        else:
            points.add((protocol, -1, -1))
    return frozenset(points)


def entries_of(prefix_list_id: str, inventory: Inventory) -> list[str]:
    return [entry.cidr for entry in inventory.prefix_list_entries if entry.prefix_list_id == prefix_list_id]


def peer_points(made: Made, inventory: Inventory) -> frozenset[str]:
    """A group is a point of its own, and so is a list without entries: who is in it may change."""
    kind, value = made.target
    cidrs = [value] if kind == "cidr" else entries_of(value, inventory)
    if kind == "group" or not cidrs:
        return frozenset({value})
    return frozenset(addr for addr in address_points() if any(holds(cidr, addr) for cidr in cidrs))


def covers(wider: Made, narrower: Made, inventory: Inventory) -> bool:
    return (
        wider.direction == narrower.direction
        and service_points(wider) >= service_points(narrower)
        and peer_points(wider, inventory) >= peer_points(narrower, inventory)
    )


def is_within(narrower: Made, wider: Made, inventory: Inventory) -> bool:
    """Whether it permits nothing now that the other doesn't. A group's members of the other family are the
    same machines."""
    if narrower.target[0] != "group" or narrower.target == wider.target:
        return covers(wider, narrower, inventory)
    block = network(wider.target[1])
    own = [each for each in members(narrower.target[1], inventory) if each.version == block.version]
    return (
        wider.target[0] == "cidr"
        and narrower.direction == wider.direction
        and service_points(wider) >= service_points(narrower)
        and all(each.subnet_of(block) for each in own)  # type: ignore[arg-type]
    )


def members(group_id: str, inventory: Inventory) -> list[Network]:
    enis = [eni for eni in inventory.network_interfaces if group_id in eni.group_ids]
    return [network(text) for eni in enis for text in (*eni.private_addrs, *eni.prefixes)]


def count_addrs(networks: Iterable[Network]) -> int:
    return sum(1 << (each.max_prefixlen - each.prefixlen) for each in _outermost(set(networks)))


def _outermost(networks: Collection[Network]) -> list[Network]:
    return [
        each
        for each in networks
        if not any(
            other != each and other.version == each.version and other.supernet_of(each)  # type: ignore[arg-type]
            for other in networks
        )
    ]


def blocks_of(target: Target, inventory: Inventory) -> list[Network]:
    kind, value = target
    if kind == "group":
        return members(value, inventory)
    return [network(cidr) for cidr in ([value] if kind == "cidr" else entries_of(value, inventory))]


def target_size(target: Target, inventory: Inventory) -> int:
    return max(1, count_addrs(blocks_of(target, inventory)))


def service_size(made: Made) -> int:
    if made.protocol == -1:
        return 2 * 65_536 + 2 * 256 + 252
    if made.protocol in {TCP, UDP}:
        return made.last - made.first + 1
    return 256 if made.protocol in ICMP and made.first == -1 else 1


def space(made: Made, inventory: Inventory) -> int:
    return service_size(made) * target_size(made.target, inventory)


def weight(made: Made, inventory: Inventory) -> float:
    """As `space`, but 16 times the addresses of IPv6 are twice as much."""
    blocks = blocks_of(made.target, inventory)
    ipv4, ipv6 = (count_addrs(each for each in blocks if each.version == version) for version in (4, 6))
    return service_size(made) * max(1, ipv4 + float(ipv6**0.25))


def bits(weight: float) -> float:
    return round(log2(1 + weight), 2)


def match_service(made: Made, protocol: int, port: int | None) -> int:
    if made.protocol == -1:
        return CERTAIN
    if made.protocol != protocol:
        return NO
    if protocol in ICMP:
        return CERTAIN if made.first == -1 else POSSIBLE
    if protocol not in {TCP, UDP}:
        return CERTAIN
    assert port is not None
    return CERTAIN if made.first <= port <= made.last else NO


def match(made: Made, seen: Seen, inventory: Inventory, known: Mapping[str, bool]) -> int:
    """`known`: whether the group, if the inventory knows it, is one of a Network Load Balancer's.
    `seen.peer_groups` are those at the time that `inventory` is of, or those recorded."""
    if made.direction != seen.direction:
        return NO
    return min(match_service(made, seen.protocol, seen.port), match_peer(made, seen, inventory, known))


def match_peer(made: Made, seen: Seen, inventory: Inventory, known: Mapping[str, bool]) -> int:
    kind, value = made.target
    if kind == "cidr":
        return CERTAIN if holds(value, seen.peer_addr) else NO
    if kind == "list":
        cidrs = entries_of(value, inventory)
        if not cidrs:
            return POSSIBLE
        return CERTAIN if any(holds(cidr, seen.peer_addr) for cidr in cidrs) else NO
    if value in seen.peer_groups:
        return CERTAIN
    if seen.direction == "ingress" and known.get(value, False):
        return POSSIBLE
    return POSSIBLE if value not in known and not seen.peer_groups else NO


def is_never_logged(made: Made) -> bool:
    kind, value = made.target
    if kind == "cidr" and any(
        network(value).version == network(each).version and network(value).subnet_of(network(each))  # type: ignore[arg-type]
        for each in LINK_LOCAL
    ):
        return True
    ports = made.protocol, made.first, made.last
    if made.direction == "egress" and ports in {(TCP, 53, 53), (UDP, 53, 53)}:
        return True
    if made.direction == "ingress" and ports == (UDP, 4789, 4789):
        return True
    return made.protocol == UDP and made.first >= 67 and made.last <= 68
