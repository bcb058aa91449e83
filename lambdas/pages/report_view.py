"""A report as the page's script reads it: peers, interfaces and hours stand once, elsewhere by place."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Final, Generic, TypeVar

from domain.group_index import InterfaceRow
from domain.inventory import Peer
from domain.report import Change, Evidence, GroupReport, NewRule, Proposal, Refused, RuleReport, RuleUse
from domain.usage import InterfaceHours, Knock
from pages.rule_text import describe_port, describe_service, name_peer

Json = dict[str, object]
T = TypeVar("T", bound=Hashable)
_MAX_INTERFACES: Final = 50
"""Of a rule; report.json has them all."""


@dataclass(frozen=True, slots=True)
class _Table(Generic[T]):
    """Distinct values in the order of their first use."""

    places: dict[T, int] = field(default_factory=dict)

    def place(self, value: T) -> int:
        return self.places.setdefault(value, len(self.places))


@dataclass(frozen=True, slots=True)
class _Tables:
    peers: _Table[tuple[str, str]]
    """Address and name."""
    interfaces: _Table[str]
    hours: _Table[tuple[int, int, int]]
    """Expected and logged ones as bits, and SKIPDATA records."""
    days: list[str]


def to_page_data(report: GroupReport) -> Json:
    tables = _Tables(_Table(), _Table(), _Table(), _days_of(report))
    for row in report.interfaces:
        tables.interfaces.place(row.interface_id)
    rules = [_to_rule(each, tables) for each in report.rules]
    evidence = _to_evidence(report.evidence, tables)
    return {
        "made_at": report.made_at,
        "vpc_id": report.vpc_id,
        "region": report.region,
        "group": _to_group(report),
        "attachment": report.attachment,
        "score": report.score,
        "worth": report.worth,
        "interfaces": [_to_interface(row) for row in report.interfaces],
        "referenced_by": [
            {"group_id": each.group_id, "group_name": each.group_name, "rule_id": each.rule_id}
            for each in report.referenced_by
        ],
        "rules": rules,
        "proposal": _to_proposal(report.proposal),
        "evidence": evidence,
        "days": tables.days,
        "peers": list(tables.peers.places),
        # Those that are gone have no row.
        "interface_ids": list(tables.interfaces.places),
        "hours": list(tables.hours.places),
    }


def _to_group(report: GroupReport) -> Json:
    group = report.group
    return {
        "group_id": group.group_id,
        "group_name": group.group_name,
        "description": group.description,
        "owner_id": group.owner_id,
        "tags": group.tags,
    }


def _days_of(report: GroupReport) -> list[str]:
    days = {day.day for each in report.rules for day in each.use.days} | report.evidence.days.keys()
    return sorted(days)


def _to_interface(row: InterfaceRow) -> Json:
    return {
        "interface_id": row.interface_id,
        "name": row.name,
        "owner": row.owner,
        "instance_id": row.instance_id,
        "addrs": row.addrs,
    }


def _to_rule(report: RuleReport, tables: _Tables) -> Json:
    rule = report.rule
    return {
        "rule_id": rule.rule_id,
        "direction": rule.direction,
        "service": describe_service(rule),
        "peer": _to_peer(rule.peer, report.peer_name),
        "description": rule.description,
        "tags": rule.tags,
        "verdict": report.verdict,
        "reasons": [each.text for each in report.reasons],
        "keep_reason": report.keep_reason,
        "known_since": report.known_since,
        "space": report.space,
        "used_space": report.used_space,
        "width": report.width,
        "used_width": report.used_width,
        "use": _to_use(report.use, tables),
    }


def _to_peer(peer: Peer, name: str) -> Json:
    """`name` is that of the group or list, where it is known."""
    via = {
        "account": peer.referenced_owner_id,
        "VPC": peer.referenced_vpc_id,
        "": peer.vpc_peering_connection_id,
    }
    group_id = peer.referenced_group_id
    return {
        "text": name_peer(peer),
        "name": name,
        "kind": "group" if group_id else "prefix list" if peer.prefix_list_id else "",
        "via": [f"{what} {id_}".strip() for what, id_ in via.items() if id_]
        if peer.vpc_peering_connection_id
        else [],
    }


def _to_use(use: RuleUse, tables: _Tables) -> Json:
    return {
        "sole": use.sole,
        "shared": use.shared,
        "possible": use.possible,
        "unknown": use.unknown,
        "request_bytes": use.request_bytes,
        "response_bytes": use.response_bytes,
        "first_seen": use.first_seen,
        "last_seen": use.last_seen,
        "days": _to_days(use, tables.days),
        "peer_count": use.peer_count,
        "port_count": use.port_count,
        "peers_capped": use.peers_capped,
        "ports_capped": use.ports_capped,
        "peers": [
            (tables.peers.place((peer.addr, peer.name)), peer.connections, peer.last_seen)
            for peer in use.peers
        ],
        "ports": [(describe_port(each.protocol, each.port), each.connections) for each in use.ports],
        "interface_count": len(use.interfaces),
        "interfaces": _to_interfaces(use, tables),
    }


def _to_days(use: RuleUse, days: list[str]) -> list[int | tuple[int, int]]:
    """Of each day the certain connections, and beside them the possible ones where there are any."""
    used = {day.day: day for day in use.days}
    found = [used.get(day) for day in days]
    return [
        (each.certain, each.possible) if each and each.possible else each.certain if each else 0
        for each in found
    ]


def _to_interfaces(use: RuleUse, tables: _Tables) -> list[tuple[int, int]]:
    """Those with the most connections."""
    busiest = nsmallest(_MAX_INTERFACES, use.interfaces.items(), key=lambda item: (-item[1], item[0]))
    return [(tables.interfaces.place(id_), number) for id_, number in busiest]


def _to_proposal(proposal: Proposal) -> Json:
    replay = proposal.replay
    return {
        "changes": [_to_change(change) for change in proposal.changes],
        "not_proposed": [each.text for each in proposal.not_proposed],
        "replay": {
            "connections": replay.connections,
            "records": replay.records,
            "already_refused": replay.already_refused,
            "raw_records": replay.raw_records,
            "raw_refused": replay.raw_refused,
            "refused": [_to_refused(each) for each in replay.refused],
        },
    }


def _to_change(change: Change) -> Json:
    return {
        "rule_id": change.rule_id,
        "ways": change.ways,
        "rules": [_to_new_rule(rule) for rule in change.rules],
        "connections": change.connections,
        "connections_before": change.connections_before,
        "space_before": change.space_before,
        "space_after": change.space_after,
        "width_before": change.width_before,
        "width_after": change.width_after,
        "risks": change.risks,
        "confidence": change.confidence,
        "confidence_reason": change.confidence_reason,
    }


def _to_new_rule(rule: NewRule) -> Json:
    return {
        "direction": rule.direction,
        "service": describe_service(rule),
        "peer": _to_peer(rule.peer, rule.peer_name),
        "description": rule.description,
    }


def _to_refused(refused: Refused) -> Json:
    return {
        "direction": refused.direction,
        "interface_id": refused.interface_id,
        "interface_name": refused.interface_name,
        "service": describe_port(refused.protocol, refused.port),
        "peer_addr": refused.peer_addr,
        "peer_name": refused.peer_name,
        "connections": refused.connections,
        "last_seen": refused.last_seen,
        "rule_ids": refused.rule_ids,
    }


def _to_evidence(evidence: Evidence, tables: _Tables) -> Json:
    return {
        "window_start": evidence.window_start,
        "window_end": evidence.window_end,
        "coverage": evidence.coverage,
        "expected_hours": evidence.expected_hours,
        "logged_hours": evidence.logged_hours,
        "skipdata": evidence.skipdata,
        "silent_interfaces": evidence.silent_interfaces,
        "records": evidence.records,
        "unattributed": dict(evidence.unattributed),
        "knocks": [_to_knock(knock) for knock in evidence.knocks],
        "days": {day: _to_hours(hours, tables) for day, hours in evidence.days.items()},
    }


def _to_hours(hours: Iterable[InterfaceHours], tables: _Tables) -> list[tuple[int, int]]:
    return [
        (
            tables.interfaces.place(each.interface_id),
            tables.hours.place((each.expected, each.logged, each.skipdata)),
        )
        for each in hours
    ]


def _to_knock(knock: Knock) -> Json:
    return {
        "peer_addr": knock.peer_addr,
        "peer_name": knock.peer_name,
        "service": describe_port(knock.protocol, knock.port),
        "direction": knock.direction,
        "records": knock.records,
        "last_seen": knock.last_seen,
    }
