"""What an inventory speaks of and doesn't hold."""

from dataclasses import dataclass
from typing import Self

from local.analyze.inventory_answers import InventoryAnswers


@dataclass(frozen=True, slots=True)
class InventoryGaps:
    """Ids; each is missing at one time at least."""

    carried_groups: frozenset[str] = frozenset()
    """Of interfaces, but not described: their names are missing, and perhaps their rules."""
    groups_without_rules: frozenset[str] = frozenset()
    """Of interfaces, described, with no rule in any direction."""
    prefix_lists: frozenset[str] = frozenset()
    """Rules' peers whose entries are missing."""
    referenced_groups: frozenset[str] = frozenset()
    """Rules' peers that are not described: groups of another VPC or account."""

    def merge(self, other: Self) -> "InventoryGaps":
        return InventoryGaps(
            self.carried_groups | other.carried_groups,
            self.groups_without_rules | other.groups_without_rules,
            self.prefix_lists | other.prefix_lists,
            self.referenced_groups | other.referenced_groups,
        )


def find_gaps(answers: InventoryAnswers) -> InventoryGaps:
    described = {group.group_id for group in answers.security_groups}
    carried = {group_id for eni in answers.network_interfaces for group_id in eni.group_ids}
    peers = [rule.peer for rule in answers.security_group_rules]
    listed = {peer.prefix_list_id for peer in peers if peer.prefix_list_id}
    referenced = {peer.referenced_group_id for peer in peers if peer.referenced_group_id}
    return InventoryGaps(
        carried_groups=frozenset(carried - described),
        groups_without_rules=frozenset(
            (carried & described) - {rule.group_id for rule in answers.security_group_rules}
        ),
        prefix_lists=frozenset(listed - {entry.prefix_list_id for entry in answers.prefix_list_entries}),
        referenced_groups=frozenset(referenced - described),
    )
