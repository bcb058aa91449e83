from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from advisor.error import AdvisorError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """A person's own rules for a group, to be replayed and nothing else."""

    group_id: str
    content: str
    """The JSON of the whole request, for `domain.custom_replay`."""


@dataclass(frozen=True, slots=True)
class AdviceRequest:
    """Which reports to make; an empty event asks for all."""

    only_due: bool = False
    """Those that are due, as the schedule asks: see `domain.advice_run`."""
    vpc_ids: frozenset[str] = frozenset()
    """Of these VPCs; empty for all."""
    group_ids: frozenset[str] = frozenset()
    """Of these groups; empty for all."""
    replay: ReplayRequest | None = None

    @classmethod
    def parse(cls, event: Mapping[str, object]) -> Self:
        """Raises AdvisorError where a member has no such value."""
        only_due = event.get("only_due", False)
        if not isinstance(only_due, bool):
            raise AdvisorError(f'the event\'s "only_due" must be true or false, not {only_due!r}')
        return cls(
            only_due=only_due,
            vpc_ids=_read_ids(event, "vpc_ids"),
            group_ids=_read_ids(event, "group_ids"),
            replay=_read_replay(event["replay"]) if "replay" in event else None,
        )


def _read_ids(event: Mapping[str, object], name: str) -> frozenset[str]:
    ids = event.get(name, [])
    if not isinstance(ids, list) or not all(isinstance(each, str) and each for each in ids):
        raise AdvisorError(f'the event\'s "{name}" must be a list of ids, not {ids!r}')
    return frozenset(ids)


def _read_replay(content: object) -> ReplayRequest:
    group_id = content.get("group_id") if isinstance(content, dict) else None
    if not isinstance(group_id, str):
        raise AdvisorError('the event\'s "replay" must be an object with "group_id" and "rules"')
    return ReplayRequest(group_id, json.dumps(content))
