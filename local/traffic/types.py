"""What the traffic generator works with: conversations of two hosts, and the flow records they leave.

All times are seconds after the sample day's start; only the written lines have epoch seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from local.sample.types import Direction

TCP = 6
UDP = 17
ICMP = 1
NO_PORT = 0

FIN = 1
SYN = 2
RST = 4
SYN_ACK = 18

Initiator = Literal["local", "peer"]
Attribution = Literal["rules", "no_rule", "reject", "not_filtered", "no_inventory"]


@dataclass(frozen=True, slots=True)
class Load:
    """`bytes` counts whole IP packets, headers included, as flow logs do."""

    packets: int
    bytes: int


NOTHING = Load(0, 0)


@dataclass(frozen=True, slots=True)
class Burst:
    """Packets of one moment, both ways; the flags are the OR of those sent, as flow logs show them."""

    at: int
    sent: Load
    answered: Load = NOTHING
    sent_flags: int = 0
    answered_flags: int = 0


@dataclass(frozen=True, slots=True)
class Host:
    """`interface` names the sample's interface that has `addr`; None for a host outside of the VPC."""

    addr: str
    interface: str | None = None
    aws_service: str | None = None
    """AWS's name of the service whose range `addr` is in."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """`client` began it. Whether it is let in, and what it leaves in the logs, follows from the rules."""

    kind: str
    client: Host
    server: Host
    protocol: int
    client_port: int
    server_port: int
    bursts: tuple[Burst, ...]
    syns: Load = Load(3, 180)
    """TCP: what the client sends where nobody answers."""
    icmp_type: tuple[int, int] = (-1, -1)
    is_stray: bool = False
    """A packet after the end of its connection: AWS rejects it, whatever the rules permit."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of a record because it was planted."""

    kind: str
    initiator: Initiator
    is_response: bool
    direction: Direction
    """Of the connection, seen from the interface."""
    attribution: Attribution
    rule_names: tuple[str, ...]
    """All rules that permit the connection, sorted."""
    is_possible: bool
    """One of the rules permits it by what neither the record nor the VPC's inventory shows."""
    group_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleRecord:
    start: int
    """Epoch seconds."""
    line: str
    truth: Truth | None
    """None for NODATA and SKIPDATA."""


@dataclass(frozen=True, slots=True)
class Traffic:
    streams: Mapping[str, tuple[SampleRecord, ...]]
    """By log stream, `<interface id>-all`; each in the order of time."""

    @property
    def record_count(self) -> int:
        return sum(map(len, self.streams.values()))
