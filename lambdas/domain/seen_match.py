"""Would these rules let a recorded connection in? As `rule_match`, but with what was recorded of the peer."""

from collections.abc import Sequence
from typing import NamedTuple

from domain.addresses import parse_addr, parse_cidr
from domain.inventory import Direction, Peer, SecurityGroupRule
from domain.report import NewRule
from domain.rule_match import Match, match_service
from domain.vpc_state import VpcState

AnyRule = SecurityGroupRule | NewRule


class Seen(NamedTuple):
    """A connection as rules are asked for it, seen from the interface."""

    direction: Direction
    protocol: int
    port: int | None
    """Of the side that did not begin."""
    peer_addr: str
    peer_group_ids: tuple[str, ...]
    """The groups that the peer had whenever the connection was recorded."""


def match_seen(rule: AnyRule, seen: Seen, state: VpcState) -> Match:
    if rule.direction != seen.direction:
        return Match.NO
    service = match_service(rule, seen.protocol, seen.port)
    return service and min(service, match_peer_seen(rule.peer, seen, state))


def match_peer_seen(peer: Peer, seen: Seen, state: VpcState) -> Match:
    """A referenced group permits who was a member then: whoever is one now has another address, maybe."""
    if peer.referenced_group_id is not None:
        return _match_group(peer.referenced_group_id, seen, state)
    addr = parse_addr(seen.peer_addr)
    if peer.prefix_list_id is None:
        return _certain_if(addr in parse_cidr(peer.cidr_ipv4 or peer.cidr_ipv6 or ""))
    prefix_list = state.context.prefix_lists.get(peer.prefix_list_id)
    if prefix_list is None:
        return Match.POSSIBLE
    return _certain_if(any(addr in parse_cidr(cidr) for cidr in prefix_list.cidrs))


def _match_group(group_id: str, seen: Seen, state: VpcState) -> Match:
    """What `rule_match` says of load balancers and of unknown groups holds here too."""
    if group_id in seen.peer_group_ids:
        return Match.CERTAIN
    if seen.direction == "ingress" and group_id in state.balancer_groups:
        return Match.POSSIBLE
    is_unknown = group_id not in state.known_groups and not seen.peer_group_ids
    return Match.POSSIBLE if is_unknown else Match.NO


class RuleSet:
    """Rules that are asked for many connections: those that permit a service are found once for each."""

    def __init__(self, rules: Sequence[AnyRule], state: VpcState) -> None:
        self._rules = rules
        self._state = state
        self._by_service: dict[tuple[Direction, int, int | None], list[tuple[Match, AnyRule]]] = {}

    def best(self, seen: Seen) -> Match:
        found = Match.NO
        for service, rule in self._for_service(seen):
            if service > found:
                found = max(found, min(service, match_peer_seen(rule.peer, seen, self._state)))
            if found is Match.CERTAIN:
                break
        return found

    def _for_service(self, seen: Seen) -> list[tuple[Match, AnyRule]]:
        """Certain ones first."""
        key = (seen.direction, seen.protocol, seen.port)
        found = self._by_service.get(key)
        if found is None:
            permitting = (
                (match_service(rule, seen.protocol, seen.port), rule)
                for rule in self._rules
                if rule.direction == seen.direction
            )
            found = sorted((pair for pair in permitting if pair[0]), key=lambda pair: -pair[0])
            self._by_service[key] = found
        return found


def _certain_if(is_match: bool) -> Match:
    return Match.CERTAIN if is_match else Match.NO
