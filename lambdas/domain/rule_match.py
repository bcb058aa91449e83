"""Does this rule permit this connection? Here, and nowhere else, is what EC2 lets through."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Protocol

from domain.addresses import parse_addr, parse_cidr
from domain.inventory import Direction, Peer, SecurityGroupRule
from domain.inventory_view import InventoryView
from domain.protocols import ICMP, ICMPV6, TCP, UDP, protocol_number

_ALL_PROTOCOLS: Final = "-1"
_WITH_PORTS: Final = frozenset({TCP, UDP})
_WITH_TYPES: Final = frozenset({ICMP, ICMPV6})
_ALL: Final = (None, -1)


class Match(IntEnum):
    """Ordered: a rule matches as well as the worst of its parts."""

    NO = 0
    POSSIBLE = 1
    """All that a flow record shows agrees; what it can't show decides."""
    CERTAIN = 2


class Service(Protocol):
    """The protocol and ports of a rule, in force or new."""

    @property
    def ip_protocol(self) -> str: ...
    @property
    def from_port(self) -> int | None: ...
    @property
    def to_port(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Connection:
    """Seen from the interface whose groups are asked; None for what the record doesn't say."""

    direction: Direction
    """`ingress` where the peer began it."""
    protocol: int | None
    server_port: int | None
    """Of the side that did not begin."""
    peer_addr: str


def match_rule(rule: SecurityGroupRule, connection: Connection, view: InventoryView, at: int) -> Match:
    """As of `at`, in epoch seconds. Rules only permit, and their order means nothing: ask each by itself.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    if rule.direction != connection.direction:
        return Match.NO
    service = match_service(rule, connection.protocol, connection.server_port)
    if service is Match.NO:
        return Match.NO
    return min(service, _match_peer(rule, connection, view, at))


def match_service(rule: Service, protocol: int | None, server_port: int | None) -> Match:
    """Only TCP and UDP have ports; for any other protocol than ICMP a rule permits all of it.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
    """
    if rule.ip_protocol == _ALL_PROTOCOLS:
        return Match.CERTAIN
    permitted = protocol_number(rule.ip_protocol)
    if protocol not in {None, permitted}:
        return Match.NO
    match = Match.CERTAIN
    if permitted in _WITH_TYPES:
        match = _match_icmp_type(rule)
    elif permitted in _WITH_PORTS:
        match = _match_port(rule, server_port)
    return match if protocol is not None else min(match, Match.POSSIBLE)


def _match_icmp_type(rule: Service) -> Match:
    """`from_port` is the type, which flow records don't have (their ports are 0); -1 permits all types."""
    return Match.CERTAIN if rule.from_port in _ALL else Match.POSSIBLE


def _match_port(rule: Service, port: int | None) -> Match:
    if rule.from_port is None or rule.to_port is None or rule.from_port in _ALL:
        return Match.CERTAIN
    if port is None:
        return Match.POSSIBLE
    return Match.CERTAIN if rule.from_port <= port <= rule.to_port else Match.NO


def _match_peer(rule: SecurityGroupRule, connection: Connection, view: InventoryView, at: int) -> Match:
    peer = rule.peer
    if peer.prefix_list_id is not None:
        return _match_prefix_list(peer.prefix_list_id, connection.peer_addr, view, at)
    if peer.referenced_group_id is not None:
        return _match_group(peer.referenced_group_id, connection, view, at)
    return _certain_if(_is_in(connection.peer_addr, _cidr(peer)))


def _match_prefix_list(prefix_list_id: str, peer_addr: str, view: InventoryView, at: int) -> Match:
    """A list that the inventory doesn't hold may contain anything."""
    cidrs = view.prefix_list(prefix_list_id, at)
    if not cidrs:
        return Match.POSSIBLE
    return _certain_if(any(_is_in(peer_addr, cidr) for cidr in cidrs))


def _match_group(group_id: str, connection: Connection, view: InventoryView, at: int) -> Match:
    """By the private addresses of the interfaces that have the group, the asking one included.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#security-group-referencing
    A Network Load Balancer that preserves client addresses lets anyone through by a rule of the target that
    references the load balancer's group:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    """
    peer = view.interface_at_addr(connection.peer_addr, at)
    if peer is not None and group_id in peer.group_ids:
        return Match.CERTAIN
    if connection.direction == "ingress" and view.is_group_of_network_load_balancer(group_id, at):
        return Match.POSSIBLE
    # A group of a peered VPC or of another account: its members are not in this VPC's inventory.
    return Match.POSSIBLE if peer is None and view.group(group_id, at) is None else Match.NO


def _cidr(peer: Peer) -> str:
    cidr = peer.cidr_ipv4 or peer.cidr_ipv6
    assert cidr is not None, "a Peer has exactly one of four"  # noqa: S101 - for mypy; Peer checks it
    return cidr


def _is_in(addr: str, cidr: str) -> bool:
    return parse_addr(addr) in parse_cidr(cidr)


def _certain_if(is_match: bool) -> Match:
    return Match.CERTAIN if is_match else Match.NO
