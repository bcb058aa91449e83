"""What could go wrong with a change, and how sure it is."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from domain.addresses import is_private, parse_addr, parse_cidr
from domain.coverage import find_unobserved_days
from domain.protocols import ICMP, ICMPV6
from domain.report import Confidence, NewRule
from domain.rule_space import ALL_PROTOCOLS, cidr_of, protocol_of
from domain.usage_window import WindowUsage
from domain.verdict import GroupWindow, Judgement
from domain.wording import counted, listed, once_in, percent, sentence

_HIGH_COVERAGE: Final = 0.98
_MAX_SKIPPED: Final = 0.01
_SELDOM_DAYS: Final = 2
_SHORT_WINDOW_DAYS: Final = 7
_UNSEEN_USERS: Final = (
    "launch templates, Lambda functions, Batch, CodeBuild and ECS may start something with this group that"
    " did not run in the window"
)


def assess(usage: WindowUsage, window: GroupWindow) -> tuple[Confidence, str]:
    """With the reason, a sentence."""
    evidence, use = window.evidence, usage.use
    if use.possible:
        unknown = f", and of {use.unknown:,} nobody knows which side began" if use.unknown else ""
        return "low", f"{counted(use.possible, 'connection')} may or may not have used it{unknown}."
    if evidence.skipdata > _MAX_SKIPPED * evidence.records:
        return "low", (
            f"Flow logs skipped data {counted(evidence.skipdata, 'time')} beside"
            f" {counted(evidence.records, 'record')}."
        )
    doubts = list(_find_doubts(usage, window))
    if doubts:
        return "medium", sentence(listed(doubts))
    return "high", (
        f"Flow logs cover {percent(evidence.coverage or 0)} of"
        f" {counted(evidence.expected_hours, 'interface hour')}, on every day of the window"
        f"{'; all peers and ports are known' if use.connections else ', and none shows a use'}."
    )


def find_risks(
    judgement: Judgement, new_rules: Sequence[NewRule], usage: WindowUsage, window: GroupWindow
) -> tuple[str, ...]:
    return tuple(_find_risks(judgement, new_rules, usage, window))


def _find_doubts(usage: WindowUsage, window: GroupWindow) -> Iterator[str]:
    coverage = window.evidence.coverage or 0
    if coverage < _HIGH_COVERAGE:
        yield f"flow logs cover {percent(coverage)} of the interface hours, not {percent(_HIGH_COVERAGE)}"
    if window.settings.window_days < _SHORT_WINDOW_DAYS:
        yield f"the window is {counted(window.settings.window_days, 'day')} long only"
    unobserved = find_unobserved_days(window.evidence, window.days)
    if unobserved:
        yield f"no interface was to be watched on {counted(len(unobserved), 'day')} of the window"
    if not (usage.peers_complete and usage.ports_complete):
        yield "more peers or ports came than are kept"


def _find_risks(
    judgement: Judgement, new_rules: Sequence[NewRule], usage: WindowUsage, window: GroupWindow
) -> Iterator[str]:
    seldom = f"What runs less often than {once_in(window.settings.window_days)}"
    if judgement.verdict == "unused":
        yield f"{seldom} was not seen; {_UNSEEN_USERS}."
        return
    if judgement.verdict == "redundant":
        return
    days_used = sum(1 for day in usage.use.days if day.certain or day.possible)
    if days_used <= _SELDOM_DAYS and days_used < len(window.days):
        yield f"It was used on {counted(days_used, 'day')} only. {seldom} was not seen."
    yield from _peer_risks(judgement, new_rules, usage)
    yield from _icmp_risks(judgement, new_rules)
    yield (
        "Connections that AWS tracks go on when a rule is revoked: what is refused by mistake may show only"
        " when they are opened again."
    )


def _peer_risks(judgement: Judgement, new_rules: Sequence[NewRule], usage: WindowUsage) -> Iterator[str]:
    narrowed = [rule for rule in new_rules if rule.peer != judgement.rule.peer]
    blocks = sorted({cidr_of(rule.peer) for rule in narrowed if _is_block(rule)})
    inside = [block for block in blocks if _is_inside(block, usage)]
    outside = [block for block in blocks if block not in inside]
    if inside:
        yield (
            f"{_named(inside)} may pass to something else: an instance that replaces another has another"
            " address, and no group holds all that came."
        )
    if outside:
        whence = "Clients may come from" if judgement.rule.direction == "ingress" else "Names may resolve to"
        yield f"{whence} other addresses tomorrow than {_named(outside)}."
    names = sorted({rule.peer_name for rule in narrowed if rule.peer.referenced_group_id is not None})
    if names:
        yield (
            f"Only members of {listed(names)} are permitted then, by their private addresses: whatever gets"
            " the group later than its traffic begins, or goes through a middlebox, is refused."
        )


def _icmp_risks(judgement: Judgement, new_rules: Sequence[NewRule]) -> Iterator[str]:
    has_icmp = any(protocol_of(rule) in {ICMP, ICMPV6} for rule in new_rules)
    if has_icmp:
        yield "Flow logs don't show types of ICMP: all of them stay permitted."
    elif protocol_of(judgement.rule) == ALL_PROTOCOLS and all(
        protocol_of(rule) != ALL_PROTOCOLS for rule in new_rules
    ):
        yield "ICMP was not seen and is not permitted any more, ping included."


def _is_block(rule: NewRule) -> bool:
    return rule.peer.cidr_ipv4 is not None or rule.peer.cidr_ipv6 is not None


def _is_inside(block: str, usage: WindowUsage) -> bool:
    """Of this VPC or of another private network."""
    network = parse_cidr(block)
    if is_private(network[0]):
        return True
    return any(peer.group_ids and parse_addr(peer.addr) in network for peer in usage.peers.values())


def _named(blocks: Iterable[str]) -> str:
    texts = list(blocks)
    return listed(texts if len(texts) <= 5 else [*texts[:4], f"{len(texts) - 4} others"])
