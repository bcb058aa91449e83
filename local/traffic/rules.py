"""Which of the sample's rules permit a connection: plain and slow on purpose, to be believed at sight."""

from functools import cache
from ipaddress import ip_address, ip_network

from local.sample.groups import PEERED_GROUPS, PREFIX_LISTS
from local.sample.interfaces import INTERFACES
from local.sample.rules import RULES
from local.sample.types import Cidr, Direction, ListedIn, MembersOf, MembersOfPeered, SampleRule
from local.traffic.types import ICMP, TCP, UDP

PROTOCOL_NAMES = {TCP: "tcp", UDP: "udp", ICMP: "icmp"}
ANY = -1


@cache
def permitting_rules(
    groups: tuple[str, ...],
    direction: Direction,
    protocol: int,
    service: tuple[int, int],
    peer_addr: str,
    second: int,
) -> tuple[SampleRule, ...]:
    """`service` is the server's port twice, or ICMP's type and code; sorted by the rules' names."""
    rules = (
        rule
        for rule in RULES
        if rule.group in groups
        and rule.direction == direction
        and rule.lifetime.covers(second)
        and _permits_service(rule, protocol, service)
        and _permits_peer(rule, peer_addr, second)
    )
    return tuple(sorted(rules, key=lambda rule: rule.name))


def _permits_service(rule: SampleRule, protocol: int, service: tuple[int, int]) -> bool:
    if rule.ip_protocol == "-1":
        return True
    if rule.ip_protocol != PROTOCOL_NAMES[protocol]:
        return False
    if protocol == ICMP:
        return all(wanted in (ANY, given) for wanted, given in zip(rule.ports, service, strict=True))
    first, last = rule.ports
    return first <= service[0] <= last


def is_proved(rule: SampleRule, protocol: int, peer_addr: str, second: int) -> bool:
    """Whether the record and the inventory of the VPC show all that makes this rule permit a connection."""
    if protocol == ICMP and rule.ip_protocol == PROTOCOL_NAMES[ICMP] and rule.ports[0] != ANY:
        return False
    match rule.peer:
        case MembersOfPeered():
            return False
        case MembersOf(group):
            return peer_addr in _members(group, second)
    return True


def _permits_peer(rule: SampleRule, peer_addr: str, second: int) -> bool:
    match rule.peer:
        case Cidr(cidr):
            return _is_in(peer_addr, cidr)
        case ListedIn(name):
            return any(_is_in(peer_addr, cidr) for cidr in _listed_cidrs(name))
        case MembersOf(group):
            return peer_addr in _members(group, second) or _comes_through(group, rule.direction)
        case MembersOfPeered(group):
            return any(peer_addr in item.member_addrs for item in PEERED_GROUPS if item.name == group)


def _comes_through(group: str, direction: Direction) -> bool:
    """A network load balancer with that group keeps its clients' addresses: their packets come from it.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    """
    owners = {item.owner for item in INTERFACES if group in item.groups}
    return direction == "ingress" and "nlb" in owners


def _is_in(addr: str, cidr: str) -> bool:
    return ip_address(addr) in ip_network(cidr)


def _listed_cidrs(prefix_list: str) -> list[str]:
    return [cidr for item in PREFIX_LISTS if item.name == prefix_list for cidr, _ in item.entries]


def _members(group: str, second: int) -> set[str]:
    """Private addresses of the group's interfaces."""
    return {
        addr
        for interface in INTERFACES
        if group in interface.groups_at(second) and interface.lifetime.covers(second)
        for addr in interface.addrs
    }
