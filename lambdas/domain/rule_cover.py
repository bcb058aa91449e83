"""Does one rule permit all that another one does?"""

from typing import NamedTuple

from domain.addresses import parse_cidr
from domain.inventory import Direction, Peer
from domain.rule_space import (
    ALL_PROTOCOLS,
    WITH_PORTS,
    WITH_TYPES,
    PeerContext,
    RuleShape,
    cidr_of,
    has_all_codes,
    has_all_types,
    ports_of,
    protocol_of,
)


class RuleKey(NamedTuple):
    """The same for rules that permit the same, however EC2 or a person spells it."""

    direction: Direction
    protocol: int
    from_port: int
    """-1 where the protocol has none, or all are permitted."""
    to_port: int
    peer: str
    """Its CIDR block or id."""


def rule_key(rule: RuleShape) -> RuleKey:
    protocol = protocol_of(rule)
    from_port, to_port = -1, -1
    if protocol in WITH_PORTS:
        from_port, to_port = ports_of(rule)
    elif protocol in WITH_TYPES and not has_all_types(rule):
        from_port = -1 if rule.from_port is None else rule.from_port
        to_port = -1 if rule.to_port is None else rule.to_port
    return RuleKey(rule.direction, protocol, from_port, to_port, _peer_key(rule.peer))


def covers(wider: RuleShape, narrower: RuleShape, context: PeerContext) -> bool:
    """Whether `wider`, on the same interfaces, certainly permits every connection that `narrower` does."""
    return (
        wider.direction == narrower.direction
        and _service_covers(wider, narrower)
        and _peer_covers(wider.peer, narrower.peer, context)
    )


def _service_covers(wider: RuleShape, narrower: RuleShape) -> bool:
    protocol = protocol_of(wider)
    if protocol == ALL_PROTOCOLS:
        return True
    if protocol != protocol_of(narrower):
        return False
    if protocol in WITH_PORTS:
        return ports_of(wider).holds(ports_of(narrower))
    return protocol not in WITH_TYPES or _types_cover(wider, narrower)


def _types_cover(wider: RuleShape, narrower: RuleShape) -> bool:
    if has_all_types(wider):
        return True
    if wider.from_port != narrower.from_port:
        return False
    return has_all_codes(wider) or wider.to_port == narrower.to_port


def _peer_covers(wider: Peer, narrower: Peer, context: PeerContext) -> bool:
    """A group's members change, so no block is ever sure to hold them all, nor they a block."""
    if wider.referenced_group_id is not None or narrower.referenced_group_id is not None:
        return wider.referenced_group_id == narrower.referenced_group_id
    if wider.prefix_list_id is not None and wider.prefix_list_id == narrower.prefix_list_id:
        return True
    narrower_cidrs = _cidrs(narrower, context)
    if wider.prefix_list_id is not None and narrower.prefix_list_id is not None:
        return False
    wider_cidrs = _cidrs(wider, context)
    return bool(narrower_cidrs) and all(
        any(_holds(outer, inner) for outer in wider_cidrs) for inner in narrower_cidrs
    )


def _cidrs(peer: Peer, context: PeerContext) -> tuple[str, ...]:
    """None of a list that isn't known."""
    if peer.prefix_list_id is not None:
        return context.cidrs(peer.prefix_list_id)
    return (cidr_of(peer),)


def _holds(outer: str, inner: str) -> bool:
    one, other = parse_cidr(outer), parse_cidr(inner)
    return one.version == other.version and one[0] <= other[0] and other[-1] <= one[-1]  # type: ignore[operator]


def _peer_key(peer: Peer) -> str:
    return peer.referenced_group_id or peer.prefix_list_id or cidr_of(peer)
