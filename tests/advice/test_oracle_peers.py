"""Wide rules whose peers a group, a list or blocks may stand for, or that let others in before.

SG_LENS_EXAMPLES=100000 makes a long run of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.inventory import Inventory, SecurityGroup, SecurityGroupRule
from tests.advice.oracle_traffic import DAY, HOUR, Recorded, find_pools
from tests.advice.test_oracle import EXAMPLES, check_proposals, check_verdicts, many
from tests.advice.worlds import (
    ENTRIES,
    FULL,
    GROUP_IDS,
    INTERFACE_IDS,
    SETTINGS,
    SOME_CAPS,
    World,
    make_entries,
    make_peer,
    some_interface,
)
from tests.domain.examples import GROUP, MIDNIGHT, RULE, VPC_ID

MADE_AT: Final = MIDNIGHT + 10 * DAY + 12 * HOUR
"""The window's first day has hours before the window, in which rules were others."""
BEGUN: Final = MADE_AT - 90 * HOUR
BLOCKS: Final = (
    "0.0.0.0/0",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/28",
    "10.0.0.0/29",
    "198.51.100.0/24",
    "203.0.113.0/29",
    "::/0",
)
PORTS: Final = (443, 444, 5432)
Peers = dict[str, list[str]]
"""By rule id."""


@st.composite
def some_wide_rule(draw: st.DrawFn, group_id: str) -> SecurityGroupRule:
    return replace(
        RULE,
        rule_id=f"sgr-{group_id[3:]}",
        group_id=group_id,
        direction=draw(st.sampled_from(("ingress", "egress"))),
        from_port=443,
        to_port=draw(st.sampled_from((443, 444, 65_535))),
        peer=make_peer(draw(st.sampled_from(BLOCKS))),
    )


@st.composite
def some_groups(draw: st.DrawFn) -> tuple[str, ...]:
    group_ids = draw(st.lists(st.sampled_from(GROUP_IDS), min_size=1, max_size=3, unique=True))
    return tuple(sorted(group_ids))


@st.composite
def begun(draw: st.DrawFn) -> Inventory:
    enis = [draw(some_interface(number, GROUP_IDS)) for number in range(len(INTERFACE_IDS))]
    return Inventory(
        vpc_id=VPC_ID,
        observed_at=BEGUN,
        network_interfaces=tuple(enis),
        security_groups=tuple(map(_make_group, GROUP_IDS)),
        security_group_rules=tuple(draw(some_wide_rule(group_id)) for group_id in GROUP_IDS),
        prefix_list_entries=make_entries(ENTRIES),
    )


def _make_group(group_id: str) -> SecurityGroup:
    return replace(GROUP, group_id=group_id, group_name=f"group {group_id}")


@st.composite
def with_other_rules(draw: st.DrawFn, before: Inventory) -> Inventory:
    """Just as the window begins."""
    rules = []
    for rule in before.security_group_rules:
        other = replace(draw(some_wide_rule(rule.group_id)), direction=rule.direction)
        rules.append(draw(st.sampled_from((rule, other, replace(rule, peer=other.peer)))))
    return replace(before, observed_at=MADE_AT - 48 * HOUR, security_group_rules=tuple(rules))


@st.composite
def with_other_members(draw: st.DrawFn, before: Inventory) -> Inventory:
    enis = before.network_interfaces
    others = [draw(st.sampled_from((eni.group_ids, draw(some_groups())))) for eni in enis]
    changed = (replace(eni, group_ids=of_eni) for eni, of_eni in zip(enis, others, strict=True))
    return replace(before, observed_at=MADE_AT - 25 * HOUR, network_interfaces=tuple(changed))


@st.composite
def some_peers(draw: st.DrawFn, inventory: Inventory) -> Peers:
    """Of each rule such as have something in common."""
    peers: Peers = {}
    for rule in inventory.security_group_rules:
        pool = draw(st.sampled_from(find_pools(rule, inventory)))
        peers[rule.rule_id] = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=6, unique=True))
    return peers


@st.composite
def some_use(draw: st.DrawFn, inventory: Inventory, peers: Peers, hours: Sequence[int]) -> Iterator[Recorded]:
    recorded = []
    for rule in inventory.security_group_rules:
        enis = [eni for eni in inventory.network_interfaces if rule.group_id in eni.group_ids]
        ports = draw(st.permutations([each for each in PORTS if each <= (rule.to_port or 0)]))
        for number, peer_addr in enumerate(peers[rule.rule_id] if enis else ()):
            recorded.append(
                Recorded(
                    at=MADE_AT - hours[number % len(hours)] * HOUR,
                    interface_id=enis[number % len(enis)].interface_id,
                    direction=rule.direction,
                    protocol=6,
                    port=ports[number % min(len(ports), 2)],
                    peer_addr=peer_addr,
                    records=1,
                    is_known=True,
                    other_port=None,
                )
            )
    return iter(recorded)


@st.composite
def peered(draw: st.DrawFn) -> World:
    first = draw(begun())
    second = draw(with_other_rules(first))
    third = draw(with_other_members(second))
    former, early = draw(some_peers(first)), draw(some_peers(second))
    late = draw(st.sampled_from((early, draw(some_peers(third)))))
    recorded = [
        *draw(some_use(first, former, (49,))),
        *draw(some_use(second, early, (47, 30))),
        *draw(some_use(third, late, (20, 2))),
    ]
    return World(
        observations=(first, second, third),
        recorded=tuple(recorded),
        hours=(FULL,),
        caps=draw(SOME_CAPS),
        made_at=MADE_AT,
        settings=draw(SETTINGS),
    )


@settings(many, max_examples=EXAMPLES // 2)
@given(world=peered())
def test_wide_rules_are_judged_and_narrowed_as_the_oracle_does(world: World) -> None:
    check_verdicts(world)
    check_proposals(world)
