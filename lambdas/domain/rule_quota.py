"""How many rules a group may have."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from domain.addresses import parse_cidr
from domain.inventory import Direction
from domain.rule_space import PeerContext, RuleShape

MAX_RULES: Final = 60
"""Of a group per direction and address family, unless AWS raised it:
https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups"""

Bucket = tuple[Direction, int]
"""A direction and an IP version."""


def count_rules(rules: Iterable[RuleShape], context: PeerContext) -> Counter[Bucket]:
    """As the quota does: a reference to a group counts in both families, a prefix list with its entries."""
    counts: Counter[Bucket] = Counter()
    for rule in rules:
        for version, weight in weigh(rule, context).items():
            counts[rule.direction, version] += weight
    return counts


def weigh(rule: RuleShape, context: PeerContext) -> dict[int, int]:
    """By IP version. A list that isn't known counts as one entry in each."""
    peer = rule.peer
    if peer.cidr_ipv4 is not None:
        return {4: 1}
    if peer.cidr_ipv6 is not None:
        return {6: 1}
    entries: Counter[int] = Counter(
        parse_cidr(cidr).version for cidr in context.cidrs(peer.prefix_list_id or "")
    )
    return dict(entries) or {4: 1, 6: 1}


def find_exceeded(
    before: Iterable[RuleShape], after: Iterable[RuleShape], context: PeerContext
) -> set[Bucket]:
    """Where there are too many after the change. The quota is one number for all; that it was raised shows
    in what is there already."""
    quota = max(MAX_RULES, *count_rules(before, context).values(), 0)
    return {bucket for bucket, count in count_rules(after, context).items() if count > quota}
