"""Who can talk: the sample's interfaces and the hosts outside, all with documentation addresses."""

from collections.abc import Callable, Iterator
from ipaddress import ip_address
from random import Random

from local.sample.groups import PEERED_GROUPS
from local.sample.interfaces import INTERFACES
from local.traffic.shapes import Scene
from local.traffic.types import Conversation, Host

Script = Callable[[Scene], Iterator[Conversation]]

INTERFACE = {interface.name: interface for interface in INTERFACES}

RESOLVER = Host("192.0.2.53")
TIME_SERVERS = (Host("192.0.2.123"), Host("192.0.2.124"))
PAYMENTS = Host("192.0.2.80")
PAYMENTS_V6 = Host("2001:db8:5ca1:e::80")
SUPPLIERS = Host("192.0.2.81")
ODD_WEBHOOK = Host("192.0.2.99")
S3 = Host("192.0.2.200", aws_service="S3")
ROUTERS = (Host("198.51.100.1"), Host("198.51.100.2"))
OPERATORS = (Host("203.0.113.10"), Host("203.0.113.11"))
OPERATOR_WHO_CAME_ONCE = Host("203.0.113.200")
OFFICE_USERS = tuple(Host(f"203.0.113.{number}") for number in (12, 13, 20, 70, 71, 90))
PARTNERS = tuple(Host(f"198.51.100.{number}") for number in (231, 232, 233))
WAREHOUSE = tuple(Host(addr) for group in PEERED_GROUPS for addr in group.member_addrs)
SCANNERS = tuple(Host(f"198.51.100.{number}") for number in range(201, 221))
SCANNER_V6 = Host("2001:db8:bad::1")


def inside(name: str, addr_index: int = 0) -> Host:
    return Host(INTERFACE[name].private_addrs[addr_index], name)


def inside_v6(name: str) -> Host:
    return Host(INTERFACE[name].ipv6_addrs[0], name)


def web_client(rng: Random) -> Host:
    if rng.random() < 0.5:
        return Host(f"198.51.100.{rng.randint(3, 200)}")
    return Host(f"203.0.113.{rng.randint(1, 254)}")


def web_client_v6(rng: Random) -> Host:
    # Each of a site of its own.
    return Host(str(ip_address(f"2001:db8:c1{rng.randint(0, 40):02x}::{rng.randint(1, 0xFFFF):x}")))
