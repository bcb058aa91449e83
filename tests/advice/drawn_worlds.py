"""The same random worlds each time, to be moved to the present and told apart by their ids."""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Final, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.advice.oracle_traffic import Recorded
from tests.advice.worlds import World, worlds

T = TypeVar("T")

ID: Final = re.compile(r"(vpc|sg|sgr|eni|pl)-(\w+)")


def draw_worlds(count: int, number: int) -> list[World]:
    """Those of this number: a few, since of many Hypothesis makes some nearly alike. Something was recorded
    in each."""
    drawn: list[World] = []

    @seed(number)
    @settings(
        max_examples=1 + count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=[*HealthCheck],
    )
    @given(world=worlds().filter(lambda world: bool(world.recorded)))
    def draw(world: World) -> None:
        drawn.append(world)

    draw()
    # The first is the simplest that there can be.
    return drawn[1:]


def move(world: World, made_at: int) -> World:
    """In time."""
    by = made_at - world.made_at
    return replace(
        world,
        observations=tuple(replace(each, observed_at=each.observed_at + by) for each in world.observations),
        recorded=tuple(each._replace(at=each.at + by) for each in world.recorded),
        made_at=made_at,
    )


def rename(world: World, prefix: str) -> World:
    """With this in all ids, that of its VPC too: no other world has them."""
    return _map_texts(world, lambda text: ID.sub(rf"\1-{prefix}\2", text) if ID.fullmatch(text) else text)


def _map_texts(value: T, change: Callable[[str], str]) -> T:
    changed: object = value
    if isinstance(value, str):
        changed = change(value)
    elif isinstance(value, Recorded):
        changed = value._replace(interface_id=change(value.interface_id))
    elif isinstance(value, tuple):
        changed = tuple(_map_texts(each, change) for each in value)
    elif is_dataclass(value) and not isinstance(value, type):
        names = [each.name for each in fields(value)]
        changed = replace(value, **{name: _map_texts(getattr(value, name), change) for name in names})
    return changed  # type: ignore[return-value]
