"""Several VPCs, and several runs at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from advisor.request import AdviceRequest
from domain.errors import InventoryError
from tests.adapters.aws import BUCKET
from tests.adapters.flow_days import ADVISOR_ARN, make_reader
from tests.advisor.advised import DAY, GROUP_IDS, QUARTER, VPC
from tests.domain.examples import GROUP, MIDNIGHT, VPC_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.inventory import Inventory
    from tests.advisor.advised import World

OTHER_VPC_ID = "vpc-0fedcba9876543210"


def other_vpc(**changes: object) -> Inventory:
    group = replace(GROUP, group_id="sg-0ddddddddddddddddd", vpc_id=OTHER_VPC_ID)
    eni = replace(VPC.network_interfaces[0], vpc_id=OTHER_VPC_ID, group_ids=(group.group_id,))
    plain = replace(
        VPC,
        vpc_id=OTHER_VPC_ID,
        observed_at=MIDNIGHT + 2 * DAY,
        network_interfaces=(eni,),
        security_groups=(group,),
        security_group_rules=(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_each_vpc_has_its_own_reports(world: World) -> None:
    world.observe(other_vpc())

    outcome = world.run()

    (vpc_id,) = {each.vpc_id for each in outcome.summaries} - {VPC_ID}
    assert vpc_id == OTHER_VPC_ID
    assert world.folders().keys() == {*GROUP_IDS, "sg-0ddddddddddddddddd"}


def test_reports_of_a_vpc_alone_leave_those_of_the_others(world: World) -> None:
    world.observe(other_vpc())
    world.run()
    before = world.made_at()
    world.clock.now += QUARTER

    world.run(vpc_ids=[OTHER_VPC_ID])

    changed = {id_ for id_, made_at in world.made_at().items() if made_at != before[id_]}
    assert changed == {"sg-0ddddddddddddddddd"}
    assert len(world.summarized()) == 4


def test_the_failure_of_one_vpc_leaves_the_others_alone(world: World) -> None:
    """A damaged day of the past; the latest one is in order."""
    world.observe(other_vpc(observed_at=MIDNIGHT + DAY))
    world.observe(other_vpc())
    key = f"inventory/{OTHER_VPC_ID}/2026-01-02.json.gz"
    world.s3.put_object(Bucket=BUCKET, Key=key, Body=b"damaged")

    outcome = world.run()

    assert list(outcome.failures) == [OTHER_VPC_ID]
    assert key in str(outcome.failures[OTHER_VPC_ID])
    assert world.folders().keys() == set(GROUP_IDS)
    assert world.summarized() == list(GROUP_IDS)


def test_a_damaged_latest_inventory_deletes_no_reports(world: World) -> None:
    world.run()
    key = f"inventory/{VPC_ID}/2026-01-03.json.gz"
    world.s3.put_object(Bucket=BUCKET, Key=key, Body=b"damaged")

    with pytest.raises(InventoryError):
        world.run()

    assert world.folders().keys() == set(GROUP_IDS)


def test_two_runs_at_once_leave_the_summaries_of_both(world: World) -> None:
    world.observe(other_vpc())
    saved = once(lambda: world.run(vpc_ids=[VPC_ID]))

    def meanwhile() -> float:
        saved()
        return 800.0

    pace = replace(world.clock.pace(0), remaining=meanwhile)
    advisor = world.advisor(make_reader(world.engine, ADVISOR_ARN, pace))
    advisor.run(AdviceRequest(vpc_ids=frozenset({OTHER_VPC_ID})))

    assert len(world.summarized()) == 4


def once(action: Callable[[], object]) -> Callable[[], None]:
    left = [action]

    def act() -> None:
        while left:
            left.pop()()

    return act
