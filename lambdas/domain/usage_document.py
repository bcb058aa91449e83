"""The documents of the index rule-usage, as dashboards/index_templates/rule-usage.json describes them.

Counts and what people look for are fields of their own; the long lists are rows of `detail`, which is kept
as it is and not indexed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from domain.errors import SgLensError
from domain.usage import (
    UNATTRIBUTED,
    GroupEvidence,
    InterfaceHours,
    Knock,
    RuleUsage,
    SeenConnection,
    SeenPeer,
    SeenPort,
)

SHOWN: Final = 50
"""Peers and ports of a rule that have a field of their own: those with the most connections."""

_LISTS: Final = frozenset({"peers", "ports", "connections"})
_TIMES: Final = frozenset({"first_seen", "last_seen"})
"""Left out where there are none."""
_PLAIN: Final = tuple(field.name for field in fields(RuleUsage) if field.name not in _LISTS)

Document = dict[str, Any]


class UsageDocumentError(SgLensError):
    """A document of rule-usage that this version didn't write."""


def to_usage_document(usage: RuleUsage | GroupEvidence) -> tuple[str, Document]:
    """The document's id, and the document."""
    if isinstance(usage, RuleUsage):
        return rule_document_id(usage.vpc_id, usage.day, usage.rule_id), _to_rule_document(usage)
    return group_document_id(usage.vpc_id, usage.day, usage.group_id), _to_group_document(usage)


def from_usage_document(document: Mapping[str, Any]) -> RuleUsage | GroupEvidence:
    """What `to_usage_document` was given; UsageDocumentError where it gave no such document."""
    try:
        if document["kind"] == "rule":
            return _from_rule_document(document)
        return _from_group_document(document)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        where = [document.get(name) for name in ("kind", "vpc_id", "day", "group_id", "rule_id")]
        raise UsageDocumentError(
            f"rule-usage: the document of {where} is not as this version writes it; recompute its day"
        ) from error


def rule_document_id(vpc_id: str, day: str, rule_id: str) -> str:
    return f"rule|{vpc_id}|{day}|{rule_id}"


def group_document_id(vpc_id: str, day: str, group_id: str) -> str:
    return f"group|{vpc_id}|{day}|{group_id}"


def _to_rule_document(usage: RuleUsage) -> Document:
    plain = {name: value for name in _PLAIN if (value := getattr(usage, name)) is not None}
    peers = sorted(usage.peers, key=lambda peer: -peer.connections)[:SHOWN]
    ports = sorted(usage.ports, key=lambda port: -port.connections)
    service_ports = dict.fromkeys(port.port for port in ports if port.port is not None)
    return {
        "kind": "rule",
        **plain,
        "peers_capped": usage.peers_capped,
        "ports_capped": usage.ports_capped,
        "peer_addrs": [peer.addr for peer in peers],
        "peer_names": list(dict.fromkeys(peer.name for peer in peers if peer.name)),
        "service_ports": list(service_ports)[:SHOWN],
        "detail": _to_rule_detail(usage),
    }


def _to_rule_detail(usage: RuleUsage) -> Document:
    """Texts that rows share stand once, and a row has their position."""
    groups = _positions(group_id for peer in usage.peers for group_id in peer.group_ids)
    interfaces = _positions(seen.interface_id for seen in usage.connections)
    addrs = {peer.addr: position for position, peer in enumerate(usage.peers)}
    return {
        "groups": list(groups),
        "interfaces": list(interfaces),
        "peers": [
            [peer.addr, peer.name, [groups[id_] for id_ in peer.group_ids], peer.connections, peer.last_seen]
            for peer in usage.peers
        ],
        "ports": [[port.protocol, port.port, port.connections] for port in usage.ports],
        "connections": [
            [
                *(interfaces[seen.interface_id], seen.protocol, seen.port, addrs[seen.peer_addr]),
                *(seen.certain, seen.possible, seen.last_seen),
            ]
            for seen in usage.connections
        ],
    }


def _positions(texts: Iterable[str]) -> dict[str, int]:
    return {text: position for position, text in enumerate(sorted(set(texts)))}


def _from_rule_document(document: Mapping[str, Any]) -> RuleUsage:
    detail = document["detail"]
    groups: Sequence[str] = detail["groups"]
    interfaces: Sequence[str] = detail["interfaces"]
    peers = tuple(
        SeenPeer(addr, name, tuple(groups[position] for position in positions), connections, last_seen)
        for addr, name, positions, connections, last_seen in detail["peers"]
    )
    plain: Document = {name: document.get(name) if name in _TIMES else document[name] for name in _PLAIN}
    return RuleUsage(
        **plain,
        peers=peers,
        ports=tuple(SeenPort(*row) for row in detail["ports"]),
        connections=tuple(
            SeenConnection(interfaces[interface], protocol, port, peers[peer].addr, *counts)
            for interface, protocol, port, peer, *counts in detail["connections"]
        ),
    )


def _to_group_document(evidence: GroupEvidence) -> Document:
    hours = evidence.interfaces
    return {
        "kind": "group",
        "vpc_id": evidence.vpc_id,
        "group_id": evidence.group_id,
        "day": evidence.day,
        "interface_count": len(hours),
        "expected_hours": sum(each.expected.bit_count() for each in hours),
        "logged_hours": sum((each.expected & each.logged).bit_count() for each in hours),
        "silent_interface_count": sum(bool(each.expected) and not each.logged for each in hours),
        "skipdata": sum(each.skipdata for each in hours),
        "records": evidence.records,
        **{reason: evidence.unattributed[reason] for reason in UNATTRIBUTED},
        "knock_count": evidence.knock_count,
        "detail": {
            "interfaces": [[row.interface_id, row.expected, row.logged, row.skipdata] for row in hours],
            "knocks": [
                [
                    *(knock.peer_addr, knock.peer_name, knock.protocol, knock.port),
                    *(knock.direction, knock.records, knock.last_seen),
                ]
                for knock in evidence.knocks
            ],
        },
    }


def _from_group_document(document: Mapping[str, Any]) -> GroupEvidence:
    detail = document["detail"]
    return GroupEvidence(
        document["vpc_id"],
        document["group_id"],
        document["day"],
        interfaces=tuple(InterfaceHours(*row) for row in detail["interfaces"]),
        records=document["records"],
        unattributed={reason: document[reason] for reason in UNATTRIBUTED},
        knocks=tuple(Knock(*row) for row in detail["knocks"]),
        knock_count=document["knock_count"],
    )
