"""When the reports of a VPC were last made, and whether it is time to make them again."""

import json
from dataclasses import asdict, dataclass
from typing import Final

from domain.errors import SgLensError

_DAY: Final = 86_400
_HOUR: Final = 3_600
# Of a function that runs all the time: what runs for changes may cost at most.
_SHARE_FOR_CHANGES: Final = 12
_NUMBERS: Final = ("first_made_at", "made_at", "changed_at", "seconds")


class AdviceRunError(SgLensError):
    """A stored run that can't be read."""


@dataclass(frozen=True, slots=True)
class AdviceRun:
    """The last run of a VPC. Times in epoch seconds."""

    vpc_id: str
    first_made_at: int
    """Of its very first run."""
    made_at: int
    changed_at: int
    """When the inventory had last changed that it went by."""
    made_with: str
    """The settings and the code."""
    seconds: int
    """How long it took."""
    left: tuple[str, ...]
    """The groups for which it had no time, sorted."""


@dataclass(frozen=True, slots=True)
class VpcNow:
    """What decides about the next run."""

    changed_at: int
    """When the inventory last changed."""
    made_with: str


def is_due(last: AdviceRun | None, current: VpcNow, now: int) -> bool:
    """Each day, and whenever the result would be another one for a reason that nobody had to wait for."""
    if last is None or last.left or last.made_with != current.made_with:
        return True
    age = now - last.made_at
    if current.changed_at > last.changed_at and age >= _SHARE_FOR_CHANGES * last.seconds:
        return True
    # The first day's runs come ever later: who has just deployed sees within the hour what was found.
    return age >= min(_DAY, last.made_at - last.first_made_at + _HOUR)


def to_json(run: AdviceRun) -> bytes:
    return json.dumps(asdict(run), sort_keys=True, separators=(",", ":")).encode("ascii")


def from_json(data: bytes) -> AdviceRun:
    """What `to_json` gave."""
    try:
        content = json.loads(data)
        first_made_at, made_at, changed_at, seconds = (int(content[name]) for name in _NUMBERS)
        left = tuple(map(str, content["left"]))
        made_with = content["made_with"]
        return AdviceRun(content["vpc_id"], first_made_at, made_at, changed_at, made_with, seconds, left)
    except (ValueError, LookupError, TypeError) as error:
        raise AdviceRunError(
            f"{len(data)} bytes hold no run of the advisor; where they were stored, delete them"
        ) from error
