import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from domain.errors import SgLensError

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class UsageRequestError(SgLensError):
    """An event that names no days."""


@dataclass(frozen=True, slots=True)
class UsageRequest:
    days: tuple[str, ...] = ()
    """To be summed up and nothing else; none: whatever is due."""

    @classmethod
    def parse(cls, event: Mapping[str, object]) -> Self:
        """Raises UsageRequestError where a member has no such value."""
        days = event.get("days", [])
        if not isinstance(days, list) or not all(_is_day(day) for day in days):
            raise UsageRequestError(
                f'the event\'s "days" must be a list of days such as "2026-11-24", not {days!r}'
            )
        return cls(tuple(sorted(set(days))))


def _is_day(text: object) -> bool:
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
