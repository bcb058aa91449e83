"""Random small VPCs: few groups, rules, interfaces and addresses, so that rules nearly match all the time."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, TypeVar

from hypothesis import strategies as st

from domain.inventory import (
    Inventory,
    NetworkInterface,
    Peer,
    PrefixListEntry,
    SecurityGroupRule,
)
from domain.inventory_day import InventoryDay, observe
from domain.inventory_view import InventoryView
from tests.attribution.history import Entry, History, Interface, Observation, Rule
from tests.domain.examples import ENI, GROUP, MIDNIGHT, RULE, VPC_ID

DAY: Final = 86_400
T = TypeVar("T")
Network = IPv4Network | IPv6Network


INSIDE: Final = ("10.0.0.3", "10.0.0.4", "10.0.0.15", "10.0.0.16", "10.0.0.31", "2001:db8::4", "2001:db8::5")
OUTSIDE: Final = ("10.0.0.32", "192.0.2.127", "192.0.2.128", "203.0.113.255", "2001:db8:1::", "2001:db8::1:0")
ADDRS: Final = (*INSIDE, *OUTSIDE)
PREFIXES: Final = ("10.0.0.16/28", "10.0.0.0/28", "2001:db8::/112", "2001:db8::4/128")
CIDRS: Final = (
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/28",
    "10.0.0.4/32",
    "10.0.0.4/31",
    "10.0.0.16/28",
    "10.0.0.0/27",
    "192.0.2.0/25",
    "192.0.2.128/25",
    "203.0.113.255/32",
    "2001:db8::4/127",
    "2001:db8::/112",
    "2001:db8:1::/48",
)
PORTS: Final = (0, 22, 443, 444, 1023, 1024, 5432, 32_767, 32_768, 40_000, 65_535)
PORT_RANGES: Final = (
    (None, None),
    (-1, -1),
    (0, 65_535),
    (443, 443),
    (22, 443),
    (444, 1023),
    (1024, 65_535),
    (5432, 5432),
    (32_768, 65_535),
    (40_000, 40_000),
    (0, 0),
)
ICMP_TYPES: Final = ((None, None), (-1, -1), (8, -1), (0, 0), (3, 4))
PROTOCOLS: Final = (
    "tcp",
    "tcp",
    "tcp",
    "udp",
    "udp",
    "icmp",
    "icmpv6",
    "-1",
    "-1",
    "6",
    "17",
    "50",
    "58",
    "132",
)
GROUP_IDS: Final = ("sg-0a", "sg-0b", "sg-0c", "sg-0d")
UNKNOWN_GROUPS: Final = ("sg-0e", "sg-0f")
"""Of another VPC. Interfaces may carry the first: EC2 allows that for groups shared between VPCs."""
INTERFACE_IDS: Final = ("eni-0a", "eni-0b", "eni-0c", "eni-0d")
RULE_IDS: Final = tuple(f"sgr-0{number}" for number in range(7))
PREFIX_LISTS: Final = ("pl-0a", "pl-0b", "pl-0c")
"""The last never has entries."""
PEERS: Final = (CIDRS[:2], CIDRS, GROUP_IDS, UNKNOWN_GROUPS, PREFIX_LISTS)
ENTRIES: Final = (
    ("pl-0a", "10.0.0.0/28"),
    ("pl-0a", "2001:db8::4/128"),
    ("pl-0b", "192.0.2.0/25"),
    ("pl-0b", "192.0.2.128/32"),
)
COURSES: Final = {
    1: ("a", "a", "a", "a", "-"),
    2: ("aa", "aa", "aa", "ab", "a-", "-a"),
    3: ("aaa", "aaa", "aaa", "aab", "abb", "aba", "aa-", "-aa", "a-a", "a-b"),
}
"""How a thing fares over so many observations: as one thing, as another, absent."""
FIRST: Final = (MIDNIGHT + 3600, MIDNIGHT + 3600, MIDNIGHT + DAY - 60)
"""When a history begins: the last one goes on after midnight."""
STEPS: Final = (60, 61, 600)

ONE_IN_FOUR: Final = st.sampled_from((False, False, False, True))
DIRECTIONS: Final = st.sampled_from(("ingress", "egress"))
COUNTS: Final = st.sampled_from((1, 1, 2, 3))
INTERFACE_TYPES: Final = st.sampled_from(
    (*["interface"] * 4, "network_load_balancer", "network_load_balancer", "nat_gateway")
)
COMMON_GROUPS: Final = st.sampled_from(GROUP_IDS[:2])
OTHER_GROUPS: Final = st.lists(st.sampled_from((*GROUP_IDS, UNKNOWN_GROUPS[0])), max_size=2)
RULE_GROUPS: Final = st.sampled_from((*GROUP_IDS[:2], *GROUP_IDS[:2], *GROUP_IDS))
PRIVATE_ADDRS: Final = st.lists(st.sampled_from(INSIDE), min_size=1, max_size=3, unique=True)


def open_rule(rule_id: str, group_id: str, direction: str, cidr: str) -> Rule:
    """As EC2 puts one into each new group for egress: with two, rules don't tell who began."""
    return Rule(
        id=rule_id,
        group=group_id,
        direction=direction,
        protocol="-1",
        from_port=None,
        to_port=None,
        peer=cidr,
    )


OPEN_BOTH_WAYS: Final = (
    open_rule("sgr-08", "sg-0a", "ingress", "0.0.0.0/0"),
    open_rule("sgr-09", "sg-0a", "egress", "0.0.0.0/0"),
)


@st.composite
def interfaces(draw: st.DrawFn, interface_id: str, kind: str) -> Interface:
    return Interface(
        id=interface_id,
        type=kind,
        groups=[] if kind == "nat_gateway" else sorted({draw(COMMON_GROUPS), *draw(OTHER_GROUPS)}),
        addrs=draw(PRIVATE_ADDRS),
        prefixes=[draw(st.sampled_from(PREFIXES))] if draw(ONE_IN_FOUR) else [],
    )


@st.composite
def rules(draw: st.DrawFn, rule_id: str) -> Rule:
    protocol = draw(st.sampled_from(PROTOCOLS))
    ranges = ICMP_TYPES if protocol in {"icmp", "icmpv6", "58"} else PORT_RANGES
    from_port, to_port = draw(st.sampled_from(ranges))
    return Rule(
        id=rule_id,
        group=draw(RULE_GROUPS),
        direction=draw(DIRECTIONS),
        protocol=protocol,
        from_port=from_port,
        to_port=to_port,
        peer=draw(st.sampled_from(draw(st.sampled_from(PEERS)))),
    )


@st.composite
def versions(draw: st.DrawFn, thing: st.SearchStrategy[T], count: int) -> list[T | None]:
    """A thing at each of so many observations, None where it is absent."""
    course = draw(st.sampled_from(COURSES[count]))
    shapes = {"a": draw(thing), "b": draw(thing) if "b" in course else None, "-": None}
    return [shapes[letter] for letter in course]


@st.composite
def histories(draw: st.DrawFn) -> list[Observation]:
    count, first, step = draw(COUNTS), draw(st.sampled_from(FIRST)), draw(st.sampled_from(STEPS))
    listed = draw(st.lists(st.sampled_from(ENTRIES), max_size=3, unique=True))
    kinds = draw(st.lists(INTERFACE_TYPES, min_size=1, max_size=4))
    enis = [draw(versions(interfaces(*named), count)) for named in zip(INTERFACE_IDS, kinds, strict=False)]
    group_ids = [draw(versions(st.just(id_), count)) for id_ in GROUP_IDS]
    the_rules = [draw(versions(rules(id_), count)) for id_ in RULE_IDS[: draw(st.sampled_from((7, 4, 3, 2)))]]
    always = draw(st.sampled_from(((), (), OPEN_BOTH_WAYS)))
    entries = [draw(versions(st.just(Entry(prefix_list=id_, cidr=cidr)), count)) for id_, cidr in listed]
    return [
        Observation(
            at=first + step * number,
            interfaces=make_distinct(present(enis, number)),
            groups=present(group_ids, number),
            rules=[*present(the_rules, number), *always],
            entries=present(entries, number),
        )
        for number in range(count)
    ]


def present(things: Iterable[Sequence[T | None]], number: int) -> list[T]:
    """Those that the observation of that number shows."""
    shown = [shapes[number] for shapes in things]
    return [shape for shape in shown if shape is not None]


def make_distinct(interfaces: Iterable[Interface]) -> list[Interface]:
    """Without the addresses that another one has: in a VPC no two interfaces share one at a time."""
    distinct: list[Interface] = []
    taken: list[Network] = []
    for each in interfaces:
        addrs = [addr for addr in each["addrs"] if not overlaps(addr, taken)]
        prefixes = [prefix for prefix in each["prefixes"] if not overlaps(prefix, taken)]
        addrs = addrs or [f"10.0.1.{len(distinct) + 1}"]
        distinct.append({**each, "addrs": addrs, "prefixes": prefixes})
        taken += [ip_network(text) for text in (*addrs, *prefixes)]
    return distinct


def overlaps(text: str, taken: Iterable[Network]) -> bool:
    network = ip_network(text)
    return any(network.version == other.version and network.overlaps(other) for other in taken)


def make_view(history: History) -> InventoryView | None:
    """None where nothing was observed."""
    day: InventoryDay | None = None
    for observation in history:
        day = observe(day, make_inventory(observation))
    return None if day is None else InventoryView(day)


def make_inventory(observation: Observation) -> Inventory:
    return Inventory(
        vpc_id=VPC_ID,
        observed_at=observation["at"],
        network_interfaces=tuple(make_interface(interface) for interface in observation["interfaces"]),
        security_groups=tuple(
            replace(GROUP, group_id=group_id, group_name=f'{group_id} "é" {{%s}}\\')
            for group_id in observation["groups"]
        ),
        security_group_rules=tuple(make_rule(rule) for rule in observation["rules"]),
        prefix_list_entries=tuple(
            PrefixListEntry(entry["prefix_list"], "offices", entry["cidr"], "")
            for entry in observation["entries"]
        ),
    )


def make_interface(interface: Interface) -> NetworkInterface:
    return replace(
        ENI,
        interface_id=interface["id"],
        name=f'{interface["id"]} of "{interface["type"]}", 100 % {{ö}} {{0}}\\n',
        description="\U0001f512 %(name)s\n\u2028\t{}",
        interface_type=interface["type"],
        private_addrs=tuple(interface["addrs"]),
        prefixes=tuple(interface["prefixes"]),
        group_ids=tuple(interface["groups"]),
    )


def make_rule(rule: Rule) -> SecurityGroupRule:
    return replace(
        RULE,
        rule_id=rule["id"],
        group_id=rule["group"],
        direction="egress" if rule["direction"] == "egress" else "ingress",
        ip_protocol=rule["protocol"],
        from_port=rule["from_port"],
        to_port=rule["to_port"],
        peer=make_peer(rule["peer"]),
    )


def make_peer(text: str) -> Peer:
    if text.startswith("sg-"):
        return Peer(referenced_group_id=text)
    if text.startswith("pl-"):
        return Peer(prefix_list_id=text)
    return Peer(cidr_ipv6=text) if ":" in text else Peer(cidr_ipv4=text)
