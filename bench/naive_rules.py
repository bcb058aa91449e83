"""How the naive implementation reads a record's ends, and what it says of a rule."""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any, Final

from domain.inventory import SecurityGroupRule
from domain.protocols import protocol_number
from domain.services import is_ephemeral, is_service

TCP: Final = 6
UDP: Final = 17
TYPED: Final = (1, 58)

Record = dict[str, Any]
End = tuple[str, int]
"""Address and port."""
Answer = dict[str, bool]
"""Whether it is certain, by the rule's id."""


def is_in_any(addr: str, cidrs: Iterable[str]) -> bool:
    return any(ip_address(addr) in ip_network(cidr) for cidr in cidrs)


def find_ends(record: Record) -> tuple[End, End]:
    source = record.get("pkt_srcaddr") or record["srcaddr"]
    destination = record.get("pkt_dstaddr") or record["dstaddr"]
    return (source, record["srcport"]), (destination, record["dstport"])


def find_client_by_handshake(record: Record) -> str | None:
    flags: int = record.get("tcp_flags", 0) if record["protocol"] == TCP else 0
    return {18: "destination", 2: "source"}.get(flags & 18)


def choose_reading(
    record: Record, answers: Mapping[str, Answer], local_is_source: bool
) -> tuple[str, list[str]]:
    """By rules that permit one reading alone, or by ports; where they contradict each other, by neither."""
    permitted = [initiator for initiator, answer in answers.items() if answer]
    by_rules = permitted if len(permitted) == 1 else []
    by_ports = _find_initiator_by_ports(record, local_is_source)
    if by_rules and by_ports in ([], by_rules):
        return "rules", by_rules
    if by_ports and not by_rules:
        return "ports", by_ports
    return "unknown", ["peer", "local"]


def _find_initiator_by_ports(record: Record, local_is_source: bool) -> list[str]:
    """None, or one."""
    source, destination = record["srcport"], record["dstport"]
    if record["protocol"] in (TCP, UDP):
        if is_ephemeral(source) and is_service(destination):
            return ["local" if local_is_source else "peer"]
        if is_service(source) and is_ephemeral(destination):
            return ["peer" if local_is_source else "local"]
    return []


def match_service(rule: SecurityGroupRule, protocol: int, port: int) -> bool | None:
    """Whether it is certain; None where the rule is not for this protocol and port."""
    if rule.ip_protocol == "-1":
        return True
    if protocol_number(rule.ip_protocol) != protocol:
        return None
    if protocol in TYPED:
        return rule.from_port in (None, -1)
    if protocol not in (TCP, UDP) or rule.from_port in (None, -1) or rule.to_port is None:
        return True
    return (rule.from_port or 0) <= port <= rule.to_port or None


def sum_up(answer: Answer, readings: int) -> str:
    if not answer:
        return "none"
    if readings > 1 or not all(answer.values()):
        return "possible"
    return "sole" if len(answer) == 1 else "shared"
