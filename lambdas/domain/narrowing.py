"""The narrowest rules that permit what one rule was seen to permit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, get_args

from domain.addresses import parse_addr, parse_cidr
from domain.advice_settings import AdviceSettings
from domain.inventory import SecurityGroupRule
from domain.peer_choice import ChosenPeers, PeerChoice
from domain.port_ranges import ALL_PORTS, MAX_RANGES, PortRange, port_ranges
from domain.protocols import ICMP, ICMPV6, TCP, UDP
from domain.report import NewRule, Way
from domain.rule_cover import rule_key
from domain.rule_match import Match, match_service
from domain.rule_space import (
    WITH_PORTS,
    WITH_TYPES,
    PeerContext,
    cidr_of,
    ports_of,
    protocol_of,
)
from domain.usage import SeenConnection, SeenPeer

_EC2_NAMES: Final = {ICMP: "icmp", TCP: "tcp", UDP: "udp", ICMPV6: "icmpv6"}
_WAYS: Final = get_args(Way)

_Addrs = set[str] | None
"""Of the peers; None where there were some that nobody knows."""
_Seen = dict[int, dict[int | None, _Addrs]]
"""By protocol and port."""
_Split = tuple[int, PortRange | None, _Addrs]
"""A protocol, a range of its ports where it has some, and who came there."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    rules: tuple[NewRule, ...]
    """Sorted by protocol, ports and peer."""
    ways: tuple[Way, ...]
    """Empty where the only rule is the old one."""
    is_public: bool
    """A range of ports stays open to the world."""


class _Part(NamedTuple):
    """Of the rule: a protocol, and a range of its ports where it has some."""

    protocol: int
    ports: PortRange | None
    chosen: ChosenPeers


def narrow(  # noqa: PLR0913 - evidence and limits
    rule: SecurityGroupRule,
    connections: Sequence[SeenConnection],
    peers: Mapping[str, SeenPeer],
    context: PeerContext,
    settings: AdviceSettings,
    *,
    peers_complete: bool,
    ports_complete: bool,
    services: Iterable[tuple[int, int | None]] = (),
    max_cidrs: int | None = None,
    max_ranges: int = MAX_RANGES,
) -> Narrowed:
    """Permits all of `connections` but those that `rule` itself does not.

    `services` are pairs of protocol and port that were seen with other peers than those of `connections`:
    the ones that a cap cut. `max_cidrs` is of each range of ports, `max_ranges` of each protocol.
    """
    seen = _permitted(rule, connections)
    for protocol, port in services:
        if match_service(rule, protocol, port) is not Match.NO:
            seen.setdefault(protocol, {}).setdefault(port, None)
    if not seen:
        return Narrowed((), ("revoke",), is_public=False)
    choice = None
    if peers_complete and _is_block(rule):
        limit = settings.max_cidrs if max_cidrs is None else max_cidrs
        choice = PeerChoice(rule.peer, peers, context, settings, limit)
    is_split = ports_complete and _has_known_ports(seen)
    split = _split_service(seen, max_ranges) if is_split else [_whole_service(rule, seen)]
    parts = [
        _Part(protocol, ports, _choose(rule, choice, addrs))
        for protocol, ports, addrs in sorted(split, key=_order)
    ]
    return _to_narrowed(rule, _merge_touching(parts), context)


def _order(split: _Split) -> tuple[int, PortRange]:
    return split[0], split[1] or ALL_PORTS


def _is_block(rule: SecurityGroupRule) -> bool:
    return rule.peer.prefix_list_id is None and rule.peer.referenced_group_id is None


def _permitted(rule: SecurityGroupRule, connections: Sequence[SeenConnection]) -> _Seen:
    block = parse_cidr(cidr_of(rule.peer)) if _is_block(rule) else None
    came: defaultdict[tuple[int, int | None], set[str]] = defaultdict(set)
    for each in connections:
        came[each.protocol, each.port].add(each.peer_addr)
    seen: _Seen = {}
    for (protocol, port), addrs in came.items():
        within = addrs if block is None else {addr for addr in addrs if parse_addr(addr) in block}
        if within and match_service(rule, protocol, port) is not Match.NO:
            seen.setdefault(protocol, {})[port] = within
    return seen


def _has_known_ports(seen: _Seen) -> bool:
    """A port that nobody knows may be any one that the rule permits."""
    return all(None not in seen.get(protocol, {}) for protocol in WITH_PORTS)


def _whole_service(rule: SecurityGroupRule, seen: _Seen) -> _Split:
    protocol = protocol_of(rule)
    ports = ports_of(rule) if protocol in WITH_PORTS else None
    return protocol, ports, _union(addrs for by_port in seen.values() for addrs in by_port.values())


def _split_service(seen: _Seen, max_ranges: int) -> list[_Split]:
    split: list[_Split] = []
    for protocol, by_port in seen.items():
        if protocol not in WITH_PORTS:
            split.append((protocol, None, _union(by_port.values())))
            continue
        known = [port for port in by_port if port is not None]
        for ports in port_ranges(known, max_ranges):
            held = (by_port[port] for port in known if ports.from_port <= port <= ports.to_port)
            split.append((protocol, ports, _union(held)))
    return split


def _union(several: Iterable[_Addrs]) -> _Addrs:
    union: set[str] = set()
    for addrs in several:
        if addrs is None:
            return None
        union |= addrs
    return union


def _choose(rule: SecurityGroupRule, choice: PeerChoice | None, addrs: _Addrs) -> ChosenPeers:
    if choice is None or addrs is None:
        return ChosenPeers((rule.peer,), None)
    return choice.choose(addrs)


def _merge_touching(parts: Sequence[_Part]) -> list[_Part]:
    """Sorted parts."""
    merged: list[_Part] = []
    for part in parts:
        last = merged[-1] if merged else None
        if last is None or not _is_continued(last, part):
            merged.append(part)
        elif last.ports is not None and part.ports is not None:
            # Of the same peers one may stay for being public, and one for being needed whole.
            chosen = last.chosen if last.chosen.way is not None else part.chosen
            ports = PortRange(last.ports.from_port, part.ports.to_port)
            merged[-1] = last._replace(ports=ports, chosen=chosen)
    return merged


def _is_continued(last: _Part, part: _Part) -> bool:
    return (
        last.protocol == part.protocol
        and last.ports is not None
        and part.ports is not None
        and last.ports.to_port + 1 == part.ports.from_port
        and last.chosen.peers == part.chosen.peers
    )


def _to_narrowed(rule: SecurityGroupRule, parts: Sequence[_Part], context: PeerContext) -> Narrowed:
    rules = tuple(new for part in parts for new in _to_rules(rule, part, context))
    ways: set[Way] = {part.chosen.way for part in parts if part.chosen.way is not None}
    # The peer aside, the old rule's own protocol and ports.
    if any(rule_key(new)[:4] != rule_key(rule)[:4] for new in rules):
        ways.add("ports")
    return Narrowed(rules, tuple(sorted(ways, key=_WAYS.index)), is_public="public" in ways)


def _to_rules(rule: SecurityGroupRule, part: _Part, context: PeerContext) -> list[NewRule]:
    ip_protocol, from_port, to_port = _to_service(rule, part)
    return [
        NewRule(
            direction=rule.direction,
            ip_protocol=ip_protocol,
            from_port=from_port,
            to_port=to_port,
            peer=peer,
            peer_name=context.peer_name(peer),
            description=rule.description,
            tags=rule.tags,
        )
        for peer in part.chosen.peers
    ]


def _to_service(rule: SecurityGroupRule, part: _Part) -> tuple[str, int | None, int | None]:
    """In EC2's spelling, and the old rule's own where it stays."""
    protocol = protocol_of(rule)
    if part.protocol == protocol and (part.ports is None or part.ports == ports_of(rule)):
        return rule.ip_protocol, rule.from_port, rule.to_port
    name = rule.ip_protocol if part.protocol == protocol else _to_ec2_name(part.protocol)
    if part.ports is not None:
        return name, part.ports.from_port, part.ports.to_port
    return (name, -1, -1) if part.protocol in WITH_TYPES else (name, None, None)


def _to_ec2_name(protocol: int) -> str:
    return _EC2_NAMES.get(protocol, str(protocol))
