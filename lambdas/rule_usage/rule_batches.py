"""A day's rules in parts, each of which is summed up before the next is begun."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adapters.usage_tallies import RuleRecords
    from domain.inventory import Direction
    from domain.usage_day import RuleOwner


@dataclass(frozen=True, slots=True)
class RuleBatch:
    directions: Mapping[str, Direction]
    """Of its rules, by id."""
    end: str
    """What is after this is in a later batch."""
    is_last: bool


@dataclass(frozen=True, slots=True)
class RuleBatches:
    """In the order of VPC, group and rule, since a record's rules are of the groups of one interface."""

    counted: Mapping[str, RuleRecords]
    owners: Mapping[str, RuleOwner]
    """Rules that have none are left out."""
    most_requests: int

    def after(self, end: str | None) -> Iterator[RuleBatch]:
        """All of them for None. A batch of a single rule may have more requests."""
        places = sorted((self._place(rule_id), rule_id) for rule_id in self.counted if rule_id in self.owners)
        left = [each for each in places if end is None or each[0] > end]
        batch: dict[str, Direction] = {}
        requests = 0
        for position, (place, rule_id) in enumerate(left, 1):
            batch[rule_id] = self.owners[rule_id].direction
            requests += self.counted[rule_id].requests
            is_last = position == len(left)
            if is_last or requests + self.counted[left[position][1]].requests > self.most_requests:
                yield RuleBatch(batch, place, is_last)
                batch, requests = {}, 0

    def _place(self, rule_id: str) -> str:
        owner = self.owners[rule_id]
        return f"{owner.vpc_id}|{owner.group_id}|{rule_id}"
