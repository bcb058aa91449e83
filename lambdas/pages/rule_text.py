"""What a rule permits, as short as a person would say it."""

from typing import Final

from domain.inventory import Peer
from domain.protocols import ICMP, ICMPV6, TCP, UDP, protocol_name, protocol_number
from domain.rule_match import Service

_HIGHEST_PORT: Final = 65_535
_ALL: Final = (None, -1)


def describe_service(rule: Service) -> str:
    """Like "tcp 443", "udp 8000-8100", "icmp type 8", "all traffic"."""
    if rule.ip_protocol == "-1":
        return "all traffic"
    protocol = protocol_number(rule.ip_protocol)
    name = protocol_name(protocol)
    if protocol in {ICMP, ICMPV6}:
        return f"{name}{_describe_type(rule)}"
    if protocol in {TCP, UDP}:
        return f"{name} {_describe_ports(rule)}"
    return name


def name_peer(peer: Peer) -> str:
    """The block, or the id of the list or group."""
    texts = (peer.cidr_ipv4, peer.cidr_ipv6, peer.prefix_list_id, peer.referenced_group_id)
    return next(text for text in texts if text is not None)


def describe_port(protocol: int, port: int | None) -> str:
    name = protocol_name(protocol)
    return name if port is None else f"{name} {port}"


def _describe_ports(rule: Service) -> str:
    if rule.from_port in _ALL or (rule.from_port, rule.to_port) == (0, _HIGHEST_PORT):
        return "all ports"
    return str(rule.from_port) if rule.from_port == rule.to_port else f"{rule.from_port}-{rule.to_port}"


def _describe_type(rule: Service) -> str:
    if rule.from_port in _ALL:
        return " all types"
    code = "" if rule.to_port in _ALL else f" code {rule.to_port}"
    return f" type {rule.from_port}{code}"
