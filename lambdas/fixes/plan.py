"""Which rules a report's changes leave, take away and make."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from domain.errors import SgLensError
from domain.inventory import SecurityGroupRule
from domain.report import GroupReport, NewRule

AnyRule: TypeAlias = SecurityGroupRule | NewRule
PROTOCOLS_WITH_PORTS: Final = frozenset({"tcp", "udp", "icmp", "icmpv6"})


class FixError(SgLensError):
    """A report whose changes don't fit its rules."""


@dataclass(frozen=True, slots=True)
class Plan:
    """No two of all these rules permit the same: EC2 would refuse the second one."""

    kept: tuple[SecurityGroupRule, ...]
    revoked: tuple[SecurityGroupRule, ...]
    made: tuple[NewRule, ...]

    @property
    def changes_nothing(self) -> bool:
        return not self.revoked and not self.made


def make_plan(report: GroupReport) -> Plan:
    """A rule that would be revoked and made again the same stays as it is."""
    rules = [rule.rule for rule in report.rules]
    changed = {change.rule_id for change in report.proposal.changes}
    if unknown := changed - {rule.rule_id for rule in rules}:
        raise FixError(
            f"The proposal for {report.group.group_id} changes rules that the report does not list: "
            f"{', '.join(sorted(unknown))}"
        )
    wanted = {permission_line(new) for change in report.proposal.changes for new in change.rules}
    gone = {rule.rule_id for rule in rules if rule.rule_id in changed and permission_line(rule) not in wanted}
    return Plan(
        kept=tuple(rule for rule in rules if rule.rule_id not in gone),
        revoked=tuple(rule for rule in rules if rule.rule_id in gone),
        made=tuple(_made(report, {permission_line(rule) for rule in rules})),
    )


def _made(report: GroupReport, there: set[str]) -> Iterator[NewRule]:
    for change in report.proposal.changes:
        for new in change.rules:
            line = permission_line(new)
            if line not in there:
                there.add(line)
                yield new


def permission_line(rule: AnyRule) -> str:
    """What makes two rules of a group the same to EC2: direction, protocol, ports (-1 for all) and peer."""
    from_port, to_port = ports_of(rule) or (-1, -1)
    return f"{rule.direction} {rule.ip_protocol} {from_port} {to_port} {peer_text(rule)}"


def ports_of(rule: AnyRule) -> tuple[int, int] | None:
    """ICMP has its type and code there, -1 for all. None where the protocol has none, whatever EC2 shows."""
    if rule.ip_protocol not in PROTOCOLS_WITH_PORTS:
        return None
    return _port(rule.from_port), _port(rule.to_port)


def _port(port: int | None) -> int:
    return -1 if port is None else port


def peer_text(rule: AnyRule) -> str:
    peer = rule.peer
    return peer.cidr_ipv4 or peer.cidr_ipv6 or peer.prefix_list_id or peer.referenced_group_id or ""


def foreign_owner(rule: AnyRule, report: GroupReport) -> str | None:
    """The account that owns the referenced group, where it isn't the one that owns this group."""
    owner = rule.peer.referenced_owner_id
    return owner if owner and owner != report.group.owner_id else None


def settable_tags(rule: AnyRule) -> dict[str, str]:
    """AWS alone may set tags whose keys begin with "aws:"."""
    return {key: value for key, value in rule.tags if not key.lower().startswith("aws:")}
