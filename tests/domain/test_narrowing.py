from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

import pytest

from domain.advice_settings import AdviceSettings
from domain.inventory import Peer, SecurityGroupRule
from domain.narrowing import Narrowed, narrow
from domain.protocols import ICMP, ICMPV6, TCP, UDP
from domain.rule_space import PeerContext
from domain.usage import SeenConnection, SeenPeer
from tests.domain.rule_shapes import APP, CONTEXT, OFFICES, Service, make_rule

ANYWHERE = Peer(cidr_ipv4="0.0.0.0/0")
ALL_PORTS = Service("tcp", 0, 65_535)
ALL_TRAFFIC = Service("-1", -1, -1)
LAPTOP = "203.0.113.9"
OTHER = "203.0.113.200"
APP_1 = "10.0.0.5"

Came = tuple[str, int, int | None]
"""Address, protocol and port."""


def connection(came: Came, interface_id: str = "eni-0aaaaaaaaaaaaaaaa") -> SeenConnection:
    addr, protocol, port = came
    return SeenConnection(interface_id, protocol, port, addr, certain=1, possible=0, last_seen=0)


def narrowed(
    rule: SecurityGroupRule,
    came: Iterable[Came],
    groups: Mapping[str, str] | None = None,
    *,
    context: PeerContext = CONTEXT,
    peers_complete: bool = True,
    ports_complete: bool = True,
    services: Iterable[tuple[int, int | None]] = (),
    max_cidrs: int | None = None,
    max_ranges: int = 5,
) -> Narrowed:
    return narrow(
        rule,
        [connection(each) for each in came],
        {addr: SeenPeer(addr, "", (group_id,), 1, 0) for addr, group_id in (groups or {}).items()},
        context,
        AdviceSettings(),
        peers_complete=peers_complete,
        ports_complete=ports_complete,
        services=services,
        max_cidrs=max_cidrs,
        max_ranges=max_ranges,
    )


def texts(result: Narrowed) -> list[str]:
    return [
        f"{rule.ip_protocol} {rule.from_port}-{rule.to_port} {peer_text(rule.peer)}" for rule in result.rules
    ]


def peer_text(peer: Peer) -> str:
    texts = (peer.cidr_ipv4, peer.cidr_ipv6, peer.prefix_list_id, peer.referenced_group_id)
    return next(text for text in texts if text is not None)


def test_ports_and_peers_are_cut_to_those_seen() -> None:
    result = narrowed(make_rule(ALL_PORTS, ANYWHERE), [(LAPTOP, TCP, 22)])

    assert texts(result) == [f"tcp 22-22 {LAPTOP}/32"]
    assert (result.ways, result.is_public) == (("ports", "cidrs"), False)


def test_the_description_and_the_tags_are_kept() -> None:
    rule = replace(make_rule(ALL_PORTS, ANYWHERE), direction="egress", tags=(("team", "web"),))

    (new,) = narrowed(rule, [(APP_1, TCP, 22)], {APP_1: APP}).rules

    assert (new.direction, new.description, new.tags) == ("egress", rule.description, rule.tags)
    assert (new.peer, new.peer_name) == (Peer(referenced_group_id=APP), "app")


def test_each_range_of_ports_has_its_own_peers() -> None:
    result = narrowed(make_rule(ALL_PORTS, ANYWHERE), [(LAPTOP, TCP, 22), (APP_1, TCP, 5432)], {APP_1: APP})

    assert texts(result) == [f"tcp 22-22 {LAPTOP}/32", f"tcp 5432-5432 {APP}"]
    assert result.ways == ("ports", "group", "cidrs")


def test_ports_that_touch_are_merged_where_the_same_peers_came() -> None:
    came = [(LAPTOP, TCP, 9100), (LAPTOP, TCP, 9101), (OTHER, TCP, 9102), (LAPTOP, TCP, 9103)]

    assert texts(narrowed(make_rule(ALL_PORTS, ANYWHERE), came)) == [
        f"tcp 9100-9101 {LAPTOP}/32",
        f"tcp 9102-9102 {OTHER}/32",
        f"tcp 9103-9103 {LAPTOP}/32",
    ]


def test_ports_of_two_protocols_are_never_merged() -> None:
    came = [(LAPTOP, TCP, 53), (LAPTOP, UDP, 54)]

    assert texts(narrowed(make_rule(ALL_TRAFFIC, ANYWHERE), came)) == [
        f"tcp 53-53 {LAPTOP}/32",
        f"udp 54-54 {LAPTOP}/32",
    ]


def test_more_than_five_ports_become_five_ranges() -> None:
    came = [(LAPTOP, TCP, port) for port in (22, 25, 80, 443, 8080, 9100)]

    assert [text.split()[1] for text in texts(narrowed(make_rule(ALL_PORTS, ANYWHERE), came))] == [
        "22-25",
        "80-80",
        "443-443",
        "8080-8080",
        "9100-9100",
    ]


def test_the_limits_can_be_lowered() -> None:
    came = [(LAPTOP, TCP, 22), (OTHER, TCP, 25), (OTHER, TCP, 22)]

    result = narrowed(make_rule(ALL_PORTS, ANYWHERE), came, max_cidrs=1, max_ranges=1)

    assert texts(result) == ["tcp 22-25 203.0.113.0/24"]


def test_a_rule_for_all_traffic_becomes_rules_of_the_protocols_seen() -> None:
    came = [(LAPTOP, TCP, 443), (LAPTOP, UDP, 443), (LAPTOP, ICMP, None), (LAPTOP, 50, None)]

    assert texts(narrowed(make_rule(ALL_TRAFFIC, ANYWHERE), came)) == [
        f"icmp -1--1 {LAPTOP}/32",
        f"tcp 443-443 {LAPTOP}/32",
        f"udp 443-443 {LAPTOP}/32",
        f"50 None-None {LAPTOP}/32",
    ]


def test_icmp_of_ipv6_has_its_own_name() -> None:
    rule = make_rule(ALL_TRAFFIC, Peer(cidr_ipv6="::/0"))

    assert texts(narrowed(rule, [("2001:db8:1::1", ICMPV6, None)])) == ["icmpv6 -1--1 2001:db8:1::1/128"]


@pytest.mark.parametrize(
    "service", [Service("icmp", 8, -1), Service("50", None, None), Service("esp", -1, -1)]
)
def test_a_rule_without_ports_keeps_its_service(service: Service) -> None:
    protocol = ICMP if service.ip_protocol == "icmp" else 50

    (new,) = narrowed(make_rule(service, ANYWHERE), [(LAPTOP, protocol, None)]).rules

    assert (new.ip_protocol, new.from_port, new.to_port) == service


def test_the_old_spelling_of_a_service_stays_where_the_service_does() -> None:
    result = narrowed(make_rule(Service("6", 22, 22), ANYWHERE), [(LAPTOP, TCP, 22)])

    assert texts(result) == [f"6 22-22 {LAPTOP}/32"]
    assert result.ways == ("cidrs",)


@pytest.mark.parametrize("peer", [Peer(referenced_group_id=APP), Peer(prefix_list_id=OFFICES)])
def test_a_group_or_a_list_stays(peer: Peer) -> None:
    result = narrowed(make_rule(ALL_PORTS, peer), [(APP_1, TCP, 22), (LAPTOP, TCP, 23)])

    assert texts(result) == [f"tcp 22-23 {peer_text(peer)}"]
    assert result.ways == ("ports",)


def test_a_rule_open_to_the_world_stays_so_on_the_ports_where_the_world_came() -> None:
    world = [f"{network}.{host}" for network in ("192.0.2", "198.51.100", "203.0.113") for host in range(7)]

    result = narrowed(
        make_rule(ALL_PORTS, ANYWHERE), [*((addr, TCP, 443) for addr in world), (LAPTOP, TCP, 22)]
    )

    assert texts(result) == [f"tcp 22-22 {LAPTOP}/32", "tcp 443-443 0.0.0.0/0"]
    assert (result.ways, result.is_public) == (("ports", "cidrs", "public"), True)


def test_where_the_ports_are_not_all_known_they_stay() -> None:
    keep_ports = partial(narrowed, ports_complete=False)

    assert texts(keep_ports(make_rule(ALL_PORTS, ANYWHERE), [(LAPTOP, TCP, 22)])) == [
        f"tcp 0-65535 {LAPTOP}/32"
    ]
    assert texts(keep_ports(make_rule(ALL_TRAFFIC, ANYWHERE), [(LAPTOP, TCP, 22)])) == [
        f"-1 -1--1 {LAPTOP}/32"
    ]


def test_where_the_peers_are_not_all_known_they_stay() -> None:
    result = narrowed(make_rule(ALL_PORTS, ANYWHERE), [(LAPTOP, TCP, 22)], peers_complete=False)

    assert texts(result) == ["tcp 22-22 0.0.0.0/0"]
    assert result.ways == ("ports",)


def test_ports_of_peers_that_a_cap_cut_are_kept() -> None:
    result = narrowed(
        make_rule(ALL_PORTS, ANYWHERE),
        [(LAPTOP, TCP, 22)],
        peers_complete=False,
        services=[(TCP, 22), (TCP, 443), (UDP, 53)],
    )

    assert texts(result) == ["tcp 22-22 0.0.0.0/0", "tcp 443-443 0.0.0.0/0"]


def test_a_port_where_nobody_knows_who_came_keeps_its_peers() -> None:
    result = narrowed(make_rule(ALL_PORTS, ANYWHERE), [(LAPTOP, TCP, 22)], services=[(TCP, 22), (TCP, 443)])

    assert texts(result) == [f"tcp 22-22 {LAPTOP}/32", "tcp 443-443 0.0.0.0/0"]


@pytest.mark.parametrize(
    ("service", "kept"), [(Service("tcp", 20, 30), "tcp 20-30"), (ALL_TRAFFIC, "-1 -1--1")]
)
def test_a_port_that_no_record_shows_may_be_any_of_the_rule(service: Service, kept: str) -> None:
    came = [(LAPTOP, TCP, None), (LAPTOP, TCP, 22)]

    assert texts(narrowed(make_rule(service, ANYWHERE), came)) == [f"{kept} {LAPTOP}/32"]


def test_a_rule_that_could_not_be_narrower_stays_as_it_is() -> None:
    rule = make_rule(Service("tcp", 22, 22), Peer(cidr_ipv4=f"{LAPTOP}/32"))

    result = narrowed(rule, [(LAPTOP, TCP, 22)])

    assert texts(result) == [f"tcp 22-22 {LAPTOP}/32"]
    assert result.ways == ()


def test_a_rule_that_nothing_used_is_revoked() -> None:
    assert narrowed(make_rule(ALL_PORTS, ANYWHERE), []) == Narrowed((), ("revoke",), is_public=False)


@pytest.mark.parametrize(
    "came", [("198.51.100.1", TCP, 22), ("2001:db8::1", TCP, 22), (LAPTOP, TCP, 23), (LAPTOP, UDP, 22)]
)
def test_what_the_rule_itself_does_not_permit_is_left_out(came: Came) -> None:
    rule = make_rule(Service("tcp", 22, 22), Peer(cidr_ipv4="203.0.113.0/24"))

    assert narrowed(rule, [came]) == Narrowed((), ("revoke",), is_public=False)
    assert texts(narrowed(rule, [came, (LAPTOP, TCP, 22)])) == [f"tcp 22-22 {LAPTOP}/32"]
