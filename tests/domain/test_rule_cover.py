from dataclasses import replace
from itertools import product

import pytest

from domain.inventory import Peer, SecurityGroupRule
from domain.rule_cover import covers, rule_key
from domain.rule_space import PrefixList
from tests.domain.rule_shapes import (
    APP,
    CONTEXT,
    HOMES,
    OFFICES,
    PACKETS,
    UNKNOWN_LIST,
    Service,
    all_rules,
    make_rule,
    permits,
)

HTTPS = Service("tcp", 443, 443)


def https_from(peer: Peer) -> SecurityGroupRule:
    return make_rule(HTTPS, peer)


@pytest.fixture(scope="module")
def permitted() -> list[tuple[SecurityGroupRule, int]]:
    """Each rule with a bit for each packet that it lets in."""
    return [
        (rule, sum(1 << at for at, packet in enumerate(PACKETS) if permits(rule, packet)))
        for rule in all_rules()
    ]


def test_a_rule_covers_another_where_no_connection_shows_a_difference(
    permitted: list[tuple[SecurityGroupRule, int]],
) -> None:
    for (wider, by_wider), (narrower, by_narrower) in product(permitted, repeat=2):
        is_superset = not by_narrower & ~by_wider
        assert covers(wider, narrower, CONTEXT) == is_superset, (wider, narrower)


def test_rules_have_the_same_key_where_they_permit_the_same(
    permitted: list[tuple[SecurityGroupRule, int]],
) -> None:
    keys = {by_rule: rule_key(rule) for rule, by_rule in permitted}

    assert all(rule_key(rule) == keys[by_rule] for rule, by_rule in permitted)
    assert len(set(keys.values())) == len(keys)


@pytest.mark.parametrize("group_id", [APP, "sg-0ddddddddddddddd0"])
def test_a_group_covers_itself_and_no_block_holds_it(group_id: str) -> None:
    group = https_from(Peer(referenced_group_id=group_id))

    assert covers(group, group, CONTEXT)
    assert not covers(https_from(Peer(cidr_ipv4="0.0.0.0/0")), group, CONTEXT)
    assert not covers(group, https_from(Peer(cidr_ipv4="10.0.0.5/32")), CONTEXT)


def test_the_account_of_a_referenced_group_makes_no_difference() -> None:
    one = https_from(Peer(referenced_group_id=APP))
    other = https_from(Peer(referenced_group_id=APP, referenced_owner_id="123456789012"))

    assert covers(one, other, CONTEXT)
    assert rule_key(one) == rule_key(other)


def test_a_list_that_is_not_known_covers_itself_alone() -> None:
    unknown = https_from(Peer(prefix_list_id=UNKNOWN_LIST))

    assert covers(unknown, unknown, CONTEXT)
    for peer in (Peer(cidr_ipv4="0.0.0.0/0"), Peer(prefix_list_id=OFFICES)):
        assert not covers(https_from(peer), unknown, CONTEXT)
        assert not covers(unknown, https_from(peer), CONTEXT)


def test_a_block_must_lie_in_one_entry_of_a_list() -> None:
    halves = PrefixList("halves", ("192.0.2.0/25", "192.0.2.128/25"))
    context = replace(CONTEXT, prefix_lists={OFFICES: halves})

    assert not covers(
        https_from(Peer(prefix_list_id=OFFICES)), https_from(Peer(cidr_ipv4="192.0.2.0/24")), context
    )
    assert covers(
        https_from(Peer(prefix_list_id=OFFICES)), https_from(Peer(cidr_ipv4="192.0.2.192/26")), context
    )


def test_a_list_covers_no_other_list() -> None:
    same = replace(
        CONTEXT, prefix_lists={each: PrefixList("", ("192.0.2.0/24",)) for each in (OFFICES, HOMES)}
    )

    assert not covers(https_from(Peer(prefix_list_id=OFFICES)), https_from(Peer(prefix_list_id=HOMES)), same)
