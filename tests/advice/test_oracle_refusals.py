"""Rules that cover others only now: what is proposed must not lean on what they did not permit then.

SG_LENS_EXAMPLES=100000 makes a long run of it.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations
from typing import Final

from hypothesis import given

from domain.inventory import Direction, Inventory, SecurityGroupRule
from tests.advice.oracle import Oracle
from tests.advice.oracle_replay import Replayer, made_changes
from tests.advice.oracle_traffic import HOUR, Recorded
from tests.advice.test_oracle import report_on, some
from tests.advice.worlds import ENTRIES, GROUP_IDS, World, make_entries, make_peer, worlds
from tests.domain.examples import RULE

LATE: Final = "pl-0a"
BLOCK: Final = "198.51.100.0/30"
OF_BLOCK: Final = "sgr-x1"
OF_LIST: Final = "sgr-x0"
"""Wider than the block."""


def lean(world: World) -> World:
    """With a rule for a prefix list that got the entry for another rule's block an hour ago only, after the
    block was used. Both are of the first group; nothing used the list."""
    later = make_entries([entry for entry in ENTRIES if entry != (LATE, BLOCK)])
    observations = [replace(_add_rules(each), prefix_list_entries=later) for each in world.observations]
    last = replace(
        observations[-1], observed_at=world.made_at - HOUR, prefix_list_entries=make_entries(ENTRIES)
    )
    recorded = [each for each in world.recorded if each.at < last.observed_at]
    leaning = replace(world, observations=(*observations, last), recorded=tuple(recorded))
    return replace(leaning, recorded=(*recorded, *_use(leaning)))


def _add_rules(inventory: Inventory) -> Inventory:
    rules = _make_rule(OF_LIST, LATE), _make_rule(OF_BLOCK, BLOCK)
    return replace(inventory, security_group_rules=(*inventory.security_group_rules, *rules))


def _make_rule(rule_id: str, peer: str) -> SecurityGroupRule:
    return replace(
        RULE,
        rule_id=rule_id,
        group_id=GROUP_IDS[0],
        ip_protocol="udp",
        from_port=9000,
        to_port=9000,
        peer=make_peer(peer),
    )


def _use(world: World) -> Iterator[Recorded]:
    at = world.made_at - 30 * HOUR
    inventory = world.at(at)
    direction: Direction = "ingress"
    for eni in inventory.network_interfaces if inventory else ():
        if GROUP_IDS[0] in eni.group_ids:
            yield Recorded(
                at, eni.interface_id, direction, 17, 9000, "198.51.100.1", 1, is_known=True, other_port=None
            )


@some
@given(world=worlds().map(lean))
def test_of_two_rules_that_would_both_go_the_used_one_stays(world: World) -> None:
    oracle, reports = Oracle(world), report_on(world)
    drafts = Replayer(oracle, {group_id: oracle.draft(group_id) for group_id in reports})
    changes = {id_: made_changes(report.proposal.changes) for id_, report in reports.items()}
    replayer = Replayer(oracle, changes)

    for applied in chain.from_iterable(combinations(reports, count) for count in range(len(reports) + 1)):
        for group_id in reports:
            assert replayer.replay(group_id, applied).refused == (), applied
    if any(drafts.replay(group_id, [*reports]).refused for group_id in reports):
        reasons = [reason for report in reports.values() for reason in report.proposal.not_proposed]
        assert "refused" in {reason.code for reason in reasons}
    for report in reports.values():
        for reason in report.proposal.not_proposed:
            if reason.code == "refused":
                assert reason.text.split()[0] not in changes[report.group.group_id]
                assert reason.text.split()[0] != OF_LIST
