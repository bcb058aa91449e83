"""Which other rule permits all that a rule does."""

from collections.abc import Iterator

from domain.inventory import SecurityGroupRule
from domain.rule_cover import covers
from domain.vpc_state import VpcState


class CoverSearch:
    """Among the rules of a VPC that were in force from `since` (epoch seconds) on."""

    def __init__(self, state: VpcState, since: int) -> None:
        self._state = state
        self._since = since
        self._partners: dict[str, frozenset[str]] = {}

    def find(self, rule: SecurityGroupRule) -> SecurityGroupRule | None:
        """A rule of the same group, or of one that is always attached with it, that permits all of `rule`;
        of two that cover each other, the one to keep covers the other.

        Of several, one that none of the others covers: what covers the cover covers `rule` too, so the one
        given is not redundant itself.
        """
        covering = list(self._covering(rule))
        last = [other for other in covering if not any(self._wins(each, other) for each in covering)]
        return min(last, key=self._rank, default=None)

    def _covering(self, rule: SecurityGroupRule) -> Iterator[SecurityGroupRule]:
        for group_id in (rule.group_id, *sorted(self._always_with(rule.group_id))):
            for other in self._state.rules.get(group_id, ()):
                is_old_enough = self._state.known_since(other.rule_id) <= self._since
                if is_old_enough and self._wins(other, rule):
                    yield other

    def _wins(self, wider: SecurityGroupRule, narrower: SecurityGroupRule) -> bool:
        """`wider` covers `narrower`; where that is mutual, it is the one to keep."""
        if wider.rule_id == narrower.rule_id or not self._covers(wider, narrower):
            return False
        return not self._covers(narrower, wider) or self._rank(wider) < self._rank(narrower)

    def _covers(self, wider: SecurityGroupRule, narrower: SecurityGroupRule) -> bool:
        is_beside = wider.group_id in {narrower.group_id, *self._always_with(narrower.group_id)}
        return is_beside and covers(wider, narrower, self._state.context)

    def _always_with(self, group_id: str) -> frozenset[str]:
        if group_id not in self._partners:
            self._partners[group_id] = self._state.always_attached_with(group_id, self._since)
        return self._partners[group_id]

    def _rank(self, rule: SecurityGroupRule) -> tuple[int, str]:
        """The least is kept: the older one."""
        return self._state.known_since(rule.rule_id), rule.rule_id
