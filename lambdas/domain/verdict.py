"""What the evidence says of a rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from domain import verdict_reasons as reasons
from domain.advice_settings import AdviceSettings
from domain.inventory import SecurityGroup, SecurityGroupRule
from domain.narrowing import Narrowed, narrow
from domain.not_logged import find_unlogged
from domain.redundancy import CoverSearch
from domain.report import Evidence, Reason, Verdict
from domain.rule_space import WITH_TYPES, has_all_types, protocol_of, space_of, width, width_of
from domain.usage import SeenConnection
from domain.usage_window import WindowUsage, merge_usage
from domain.vpc_state import VpcState


@dataclass(frozen=True, slots=True)
class GroupWindow:
    """A group and all that the window shows of it."""

    state: VpcState
    settings: AdviceSettings
    group_id: str
    evidence: Evidence
    days: tuple[str, ...]
    """The window's, the oldest first."""
    usages: Mapping[str, WindowUsage]
    """By rule id, also of rules that are gone; rules that were never used may be missing."""

    @property
    def group(self) -> SecurityGroup:
        return self.state.groups[self.group_id]

    @property
    def rules(self) -> tuple[SecurityGroupRule, ...]:
        return self.state.rules.get(self.group_id, ())

    @property
    def is_covered(self) -> bool:
        coverage = self.evidence.coverage
        return coverage is not None and coverage >= self.settings.min_coverage

    def usage(self, rule: SecurityGroupRule) -> WindowUsage:
        found = self.usages.get(rule.rule_id)
        return found or merge_usage(rule.rule_id, rule.direction, (), self.days)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of one rule; the members are those of RuleReport."""

    rule: SecurityGroupRule
    verdict: Verdict
    reasons: tuple[Reason, ...]
    keep_reason: str | None
    known_since: int
    space: int
    used_space: int
    width: float
    used_width: float
    narrowed: Narrowed | None
    """To what all that was seen needs, where it was looked for."""

    @property
    def may_change(self) -> bool:
        return self.keep_reason is None and self.verdict in {"unused", "redundant", "too_wide"}


class _Found(NamedTuple):
    verdict: Verdict
    reasons: tuple[Reason, ...]
    narrowed: Narrowed | None = None


def judge_rule(rule: SecurityGroupRule, window: GroupWindow, covers: CoverSearch) -> Judgement:
    usage = window.usage(rule)
    found = _judge_used(rule, usage, window, covers) if usage.certain else _judge(rule, usage, window)
    keep_reason = _find_keep_reason(rule, window)
    protected = () if keep_reason is None else (reasons.protected(window.settings.keep_tag, keep_reason),)
    context = window.state.context
    space, allowed = space_of(rule, context), width_of([rule], context)
    used_space = count_used_space(usage, space)
    return Judgement(
        rule=rule,
        verdict=found.verdict,
        reasons=(*found.reasons, *protected),
        keep_reason=keep_reason,
        known_since=window.state.known_since(rule.rule_id),
        space=space,
        used_space=used_space,
        width=allowed,
        used_width=min(allowed, width(used_space)),
        narrowed=found.narrowed,
    )


def narrow_to(
    rule: SecurityGroupRule,
    connections: tuple[SeenConnection, ...],
    window: GroupWindow,
    max_cidrs: int | None = None,
    max_ranges: int | None = None,
) -> Narrowed:
    """The narrowest rules for those of its connections; where not all of its peers are known, for all."""
    usage = window.usage(rule)
    limits = {} if max_ranges is None else {"max_ranges": max_ranges}
    return narrow(
        rule,
        connections,
        usage.peers,
        window.state.context,
        window.settings,
        peers_complete=usage.peers_complete,
        ports_complete=usage.ports_complete,
        services=() if usage.peers_complete else usage.services,
        max_cidrs=max_cidrs,
        **limits,
    )


def count_used_space(usage: WindowUsage, space: int) -> int:
    """Distinct pairs of address and port; where not all are kept, what there are at most, up to `space`."""
    if not (usage.peers_complete and usage.ports_complete):
        return min(space, usage.use.peer_count * usage.use.port_count)
    return len({(each.protocol, each.port, each.peer_addr) for each in usage.connections})


def _judge_used(
    rule: SecurityGroupRule, usage: WindowUsage, window: GroupWindow, covers: CoverSearch
) -> _Found:
    used = reasons.used(rule, usage.use)
    since = window.state.known_since(rule.rule_id)
    if since > window.evidence.window_start:
        return _Found("too_new", (reasons.too_new(since, window.evidence), used))
    cover = covers.find(rule)
    if cover is not None:
        group_name = window.state.group_name(cover.group_id)
        return _Found("redundant", (reasons.redundant(rule, cover, group_name), used))
    return _judge_width(rule, usage, window, used)


def _judge_width(rule: SecurityGroupRule, usage: WindowUsage, window: GroupWindow, used: Reason) -> _Found:
    context = window.state.context
    narrowed = narrow_to(rule, usage.connections, window)
    why = []
    if narrowed.is_public:
        why.append(reasons.public_by_intent(usage.use))
    if not (usage.peers_complete and usage.ports_complete):
        why.append(reasons.peers_not_all_known(usage.use))
    space = space_of(rule, context)
    narrowest = sum(space_of(new, context) for new in narrowed.rules)
    if not narrowed.rules or space <= window.settings.too_wide_factor * narrowest:
        return _Found("used", (used, *why))
    if not window.is_covered:
        low = reasons.coverage_too_low_to_narrow(window.evidence, window.settings)
        return _Found("used", (used, *why, low))
    return _Found("too_wide", (reasons.too_wide(space, narrowest), used, *why), narrowed)


def _judge(rule: SecurityGroupRule, usage: WindowUsage, window: GroupWindow) -> _Found:
    """Of a rule without a single certain use."""
    thin = _find_thin_evidence(rule, usage, window)
    if thin is not None:
        return _Found("no_evidence", (thin,))
    since = window.state.known_since(rule.rule_id)
    if since > window.evidence.window_start:
        return _Found("too_new", (reasons.too_new(since, window.evidence),))
    return _Found("unused", (reasons.unused(window.evidence),))


def _find_thin_evidence(rule: SecurityGroupRule, usage: WindowUsage, window: GroupWindow) -> Reason | None:
    evidence, state = window.evidence, window.state
    if not state.carried(window.group_id, evidence.window_start):
        return reasons.no_interface(evidence)
    if not evidence.coverage:
        return reasons.no_log_data(evidence)
    if not window.is_covered:
        return reasons.coverage(evidence, window.settings)
    unlogged = find_unlogged(rule)
    if unlogged is not None:
        return reasons.not_logged(unlogged)
    if protocol_of(rule) in WITH_TYPES and not has_all_types(rule):
        return reasons.icmp_type(rule, usage.use.possible)
    return _find_unseen_peers(rule, state) or (
        reasons.possible_use(usage.use) if usage.use.possible else None
    )


def _find_unseen_peers(rule: SecurityGroupRule, state: VpcState) -> Reason | None:
    group_id, prefix_list_id = rule.peer.referenced_group_id, rule.peer.prefix_list_id
    if group_id is not None and group_id not in state.known_groups:
        return reasons.members_not_seen(group_id)
    if prefix_list_id is not None and not state.context.cidrs(prefix_list_id):
        return reasons.entries_not_seen(prefix_list_id)
    if group_id in state.balancer_groups and rule.direction == "ingress":
        return reasons.behind_load_balancer(state.group_name(group_id) or group_id)
    return None


def _find_keep_reason(rule: SecurityGroupRule, window: GroupWindow) -> str | None:
    key = window.settings.keep_tag
    return dict(rule.tags).get(key, dict(window.group.tags).get(key))
