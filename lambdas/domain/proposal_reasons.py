"""Why a change is not made, or made as it is: codes and sentences, as in `verdict_reasons`."""

from domain.inventory import SecurityGroupRule
from domain.report import Reason, RuleUse
from domain.rule_quota import MAX_RULES
from domain.wording import counted


def quota(rule_id: str) -> Reason:
    return Reason(
        "quota",
        f"{rule_id} is not narrowed: with what would take its place the group had more than {MAX_RULES} rules"
        " of one direction and address family.",
    )


def stays(rule: SecurityGroupRule, narrowed: SecurityGroupRule) -> Reason:
    """Of a rule that is just what another one, or it itself under tighter limits, would be narrowed to."""
    if rule.rule_id == narrowed.rule_id:
        return Reason("stays", f"{rule.rule_id} stays: nothing narrower fits into the quota.")
    return Reason("stays", f"{rule.rule_id} stays: it is just what {narrowed.rule_id} is narrowed to.")


def permitted_by_others(use: RuleUse) -> Reason:
    all_of_them = counted(use.connections, "connection")
    return Reason(
        "permitted_by_others", f"Rules of the group that stay or are made permit all of its {all_of_them}."
    )


def refused(rule_id: str, connection: str) -> Reason:
    """`connection` tells one that would have been refused."""
    return Reason("refused", f"{rule_id} stays as it is: without it {connection} would have been refused.")
