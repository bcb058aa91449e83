"""Which rules let a flow in, and who began it.

Decided here, at ingest, from the record, the inventory that was in force, and what the reader remembers of
handshakes. What stays `unknown` is left so: whoever sees more of the day at once may settle it later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from domain.flow_record import FlowRecord
from domain.flow_sides import Sides
from domain.initiator import (
    End,
    Evidence,
    Initiator,
    find_client_by_handshake,
    find_client_by_ports,
)
from domain.inventory import Direction, NetworkInterface
from domain.inventory_view import InventoryView
from domain.rule_match import Connection, Match, match_rule

RuleMatch = Literal["sole", "shared", "possible", "none"]
Reason = Literal["rules", "no_rule", "no_inventory", "reject", "not_filtered"]
_Matches = Mapping[str, Match]
"""By rule id, without those that don't match."""

DIRECTIONS: Mapping[Initiator, Direction] = {"peer": "ingress", "local": "egress"}
_NOTHING: _Matches = {}


@dataclass(frozen=True, slots=True)
class Attribution:
    initiator: Initiator | None
    initiator_evidence: Evidence
    rule_ids: tuple[str, ...]
    """Sorted: of all groups of the interface, each rule that permits the connection."""
    rule_match: RuleMatch
    reason: Reason | None
    """None where the record doesn't say whether the flow was accepted."""


@dataclass(frozen=True, slots=True)
class _Beginning:
    initiator: Initiator | None
    evidence: Evidence
    matches: _Matches


def attribute(
    record: FlowRecord,
    sides: Sides | None,
    eni: NetworkInterface | None,
    view: InventoryView | None,
    instants: Sequence[int],
    paired: End | None,
) -> Attribution:
    """`eni` is the record's interface where the inventory knows it at one of `instants`: the record's start
    and its end, in epoch seconds. A change of the inventory is seen up to a minute late, so where nothing
    permits the connection at its start, what was in force at its end counts.

    `paired` is the end that a handshake of the same connection, seen elsewhere, told to be the client.
    """
    reason = _find_reason(record, eni)
    beginning = _find_beginning(record, sides, view, instants if reason is None else (), paired)
    matches = beginning.matches
    if reason is None and record.action == "ACCEPT":
        reason = "rules" if matches else "no_rule"
    return Attribution(
        beginning.initiator, beginning.evidence, tuple(sorted(matches)), _sum_up(beginning), reason
    )


def _find_reason(record: FlowRecord, eni: NetworkInterface | None) -> Reason | None:
    """Why there is no rule to be found, whoever began; None where rules are to be asked."""
    if record.action == "REJECT":
        return "reject"
    if record.action is None:
        return None
    if eni is None:
        return "no_inventory"
    return None if eni.group_ids else "not_filtered"


def _find_beginning(
    record: FlowRecord,
    sides: Sides | None,
    view: InventoryView | None,
    instants: Sequence[int],
    paired: End | None,
) -> _Beginning:
    """By the first evidence that speaks: handshake, paired, rules, ports."""
    if sides is None:
        return _Beginning(None, "unknown", _NOTHING)
    client = find_client_by_handshake(record.protocol, record.tcp_flags)
    evidence: Evidence = "handshake"
    if client is None:
        client, evidence = paired, "paired"
    if client is not None:
        initiator = sides.initiator(client)
        return _Beginning(initiator, evidence, _match(record, sides, view, instants, (initiator,))[initiator])
    return _choose_reading(record, sides, _match(record, sides, view, instants, ("peer", "local")))


def _choose_reading(record: FlowRecord, sides: Sides, readings: Mapping[Initiator, _Matches]) -> _Beginning:
    """Rules that permit only one of the two readings tell who began; else the ports may.

    Where the two contradict each other nobody can tell: a connection goes on after its rule was removed, and
    then only the wrong reading is still permitted.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
    """
    permitted = [initiator for initiator, matches in readings.items() if matches]
    by_rules = permitted[0] if len(permitted) == 1 else None
    client = find_client_by_ports(record)
    by_ports = sides.initiator(client) if client else None
    if by_rules and by_ports in {None, by_rules}:
        return _Beginning(by_rules, "rules", readings[by_rules])
    if by_ports and not by_rules:
        return _Beginning(by_ports, "ports", readings[by_ports])
    return _Beginning(None, "unknown", {**readings["peer"], **readings["local"]})


def _match(
    record: FlowRecord,
    sides: Sides,
    view: InventoryView | None,
    instants: Sequence[int],
    initiators: Sequence[Initiator],
) -> Mapping[Initiator, _Matches]:
    """At the first instant at which anything is permitted; nothing at all where the rules aren't asked."""
    readings: dict[Initiator, _Matches] = dict.fromkeys(initiators, _NOTHING)
    if view is None or record.interface_id is None or record.action != "ACCEPT":
        return readings
    for at in instants:
        eni = view.network_interface(record.interface_id, at)
        if eni is not None:
            for initiator in initiators:
                connection = _connection(record, sides, initiator)
                readings[initiator] = match_rules(eni.group_ids, connection, view, at)
        if any(readings.values()):
            break
    return readings


def match_rules(group_ids: Sequence[str], connection: Connection, view: InventoryView, at: int) -> _Matches:
    """Of the rules of all those groups, the ones that permit the connection."""
    rules = (rule for group_id in group_ids for rule in view.rules(group_id, connection.direction, at))
    matches = {rule.rule_id: match_rule(rule, connection, view, at) for rule in rules}
    return {rule_id: match for rule_id, match in matches.items() if match is not Match.NO}


def _connection(record: FlowRecord, sides: Sides, initiator: Initiator) -> Connection:
    server_port = sides.local_port if initiator == "peer" else sides.peer_port
    return Connection(DIRECTIONS[initiator], record.protocol, server_port, sides.peer_addr)


def _sum_up(beginning: _Beginning) -> RuleMatch:
    matches = beginning.matches
    if not matches:
        return "none"
    if beginning.initiator is None or Match.POSSIBLE in matches.values():
        return "possible"
    return "sole" if len(matches) == 1 else "shared"
