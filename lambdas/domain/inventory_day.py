"""A VPC's inventory over one UTC day as intervals, merged from one observation after the other."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Generic, Protocol, TypeVar

from domain.errors import InventoryError
from domain.inventory import (
    Inventory,
    NetworkInterface,
    Peer,
    PrefixListEntry,
    SecurityGroup,
    SecurityGroupRule,
)

# A record is filed under the day of its end, and starts up to ten minutes before that.
_KEPT_FROM_DAY_BEFORE: Final = 3600


class Fact(Protocol):
    @property
    def key(self) -> str:
        """What stays the same while the fact changes: EC2's id."""


F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Interval(Generic[F]):
    """In force from `seen_from` up to, but not at, `seen_until` (epoch seconds); None while it still is."""

    fact: F
    seen_from: int
    seen_until: int | None = None

    def in_force(self, at: int) -> bool:
        return self.seen_from <= at and (self.seen_until is None or at < self.seen_until)


@dataclass(frozen=True, slots=True)
class InventoryDay:
    """Intervals are sorted by the fact's key and `seen_from`, those of one key don't overlap.

    Complete from an hour before `day` to the first observation of a later day. For earlier times a look-up
    finds what has not changed since, or nothing, but never a fact that was not in force.
    """

    vpc_id: str
    day: str
    """YYYY-MM-DD"""
    observed_at: int
    """When the VPC was last observed, in epoch seconds."""
    network_interfaces: tuple[Interval[NetworkInterface], ...] = ()
    security_groups: tuple[Interval[SecurityGroup], ...] = ()
    security_group_rules: tuple[Interval[SecurityGroupRule], ...] = ()
    prefix_list_entries: tuple[Interval[PrefixListEntry], ...] = ()


def observe(previous: InventoryDay | None, inventory: Inventory) -> InventoryDay:
    """`previous`, the latest day there is, with one more observation: on a later day it starts that day."""
    at = inventory.observed_at
    before = previous or InventoryDay(inventory.vpc_id, utc_day(at), at)
    _check_follows(before, inventory)
    return InventoryDay(
        vpc_id=inventory.vpc_id,
        day=utc_day(at),
        observed_at=at,
        network_interfaces=_merge(before.network_interfaces, inventory.network_interfaces, at),
        security_groups=_merge(before.security_groups, inventory.security_groups, at),
        security_group_rules=_merge(before.security_group_rules, inventory.security_group_rules, at),
        prefix_list_entries=_merge(before.prefix_list_entries, inventory.prefix_list_entries, at),
    )


def changed(before: InventoryDay | None, after: InventoryDay) -> bool:
    """Whether `after` says anything that `before` doesn't, and so has to be written."""
    return before is None or replace(before, observed_at=after.observed_at) != after


def to_json(day: InventoryDay) -> bytes:
    """Gzipped, and the same bytes for the same day."""
    content = json.dumps(asdict(day), sort_keys=True, separators=(",", ":"))
    return gzip.compress(content.encode("ascii"), mtime=0)


def from_json(data: bytes) -> InventoryDay:
    """What `to_json` gave."""
    try:
        content = json.loads(gzip.decompress(data))
        return InventoryDay(
            vpc_id=content["vpc_id"],
            day=content["day"],
            observed_at=content["observed_at"],
            network_interfaces=_restore(content["network_interfaces"], NetworkInterface),
            security_groups=_restore(content["security_groups"], SecurityGroup),
            security_group_rules=_restore(content["security_group_rules"], SecurityGroupRule),
            prefix_list_entries=_restore(content["prefix_list_entries"], PrefixListEntry),
        )
    except (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError) as error:
        raise InventoryError(
            f"{len(data)} bytes hold no inventory day; where they were stored, delete them: the next pass"
            " begins a new one"
        ) from error


def utc_day(second: int) -> str:
    """The day of an epoch second, YYYY-MM-DD."""
    return datetime.fromtimestamp(second, tz=UTC).date().isoformat()


def _restore(intervals: Iterable[Mapping[str, Any]], fact_type: Callable[..., F]) -> tuple[Interval[F], ...]:
    return tuple(
        Interval(
            fact=fact_type(**{name: _restore_value(value) for name, value in interval["fact"].items()}),
            seen_from=interval["seen_from"],
            seen_until=interval["seen_until"],
        )
        for interval in intervals
    )


def _restore_value(value: object) -> object:
    """The only object inside a fact is a rule's peer."""
    if isinstance(value, list):
        return tuple(_restore_value(item) for item in value)
    if isinstance(value, dict):
        return Peer(**value)
    return value


def _check_follows(before: InventoryDay, inventory: Inventory) -> None:
    if inventory.vpc_id != before.vpc_id:
        raise InventoryError(
            f"An observation of {inventory.vpc_id} can't continue the day of {before.vpc_id}"
        )
    if inventory.observed_at < before.observed_at:
        raise InventoryError(
            f"{inventory.vpc_id} was observed at {inventory.observed_at}, before the last observation in its"
            f" inventory, {before.observed_at}: two passes overlap, or a clock is wrong"
        )


def _merge(intervals: Iterable[Interval[F]], facts: Iterable[F], at: int) -> tuple[Interval[F], ...]:
    # By key: a paged listing that changes meanwhile may show a thing twice, last as it is now.
    observed = {fact.key: fact for fact in facts}
    merged = []
    for interval in intervals:
        if interval.seen_until is not None:
            merged.append(interval)
        elif observed.get(interval.fact.key) == interval.fact:
            merged.append(interval)
            del observed[interval.fact.key]
        else:
            merged.append(replace(interval, seen_until=at))
    merged += [Interval(fact, seen_from=at) for fact in observed.values()]
    kept = [interval for interval in merged if _is_kept(interval, at)]
    return tuple(sorted(kept, key=lambda interval: (interval.fact.key, interval.seen_from)))


def _is_kept(interval: Interval[F], at: int) -> bool:
    """Whether the day of `at` needs the interval; one that two observations in one second made is empty."""
    midnight = at - at % 86_400
    until = interval.seen_until
    return until is None or until > max(interval.seen_from, midnight - _KEPT_FROM_DAY_BEFORE)
