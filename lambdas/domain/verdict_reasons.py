"""Why a verdict is what it is: a word for programs and a sentence with figures (docs/verdicts.md)."""

from typing import Final

from domain.advice_settings import AdviceSettings
from domain.inventory import SecurityGroupRule
from domain.report import Evidence, Reason, RuleUse
from domain.wording import counted, figure, listed, moment, percent

_CAME: Final = {"ingress": "from", "egress": "to"}


def used(rule: SecurityGroupRule, use: RuleUse) -> Reason:
    """Of a rule with certain use."""
    peers = counted(use.peer_count, "address", "addresses")
    at_least = "at least " if use.peers_capped else ""
    last = "" if use.last_seen is None else f", the last at {moment(use.last_seen)}"
    text = (
        f"{counted(use.connections, 'connection')} {_CAME[rule.direction]} {at_least}{peers} on"
        f" {counted(use.port_count, 'port')} used it on {_days_used(use)} of {len(use.days)} days{last}."
    )
    if use.possible:
        text += f" Of {use.possible:,} of them the records can't tell for sure."
    return Reason("used", text)


def too_new(since: int, evidence: Evidence) -> Reason:
    return Reason(
        "too_new",
        f"It is known as it is since {moment(since)}, and the window began at"
        f" {moment(evidence.window_start)}: it was not watched all that time.",
    )


def redundant(rule: SecurityGroupRule, cover: SecurityGroupRule, group_name: str) -> Reason:
    where = "" if cover.group_id == rule.group_id else f" of {group_name or cover.group_id}"
    beside = "" if not where else ", a group that every interface with this one has"
    return Reason("redundant", f"{cover.rule_id}{where} permits all that it permits{beside}.")


def too_wide(space: int, narrowest: int) -> Reason:
    return Reason(
        "too_wide",
        f"It permits {figure(space)} pairs of address and port; the narrowest rules for what was seen permit"
        f" {figure(narrowest)}: it is {figure(space // narrowest)} times as wide.",
    )


def public_by_intent(use: RuleUse) -> Reason:
    return Reason(
        "public_by_intent",
        f"Its {counted(use.peer_count, 'peer')} are scattered over the world: it is open to all by intent,"
        " and only its ports are judged.",
    )


def peers_not_all_known(use: RuleUse) -> Reason:
    what = []
    if use.peers_capped:
        what.append(f"{use.peer_count:,} peers or more")
    if use.ports_capped:
        what.append(f"{use.port_count:,} ports or more")
    return Reason(
        "peers_not_all_known",
        f"{listed(what)} were seen, more than are kept: there it is not narrowed.",
    )


def coverage_too_low_to_narrow(evidence: Evidence, settings: AdviceSettings) -> Reason:
    return Reason(
        "coverage_too_low_to_narrow",
        f"It is wider than what was seen, but {_describe_coverage(evidence)}, less than the"
        f" {percent(settings.min_coverage)} that it takes to narrow a rule.",
    )


def unused(evidence: Evidence) -> Reason:
    return Reason(
        "unused",
        f"No connection used it from {moment(evidence.window_start)} to {moment(evidence.window_end)};"
        f" {_describe_coverage(evidence)}.",
    )


def no_interface(evidence: Evidence) -> Reason:
    return Reason(
        "no_interface",
        f"No interface had its group since {moment(evidence.window_start)}: nothing could use it.",
    )


def no_log_data(evidence: Evidence) -> Reason:
    hours = counted(evidence.expected_hours, "hour")
    text = (
        f"The flow logs of {hours} of its group's interfaces are missing: none of them was logged."
        if evidence.expected_hours
        else "In no whole hour of the window did an interface have its group: no flow logs were expected."
    )
    return Reason("no_log_data", text)


def coverage(evidence: Evidence, settings: AdviceSettings) -> Reason:
    return Reason(
        "coverage",
        f"No connection was seen to use it, but {_describe_coverage(evidence)}, less than the"
        f" {percent(settings.min_coverage)} that it takes to call a rule unused.",
    )


def not_logged(what: str) -> Reason:
    return Reason("not_logged", f"It permits {what}: flow logs never show those.")


def icmp_type(rule: SecurityGroupRule, possible: int) -> Reason:
    seen = f"{counted(possible, 'record')} of {rule.ip_protocol} may or may not be of it" if possible else ""
    seen = seen or f"and no {rule.ip_protocol} was seen that only it would let in"
    joint = "; " if possible else ", "
    return Reason("icmp_type", f"It permits type {rule.from_port}, which flow logs don't show{joint}{seen}.")


def members_not_seen(group_id: str) -> Reason:
    return Reason(
        "peers_not_seen",
        f"Who is in {group_id} no inventory of this VPC shows: it is of a peered VPC or another account.",
    )


def entries_not_seen(prefix_list_id: str) -> Reason:
    return Reason(
        "peers_not_seen", f"What {prefix_list_id} holds is not known: the inventory has no entry of it."
    )


def behind_load_balancer(group_name: str) -> Reason:
    return Reason(
        "peers_not_seen",
        f"{group_name} is the group of a Network Load Balancer, which lets clients through with addresses of"
        " their own: flow logs don't show that they came by it.",
    )


def possible_use(use: RuleUse) -> Reason:
    unknown = f", and of {use.unknown:,} nobody knows which side began the connection" if use.unknown else ""
    return Reason(
        "possible_use",
        f"{counted(use.possible, 'connection')} may have used it, which the records can't tell{unknown}.",
    )


def protected(tag: str, keep_reason: str) -> Reason:
    why = f": {keep_reason}" if keep_reason.strip() else ", without saying why"
    return Reason("protected", f"The tag {tag} keeps it as it is{why}.")


def _describe_coverage(evidence: Evidence) -> str:
    return (
        f"flow logs cover {percent(evidence.coverage or 0)} of its group's"
        f" {counted(evidence.expected_hours, 'interface hour')}"
    )


def _days_used(use: RuleUse) -> int:
    return sum(1 for day in use.days if day.certain or day.possible)
