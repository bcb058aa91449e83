"""Equivalence classes: texts of a flow record that no rule of an inventory can tell apart.

There are a few classes where there are thousands of addresses and ports, so that what the rules answer has to
be found only once for each of them. All of these are dicts that fill themselves; a text that is not as AWS
writes it raises ValueError and is not kept.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import Final, NamedTuple

from domain.addresses import canonical_addr, parse_cidr
from domain.inventory import SecurityGroupRule
from domain.inventory_day import InventoryDay
from domain.services import FIRST_EPHEMERAL_PORT, FIRST_UNPRIVILEGED_PORT, SERVICE_PORTS

Block = tuple[int, int, int]
"""Of a CIDR block: IP version, bits of a host in it, first address."""
GroupsByTime = tuple[tuple[str, ...] | None, tuple[str, ...] | None]
"""The groups of an interface at a record's start and at its end; None where there is no such interface."""

_KEPT_TEXTS: Final = 65_536
_PORTS: Final = 65_536
_KNOWN: Final = -1
_LAST_OF_TEN_DIGITS: Final = 9_999_999_999


class AddrClass(NamedTuple):
    blocks: frozenset[Block]
    group_ids: GroupsByTime


class Ports(dict[str, int]):
    """Port numbers by their text."""

    def __missing__(self, text: str) -> int:
        return _keep(self, text, _canonical_integer(text, _PORTS - 1))


class StateNumbers(dict[str, int]):
    """By the text of an epoch second: in seconds of one state all look-ups of an inventory are the same."""

    def __init__(self, instants: Sequence[int]) -> None:
        """`instants`, sorted: when a new state begins."""
        super().__init__()
        self._instants = instants
        self._bounds = [f"{instant:010d}" for instant in (0, *instants, _LAST_OF_TEN_DIGITS)]

    def __missing__(self, text: str) -> int:
        return _keep(self, text, bisect_right(self._instants, int(text)))

    def bounds(self, state: int) -> tuple[str, str]:
        """Where the state begins and where it ends, as texts of ten digits."""
        return self._bounds[state], self._bounds[state + 1]


class AddrClasses(dict[str, int]):
    """By the text of an address: the class of all that the same CIDR blocks of the inventory contain.

    INTERFACE for an address that is some interface's at some time of the day: what it is depends on the time.
    """

    INTERFACE: Final = _KNOWN

    def __init__(self, day: InventoryDay | None) -> None:
        super().__init__()
        interfaces = [interval.fact for interval in day.network_interfaces] if day else []
        self._addrs = frozenset(addr for eni in interfaces for addr in eni.private_addrs)
        self._prefixes = _Blocks(prefix for eni in interfaces for prefix in eni.prefixes)
        self._blocks = _Blocks(_rule_cidrs(day) if day else ())
        self._numbers: dict[AddrClass, int] = {}
        self.by_number: Final[list[AddrClass]] = []

    def __missing__(self, text: str) -> int:
        _check_canonical(text)
        is_known = text in self._addrs or bool(self._prefixes.containing(text))
        return _keep(self, text, _KNOWN if is_known else self.classify(text, (None, None)))

    def classify(self, addr: str, group_ids: GroupsByTime) -> int:
        """`group_ids` are those of the interface that has the address; None where there is none then."""
        addr_class = AddrClass(self._blocks.containing(addr), group_ids)
        number = self._numbers.setdefault(addr_class, len(self._numbers))
        if number == len(self.by_number):
            self.by_number.append(addr_class)
        return number


def port_boundaries(rules: Iterable[SecurityGroupRule]) -> list[int]:
    """Sorted: no rule can tell two ports apart between which none of these lies."""
    bounds: set[int] = set()
    for rule in rules:
        if rule.from_port is not None and rule.to_port is not None:
            bounds.update((rule.from_port, rule.to_port + 1))
    return sorted(bounds)


def _classify_ports() -> bytes:
    kinds = bytearray(b"\1" * FIRST_UNPRIVILEGED_PORT)
    kinds += bytes(FIRST_EPHEMERAL_PORT - FIRST_UNPRIVILEGED_PORT)
    kinds += b"\2" * (_PORTS - FIRST_EPHEMERAL_PORT)
    for port in SERVICE_PORTS:
        kinds[port] = 1
    return bytes(kinds)


PORT_KINDS: Final = _classify_ports()
"""By port number, the same for all ports that say the same about who began: 1 for a service, 2 for one that
systems choose for a client, 0 for others."""


class _Blocks:
    """CIDR blocks, to find the ones that contain an address."""

    def __init__(self, cidrs: Iterable[str]) -> None:
        self._blocks = {to_block(cidr) for cidr in cidrs}
        self._sizes = sorted({block[:2] for block in self._blocks})

    def containing(self, text: str) -> frozenset[Block]:
        version = 6 if ":" in text else 4
        number = int.from_bytes(inet_pton(AF_INET6 if version == 6 else AF_INET, text), "big")
        return frozenset(
            block
            for size in self._sizes
            if size[0] == version and (block := (*size, number >> size[1] << size[1])) in self._blocks
        )


def to_block(cidr: str) -> Block:
    network = parse_cidr(cidr)
    return network.version, network.max_prefixlen - network.prefixlen, int(network.network_address)


def _rule_cidrs(day: InventoryDay) -> Iterable[str]:
    peers = (interval.fact.peer for interval in day.security_group_rules)
    of_rules = (peer.cidr_ipv4 or peer.cidr_ipv6 for peer in peers)
    return {*filter(None, of_rules), *(interval.fact.cidr for interval in day.prefix_list_entries)}


def _check_canonical(addr: str) -> None:
    # The system spells addresses of IPv6 that embed one of IPv4 in its own way.
    canonical = canonical_addr(addr) if ":" in addr else inet_ntop(AF_INET, _pack(addr))
    if canonical != addr:
        raise ValueError(addr)


def _pack(addr: str) -> bytes:
    try:
        return inet_pton(AF_INET, addr)
    except OSError as error:
        raise ValueError(addr) from error


def _canonical_integer(text: str, highest: int) -> int:
    number = int(text)
    if not 0 <= number <= highest or str(number) != text:
        raise ValueError(text)
    return number


def _keep(kept: dict[str, int], text: str, value: int) -> int:
    if len(kept) >= _KEPT_TEXTS:
        kept.clear()
    kept[text] = value
    return value
