"""The clear way to do what SG Lens does, for comparison: a dict for each record, `ipaddress`, and a loop over
all rules of the interface's groups. It makes the same documents (tests/bench holds it to that), and shares
nothing of the attribution with SG Lens; what it takes from there gives names to things.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address
from typing import Final

from bench.naive_rules import (
    TCP,
    UDP,
    Answer,
    End,
    Record,
    choose_reading,
    find_client_by_handshake,
    find_ends,
    is_in_any,
    match_service,
    sum_up,
)
from domain.flow_document import index_of_day
from domain.flow_log_format import FlowLogFormat
from domain.interface_name import name_interface
from domain.interface_owner import classify_owner
from domain.inventory import NetworkInterface, SecurityGroupRule
from domain.inventory_day import F, Interval, InventoryDay
from domain.protocols import protocol_name
from domain.subscription_event import LogEvent, document_id

NUMBERS: Final = frozenset(
    ("srcport", "dstport", "protocol", "packets", "bytes", "start", "end", "tcp_flags", "traffic_path")
)
ADDRESSES: Final = frozenset({"srcaddr", "dstaddr", "pkt_srcaddr", "pkt_dstaddr"})
NOT_INDEXED: Final = frozenset({"version", "start"})
DIRECTIONS: Final = {"peer": "ingress", "local": "egress"}


class NaiveReader:
    def __init__(self, log_format: FlowLogFormat, day: InventoryDay) -> None:
        self._names = [name.replace("-", "_") for name in log_format.fields]
        self._connections: set[tuple[End, End]] = set()
        """Client first."""
        self._interfaces: dict[str, list[Interval[NetworkInterface]]] = {}
        self._by_addr: dict[str, list[Interval[NetworkInterface]]] = {}
        self._rules: dict[str, list[Interval[SecurityGroupRule]]] = {}
        self._group_names = {each.fact.group_id: each.fact.group_name for each in day.security_groups}
        self._day = day
        for eni in day.network_interfaces:
            self._interfaces.setdefault(eni.fact.interface_id, []).append(eni)
            for addr in eni.fact.private_addrs:
                self._by_addr.setdefault(addr, []).append(eni)
        for rule in day.security_group_rules:
            self._rules.setdefault(rule.fact.group_id, []).append(rule)

    def read(self, events: Iterable[LogEvent]) -> Iterator[str]:
        """The lines of a bulk request, action and document."""
        records = [(event, self._parse(event.message)) for event in events]
        for _, record in records:
            self._remember(record)
        for event, record in records:
            action = {"_index": index_of_day(record["end"] // 86_400), "_id": document_id(event.id)}
            yield json.dumps({"create": action}) + "\n" + json.dumps(self._to_document(record)) + "\n"

    def _parse(self, line: str) -> Record:
        record: Record = {}
        for name, value in zip(self._names, line.split(" "), strict=True):
            if value == "-":
                continue
            text = str(ip_address(value)) if name in ADDRESSES else value
            record[name] = int(text) if name in NUMBERS else text
        return record

    def _remember(self, record: Record) -> None:
        source, destination = find_ends(record)
        client = find_client_by_handshake(record)
        if client is not None:
            self._connections.add((source, destination) if client == "source" else (destination, source))

    def _to_document(self, record: Record) -> Record:
        at, eni = self._find_interface(record)
        document: Record = {"@timestamp": record["start"], **self._interface_fields(eni)}
        document |= {name: value for name, value in record.items() if name not in NOT_INDEXED}
        document["protocol_name"] = protocol_name(record["protocol"])
        for name in ("srcaddr", "dstaddr"):
            if record.get(f"pkt_{name}") == record[name]:
                del document[f"pkt_{name}"]
        local_is_source = self._is_source_local(record, eni)
        if local_is_source is None:
            unknown = {"initiator_evidence": "unknown", "rule_match": "none"}
            return document | unknown | _attribution(record, eni, {})
        document |= self._side_fields(record, local_is_source, at)
        return document | self._rule_fields(record, document, local_is_source, eni)

    def _find_interface(self, record: Record) -> tuple[int, NetworkInterface | None]:
        for at in (record["start"], record["end"]):
            eni = _in_force(self._interfaces.get(record["interface_id"], ()), at)
            if eni is not None:
                return at, eni
        return record["start"], None

    def _interface_fields(self, eni: NetworkInterface | None) -> Record:
        if eni is None:
            return {"group_ids": []}
        fields: Record = {
            "account_id": eni.owner_id,
            "vpc_id": eni.vpc_id,
            "subnet_id": eni.subnet_id,
            "instance_id": eni.instance_id,
            "interface_name": eni.name,
            "interface_description": eni.description,
            "interface_owner": classify_owner(eni),
            "group_names": self._names_of(eni),
        }
        return {name: value for name, value in fields.items() if value} | {"group_ids": list(eni.group_ids)}

    def _names_of(self, eni: NetworkInterface) -> list[str]:
        return [self._group_names.get(group_id, group_id) for group_id in eni.group_ids]

    def _is_source_local(self, record: Record, eni: NetworkInterface | None) -> bool | None:
        if "flow_direction" in record:
            return bool(record["flow_direction"] == "egress")
        if eni is None:
            return None
        source, destination = record["srcaddr"] in eni.private_addrs, record["dstaddr"] in eni.private_addrs
        return source if source != destination else None

    def _side_fields(self, record: Record, local_is_source: bool, at: int) -> Record:
        local, peer = ("src", "dst") if local_is_source else ("dst", "src")
        peer_addr = record.get(f"pkt_{peer}addr") or record[f"{peer}addr"]
        fields: Record = {
            "local_addr": record.get(f"pkt_{local}addr", record[f"{local}addr"]),
            "local_port": record[f"{local}port"],
            "peer_addr": peer_addr,
            "peer_port": record[f"{peer}port"],
        }
        eni = _in_force(self._by_addr.get(peer_addr, ()), at)
        if eni is not None:
            fields["peer_name"] = name_interface(eni, self._names_of(eni))
            fields["peer_interface_id"] = eni.interface_id
            fields |= {"peer_group_ids": list(eni.group_ids)} if eni.group_ids else {}
        elif f"pkt_{peer}_aws_service" in record:
            fields["peer_name"] = record[f"pkt_{peer}_aws_service"]
        return fields

    def _rule_fields(
        self, record: Record, sides: Record, local_is_source: bool, eni: NetworkInterface | None
    ) -> Record:
        evidence, client = "handshake", find_client_by_handshake(record)
        if client is None:
            evidence, client = "paired", self._recall(record)
        initiators = ["peer", "local"]
        if client is not None:
            initiators = ["local" if (client == "source") == local_is_source else "peer"]
        answers = self._ask(record, sides, initiators)
        if client is None:
            evidence, initiators = choose_reading(record, answers, local_is_source)
        answer = {rule: sure for initiator in initiators for rule, sure in answers[initiator].items()}
        fields = {"initiator_evidence": evidence, **_attribution(record, eni, answer)}
        fields |= {"rule_match": sum_up(answer, len(initiators)), "rule_ids": sorted(answer)}
        if len(initiators) == 1:
            fields |= _initiator_fields(record, sides, initiators[0], local_is_source)
        return {name: value for name, value in fields.items() if value != []}

    def _recall(self, record: Record) -> str | None:
        if record["protocol"] != TCP:
            return None
        source, destination = find_ends(record)
        if (source, destination) in self._connections:
            return "source"
        return "destination" if (destination, source) in self._connections else None

    def _ask(self, record: Record, sides: Record, initiators: Sequence[str]) -> dict[str, Answer]:
        answers: dict[str, Answer] = {initiator: {} for initiator in initiators}
        if record["action"] != "ACCEPT":
            return answers
        for at in (record["start"], record["end"]):
            eni = _in_force(self._interfaces.get(record["interface_id"], ()), at)
            if eni is not None:
                answers = {each: dict(self._match(record, sides, each, eni, at)) for each in initiators}
            if any(answers.values()):
                break
        return answers

    def _match(
        self, record: Record, sides: Record, initiator: str, eni: NetworkInterface, at: int
    ) -> Iterator[tuple[str, bool]]:
        port = sides["local_port" if initiator == "peer" else "peer_port"]
        for group_id in eni.group_ids:
            for interval in self._rules.get(group_id, ()):
                rule = interval.fact
                if not interval.in_force(at) or rule.direction != DIRECTIONS[initiator]:
                    continue
                service = match_service(rule, record["protocol"], port)
                peer = self._match_peer(rule, sides["peer_addr"], at) if service is not None else None
                if service is not None and peer is not None:
                    yield rule.rule_id, service and peer

    def _match_peer(self, rule: SecurityGroupRule, addr: str, at: int) -> bool | None:
        """Whether it is certain; None where the rule is not for this peer."""
        cidr = rule.peer.cidr_ipv4 or rule.peer.cidr_ipv6
        if cidr:
            return is_in_any(addr, [cidr]) or None
        if rule.peer.prefix_list_id:
            entries = [
                each.fact.cidr
                for each in self._day.prefix_list_entries
                if each.fact.prefix_list_id == rule.peer.prefix_list_id and each.in_force(at)
            ]
            return (is_in_any(addr, entries) or None) if entries else False
        return self._match_group(rule, addr, at)

    def _match_group(self, rule: SecurityGroupRule, addr: str, at: int) -> bool | None:
        group_id = rule.peer.referenced_group_id
        eni = _in_force(self._by_addr.get(addr, ()), at)
        if eni is not None and group_id in eni.group_ids:
            return True
        balanced = any(
            each.fact.interface_type == "network_load_balancer" and group_id in each.fact.group_ids
            for each in self._day.network_interfaces
            if each.in_force(at)
        )
        if rule.direction == "ingress" and balanced:
            return False
        return False if eni is None and group_id not in self._group_names else None


def _in_force(intervals: Iterable[Interval[F]], at: int) -> F | None:
    return next((each.fact for each in reversed(list(intervals)) if each.in_force(at)), None)


def _attribution(record: Record, eni: NetworkInterface | None, answer: Answer) -> Record:
    if record["action"] == "REJECT":
        return {"attribution": "reject"}
    if eni is None:
        return {"attribution": "no_inventory"}
    if not eni.group_ids:
        return {"attribution": "not_filtered"}
    return {"attribution": "rules" if answer else "no_rule"}


def _initiator_fields(record: Record, sides: Record, initiator: str, local_is_source: bool) -> Record:
    fields: Record = {
        "initiator": initiator,
        "direction": DIRECTIONS[initiator],
        "is_response": (initiator == "local") != local_is_source,
    }
    if record["protocol"] in (TCP, UDP):
        fields["service_port"] = sides["local_port" if initiator == "peer" else "peer_port"]
    return fields
