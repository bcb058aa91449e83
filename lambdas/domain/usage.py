"""What used a rule on one day, and what evidence there is of a group's day."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from domain.inventory import Direction

MAX_KNOCKS: Final = 20
UNATTRIBUTED: Final = ("reject", "no_rule", "unknown")
"""Why no rule is said to have let a record in, or not for certain. A record may have two of the reasons."""


class Caps(NamedTuple):
    """How much is kept of a rule and day."""

    peers: int
    """Addresses: those with the most connections, of equals the lowest texts."""
    ports: int
    """Pairs of protocol and port, likewise."""
    connections: int
    """Of the kept peers: peers go until theirs are no more, those with the fewest first."""


CAPS: Final = Caps(peers=2_000, ports=1_000, connections=10_000)


class RuleTotals(NamedTuple):
    """All records of one rule and day, without telling them apart by connection. Times are starts of
    requests, in epoch seconds; None where there are answers alone."""

    rule_id: str
    request_bytes: int
    """Also of records where nobody knows who began."""
    request_packets: int
    response_bytes: int
    response_packets: int
    first_seen: int | None
    last_seen: int | None


class Tally(NamedTuple):
    """Requests of one rule and day that agree in their connection: the first five members.

    All tallies of a rule come together, and in it all of a peer; their order means nothing else, and several
    may be of one connection.
    """

    rule_id: str
    peer_addr: str
    protocol: int
    port: int | None
    """Of the side that did not begin; None for protocols other than TCP and UDP."""
    interface_id: str
    sole: int
    """Records of accepted requests: one per connection and aggregation interval."""
    shared: int
    possible: int
    """Where a record can't show whether the rule let it in; also where nobody knows who began."""
    unknown: int
    """How many of the possible ones are such that nobody knows who began."""
    last_seen: int
    """The latest start of them, in epoch seconds."""
    peer_group_ids: tuple[str, ...]
    """Sorted. The peer's are those of all its tallies: what it had in every one of the rule's requests."""
    peer_name: str
    """The greatest text where records disagree; "" where none has one."""


@dataclass(frozen=True, slots=True)
class SeenPeer:
    addr: str
    name: str
    group_ids: tuple[str, ...]
    connections: int
    """Sole, shared and possible ones."""
    last_seen: int


@dataclass(frozen=True, slots=True)
class SeenPort:
    protocol: int
    port: int | None
    connections: int


@dataclass(frozen=True, slots=True)
class SeenConnection:
    """Distinct by interface, protocol, port and peer address."""

    interface_id: str
    protocol: int
    port: int | None
    peer_addr: str
    certain: int
    """Sole and shared ones."""
    possible: int
    last_seen: int


@dataclass(frozen=True, slots=True)
class RuleUsage:
    """One rule on one day, the day of the flows index. Everything but the counts of bytes and packets is of
    requests. Peers, ports and connections are sorted by their identity."""

    vpc_id: str
    group_id: str
    rule_id: str
    direction: Direction
    day: str
    """YYYY-MM-DD"""
    sole: int
    shared: int
    possible: int
    unknown: int
    request_bytes: int
    request_packets: int
    response_bytes: int
    response_packets: int
    first_seen: int | None
    last_seen: int | None
    peer_count: int
    """Of peers with a request; the true one, also where `peers` is capped."""
    port_count: int
    peers: tuple[SeenPeer, ...]
    ports: tuple[SeenPort, ...]
    connections: tuple[SeenConnection, ...]
    """Of the kept peers, all of them."""

    @property
    def peers_capped(self) -> bool:
        return self.peer_count > len(self.peers)

    @property
    def ports_capped(self) -> bool:
        return self.port_count > len(self.ports)


@dataclass(frozen=True, slots=True)
class InterfaceHours:
    """Hours of a UTC day as bits: bit 0 is from 00:00 to 01:00."""

    interface_id: str
    expected: int
    """It carried the group for half of the hour or more, as far as the hour had passed."""
    logged: int
    """There are records that start in it, with data or NODATA."""
    skipdata: int
    """SKIPDATA records."""


@dataclass(frozen=True, slots=True)
class Knock:
    """Rejected records that agree in peer, protocol and port (of the side that was asked)."""

    peer_addr: str
    peer_name: str
    protocol: int
    port: int | None
    direction: Direction | None
    records: int
    last_seen: int


@dataclass(frozen=True, slots=True)
class GroupEvidence:
    """A group on one day; `interfaces` are those that carried it, sorted by id."""

    vpc_id: str
    group_id: str
    day: str
    interfaces: tuple[InterfaceHours, ...]
    records: int
    """With log_status OK, of interfaces with the group."""
    unattributed: Mapping[str, int]
    """Records by reason: reject, no_rule, unknown (initiator, whatever else is known)."""
    knocks: tuple[Knock, ...]
    """The most frequent ones, of equals the lowest; MAX_KNOCKS at most."""
    knock_count: int
