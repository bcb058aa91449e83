"""Rules that permit only what flow logs can't show."""

from typing import Final

from domain.addresses import parse_cidr
from domain.inventory import SecurityGroupRule
from domain.protocols import TCP, UDP
from domain.rule_space import WITH_PORTS, cidr_of, ports_of, protocol_of

_DNS: Final = 53
_DHCP: Final = (67, 68)
_MIRRORED: Final = 4789
_LINK_LOCAL: Final = tuple(parse_cidr(cidr) for cidr in ("169.254.0.0/16", "fd00:ec2::/32", "fe80::/10"))


def find_unlogged(rule: SecurityGroupRule) -> str | None:
    """What it permits, in words, where flow logs show none of it.

    Of DNS, that to Amazon's server: a rule for port 53 is mostly there for it.
    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-limitations.html
    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    if _is_link_local(rule):
        return "instance metadata, time and other services of link-local addresses"
    protocol = protocol_of(rule)
    if protocol not in WITH_PORTS:
        return None
    first, last = ports_of(rule)
    if rule.direction == "egress" and protocol in {TCP, UDP} and first == last == _DNS:
        return "DNS of Amazon's own servers"
    if protocol == UDP and first >= _DHCP[0] and last <= _DHCP[1]:
        return "DHCP"
    if rule.direction == "ingress" and protocol == UDP and first == last == _MIRRORED:
        return "mirrored traffic"
    return None


def _is_link_local(rule: SecurityGroupRule) -> bool:
    if rule.peer.cidr_ipv4 is None and rule.peer.cidr_ipv6 is None:
        return False
    block = parse_cidr(cidr_of(rule.peer))
    return any(
        block.version == local.version and local[0] <= block[0] and block[-1] <= local[-1]  # type: ignore[operator]
        for local in _LINK_LOCAL
    )
