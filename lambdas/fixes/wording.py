"""How the fixes speak of groups and rules, in comments and on a terminal."""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from domain.report import Change, GroupReport
from fixes.plan import AnyRule, peer_text, ports_of


def one_line(text: str) -> str:
    """Without what would end a comment, move the cursor or turn the reading direction: names are data."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def describe_rule(rule: AnyRule) -> str:
    """ingress tcp 8000-8010 192.0.2.0/24 (Office)"""
    description = f" ({rule.description})" if rule.description else ""
    return one_line(f"{rule.direction} {_service(rule)} {peer_text(rule)}{description}")


def _service(rule: AnyRule) -> str:
    protocol = "all protocols" if rule.ip_protocol == "-1" else rule.ip_protocol
    ports = ports_of(rule)
    if ports is None:
        return protocol
    first, last = ports
    if protocol.startswith("icmp"):
        return f"{protocol} type {first if first != -1 else 'any'}" + (f" code {last}" if last != -1 else "")
    return f"{protocol} {first}" + (f"-{last}" if last != first else "")


def describe_group(report: GroupReport) -> str:
    return one_line(f"{report.group.group_id} ({report.group.group_name}) in {report.vpc_id}")


def made_at(report: GroupReport) -> str:
    return datetime.fromtimestamp(report.made_at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def describe_changes(report: GroupReport) -> Iterator[str]:
    """Each change with its reason and risks, and what was left out."""
    rules = {rule.rule.rule_id: rule.rule for rule in report.rules}
    for change in report.proposal.changes:
        yield from _describe_change(rules[change.rule_id], change)
    for reason in report.proposal.not_proposed:
        yield f"Not proposed: {reason.text}"


def _describe_change(rule: AnyRule, change: Change) -> Iterator[str]:
    yield f"{change.rule_id} {describe_rule(rule)}"
    yield f"  {', '.join(change.ways)}; confidence {change.confidence}: {change.confidence_reason}"
    for new in change.rules:
        yield f"  -> {describe_rule(new)}"
    for risk in change.risks:
        yield f"  Risk: {risk}"


def comment(lines: Iterable[str], width: int = 110) -> str:
    """As comments that begin with #, long lines folded."""
    folded = (part for line in lines for part in _fold(one_line(line), width - 2))
    return "".join(f"# {part}".rstrip() + "\n" for part in folded)


def _fold(line: str, width: int) -> list[str]:
    unindented = line.lstrip(" ")
    indent = " " * (len(line) - len(unindented) + 2) if unindented != line else ""
    return textwrap.wrap(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ) or [""]
