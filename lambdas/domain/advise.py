"""What is said of every group of a VPC: verdicts, a proposal, and its proof."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from domain.advice_settings import AdviceSettings
from domain.coverage import sum_up_evidence
from domain.group_report import ReportContext, make_report
from domain.inventory import SecurityGroupRule
from domain.proposal import Draft, count_kept, propose
from domain.proposal_reasons import refused
from domain.protocols import protocol_name
from domain.redundancy import CoverSearch
from domain.replay import RawFlows, Recorded, Replayer, collect_connections, replay, replay_raw
from domain.report import GroupReport, Reason, Replay
from domain.rule_space import space_of
from domain.seen_match import AnyRule
from domain.usage import GroupEvidence, RuleUsage
from domain.usage_window import merge_by_rule, window_days
from domain.verdict import GroupWindow, judge_rule
from domain.vpc_state import VpcState

OfGroup = tuple[str, Sequence[RuleUsage], Sequence[GroupEvidence]]
"""A group's id, and the days of its rules and of itself."""


class UsageSource(Protocol):
    def groups(self) -> Iterator[OfGroup]:
        """By group id, in the order of texts, each group once; each call begins anew and gives the same.

        Rules and groups that are gone too; groups without anything may be missing.
        """


def advise(
    state: VpcState,
    usage: UsageSource,
    settings: AdviceSettings,
    made_at: int,
    region: str,
    raw: RawFlows | None = None,
    group_ids: Collection[str] | None = None,
) -> Iterator[GroupReport]:
    """By group id: of every group of the VPC, or of `group_ids` alone.

    Reads the usage twice; a third time where groups lean on each other's rules or `raw` is given, and again
    where a change was refused. Memory is that of one group's usage, and of all rules.
    """
    advisor = _Advisor(state, usage, settings, made_at)
    wanted = frozenset(state.own_groups() if group_ids is None else group_ids)
    advisor.draft_all()
    advisor.check(raw, wanted)
    yield from advisor.report(wanted, ReportContext(made_at, region))


class _Advisor:
    def __init__(self, state: VpcState, usage: UsageSource, settings: AdviceSettings, made_at: int) -> None:
        self._state = state
        self._usage = usage
        self._settings = settings
        self._start = made_at - settings.window_seconds
        self._end = made_at
        self._days = window_days(self._start, self._end)
        self._own = frozenset(state.own_groups())
        self._covers = CoverSearch(state, self._start)
        self._drafts: dict[str, Draft] = {}
        self._changed: dict[str, tuple[AnyRule, ...]] = {}
        self._left_out: dict[str, dict[str, Reason]] = {}
        self._replays: dict[str, Replay] = {}
        self._leaning: set[str] = set()
        """Groups with a connection that their own rules don't keep permitted: others' may."""
        self._stale: set[str] = set()
        """Groups whose draft has a change that was left out since."""
        self._raw_records: dict[str, int] = {}
        self._is_settled = True

    def draft_all(self) -> None:
        for group_id, usages, evidence in self._walk():
            window = self._window(group_id, usages, evidence)
            if group_id in self._own:
                judged = [judge_rule(rule, window, self._covers) for rule in window.rules]
                self._keep(group_id, propose(judged, window, {}))
            self._replay_alone(window)

    def check(self, raw: RawFlows | None, wanted: frozenset[str]) -> None:
        """Replays until nothing is refused: a change that would refuse something is left out."""
        due = self._leaning | (wanted & self._changed.keys() if raw is not None else set())
        while due:
            self._is_settled = True
            for group_id, usages, evidence in self._walk():
                if group_id in due:
                    window = self._window(group_id, usages, evidence)
                    self._draft_again(window)
                    self._check_group(window, raw if group_id in wanted else None)
            due = set() if self._is_settled else self._leaning | self._stale

    def report(self, wanted: frozenset[str], context: ReportContext) -> Iterator[GroupReport]:
        for group_id, usages, evidence in self._walk():
            if group_id in wanted and group_id in self._own:
                window = self._window(group_id, usages, evidence, with_connections=False)
                replayed = replace(self._replays[group_id], raw_records=self._raw_records.get(group_id))
                yield make_report(window, self._drafts[group_id], replayed, context)

    def _walk(self) -> Iterator[OfGroup]:
        """The groups of the source, and those of the VPC that it has nothing of."""
        missing = sorted(self._own, reverse=True)
        for of_group in self._usage.groups():
            while missing and missing[-1] < of_group[0]:
                yield missing.pop(), (), ()
            if missing and missing[-1] == of_group[0]:
                missing.pop()
            yield of_group
        while missing:
            yield missing.pop(), (), ()

    def _window(
        self,
        group_id: str,
        usages: Sequence[RuleUsage],
        evidence: Sequence[GroupEvidence],
        *,
        with_connections: bool = True,
    ) -> GroupWindow:
        return GroupWindow(
            state=self._state,
            settings=self._settings,
            group_id=group_id,
            evidence=sum_up_evidence(evidence, self._days, self._start, self._end),
            days=self._days,
            usages=merge_by_rule(usages, self._days, with_connections=with_connections),
        )

    def _keep(self, group_id: str, draft: Draft) -> None:
        self._drafts[group_id] = draft
        self._stale.discard(group_id)
        if draft.changes:
            self._changed[group_id] = draft.after
        else:
            self._changed.pop(group_id, None)

    def _replay_alone(self, window: GroupWindow) -> None:
        """Most groups keep permitting what they permitted, whatever the others do: then that is the proof."""
        group_id = window.group_id
        changed = {group_id: self._changed[group_id]} if group_id in self._changed else {}
        if self._replay(window, Replayer(self._state, changed, counted=frozenset({group_id}))):
            self._leaning.add(group_id)
        else:
            self._leaning.discard(group_id)

    def _replay(self, window: GroupWindow, replayer: Replayer) -> list[Recorded]:
        """The refused ones."""
        group_id = window.group_id
        refusals, replayed = replay(collect_connections(window.usages.values()), replayer)
        self._replays[group_id] = replayed
        if group_id in self._drafts:
            self._drafts[group_id] = count_kept(self._drafts[group_id], window, replayer)
        return refusals

    def _draft_again(self, window: GroupWindow) -> None:
        group_id = window.group_id
        if group_id in self._stale:
            judged = [judge_rule(rule, window, self._covers) for rule in window.rules]
            self._keep(group_id, propose(judged, window, self._left_out[group_id]))
            self._replay_alone(window)

    def _check_group(self, window: GroupWindow, raw: RawFlows | None) -> None:
        replayer = Replayer(self._state, self._changed)
        refusals = self._replay(window, replayer)
        if raw is not None and window.group_id in self._changed:
            rules = {rule.rule_id: rule.direction for rule in window.rules}
            changed = [change.rule_id for change in self._drafts[window.group_id].changes]
            checked = replay_raw(raw.tallies(window.group_id, changed), rules.__getitem__, replayer)
            self._raw_records[window.group_id] = checked.records
            refusals += checked.refused
        for recorded in refusals:
            self._leave_out(recorded, replayer)

    def _leave_out(self, recorded: Recorded, replayer: Replayer) -> None:
        """The narrowest of the changed rules that permit the connection as well as any does."""
        best = replayer.compare(recorded.interface_id, recorded.seen).before
        permitting = [
            rule
            for rule in replayer.find_rules(recorded.interface_id, recorded.seen, best)
            if self._is_changed(rule)
        ]
        if any(rule.rule_id in self._left_out.get(rule.group_id, {}) for rule in permitting):
            return
        context = self._state.context
        rule = min(permitting, key=lambda rule: (space_of(rule, context), rule.rule_id))
        reason = refused(rule.rule_id, _describe(recorded, self._state))
        self._left_out.setdefault(rule.group_id, {})[rule.rule_id] = reason
        self._stale.add(rule.group_id)
        self._is_settled = False

    def _is_changed(self, rule: SecurityGroupRule) -> bool:
        draft = self._drafts.get(rule.group_id)
        return draft is not None and any(change.rule_id == rule.rule_id for change in draft.changes)


def _describe(recorded: Recorded, state: VpcState) -> str:
    seen = recorded.seen
    port = "" if seen.port is None else f" {seen.port}"
    way = "from" if seen.direction == "ingress" else "to"
    peer = f"{recorded.peer_name} ({seen.peer_addr})" if recorded.peer_name else seen.peer_addr
    here = state.interface_name(recorded.interface_id)
    return f"{protocol_name(seen.protocol)}{port} {way} {peer} at {here}"
