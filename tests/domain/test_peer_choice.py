from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from domain.advice_settings import AdviceSettings
from domain.inventory import Peer
from domain.peer_choice import ChosenPeers, PeerChoice
from domain.rule_space import PeerContext, PrefixList
from domain.usage import SeenPeer

ANYWHERE = Peer(cidr_ipv4="0.0.0.0/0")
ANYWHERE_V6 = Peer(cidr_ipv6="::/0")
VPC = Peer(cidr_ipv4="10.0.0.0/16")
APP = "sg-0aaaaaaaaaaaaaaaa"
BASE = "sg-0bbbbbbbbbbbbbbbb"
GONE = "sg-0fffffffffffffff0"
OFFICES = "pl-0aaaaaaaaaaaaaaaa"
NO_NAMES = PeerContext({}, {}, {})


def with_members(members: Mapping[str, tuple[str, ...]]) -> PeerContext:
    return replace(NO_NAMES, members=members)


def with_list(*cidrs: str, prefix_list_id: str = OFFICES) -> PeerContext:
    return replace(NO_NAMES, prefix_lists={prefix_list_id: PrefixList("offices", cidrs)})


def in_groups(addrs: Iterable[str], *group_ids: str) -> dict[str, SeenPeer]:
    return {addr: SeenPeer(addr, "", group_ids, 1, 0) for addr in addrs}


def choose(
    peer: Peer,
    addrs: Iterable[str],
    context: PeerContext = NO_NAMES,
    seen: Mapping[str, SeenPeer] | None = None,
    settings: AdviceSettings | None = None,
) -> ChosenPeers:
    limits = settings or AdviceSettings()
    return PeerChoice(peer, seen or {}, context, limits, limits.max_cidrs).choose(list(addrs))


def hosts(network: str, count: int) -> list[str]:
    return [f"{network}.{host}" for host in range(1, count + 1)]


SCATTERED = [*hosts("192.0.2", 10), *hosts("198.51.100", 10), *hosts("203.0.113", 10)]


def test_scattered_strangers_keep_a_rule_open_to_the_world() -> None:
    assert choose(ANYWHERE, SCATTERED) == ChosenPeers((ANYWHERE,), "public")


def test_strangers_from_two_networks_are_scattered() -> None:
    assert choose(ANYWHERE, SCATTERED[:20]).way == "public"


def test_scattered_strangers_keep_ipv6_open_to_the_world() -> None:
    addrs = [f"2001:db8:{network}::{host}" for network in range(3) for host in range(1, 8)]

    assert choose(ANYWHERE_V6, addrs) == ChosenPeers((ANYWHERE_V6,), "public")


@pytest.mark.parametrize(
    "addrs",
    [SCATTERED[:5] + SCATTERED[-14:], hosts("192.0.2", 100)],
    ids=["nineteen", "one network"],
)
def test_few_strangers_or_such_from_one_network_do_not(addrs: list[str]) -> None:
    assert choose(ANYWHERE, addrs).way == "cidrs"


def test_peers_of_the_vpc_are_no_strangers() -> None:
    assert choose(ANYWHERE, SCATTERED, seen=in_groups(SCATTERED[:11], APP)).way == "cidrs"


def test_hosts_of_other_private_networks_are_no_strangers() -> None:
    addrs = [*hosts("10.1.0", 15), *hosts("172.16.0", 15), *hosts("192.168.0", 15)]

    assert choose(ANYWHERE, addrs).way == "cidrs"


def test_a_rule_that_is_not_open_to_the_world_is_not_public() -> None:
    wide = Peer(cidr_ipv4="128.0.0.0/1")

    assert choose(wide, SCATTERED).way == "cidrs"


def test_a_group_that_all_peers_belong_to_takes_the_place_of_a_block() -> None:
    addrs = hosts("10.0.1", 3)

    chosen = choose(VPC, addrs, with_members({APP: tuple(addrs)}), in_groups(addrs, APP))

    assert chosen == ChosenPeers((Peer(referenced_group_id=APP),), "group")


def test_of_several_groups_the_smallest_is_taken_and_then_the_lowest_id() -> None:
    addrs = hosts("10.0.1", 3)
    seen = in_groups(addrs, GONE, BASE, APP)
    smaller_base = with_members({APP: (*addrs, "10.0.1.9"), BASE: tuple(addrs)})
    same = with_members({BASE: tuple(addrs), APP: tuple(addrs)})

    assert choose(VPC, addrs, smaller_base, seen).peers == (Peer(referenced_group_id=BASE),)
    assert choose(VPC, addrs, same, seen).peers == (Peer(referenced_group_id=APP),)


def test_a_group_is_not_taken_where_one_peer_is_no_member() -> None:
    addrs = hosts("10.0.1", 3)
    context = with_members({APP: tuple(addrs)})

    assert choose(VPC, addrs, context, in_groups(addrs[:2], APP)).way == "cidrs"


def test_a_group_that_is_gone_is_not_taken() -> None:
    addrs = hosts("10.0.1", 3)

    assert choose(VPC, addrs, with_members({}), in_groups(addrs, GONE)).way == "cidrs"


def test_a_group_whose_members_are_gone_is_taken() -> None:
    addrs = hosts("10.0.1", 3)

    assert choose(VPC, addrs, with_members({APP: ()}), in_groups(addrs, APP)).way == "group"


def test_a_group_with_members_outside_the_block_is_not_taken() -> None:
    addrs = hosts("10.0.1", 3)
    context = with_members({APP: (*addrs, "10.1.0.1")})

    assert choose(VPC, addrs, context, in_groups(addrs, APP)).way == "cidrs"


def test_addresses_of_the_other_family_are_the_same_machines() -> None:
    addrs = hosts("10.0.1", 3)
    context = with_members({APP: (*addrs, "2001:db8::1")})

    assert choose(VPC, addrs, context, in_groups(addrs, APP)).way == "group"


def test_a_group_that_is_wider_than_the_block_is_not_taken() -> None:
    one = Peer(cidr_ipv4="10.0.1.1/32")
    context = with_members({APP: ("10.0.1.1", "2001:db8::1")})

    assert choose(one, ["10.0.1.1"], context, in_groups(["10.0.1.1"], APP)) == ChosenPeers((one,), None)


@pytest.mark.parametrize(("factor", "way"), [(255, "cidrs"), (256, "group")])
def test_a_group_gives_way_to_blocks_that_are_far_narrower(factor: int, way: str) -> None:
    context = with_members({APP: ("10.0.1.0/24",)})
    settings = AdviceSettings(too_wide_factor=factor)

    assert choose(VPC, ["10.0.1.1"], context, in_groups(["10.0.1.1"], APP), settings).way == way


def test_a_prefix_list_that_holds_all_peers_takes_the_place_of_a_block() -> None:
    chosen = choose(ANYWHERE, ["192.0.2.1", "192.0.2.130"], with_list("192.0.2.0/25", "192.0.2.128/25"))

    assert chosen == ChosenPeers((Peer(prefix_list_id=OFFICES),), "prefix_list")


@pytest.mark.parametrize(
    "cidrs",
    [
        ("192.0.2.0/25", "198.51.100.0/24"),
        ("192.0.2.2/31", "192.0.2.128/25"),
        ("2001:db8::/32",),
        ("192.0.2.0/24", "2001:db8::1/128"),
        (),
    ],
    ids=["not all", "above the first", "other family", "both families", "empty"],
)
def test_another_prefix_list_does_not(cidrs: tuple[str, ...]) -> None:
    assert choose(ANYWHERE, ["192.0.2.1", "192.0.2.130"], with_list(*cidrs)).way == "cidrs"


def test_a_prefix_list_that_reaches_beyond_the_block_is_not_taken() -> None:
    office = Peer(cidr_ipv4="192.0.2.0/24")

    assert choose(office, ["192.0.2.1"], with_list("192.0.2.0/28", "198.51.100.1/32")).way == "cidrs"


@pytest.mark.parametrize(("factor", "way"), [(255, "cidrs"), (256, "prefix_list")])
def test_a_prefix_list_gives_way_to_blocks_that_are_far_narrower(factor: int, way: str) -> None:
    settings = AdviceSettings(too_wide_factor=factor)

    assert choose(ANYWHERE, ["192.0.2.1"], with_list("192.0.2.0/24"), settings=settings).way == way


def test_the_smallest_prefix_list_is_taken() -> None:
    lists = {
        OFFICES: PrefixList("", ("192.0.2.0/24",)),
        "pl-0ccccccccccccccc0": PrefixList("", ("192.0.2.0/28",)),
        "pl-0bbbbbbbbbbbbbbb0": PrefixList("", ("192.0.2.0/28",)),
    }

    chosen = choose(ANYWHERE, ["192.0.2.1"], replace(NO_NAMES, prefix_lists=lists))

    assert chosen.peers == (Peer(prefix_list_id="pl-0bbbbbbbbbbbbbbb0"),)


def test_a_group_comes_before_a_prefix_list() -> None:
    addrs = hosts("10.0.1", 3)
    lists = {OFFICES: PrefixList("", tuple(f"{addr}/32" for addr in addrs))}
    context = PeerContext({APP: ("10.0.1.0/28",)}, lists, {})

    assert choose(VPC, addrs, context, in_groups(addrs, APP)).way == "group"


def test_else_the_smallest_blocks_take_its_place() -> None:
    addrs = [*hosts("10.0.1", 1), *hosts("10.0.9", 1)]

    chosen = choose(VPC, addrs)

    assert chosen == ChosenPeers((Peer(cidr_ipv4="10.0.1.1/32"), Peer(cidr_ipv4="10.0.9.1/32")), "cidrs")


def test_blocks_of_ipv6_are_of_ipv6() -> None:
    assert choose(ANYWHERE_V6, ["2001:db8::1"]).peers == (Peer(cidr_ipv6="2001:db8::1/128"),)


def test_a_block_that_is_needed_whole_stays() -> None:
    halves = Peer(cidr_ipv4="192.0.2.0/31")

    assert choose(halves, ["192.0.2.0", "192.0.2.1"]) == ChosenPeers((halves,), None)
