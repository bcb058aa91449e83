"""A VPC's history and a flow record as text and dictionaries, for the oracle: no code is the product's.

Nothing is indexed, cached or merged; each question walks over all there is.
"""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import TypedDict

Record = Mapping[str, str]
"""The fields of one line under AWS's names, "-" or missing where there is nothing."""


class Interface(TypedDict):
    id: str
    type: str
    groups: list[str]
    addrs: list[str]
    prefixes: list[str]


class Rule(TypedDict):
    """`peer` is a CIDR block, the id of a prefix list or that of a group."""

    id: str
    group: str
    direction: str
    protocol: str
    from_port: int | None
    to_port: int | None
    peer: str


class Entry(TypedDict):
    prefix_list: str
    cidr: str


class Observation(TypedDict):
    """What was there from `at` until the next observation."""

    at: int
    interfaces: list[Interface]
    groups: list[str]
    rules: list[Rule]
    entries: list[Entry]


History = Sequence[Observation]


def text(record: Record, field: str) -> str | None:
    value = record.get(field, "-")
    return None if value == "-" else value


def number(record: Record, field: str) -> int | None:
    value = text(record, field)
    return None if value is None else int(value)


def find_times(record: Record, logged: int) -> tuple[int, int]:
    """Start and end, each for the other where one is missing; `logged` where both are."""
    start, end = number(record, "start"), number(record, "end")
    times = [second for second in (start, end) if second is not None] or [logged]
    return times[0], times[-1]


def find_packet_addrs(record: Record) -> tuple[str | None, str | None]:
    """The packet's own addresses before the plain ones."""
    source = text(record, "pkt-srcaddr") or text(record, "srcaddr")
    return source, text(record, "pkt-dstaddr") or text(record, "dstaddr")


def observed(history: History, at: int) -> Observation | None:
    past = [observation for observation in history if observation["at"] <= at]
    return past[-1] if past else None


def interface_at(history: History, record: Record, at: int) -> Interface | None:
    observation = observed(history, at)
    for interface in observation["interfaces"] if observation else []:
        if interface["id"] == text(record, "interface-id"):
            return interface
    return None


def find_interface(history: History, record: Record, logged: int) -> Interface | None:
    first, last = find_times(record, logged)
    return interface_at(history, record, first) or interface_at(history, record, last)


def has_addr(interface: Interface, addr: str | None) -> bool:
    if addr is None:
        return False
    if any(ip_address(own) == ip_address(addr) for own in interface["addrs"]):
        return True
    return any(contains(prefix, addr) for prefix in interface["prefixes"])


def contains(cidr: str, addr: str) -> bool:
    return ip_address(addr) in ip_network(cidr)
