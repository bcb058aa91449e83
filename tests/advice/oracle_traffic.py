"""Connections that were recorded in a random small VPC: of its rules' likely peers and ports."""

from collections.abc import Iterator, Sequence
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Final, NamedTuple

from hypothesis import strategies as st

from domain.inventory import Direction, Inventory, NetworkInterface, SecurityGroupRule

HOUR: Final = 3600
DAY: Final = 86_400
INSIDE: Final = tuple(f"10.0.0.{number}" for number in range(1, 14))
OUTSIDE: Final = (
    *(f"198.51.100.{number}" for number in range(8)),
    *(f"203.0.113.{number}" for number in range(0, 8, 3)),
)
IPV6: Final = ("2001:db8::1", "2001:db8::2", "2001:db8:1::1", "2001:db8:2::1", "fd00::1")
LINK_LOCAL: Final = "169.254.169.254"
ADDRS: Final = (*INSIDE, *OUTSIDE, *IPV6, LINK_LOCAL)
PORTS: Final = (53, 67, 443, 444, 445, 5432)
OTHER_PORTS: Final = (40_000, 443, 5432, 20_000)
NUMBERS: Final = {"tcp": 6, "udp": 17, "icmp": 1, "50": 50}
BEFORE: Final = (60, 2 * HOUR, 20 * HOUR, 30 * HOUR, 47 * HOUR, 49 * HOUR, 80 * HOUR)
"""Of a record before the report: the last two are not in the window, the last not on its days either."""


class Recorded(NamedTuple):
    """Accepted requests that agree in everything. Where nobody knows who began, `other_port` is the port if
    the other side did."""

    at: int
    interface_id: str
    direction: Direction
    protocol: int
    port: int | None
    peer_addr: str
    records: int
    is_known: bool
    other_port: int | None


def other_reading(recorded: Recorded) -> Recorded:
    """As if the other side had begun."""
    direction: Direction = "egress" if recorded.direction == "ingress" else "ingress"
    return recorded._replace(direction=direction, port=recorded.other_port, other_port=recorded.port)


@cache
def addrs_in(cidr: str) -> tuple[str, ...]:
    """Of the universe's."""
    return tuple(addr for addr in ADDRS if ip_address(addr) in ip_network(cidr))


def addrs_of(eni: NetworkInterface) -> tuple[str, ...]:
    within = [addr for prefix in eni.prefixes for addr in addrs_in(prefix)]
    return tuple(dict.fromkeys((*eni.private_addrs, *within)))


def _likely_peers(rule: SecurityGroupRule, inventory: Inventory) -> list[str]:
    peer = rule.peer
    if peer.referenced_group_id is not None:
        members = [eni for eni in inventory.network_interfaces if peer.referenced_group_id in eni.group_ids]
        return [addr for eni in members for addr in addrs_of(eni)] or [*ADDRS]
    entries = [
        entry for entry in inventory.prefix_list_entries if entry.prefix_list_id == peer.prefix_list_id
    ]
    cidrs = [cidr for cidr in (peer.cidr_ipv4, peer.cidr_ipv6, *(entry.cidr for entry in entries)) if cidr]
    return [addr for cidr in cidrs for addr in addrs_in(cidr)] or [*ADDRS]


def find_pools(rule: SecurityGroupRule, inventory: Inventory) -> list[list[str]]:
    """Likely peers of a rule: all of them, and those that are strangers, of one group or of one list."""
    likely = _likely_peers(rule, inventory)
    alike: dict[str, set[str]] = {"": {*OUTSIDE}}
    for eni in inventory.network_interfaces:
        for group_id in eni.group_ids:
            alike.setdefault(group_id, set()).update(addrs_of(eni))
    for entry in inventory.prefix_list_entries:
        alike.setdefault(entry.prefix_list_id, set()).update(addrs_in(entry.cidr))
    pools = [[addr for addr in likely if addr in each] for each in alike.values()]
    return [likely, likely, *filter(None, pools)]


def _likely_services(rule: SecurityGroupRule) -> list[tuple[int, int | None]]:
    if rule.ip_protocol == "-1":
        return [*((6, port) for port in PORTS), (17, 53), (1, None), (50, None)]
    number = NUMBERS[rule.ip_protocol]
    if number not in {6, 17}:
        return [(number, None)]
    assert rule.from_port is not None
    assert rule.to_port is not None
    return [(number, port) for port in (*PORTS, 68) if rule.from_port <= port <= rule.to_port]


@st.composite
def some_recorded(draw: st.DrawFn, observations: Sequence[Inventory], made_at: int) -> Iterator[Recorded]:
    """Of each rule at some time a few connections, from a few likely peers to a few likely ports."""
    recorded: list[Recorded] = []
    for inventory in observations:
        for rule in inventory.security_group_rules:
            enis = [eni for eni in inventory.network_interfaces if rule.group_id in eni.group_ids]
            count = draw(st.sampled_from((0, 0, 1, 2, 3, 6, 10))) if enis else 0
            if not count:
                continue
            pool = draw(st.sampled_from(find_pools(rule, inventory)))
            peers = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=8, unique=True))
            services = draw(
                st.lists(st.sampled_from(_likely_services(rule)), min_size=1, max_size=5, unique=True)
            )
            for number in range(count):
                protocol, port = services[number % len(services)]
                recorded.append(
                    Recorded(
                        at=made_at - draw(st.sampled_from(BEFORE)),
                        interface_id=draw(st.sampled_from(enis)).interface_id,
                        direction=rule.direction,
                        protocol=protocol,
                        port=port,
                        peer_addr=peers[number % len(peers)],
                        records=draw(st.sampled_from((1, 2, 5))),
                        is_known=draw(st.sampled_from((True,) * 15 + (False,))),
                        other_port=None if port is None else draw(st.sampled_from(OTHER_PORTS)),
                    )
                )
    return iter(recorded)
