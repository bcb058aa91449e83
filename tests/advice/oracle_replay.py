"""Every recorded connection against today's rules and the proposed ones; shares no code with `lambdas/`."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from domain.report import Change
from tests.advice.oracle import Oracle
from tests.advice.oracle_rules import NO, Made, Seen, made_of


@dataclass(frozen=True, slots=True)
class Replayed:
    connections: int
    already_refused: int
    refused: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Replayer:
    oracle: Oracle
    changes: Mapping[str, Mapping[str, frozenset[Made]]]
    """By group and rule id, what takes the place of the rule."""

    def rules_after(self, group_id: str, applied: Collection[str]) -> set[Made]:
        """Of a group, where the changes of the groups `applied` are made."""
        changes = self.changes.get(group_id, {}) if group_id in applied else {}
        stay = {made_of(rule) for rule in self.oracle.rules_of(group_id) if rule.rule_id not in changes}
        return stay.union(*changes.values())

    def groups_of(self, interface_id: str) -> tuple[str, ...]:
        """Now, or when it was last seen."""
        for inventory in reversed(self.oracle.world.observations):
            for eni in inventory.network_interfaces:
                if eni.interface_id == interface_id:
                    return eni.group_ids
        return ()

    def recorded(self, group_id: str) -> Iterator[Seen]:
        """Distinct connections of all rules that the group has or had; of a peer's groups those that each of
        the rules saw."""
        groups: dict[Seen, frozenset[str]] = {}
        of_group = {id_ for id_, hits in self.oracle.hits.items() if hits[0].group_id == group_id}
        for seen in (seen for rule_id in of_group for seen in self.oracle.seen_by(rule_id)):
            bare = seen._replace(peer_groups=frozenset())
            groups[bare] = groups.get(bare, seen.peer_groups) & seen.peer_groups
        yield from (bare._replace(peer_groups=of_peer) for bare, of_peer in groups.items())

    def replay(self, group_id: str, applied: Collection[str]) -> Replayed:
        already, refused, count = 0, [], 0
        for seen in self.recorded(group_id):
            count += 1
            carried = self.groups_of(seen.interface_id)
            today = [rule for id_ in carried for rule in self.rules_after(id_, ())]
            after = [rule for id_ in carried for rule in self.rules_after(id_, applied)]
            old, new = self.oracle.best_match(seen, today), self.oracle.best_match(seen, after)
            already += old == NO
            if new < old:
                refused.append(seen)
        return Replayed(count, already, tuple(refused))


def made_changes(changes: Collection[Change]) -> dict[str, frozenset[Made]]:
    return {change.rule_id: frozenset(made_of(rule) for rule in change.rules) for change in changes}
