"""Recorded connections against other rules than those that let them in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from domain.inventory import Direction, SecurityGroupRule
from domain.report import Refused, Replay
from domain.rule_match import Match
from domain.seen_match import AnyRule, RuleSet, Seen, match_seen
from domain.usage import Tally
from domain.usage_window import WindowUsage
from domain.vpc_state import VpcState

Rules = Mapping[str, Sequence[AnyRule]]
"""What is in force, by group id."""


class RawFlows(Protocol):
    """The flow records themselves, while they last."""

    def tallies(self, group_id: str, rule_ids: Sequence[str]) -> Iterator[Tally]:
        """Of the records that these rules of the group let in, in any order; a tally may come in parts."""


class Recorded(NamedTuple):
    """A connection of an interface, as the rules of one group let it in."""

    interface_id: str
    seen: Seen
    peer_name: str
    connections: int
    """Records of it, sole, shared and possible."""
    last_seen: int


class Compared(NamedTuple):
    before: Match
    after: Match

    @property
    def is_refused(self) -> bool:
        return self.after < self.before


@dataclass(frozen=True, slots=True)
class RawReplay:
    records: int
    refused: tuple[Recorded, ...]


class Replayer:
    """All groups of a VPC together: on each interface the rules of all its groups, now and after a change."""

    def __init__(self, state: VpcState, changed: Rules, counted: frozenset[str] | None = None) -> None:
        """`changed` has all rules of each group that is changed, as they will be.

        With `counted`, what other groups will permit doesn't count: they may yet be changed.
        """
        self._state = state
        self._changed = changed
        self._counted = counted
        self._before: dict[str, RuleSet] = {}
        self._after: dict[str, RuleSet] = {}
        self._compared: dict[tuple[tuple[str, ...], Seen], Compared] = {}

    def compare(self, interface_id: str, seen: Seen) -> Compared:
        """An interface that is gone has the groups that it had at last.

        A group counts with the worse of its old and its new rules: so a connection stays permitted also where
        only some of the groups are changed.
        """
        group_ids = self._state.group_ids_of(interface_id)
        key = (group_ids, seen)
        found = self._compared.get(key)
        if found is None:
            found = self._compared[key] = self._compare(group_ids, seen)
        return found

    def find_rules(
        self, interface_id: str, seen: Seen, at_least: Match = Match.POSSIBLE
    ) -> list[SecurityGroupRule]:
        """Today's that permit it, of all groups of the interface, by group and id."""
        return [
            rule
            for group_id in self._state.group_ids_of(interface_id)
            for rule in self._state.rules.get(group_id, ())
            if match_seen(rule, seen, self._state) >= at_least
        ]

    def describe(self, recorded: Recorded) -> Refused:
        seen = recorded.seen
        rules = self.find_rules(recorded.interface_id, seen)
        return Refused(
            direction=seen.direction,
            interface_id=recorded.interface_id,
            interface_name=self._state.interface_name(recorded.interface_id),
            protocol=seen.protocol,
            port=seen.port,
            peer_addr=seen.peer_addr,
            peer_name=recorded.peer_name,
            connections=recorded.connections,
            last_seen=recorded.last_seen,
            rule_ids=tuple(sorted(rule.rule_id for rule in rules)),
        )

    def _compare(self, group_ids: Iterable[str], seen: Seen) -> Compared:
        before = after = Match.NO
        for group_id in group_ids:
            old = self._rules_before(group_id).best(seen)
            if old is Match.NO:
                continue
            before = max(before, old)
            if self._counted is not None and group_id not in self._counted:
                continue
            after = max(after, self._keeps(group_id, seen, old))
            if after is Match.CERTAIN:
                break
        return Compared(before, after)

    def _keeps(self, group_id: str, seen: Seen, old: Match) -> Match:
        new = self._rules_after(group_id).best(seen) if group_id in self._changed else old
        return min(new, old)

    def _rules_before(self, group_id: str) -> RuleSet:
        if group_id not in self._before:
            self._before[group_id] = RuleSet(self._state.rules.get(group_id, ()), self._state)
        return self._before[group_id]

    def _rules_after(self, group_id: str) -> RuleSet:
        if group_id not in self._after:
            self._after[group_id] = RuleSet(self._changed[group_id], self._state)
        return self._after[group_id]


_Key = tuple[Direction, str, int, int | None, str]


def collect_connections(usages: Iterable[WindowUsage]) -> Iterable[Recorded]:
    """Of one group's rules, those that are gone too: each connection once, in no order.

    Of the peer's groups those count that each of the rules saw; records that several rules let in are counted
    by each of them, and here once.
    """
    found: dict[_Key, Recorded] = {}
    for usage in usages:
        for each in usage.connections:
            peer = usage.peers[each.peer_addr]
            seen = Seen(usage.direction, each.protocol, each.port, each.peer_addr, peer.group_ids)
            count = each.certain + each.possible
            recorded = Recorded(each.interface_id, seen, peer.name, count, each.last_seen)
            key = (usage.direction, each.interface_id, each.protocol, each.port, each.peer_addr)
            before = found.get(key)
            found[key] = recorded if before is None else _merge(before, recorded)
    return found.values()


def replay(connections: Iterable[Recorded], replayer: Replayer) -> tuple[list[Recorded], Replay]:
    """The refused ones by direction, interface, protocol, port and peer, not named in the Replay yet."""
    distinct = records = already_refused = 0
    refused = []
    for recorded in connections:
        distinct += 1
        records += recorded.connections
        compared = replayer.compare(recorded.interface_id, recorded.seen)
        already_refused += compared.before is Match.NO
        if compared.is_refused:
            refused.append(recorded)
    refused.sort(key=_order)
    return refused, Replay(distinct, records, (), already_refused, raw_records=None, raw_refused=0)


def replay_raw(
    tallies: Iterable[Tally], direction_of: Callable[[str], Direction], replayer: Replayer
) -> RawReplay:
    """`direction_of` gives a rule's."""
    records = 0
    refused: dict[tuple[str, Seen], Recorded] = {}
    for tally in tallies:
        count = tally.sole + tally.shared + tally.possible
        if not count:
            continue
        records += count
        direction = direction_of(tally.rule_id)
        seen = Seen(direction, tally.protocol, tally.port, tally.peer_addr, tally.peer_group_ids)
        if replayer.compare(tally.interface_id, seen).is_refused:
            recorded = Recorded(tally.interface_id, seen, tally.peer_name, count, tally.last_seen)
            refused.setdefault((tally.interface_id, seen), recorded)
    return RawReplay(records, tuple(refused.values()))


def _merge(one: Recorded, other: Recorded) -> Recorded:
    seen = one.seen
    if seen.peer_group_ids != other.seen.peer_group_ids:
        both = sorted(set(seen.peer_group_ids) & set(other.seen.peer_group_ids))
        seen = seen._replace(peer_group_ids=tuple(both))
    return Recorded(
        one.interface_id,
        seen,
        max(one.peer_name, other.peer_name),
        max(one.connections, other.connections),
        max(one.last_seen, other.last_seen),
    )


def _order(recorded: Recorded) -> tuple[str, str, int, int, str]:
    direction, protocol, port, peer_addr, _ = recorded.seen
    return direction, recorded.interface_id, protocol, -1 if port is None else port, peer_addr
