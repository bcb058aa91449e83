"""Which changes make the rules of a group no wider than what was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain import proposal_reasons as reasons
from domain.change_risks import assess, find_risks
from domain.inventory import SecurityGroupRule
from domain.narrowing import Narrowed
from domain.port_ranges import MAX_RANGES
from domain.replay import Replayer
from domain.report import Change, NewRule, Reason, Way
from domain.rule_cover import RuleKey, rule_key
from domain.rule_match import Match
from domain.rule_quota import Bucket, find_exceeded, weigh
from domain.rule_space import space_of, width_of
from domain.seen_match import AnyRule, RuleSet, Seen
from domain.usage import SeenConnection
from domain.usage_window import WindowUsage
from domain.verdict import GroupWindow, Judgement, narrow_to


@dataclass(frozen=True, slots=True)
class Draft:
    """Until `count_kept`, `connections` of its changes is 0."""

    judgements: tuple[Judgement, ...]
    """In the order of the rules; a change may add a reason."""
    changes: tuple[Change, ...]
    """In the order of the rules."""
    after: tuple[AnyRule, ...]
    """All rules of the group once the changes are made."""
    not_proposed: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Limits:
    max_cidrs: int
    max_ranges: int


@dataclass(frozen=True, slots=True)
class _Attempt:
    draft: Draft
    stuck: Mapping[str, Reason]
    """By rule id: changes that can't be made as they are, so that the attempt doesn't count."""


_LEAST: Final = _Limits(max_cidrs=1, max_ranges=1)


def propose(judgements: Sequence[Judgement], window: GroupWindow, left_out: Mapping[str, Reason]) -> Draft:
    """`left_out` gives, by rule id, why a change is not to be made."""
    cidrs = range(window.settings.max_cidrs, 0, -1)
    for limits in (*(_Limits(each, MAX_RANGES) for each in cidrs), _LEAST):
        draft = _draft(judgements, window, left_out, limits)
        exceeded = _exceeded(draft, window)
        if not exceeded:
            return draft
    while exceeded:
        rule_id = _find_greatest(draft, exceeded, window)
        left_out = {**left_out, rule_id: reasons.quota(rule_id)}
        draft = _draft(judgements, window, left_out, _LEAST)
        exceeded = _exceeded(draft, window)
    return draft


def _exceeded(draft: Draft, window: GroupWindow) -> set[Bucket]:
    return find_exceeded(window.rules, draft.after, window.state.context)


def _find_greatest(draft: Draft, exceeded: set[Bucket], window: GroupWindow) -> str:
    """The rule in whose place the most rules would be made where there are too many; of equals the first."""

    def made(change: Change) -> int:
        weights = ((rule, weigh(rule, window.state.context)) for rule in change.rules)
        return sum(
            weight[version]
            for rule, weight in weights
            for version in weight
            if (rule.direction, version) in exceeded
        )

    return max(draft.changes, key=made).rule_id


def _draft(
    judgements: Sequence[Judgement],
    window: GroupWindow,
    left_out: Mapping[str, Reason],
    limits: _Limits,
) -> Draft:
    while True:
        attempt = _Drafting(judgements, window, left_out, limits).run()
        if not attempt.stuck:
            return attempt.draft
        left_out = {**left_out, **attempt.stuck}


class _Drafting:
    """One attempt: from the narrowest rule to the widest, so that a wide one is left with the rest."""

    def __init__(
        self,
        judgements: Sequence[Judgement],
        window: GroupWindow,
        left_out: Mapping[str, Reason],
        limits: _Limits,
    ) -> None:
        self._judgements = judgements
        self._window = window
        self._left_out = left_out
        self._limits = limits
        self._goes = {
            each.rule.rule_id: each
            for each in judgements
            if each.may_change and each.rule.rule_id not in left_out
        }
        self._kept: list[AnyRule] = [each.rule for each in judgements if each.rule.rule_id not in self._goes]
        self._leaving: dict[RuleKey, SecurityGroupRule] = {
            rule_key(each.rule): each.rule for each in self._goes.values()
        }
        self._changes: dict[str, Change] = {}
        self._permitted: dict[str, Reason] = {}
        self._stuck: dict[str, Reason] = {}

    def run(self) -> _Attempt:
        going = sorted(self._goes.values(), key=lambda each: (each.space, each.rule.rule_id))
        for judgement in going:
            usage = self._window.usage(judgement.rule)
            if judgement.verdict == "too_wide":
                self._narrow(judgement, usage)
            else:
                self._change(judgement, usage, ("revoke",), ())
        ids = [each.rule.rule_id for each in self._judgements]
        draft = Draft(
            judgements=tuple(self._explain(each) for each in self._judgements),
            changes=tuple(self._changes[id_] for id_ in ids if id_ in self._changes),
            after=tuple(self._kept),
            not_proposed=tuple(self._left_out[id_] for id_ in ids if id_ in self._left_out),
        )
        return _Attempt(draft, self._stuck)

    def _narrow(self, judgement: Judgement, usage: WindowUsage) -> None:
        connections = self._find_uncovered(usage)
        if not connections and usage.peers_complete:
            self._permitted[judgement.rule.rule_id] = reasons.permitted_by_others(usage.use)
            self._change(judgement, usage, ("revoke",), ())
            return
        self._replace(judgement, usage, self._find_narrowed(judgement, usage, connections))

    def _find_narrowed(
        self, judgement: Judgement, usage: WindowUsage, connections: tuple[SeenConnection, ...]
    ) -> Narrowed:
        limits = self._limits
        as_judged = limits == _Limits(self._window.settings.max_cidrs, MAX_RANGES)
        if as_judged and judgement.narrowed is not None and len(connections) == len(usage.connections):
            return judgement.narrowed
        return narrow_to(judgement.rule, connections, self._window, limits.max_cidrs, limits.max_ranges)

    def _replace(self, judgement: Judgement, usage: WindowUsage, narrowed: Narrowed) -> None:
        there = {rule_key(rule) for rule in self._kept}
        made = tuple(rule for rule in narrowed.rules if rule_key(rule) not in there)
        for rule in made:
            leaving = self._leaving.get(rule_key(rule))
            if leaving is not None:
                self._stuck[leaving.rule_id] = reasons.stays(leaving, judgement.rule)
        self._kept += made
        self._change(judgement, usage, narrowed.ways, made)

    def _find_uncovered(self, usage: WindowUsage) -> tuple[SeenConnection, ...]:
        """Those that no rule of the group that stays or was made certainly permits. Where the cap cut some of
        the connections, all of them: nobody knows what the others need."""
        if not (usage.peers_complete and usage.ports_complete):
            return usage.connections
        kept = RuleSet(self._kept, self._window.state)
        return tuple(each for each in usage.connections if kept.best(_seen(each, usage)) is not Match.CERTAIN)

    def _change(
        self, judgement: Judgement, usage: WindowUsage, ways: tuple[Way, ...], made: tuple[NewRule, ...]
    ) -> None:
        context = self._window.state.context
        confidence, why = assess(usage, self._window)
        self._changes[judgement.rule.rule_id] = Change(
            rule_id=judgement.rule.rule_id,
            ways=ways,
            rules=made,
            connections=0,
            connections_before=usage.use.connections,
            space_before=judgement.space,
            space_after=sum(space_of(rule, context) for rule in made),
            width_before=judgement.width,
            # The fourth roots of many blocks of IPv6 may add up to more than that of the block around them.
            width_after=min(judgement.width, width_of(made, context)),
            risks=find_risks(judgement, made, usage, self._window),
            confidence=confidence,
            confidence_reason=why,
        )

    def _explain(self, judgement: Judgement) -> Judgement:
        reason = self._permitted.get(judgement.rule.rule_id)
        if reason is None:
            return judgement
        return replace(judgement, reasons=(*judgement.reasons, reason))


def count_kept(draft: Draft, window: GroupWindow, replayer: Replayer) -> Draft:
    """With the connections of each change that stay permitted.

    Those that today's rules don't permit either, on an interface that has other groups since, don't count.
    Those that the cap cut stay: their peers and ports are not narrowed.
    """
    changes = (_count_kept(change, window.usages.get(change.rule_id), replayer) for change in draft.changes)
    return replace(draft, changes=tuple(changes))


def _count_kept(change: Change, usage: WindowUsage | None, replayer: Replayer) -> Change:
    if usage is None:
        return change
    gone = lost = 0
    for each in usage.connections:
        compared = replayer.compare(each.interface_id, _seen(each, usage))
        if compared.before is Match.NO:
            gone += each.certain + each.possible
        elif compared.after is not Match.CERTAIN:
            lost += each.certain + each.possible
    before = usage.use.connections - gone
    return replace(change, connections=before - lost, connections_before=before)


def _seen(each: SeenConnection, usage: WindowUsage) -> Seen:
    group_ids = usage.peers[each.peer_addr].group_ids
    return Seen(usage.direction, each.protocol, each.port, each.peer_addr, group_ids)
