"""How much a rule permits: addresses times ports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log2, sqrt
from typing import Final, Protocol

from domain.cidr_cover import covered_size, to_spans
from domain.inventory import Direction, Peer
from domain.port_ranges import ALL_PORTS, PortRange
from domain.protocols import ICMP, ICMPV6, TCP, UDP, protocol_number

ALL_PROTOCOLS: Final = -1
WITH_PORTS: Final = frozenset({TCP, UDP})
WITH_TYPES: Final = frozenset({ICMP, ICMPV6})
_ALL: Final = (None, -1)
_TYPES: Final = 256
_PROTOCOLS: Final = 256
_SPACE_OF_ALL_PROTOCOLS: Final = (
    len(WITH_PORTS) * ALL_PORTS.size
    + len(WITH_TYPES) * _TYPES
    + (_PROTOCOLS - len(WITH_PORTS) - len(WITH_TYPES))
)


class RuleShape(Protocol):
    """What a rule permits, in force or new."""

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


@dataclass(frozen=True, slots=True)
class PrefixList:
    name: str
    cidrs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeerContext:
    """What the peers of a VPC's rules stand for."""

    members: Mapping[str, tuple[str, ...]]
    """By id of each group that exists in the VPC: the private addresses and prefixes of its interfaces."""
    prefix_lists: Mapping[str, PrefixList]
    group_names: Mapping[str, str]
    """Also of known groups of other VPCs."""

    def group_size(self, group_id: str) -> int:
        """Addresses of its members, at least 1."""
        return max(1, covered_size(self.members.get(group_id, ())))

    def list_size(self, prefix_list_id: str) -> int:
        """Addresses of its entries, at least 1."""
        return max(1, covered_size(self.cidrs(prefix_list_id)))

    def cidrs(self, prefix_list_id: str) -> tuple[str, ...]:
        """Empty for a list that isn't known."""
        known = self.prefix_lists.get(prefix_list_id)
        return known.cidrs if known else ()

    def peer_name(self, peer: Peer) -> str:
        """Of the referenced group or prefix list; "" for CIDR blocks and what isn't known."""
        if peer.referenced_group_id is not None:
            return self.group_names.get(peer.referenced_group_id, "")
        known = self.prefix_lists.get(peer.prefix_list_id or "")
        return known.name if known else ""


def space_of(rule: RuleShape, context: PeerContext) -> int:
    return service_space(rule) * peer_space(rule.peer, context)


def service_space(rule: RuleShape) -> int:
    """Ports, or types of ICMP, of all protocols together; 1 for a protocol that has neither."""
    protocol = protocol_of(rule)
    if protocol == ALL_PROTOCOLS:
        return _SPACE_OF_ALL_PROTOCOLS
    if protocol in WITH_PORTS:
        return ports_of(rule).size
    return _TYPES if protocol in WITH_TYPES and has_all_types(rule) else 1


def peer_space(peer: Peer, context: PeerContext) -> int:
    return max(1, covered_size(_blocks_of(peer, context)))


def width_of(rules: Iterable[RuleShape], context: PeerContext) -> float:
    """Of all of them together: in it `::/0` is as wide as `0.0.0.0/0`, and one address as one."""
    return width(sum(service_space(rule) * _weigh(rule.peer, context) for rule in rules))


def _weigh(peer: Peer, context: PeerContext) -> float:
    """Its addresses, of which those of IPv6 count as their fourth root: 128 bits as 32."""
    blocks = _blocks_of(peer, context)
    ipv4, ipv6 = (sum(span.size for span in to_spans(blocks, version)) for version in (4, 6))
    return max(1, ipv4 + sqrt(sqrt(ipv6)))


def _blocks_of(peer: Peer, context: PeerContext) -> tuple[str, ...]:
    if peer.referenced_group_id is not None:
        return context.members.get(peer.referenced_group_id, ())
    if peer.prefix_list_id is not None:
        return context.cidrs(peer.prefix_list_id)
    return (cidr_of(peer),)


def width(weight: float) -> float:
    """In bits, to the hundredth: beyond it machines differ."""
    return round(log2(1 + weight), 2)


def protocol_of(rule: RuleShape) -> int:
    """ALL_PROTOCOLS where the rule names none."""
    return ALL_PROTOCOLS if rule.ip_protocol == str(ALL_PROTOCOLS) else protocol_number(rule.ip_protocol)


def ports_of(rule: RuleShape) -> PortRange:
    """Of a rule for TCP or UDP."""
    if rule.from_port is None or rule.to_port is None or rule.from_port in _ALL:
        return ALL_PORTS
    return PortRange(rule.from_port, rule.to_port)


def has_all_types(rule: RuleShape) -> bool:
    """Of a rule for ICMP, whose `from_port` is the type and `to_port` the code."""
    return rule.from_port in _ALL


def has_all_codes(rule: RuleShape) -> bool:
    return has_all_types(rule) or rule.to_port in _ALL


def cidr_of(peer: Peer) -> str:
    """Of a peer that is a block."""
    cidr = peer.cidr_ipv4 or peer.cidr_ipv6
    assert cidr is not None, "neither a group nor a list"  # noqa: S101 - for mypy; Peer checks it
    return cidr
