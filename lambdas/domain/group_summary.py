"""What the index page shows of the groups' reports: small enough for all groups of all VPCs in one object."""

import gzip
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, get_args

from domain.errors import SgLensError
from domain.report import Attachment, GroupReport, Verdict

_VERDICTS: Final = frozenset(get_args(Verdict))
_ATTACHMENTS: Final = frozenset(get_args(Attachment))


class SummaryError(SgLensError):
    """Stored summaries of reports that can't be read."""


@dataclass(frozen=True, slots=True)
class GroupSummary:
    group_id: str
    made_at: int
    """When the report was made, in epoch seconds."""
    verdicts: Mapping[Verdict, int]
    """Rules by verdict; those that occur."""
    score: int | None
    worth: int
    attachment: Attachment
    changes: int
    """Rules that the proposal changes."""
    vpc_id: str
    revokes: int
    """How many of the changes make no rule in its place."""

    def __post_init__(self) -> None:
        wrong = self.verdicts.keys() - _VERDICTS
        if wrong or self.attachment not in _ATTACHMENTS:
            raise SummaryError(
                f"The summary of {self.group_id} has the verdicts {', '.join(sorted(self.verdicts))} and the "
                f"attachment {self.attachment}, which aren't all known"
            )


def summarize(report: GroupReport) -> GroupSummary:
    changes = report.proposal.changes
    return GroupSummary(
        group_id=report.group.group_id,
        made_at=report.made_at,
        verdicts=report.verdicts(),
        score=report.score,
        worth=report.worth,
        attachment=report.attachment,
        changes=len(changes),
        vpc_id=report.vpc_id,
        revokes=sum(not change.rules for change in changes),
    )


def to_json(summaries: Iterable[GroupSummary]) -> bytes:
    """Gzipped, and the same bytes for the same summaries, in whichever order."""
    rows = [asdict(summary) for summary in sorted(summaries, key=lambda each: each.group_id)]
    content = json.dumps({"groups": rows}, sort_keys=True, separators=(",", ":"))
    return gzip.compress(content.encode("ascii"), mtime=0)


def from_json(data: bytes) -> tuple[GroupSummary, ...]:
    """What `to_json` gave, sorted by `group_id`; SummaryError for anything else."""
    try:
        return tuple(_restore(row) for row in json.loads(gzip.decompress(data))["groups"])
    except (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError, AttributeError) as error:
        raise SummaryError(
            f"{len(data)} bytes hold no summaries of reports; where they were stored, delete them: the next "
            "reports bring them anew"
        ) from error


def _restore(row: dict[str, Any]) -> GroupSummary:
    numbers = [row[name] for name in ("made_at", "worth", "changes", "revokes")] + [*row["verdicts"].values()]
    score = row["score"]
    if not all(isinstance(number, int) for number in [*numbers, 0 if score is None else score]):
        raise TypeError(f"A figure of {row['group_id']} is no whole number")
    return GroupSummary(**row)
