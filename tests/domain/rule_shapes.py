"""Rules of a few shapes, and what of a small universe of connections each of them permits."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Final, NamedTuple

from domain.inventory import Direction, Peer, SecurityGroupRule
from domain.rule_space import PeerContext, PrefixList
from tests.domain.examples import RULE

APP: Final = "sg-0aaaaaaaaaaaaaaaa"
WEB: Final = "sg-0bbbbbbbbbbbbbbbb"
STRANGE: Final = "sg-0fffffffffffffff0"
OFFICES: Final = "pl-0aaaaaaaaaaaaaaaa"
HOMES: Final = "pl-0bbbbbbbbbbbbbbbb"
UNKNOWN_LIST: Final = "pl-0fffffffffffffff0"
CONTEXT: Final = PeerContext(
    members={APP: ("10.0.0.5", "10.0.0.6", "2001:db8::5"), WEB: ("10.0.1.0/28",)},
    prefix_lists={
        OFFICES: PrefixList("offices", ("192.0.2.0/30", "198.51.100.7/32")),
        HOMES: PrefixList("homes", ("2001:db8::/126",)),
    },
    group_names={APP: "app", WEB: "web"},
)


class Service(NamedTuple):
    ip_protocol: str
    from_port: int | None
    to_port: int | None


SERVICES: Final = (
    Service("-1", -1, -1),
    Service("tcp", 0, 65_535),
    Service("tcp", -1, -1),
    Service("tcp", 20, 25),
    Service("tcp", 22, 22),
    Service("tcp", 25, 80),
    Service("6", 22, 23),
    Service("udp", 22, 22),
    Service("icmp", -1, -1),
    Service("icmp", 8, -1),
    Service("icmp", 8, 0),
    Service("1", 3, 1),
    Service("icmpv6", -1, -1),
    Service("58", 8, -1),
    Service("50", None, None),
    Service("esp", -1, -1),
    Service("51", 22, 22),
)
PEERS: Final = (
    Peer(cidr_ipv4="0.0.0.0/0"),
    Peer(cidr_ipv4="192.0.2.0/24"),
    Peer(cidr_ipv4="192.0.2.0/30"),
    Peer(cidr_ipv4="192.0.2.2/32"),
    Peer(cidr_ipv4="198.51.100.7/32"),
    Peer(cidr_ipv6="::/0"),
    Peer(cidr_ipv6="2001:db8::/125"),
    Peer(cidr_ipv6="2001:db8::2/128"),
    Peer(prefix_list_id=OFFICES),
    Peer(prefix_list_id=HOMES),
    Peer(referenced_group_id=APP),
    Peer(referenced_group_id=STRANGE),
)


class Packet(NamedTuple):
    """The first of a connection; `selector` is a port, or the type and code of ICMP."""

    direction: Direction
    protocol: int
    selector: tuple[int, ...]
    addr: str
    group_ids: tuple[str, ...]


_SELECTORS: Final[tuple[tuple[int, tuple[int, ...]], ...]] = (
    *((6, (port,)) for port in (0, 19, 20, 22, 23, 25, 80, 81, 65_535)),
    *((17, (port,)) for port in (22, 53)),
    *((protocol, selector) for protocol in (1, 58) for selector in ((8, 0), (8, 1), (3, 1), (3, 0), (0, 0))),
    *((protocol, ()) for protocol in (47, 50, 51)),
)
_ADDRS: Final = (
    *("192.0.2.0", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "198.51.100.7", "203.0.113.1"),
    *("2001:db8::", "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "2001:db8::9"),
)
PACKETS: Final = tuple(
    Packet(direction, protocol, selector, addr, group_ids)
    for direction in ("ingress", "egress")
    for protocol, selector in _SELECTORS
    for addr in _ADDRS
    for group_ids in ((), (APP,), (STRANGE, WEB))
)
"""Any address may have any group: memberships change."""
_NUMBERS: Final = {"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58, "esp": 50}


def make_rule(service: Service, peer: Peer, direction: Direction = "ingress") -> SecurityGroupRule:
    return replace(RULE, direction=direction, peer=peer, **service._asdict())


def all_rules() -> Iterator[SecurityGroupRule]:
    for direction in ("ingress", "egress"):
        for service in SERVICES:
            for peer in PEERS:
                yield make_rule(service, peer, direction)


def permits(rule: SecurityGroupRule, packet: Packet) -> bool:
    return (
        rule.direction == packet.direction
        and _permits_service(rule, packet)
        and _permits_peer(rule.peer, packet)
    )


def _permits_service(rule: SecurityGroupRule, packet: Packet) -> bool:
    if rule.ip_protocol == "-1":
        return True
    if packet.protocol != (_NUMBERS.get(rule.ip_protocol) or int(rule.ip_protocol)):
        return False
    if rule.from_port in {None, -1} or not packet.selector or rule.from_port is None or rule.to_port is None:
        return True
    if len(packet.selector) == 1:
        return packet.selector[0] in range(rule.from_port, rule.to_port + 1)
    return packet.selector[0] == rule.from_port and rule.to_port in {-1, packet.selector[1]}


def _permits_peer(peer: Peer, packet: Packet) -> bool:
    if peer.referenced_group_id is not None:
        return peer.referenced_group_id in packet.group_ids
    if peer.prefix_list_id is not None:
        cidrs = CONTEXT.prefix_lists[peer.prefix_list_id].cidrs
    else:
        cidrs = (peer.cidr_ipv4 or peer.cidr_ipv6 or "",)
    return any(ip_address(packet.addr) in ip_network(cidr) for cidr in cidrs)
