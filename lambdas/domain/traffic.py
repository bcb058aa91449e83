"""What the flow records of the last seven days add up to, for each security group."""

import gzip
import json
import zlib
from dataclasses import asdict, dataclass
from typing import Any, Final

from domain.errors import TrafficError

WINDOW_SECONDS: Final = 7 * 86_400
BARS: Final = 28
BAR_SECONDS: Final = WINDOW_SECONDS // BARS


@dataclass(frozen=True, slots=True)
class RuleMatches:
    """Accepted records of interfaces with groups, by the rules that permitted them."""

    sole: int
    """One rule, for certain."""
    shared: int
    """Several, each for certain."""
    possible: int
    """At least one of them can't be told from the record."""
    no_rule: int


@dataclass(frozen=True, slots=True)
class GroupTraffic:
    """A record of an interface with several groups counts for each of them."""

    group_id: str
    records: int
    rejected: int
    """How many of the records."""
    matches: RuleMatches
    """Of the others; records without an `attribution` are in none of its figures."""
    unknown_initiator: int
    """Of how many records, rejected ones too, it isn't known who began the connection."""
    bytes: int
    last_seen: int
    """The start of the latest record, in epoch seconds."""
    accepted_bars: tuple[int, ...]
    """Records of each BAR_SECONDS, oldest first."""
    rejected_bars: tuple[int, ...]

    def __post_init__(self) -> None:
        counts = (len(self.accepted_bars), len(self.rejected_bars))
        if counts != (BARS, BARS):
            raise TrafficError(f"The traffic of {self.group_id} has {counts} bars instead of {BARS} each")


@dataclass(frozen=True, slots=True)
class TrafficWindow:
    """From `start` up to, but not at, `end`, in epoch seconds. Only records with log_status OK count."""

    start: int
    end: int
    records: int
    """Of all interfaces, also those without a group."""
    rejected: int
    matches: RuleMatches
    no_inventory: int
    """Accepted records of an interface that no inventory knew."""
    not_filtered: int
    """Accepted records of an interface without groups."""
    unknown_initiator: int
    groups: tuple[GroupTraffic, ...] = ()
    """Sorted by `group_id`."""

    def __post_init__(self) -> None:
        if self.end - self.start != WINDOW_SECONDS:
            raise TrafficError(f"A window from {self.start} to {self.end} is not {WINDOW_SECONDS} s long")


def to_json(window: TrafficWindow) -> bytes:
    """Gzipped, and the same bytes for the same window."""
    content = json.dumps(asdict(window), sort_keys=True, separators=(",", ":"))
    return gzip.compress(content.encode("ascii"), mtime=0)


def from_json(data: bytes) -> TrafficWindow:
    """What `to_json` gave; TrafficError for what an earlier version's did, with other members."""
    try:
        content = json.loads(gzip.decompress(data))
        groups = tuple(_restore_group(group) for group in content["groups"])
        return TrafficWindow(**{**content, "matches": RuleMatches(**content["matches"]), "groups": groups})
    except (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError, AttributeError) as error:
        raise TrafficError(
            f"{len(data)} bytes hold no traffic window; where they were stored, delete them: the next page"
            " counts it anew"
        ) from error


def _restore_group(group: dict[str, Any]) -> GroupTraffic:
    bars = {name: tuple(group[name]) for name in ("accepted_bars", "rejected_bars")}
    return GroupTraffic(**{**group, **bars, "matches": RuleMatches(**group["matches"])})
