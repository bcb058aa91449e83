"""How a line of a flow-log format looks where nothing about it is unusual."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Self

from domain.flow_log_format import FlowLogFormat

Flow = tuple[str, ...]
"""The values of _FLOW; "" for tcp-flags, and the plain address for the packet's own, where there is none."""

_TEXT: Final = "[^ ]+"
_COUNTER: Final = "[1-9][0-9]{0,17}"
_SECOND: Final = "[1-9][0-9]{9}"
_PRINTABLE: Final = "[!-~]+"
_FLOW: Final = {
    "srcaddr": _TEXT,
    "dstaddr": _TEXT,
    "srcport": _TEXT,
    "dstport": _TEXT,
    "packets": _COUNTER,
    "bytes": _COUNTER,
    "start": _SECOND,
    "end": _SECOND,
    "tcp-flags": _TEXT,
    "pkt-srcaddr": _TEXT,
    "pkt-dstaddr": _TEXT,
}
"""What differs from flow to flow. Times and counters go into documents as they are, so they are matched
exactly; all other texts are looked up."""
_INSTEAD: Final = {"pkt-srcaddr": "srcaddr", "pkt-dstaddr": "dstaddr"}
_SHARED: Final = frozenset(
    {
        *("version", "account-id", "interface-id", "vpc-id", "subnet-id", "instance-id", "region", "az-id"),
        *("sublocation-type", "sublocation-id", "protocol", "action", "log-status", "type"),
        *("pkt-src-aws-service", "pkt-dst-aws-service", "flow-direction", "traffic-path"),
    }
)
"""What many records of an interface have in common."""
_NEEDED: Final = frozenset(
    {"interface-id", "protocol", "action", "log-status", "srcaddr", "dstaddr", "srcport", "dstport"}
    | {"packets", "bytes", "start", "end"}
)


@dataclass(frozen=True, slots=True)
class LineShape:
    match: Callable[[str], re.Match[str] | None]
    flow_groups: Sequence[int]
    """Groups of a match that make a `Flow`."""
    shared_groups: Sequence[int]
    """Groups that tell what the record shares with others."""

    @classmethod
    def find(cls, log_format: FlowLogFormat) -> Self | None:
        """None for a format that lacks what every flow has in the default one."""
        if not _NEEDED.issubset(log_format.fields):
            return None
        runs = [(kind, [*fields]) for kind, fields in groupby(log_format.fields, key=_kind)]
        pattern = " ".join(_pattern(kind, fields) for kind, fields in runs)
        numbered = [(kind, fields[0]) for kind, fields in runs if kind != "ignored"]
        groups = {field: number for number, (kind, field) in enumerate(numbered, start=1)}
        empty = len(numbered) + 1
        return cls(
            match=re.compile(f"{pattern}()").fullmatch,
            flow_groups=[groups.get(field) or groups.get(_INSTEAD.get(field, ""), empty) for field in _FLOW],
            # Two at least, for a match to give a tuple of them.
            shared_groups=[*(groups[field] for kind, field in numbered if kind == "shared"), empty],
        )


def _kind(field: str) -> str:
    """Neighbours of one kind are matched as one; a field of a flow is its own."""
    if field in _FLOW:
        return field
    return "shared" if field in _SHARED else "ignored"


def _pattern(kind: str, fields: Sequence[str]) -> str:
    if kind == "ignored":
        return " ".join([_PRINTABLE] * len(fields))
    return f"({_FLOW.get(kind) or ' '.join([_TEXT] * len(fields))})"
