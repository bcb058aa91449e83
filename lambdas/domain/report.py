"""What SG Lens says of one security group. docs/report.schema.json describes its JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from domain.group_index import InterfaceRow
from domain.inventory import Direction, Peer, SecurityGroup, SecurityGroupRule, Tags
from domain.usage import InterfaceHours, Knock, SeenPeer, SeenPort

Verdict = Literal["used", "too_wide", "redundant", "unused", "too_new", "no_evidence"]
Attachment = Literal["attached", "referenced", "unattached"]
Confidence = Literal["high", "medium", "low"]
Way = Literal["revoke", "ports", "group", "prefix_list", "cidrs", "public"]


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    """A word of docs/verdicts.md, for programs."""
    text: str
    """A sentence."""


@dataclass(frozen=True, slots=True)
class DayUse:
    """Connections of a UTC day (YYYY-MM-DD)."""

    day: str
    certain: int
    possible: int


@dataclass(frozen=True, slots=True)
class RuleUse:
    """A rule over the window. Times in epoch seconds; None where it was never used."""

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
    days: tuple[DayUse, ...]
    """Every day of the window, the oldest first."""
    peer_count: int
    """Distinct ones over the window; at least so many where `peers_capped`."""
    port_count: int
    peers_capped: bool
    """On one day at least there were more peers than are kept."""
    ports_capped: bool
    peers: tuple[SeenPeer, ...]
    """The 50 with the most connections."""
    ports: tuple[SeenPort, ...]
    """The 50 with the most connections."""
    interfaces: Mapping[str, int]
    """Connections by interface id."""

    @property
    def connections(self) -> int:
        return self.sole + self.shared + self.possible


@dataclass(frozen=True, slots=True)
class RuleReport:
    rule: SecurityGroupRule
    peer_name: str
    """Of the referenced group or prefix list; "" for CIDR blocks and what isn't known."""
    verdict: Verdict
    reasons: tuple[Reason, ...]
    """At least one."""
    keep_reason: str | None
    """The value of the tag that protects the rule or its group, which may be ""; None where nothing does."""
    known_since: int
    """When the inventory first showed the rule as it is, its description and tags aside; epoch seconds."""
    space: int
    """Addresses times ports that it permits."""
    used_space: int
    """Distinct pairs of address and port that were seen."""
    width: float
    """`space` in bits, to a hundredth; addresses of IPv6 count as their fourth root."""
    used_width: float
    """`used_space` in bits, each address as one; never above `width`."""
    use: RuleUse


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule to be made. `ip_protocol`, `from_port` and `to_port` are as EC2 gives them."""

    direction: Direction
    ip_protocol: str
    from_port: int | None
    to_port: int | None
    peer: Peer
    peer_name: str
    description: str
    tags: Tags


@dataclass(frozen=True, slots=True)
class Change:
    """Of one rule: revoked, and `rules` made in its place. None of them is there already."""

    rule_id: str
    ways: tuple[Way, ...]
    """What is done: ("revoke",), or how it was narrowed; `public` where a range stays open to the world."""
    rules: tuple[NewRule, ...]
    connections: int
    """Recorded connections (sole, shared, possible) of the rule that stay permitted by certain rules."""
    connections_before: int
    """Those that today's rules permit: an interface may have got other groups since."""
    space_before: int
    space_after: int
    width_before: float
    width_after: float
    risks: tuple[str, ...]
    """Sentences: what could go wrong."""
    confidence: Confidence
    confidence_reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A recorded connection that today's rules permit and the new ones don't."""

    direction: Direction
    interface_id: str
    interface_name: str
    protocol: int
    port: int | None
    peer_addr: str
    peer_name: str
    connections: int
    last_seen: int
    rule_ids: tuple[str, ...]
    """Today's, that permit it."""


@dataclass(frozen=True, slots=True)
class Replay:
    connections: int
    """Distinct ones that were replayed: those that the group's rules let in, on all interfaces."""
    records: int
    refused: tuple[Refused, ...]
    already_refused: int
    """Distinct ones that today's rules don't permit either."""
    raw_records: int | None
    """Raw flow records that the changed rules let in and that were checked besides; None where not done."""
    raw_refused: int


@dataclass(frozen=True, slots=True)
class Proposal:
    changes: tuple[Change, ...]
    replay: Replay
    """Of all changes of the VPC's groups together."""
    not_proposed: tuple[Reason, ...]
    """Changes that were left out, and why: quota, refused connections."""


@dataclass(frozen=True, slots=True)
class Evidence:
    window_start: int
    window_end: int
    coverage: float | None
    """Logged hours of the expected ones, 0 to 1; None where no interface was expected to log."""
    expected_hours: int
    logged_hours: int
    skipdata: int
    silent_interfaces: tuple[str, ...]
    """Expected to log, and never did."""
    records: int
    unattributed: Mapping[str, int]
    knocks: tuple[Knock, ...]
    days: Mapping[str, tuple[InterfaceHours, ...]]
    """By day (YYYY-MM-DD)."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A rule of another group that names this one."""

    group_id: str
    group_name: str
    rule_id: str


@dataclass(frozen=True, slots=True)
class GroupReport:
    vpc_id: str
    group: SecurityGroup
    made_at: int
    """Epoch seconds."""
    region: str
    """"" offline, where nobody says."""
    attachment: Attachment
    interfaces: tuple[InterfaceRow, ...]
    referenced_by: tuple[Reference, ...]
    rules: tuple[RuleReport, ...]
    """Ingress first, then by protocol, port and id."""
    proposal: Proposal
    evidence: Evidence
    score: int | None
    """Share of the rules' width that was used, in percent; None: nothing to judge."""
    worth: int
    """Bits of width that the proposal takes away, of groups on an interface: what to do first."""

    def verdicts(self) -> dict[Verdict, int]:
        """Those that occur."""
        counts: dict[Verdict, int] = {}
        for rule in self.rules:
            counts[rule.verdict] = counts.get(rule.verdict, 0) + 1
        return counts
