"""What the demo shows of the reports: the verdicts, and the changes worth most."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from local.demo.advice import describe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local.demo.advice import Report
    from local.demo.console import Console
    from local.traffic.comparison import RuleNames

SHOWN: Final = 12


def show_advice(console: Console, reports: Sequence[Report], rule_names: RuleNames) -> None:
    console.headline("Verdicts on rules")
    verdicts = Counter(rule["verdict"] for report in reports for rule in report["rules"])
    console.table(verdicts.most_common())
    console.headline("What to do first, and the bits of width that go")
    changes = [change for report in reports for change in report["proposal"]["changes"]]
    changes.sort(key=lambda change: (-_bits(change), rule_names[change["rule_id"]]))
    console.table(list(_rows(changes[:SHOWN], rule_names)))


def _rows(changes: Sequence[Report], rule_names: RuleNames) -> Iterator[tuple[str, int]]:
    for change in changes:
        instead = ", ".join(describe(rule) for rule in change["rules"]) or "nothing"
        yield f"{rule_names[change['rule_id']]}: {instead}", round(_bits(change))


def _bits(change: Report) -> float:
    bits: float = change["width_before"] - change["width_after"]
    return bits
