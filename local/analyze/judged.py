"""What came out of judging the rules, as the summary and the exit code need it."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from domain.report import GroupReport, Replay, Verdict
from local.analyze.advice import Advice


@dataclass(slots=True)
class Judged:
    advice: Advice
    fail_on: Collection[Verdict] = ()
    groups: int = 0
    changes: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    """Rules with a verdict of `fail_on`, as text; those that a tag protects are none of them."""
    records_outside: int = 0
    """Of days that the window doesn't touch."""
    unknown_rules: Collection[str] = ()
    """Named by records, but by no inventory."""
    replay: Replay | None = None
    """Of a person's own rules."""

    @property
    def has_failed(self) -> bool:
        return bool(self.failed or (self.replay and self.replay.refused))

    def add(self, report: GroupReport) -> None:
        self.groups += 1
        self.changes += len(report.proposal.changes)
        for each in report.rules:
            self.verdicts[each.verdict] += 1
            if each.verdict in self.fail_on and each.keep_reason is None:
                group, rule = report.group, each.rule
                self.failed.append(
                    f"{group.group_id} ({group.group_name}) {rule.direction} {rule.rule_id}: {each.verdict}"
                )
