"""Groups that are nearly full: what is proposed fits, and is the narrowest that does.

SG_LENS_EXAMPLES=100000 makes a long run of it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from domain.inventory import Direction, SecurityGroupRule
from domain.report import GroupReport
from tests.advice.oracle import Oracle
from tests.advice.oracle_replay import Replayer, made_changes
from tests.advice.oracle_rules import Made
from tests.advice.oracle_traffic import HOUR, Recorded
from tests.advice.test_oracle import report_on, some
from tests.advice.worlds import FULL, GROUP_IDS, KEEP, World, make_peer, worlds
from tests.domain.examples import RULE

QUOTA: Final = 60
CROWDED: Final = GROUP_IDS[0]
WIDE: Final = 445
"""No other rule of the worlds is for this port alone."""


def crowd(world: World, count: int, direction: Direction, cidr: str, addrs: list[str]) -> World:
    """With so many rules more that are kept and that nothing uses, and one that is wide open to all and that
    the addresses use."""
    more = (
        *(_make_filler(number, direction, cidr) for number in range(count)),
        replace(
            _make_filler(0, direction, "0.0.0.0/0"), rule_id="sgr-w0", from_port=WIDE, to_port=WIDE, tags=()
        ),
    )
    observations = tuple(
        replace(each, security_group_rules=(*each.security_group_rules, *more)) for each in world.observations
    )
    crowded = replace(world, observations=observations, hours=(FULL,))
    return replace(crowded, recorded=(*world.recorded, *_use(crowded, direction, more[-1], addrs)))


def _use(world: World, direction: Direction, rule: SecurityGroupRule, addrs: list[str]) -> Iterator[Recorded]:
    inventory = world.at(world.made_at - 30 * HOUR)
    enis = [eni for eni in inventory.network_interfaces if CROWDED in eni.group_ids] if inventory else []
    for eni in enis[:1]:
        for addr in addrs:
            at, port = world.made_at - 30 * HOUR, rule.from_port
            yield Recorded(at, eni.interface_id, direction, 6, port, addr, 1, is_known=True, other_port=None)


def _make_filler(number: int, direction: Direction, cidr: str) -> SecurityGroupRule:
    return replace(
        RULE,
        rule_id=f"sgr-f{number}",
        group_id=CROWDED,
        direction=direction,
        from_port=20_000 + 2 * number,
        to_port=20_000 + 2 * number,
        peer=make_peer(cidr),
        tags=((KEEP, ""),),
    )


SCATTERED: Final = tuple(f"198.51.{number}.77" for number in range(0, 256, 23))
"""Of one network, so that nobody takes them for the world."""
CROWDED_WORLDS: Final = st.builds(
    crowd,
    worlds(),
    st.sampled_from((58, 57, 56, 59, 60, 55, 50, 61)),
    st.sampled_from(("ingress", "ingress", "egress")),
    st.sampled_from(("192.0.2.1/32", "192.0.2.1/32", "2001:db8:ffff::1/128")),
    st.lists(st.sampled_from(SCATTERED), min_size=4, max_size=7, unique=True),
)


def rules_after(oracle: Oracle, group_id: str, changes: dict[str, frozenset[Made]]) -> set[Made]:
    return Replayer(oracle, {group_id: changes}).rules_after(group_id, [group_id])


def fits(oracle: Oracle, group_id: str, changes: dict[str, frozenset[Made]]) -> bool:
    """What a group has already shows that the quota, which is one number for all, was raised."""
    before = oracle.weigh(rules_after(oracle, group_id, {}))
    after = oracle.weigh(rules_after(oracle, group_id, changes))
    return all(count <= max(QUOTA, *before.values()) for count in after.values())


def codes(report: GroupReport) -> set[str]:
    return {reason.code for reason in report.proposal.not_proposed}


@some
@given(world=CROWDED_WORLDS)
def test_what_is_proposed_fits_into_the_quota(world: World) -> None:
    oracle, reports = Oracle(world), report_on(world)

    for group_id, report in reports.items():
        changes = made_changes(report.proposal.changes)
        assert fits(oracle, group_id, changes)
        assert report.proposal.replay.refused == ()
        if "quota" in codes(report):
            assert not fits(oracle, group_id, oracle.draft(group_id, 1))


@some
@given(world=CROWDED_WORLDS)
def test_as_many_blocks_are_made_as_fit(world: World) -> None:
    oracle, reports = Oracle(world), report_on(world)
    report = reports[CROWDED]
    if "refused" in codes(report):
        return

    limits = range(world.settings.max_cidrs, 0, -1)
    drafts = [oracle.draft(CROWDED, max_cidrs) for max_cidrs in limits]
    fitting = next((draft for draft in drafts if fits(oracle, CROWDED, draft)), None)
    if fitting is not None:
        assert oracle.measure(made_changes(report.proposal.changes)) == oracle.measure(fitting)
