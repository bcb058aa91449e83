"""What is said of one group, put together."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.group_index import InterfaceRow
from domain.interface_owner import classify_owner
from domain.inventory import NetworkInterface
from domain.proposal import Draft
from domain.report import Attachment, Change, GroupReport, Proposal, Replay, RuleReport
from domain.rule_space import protocol_of
from domain.verdict import GroupWindow, Judgement
from domain.vpc_state import VpcState

_JUDGED = frozenset({"used", "too_wide", "redundant", "unused"})


@dataclass(frozen=True, slots=True)
class ReportContext:
    made_at: int
    region: str


def make_report(window: GroupWindow, draft: Draft, replayed: Replay, context: ReportContext) -> GroupReport:
    """`replayed` is what comes of this group's connections with the changes of all groups."""
    state = window.state
    attached = state.attached(window.group_id)
    return GroupReport(
        vpc_id=state.vpc_id,
        group=window.group,
        made_at=context.made_at,
        region=context.region,
        attachment=_find_attachment(state, window.group_id),
        interfaces=tuple(_make_interface_row(eni, state) for eni in attached),
        referenced_by=state.referenced_by(window.group_id),
        rules=tuple(_make_rule_report(each, window) for each in sorted(draft.judgements, key=_rule_order)),
        proposal=Proposal(draft.changes, replayed, draft.not_proposed),
        evidence=window.evidence,
        score=find_score(draft.judgements),
        worth=find_worth(draft.changes) if attached else 0,
    )


def find_score(judgements: Iterable[Judgement]) -> int | None:
    """The share of the permitted space that was used, on a log scale, in percent."""
    judged = [each for each in judgements if each.verdict in _JUDGED]
    if not judged:
        return None
    return round(100 * sum(each.used_width for each in judged) / sum(each.width for each in judged))


def find_worth(changes: Iterable[Change]) -> int:
    return round(sum(change.width_before - change.width_after for change in changes))


def _find_attachment(state: VpcState, group_id: str) -> Attachment:
    if state.attached_ids.get(group_id):
        return "attached"
    return "referenced" if state.referenced_by(group_id) else "unattached"


def _make_interface_row(eni: NetworkInterface, state: VpcState) -> InterfaceRow:
    return InterfaceRow(
        interface_id=eni.interface_id,
        name=state.interface_name(eni.interface_id),
        owner=classify_owner(eni),
        instance_id=eni.instance_id,
        addrs=eni.private_addrs + eni.public_addrs,
    )


def _make_rule_report(judgement: Judgement, window: GroupWindow) -> RuleReport:
    return RuleReport(
        rule=judgement.rule,
        peer_name=window.state.context.peer_name(judgement.rule.peer),
        verdict=judgement.verdict,
        reasons=judgement.reasons,
        keep_reason=judgement.keep_reason,
        known_since=judgement.known_since,
        space=judgement.space,
        used_space=judgement.used_space,
        width=judgement.width,
        used_width=judgement.used_width,
        use=window.usage(judgement.rule).use,
    )


def _rule_order(judgement: Judgement) -> tuple[bool, int, int, str]:
    rule = judgement.rule
    from_port = -1 if rule.from_port is None else rule.from_port
    return rule.direction == "egress", protocol_of(rule), from_port, rule.rule_id
