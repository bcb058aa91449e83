"""Random small VPCs and what was recorded in them: rules nearly match, cover and shadow each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from hypothesis import strategies as st

from domain.advice_settings import AdviceSettings
from domain.inventory import (
    Inventory,
    NetworkInterface,
    Peer,
    PrefixListEntry,
    SecurityGroup,
    SecurityGroupRule,
    Tags,
)
from domain.usage import CAPS, Caps
from tests.advice.oracle_traffic import DAY, HOUR, Recorded, some_recorded
from tests.domain.examples import ENI, GROUP, MIDNIGHT, RULE, VPC_ID

CIDRS: Final = (
    "0.0.0.0/0",
    "0.0.0.0/0",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/28",
    "10.0.0.0/28",
    "10.0.0.4/30",
    "10.0.0.5/32",
    "198.51.100.0/24",
    "198.51.100.0/29",
    "203.0.113.0/29",
    "203.0.113.3/32",
    "::/0",
    "2001:db8::/32",
    "2001:db8::/64",
    "169.254.169.254/32",
)
ENTRIES: Final = (
    ("pl-0a", "198.51.100.0/30"),
    ("pl-0a", "203.0.113.3/32"),
    ("pl-0b", "198.51.100.4/30"),
    ("pl-0b", "10.0.0.8/30"),
    ("pl-0d", "2001:db8::/64"),
    ("pl-0e", "10.0.0.5/32"),
    ("pl-0f", "198.51.100.0/31"),
)
LISTS: Final = ("pl-0a", "pl-0b", "pl-0c", "pl-0d", "pl-0e")
"""The third never has entries."""
GROUP_IDS: Final = ("sg-0a", "sg-0b", "sg-0c")
UNKNOWN_GROUP: Final = "sg-0f"
INTERFACE_IDS: Final = ("eni-0a", "eni-0b", "eni-0c", "eni-0d")
RANGES: Final = (
    (0, 65_535),
    (443, 443),
    (443, 444),
    (443, 5432),
    (5432, 5432),
    (53, 53),
    (67, 68),
    (0, 1023),
)
TYPES: Final = ((-1, -1), (-1, -1), (8, -1), (8, 0))
PROTOCOLS: Final = ("tcp", "tcp", "tcp", "tcp", "udp", "udp", "icmp", "-1", "-1", "50")
CHANGES: Final = (90 * HOUR, 60 * HOUR, 48 * HOUR, 47 * HOUR + 1800, 25 * HOUR, 3 * HOUR)
"""Of an observation before the report."""
KEEP: Final = "sg-lens:keep"
COUNTS: Final = st.sampled_from((3, 2, 1, 4, 3, 2, 4, 0))
"""Of interfaces."""
ALL_HOURS: Final = (1 << 24) - 1


class Hours(NamedTuple):
    """Of a day and an interface, as bits."""

    expected: int
    logged: int


FULL: Final = Hours(ALL_HOURS, ALL_HOURS)


@dataclass(frozen=True, slots=True)
class World:
    observations: tuple[Inventory, ...]
    recorded: tuple[Recorded, ...]
    hours: tuple[Hours, ...]
    """Of each interface, taken in turn; empty: no evidence at all."""
    caps: Caps
    made_at: int
    settings: AdviceSettings

    def at(self, second: int) -> Inventory | None:
        seen = [each for each in self.observations if each.observed_at <= second]
        return seen[-1] if seen else None

    @property
    def now(self) -> Inventory:
        return self.observations[-1]


def make_peer(text: str) -> Peer:
    if text.startswith("sg-"):
        return Peer(referenced_group_id=text)
    if text.startswith("pl-"):
        return Peer(prefix_list_id=text)
    return Peer(cidr_ipv6=text) if ":" in text else Peer(cidr_ipv4=text)


@st.composite
def some_tags(draw: st.DrawFn) -> Tags:
    kept = draw(st.sampled_from((False,) * 11 + (True,)))
    return ((KEEP, "the auditors ask for it"),) if kept else ()


@st.composite
def some_rule(draw: st.DrawFn, rule_id: str, group_id: str) -> SecurityGroupRule:
    protocol = draw(st.sampled_from(PROTOCOLS))
    ports = draw(st.sampled_from(TYPES if protocol == "icmp" else RANGES))
    kinds = st.sampled_from((*["cidr"] * 5, "group", "list"))
    choices = {"cidr": CIDRS, "group": (*GROUP_IDS, *GROUP_IDS, UNKNOWN_GROUP), "list": LISTS}
    peer = draw(st.sampled_from(choices[draw(kinds)]))
    if protocol == "icmp" and ":" in peer:
        peer = "0.0.0.0/0"
    has_ports = protocol in {"tcp", "udp", "icmp"}
    return replace(
        RULE,
        rule_id=rule_id,
        group_id=group_id,
        direction=draw(st.sampled_from(("ingress", "ingress", "egress"))),
        ip_protocol=protocol,
        from_port=ports[0] if has_ports else -1,
        to_port=ports[1] if has_ports else -1,
        peer=make_peer(peer),
        description=draw(st.sampled_from(("", "Office"))),
        tags=draw(some_tags()),
    )


@st.composite
def some_interface(draw: st.DrawFn, number: int, group_ids: Sequence[str]) -> NetworkInterface:
    """Addresses never meet those of another interface."""
    first = 4 * number
    addrs = [f"10.0.0.{first + 1}", *draw(st.sampled_from(((), (f"10.0.0.{first + 2}",))))]
    addrs += draw(st.sampled_from(((), (f"2001:db8::{number + 1}",))))
    kinds = ("interface",) * 4 + ("network_load_balancer",)
    carried = draw(st.lists(st.sampled_from(group_ids), min_size=1, max_size=3, unique=True))
    return replace(
        ENI,
        interface_id=INTERFACE_IDS[number],
        name=f"host {number}",
        interface_type=draw(st.sampled_from(kinds)),
        private_addrs=tuple(addrs),
        prefixes=draw(st.sampled_from(((), (), (), (f"10.0.0.{first}/30",)))),
        group_ids=tuple(sorted(carried)),
    )


def make_entries(entries: Sequence[tuple[str, str]]) -> tuple[PrefixListEntry, ...]:
    return tuple(PrefixListEntry(id_, f"list {id_}", cidr, "") for id_, cidr in entries)


SOME_ENTRIES: Final = st.sampled_from((ENTRIES, ENTRIES, ENTRIES[:3], ENTRIES[1:], ())).map(make_entries)


@st.composite
def some_inventory(draw: st.DrawFn, at: int) -> Inventory:
    group_ids = GROUP_IDS[: draw(st.sampled_from((1, 2, 2, 3)))]
    rules: list[SecurityGroupRule] = []
    for group_id in group_ids:
        count = draw(st.sampled_from((0, 1, 2, 3, 3, 4, 5)))
        rules += [
            draw(some_rule(f"sgr-{draw(st.integers(0, 9))}{group_id[3:]}{number}", group_id))
            for number in range(count)
        ]
    has_twin: bool = draw(st.booleans())
    if rules and has_twin:
        twin = draw(st.sampled_from(rules))
        rules.append(replace(twin, rule_id=f"{twin.rule_id}t", group_id=draw(st.sampled_from(group_ids))))
    rules = list({_identity(rule): rule for rule in rules}.values())
    return Inventory(
        vpc_id=VPC_ID,
        observed_at=at,
        network_interfaces=tuple(draw(some_interface(number, group_ids)) for number in range(draw(COUNTS))),
        security_groups=tuple(_make_group(group_id, draw(some_tags())) for group_id in group_ids),
        security_group_rules=tuple(rules),
        prefix_list_entries=draw(SOME_ENTRIES),
    )


def _identity(rule: SecurityGroupRule) -> tuple[object, ...]:
    """EC2 lets no two rules of a group be equal in it."""
    return rule.group_id, rule.direction, rule.ip_protocol, rule.from_port, rule.to_port, rule.peer


def _make_group(group_id: str, tags: Tags) -> SecurityGroup:
    return replace(GROUP, group_id=group_id, group_name=f"group {group_id}", tags=tags)


@st.composite
def next_inventory(draw: st.DrawFn, before: Inventory, at: int) -> Inventory:
    """One thing more, less or different."""
    rules, enis = list(before.security_group_rules), list(before.network_interfaces)
    what = draw(
        st.sampled_from(("rule", "rule", "new rule", "tags", "no rule", "groups", "no interface", "entries"))
    )
    group_ids = [group.group_id for group in before.security_groups]
    if what == "entries":
        return replace(before, observed_at=at, prefix_list_entries=draw(SOME_ENTRIES))
    if what == "new rule":
        rules.append(draw(some_rule(f"sgr-n{at % 100_000}", draw(st.sampled_from(group_ids)))))
    elif rules and what in {"rule", "tags", "no rule"}:
        old = rules.pop(draw(st.integers(0, len(rules) - 1)))
        other = replace(draw(some_rule(old.rule_id, old.group_id)), direction=old.direction)
        shown = other if what == "rule" else replace(old, description="New")
        rules += [] if what == "no rule" else [shown]
    elif enis and what in {"groups", "no interface"}:
        old_eni = enis.pop(draw(st.integers(0, len(enis) - 1)))
        carried = draw(st.lists(st.sampled_from(group_ids), min_size=1, max_size=2, unique=True))
        enis += [replace(old_eni, group_ids=tuple(sorted(carried)))] if what == "groups" else []
    return replace(before, observed_at=at, security_group_rules=tuple(rules), network_interfaces=tuple(enis))


SETTINGS: Final = st.builds(
    AdviceSettings,
    window_days=st.just(2),
    min_coverage=st.sampled_from((0.9, 0.5)),
    too_wide_factor=st.sampled_from((256, 16, 4, 2, 1)),
    max_cidrs=st.sampled_from((5, 1, 2, 3)),
    public_peers=st.sampled_from((3, 4, 20)),
)
SOME_HOURS: Final = st.sampled_from(
    (
        *[(FULL,)] * 8,
        (FULL, FULL, Hours(ALL_HOURS, 0)),
        (FULL, Hours(ALL_HOURS, 0xFFFF)),
        (Hours(ALL_HOURS, ALL_HOURS & ~(1 << 13)),),
        (Hours(ALL_HOURS, 0xFF),),
        (Hours(ALL_HOURS, 0),),
        (),
        (Hours(0xFFFFF, 0xFFFFF),),
        (Hours(0xFFF, 0xFFF), Hours(0xFFF000, 0xFFF000)),
        (Hours(0xFFFF, ALL_HOURS), Hours(0xFFFF00, 0xF0F0F0)),
        (Hours(0xFFF, 0xFFF000),),
        (Hours(0, ALL_HOURS), FULL),
        (Hours(0, ALL_HOURS),),
    )
)
SOME_CAPS: Final = st.sampled_from(
    (*[CAPS] * 6, CAPS._replace(peers=1), CAPS._replace(ports=1), CAPS._replace(connections=2))
)


@st.composite
def worlds(draw: st.DrawFn, hours: Sequence[float] = (0, 13.35, 12)) -> World:
    """`hours` of the day at which the report may be made."""
    made_at = MIDNIGHT + 10 * DAY + int(HOUR * draw(st.sampled_from(hours)))
    first = draw(st.sampled_from((90 * HOUR, 90 * HOUR, 90 * HOUR, 48 * HOUR, 40 * HOUR)))
    changes = sorted(draw(st.lists(st.sampled_from(CHANGES), max_size=3, unique=True)), reverse=True)
    observations = [draw(some_inventory(made_at - first))]
    for before in changes:
        if before < first:
            observations.append(draw(next_inventory(observations[-1], made_at - before)))
    return World(
        observations=tuple(observations),
        recorded=tuple(draw(some_recorded(observations, made_at))),
        hours=draw(SOME_HOURS),
        caps=draw(SOME_CAPS),
        made_at=made_at,
        settings=draw(SETTINGS),
    )
