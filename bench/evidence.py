"""Who began, by which evidence, and how often that is right: `python -m bench.evidence`.

The sample VPC's day, whose truth is known to the generator of its traffic, read by SG Lens's own code.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "lambdas"))

from local.traffic.evidence import EvidenceTable
from local.traffic.generate import generate
from local.traffic.lines import ALL_FIELDS, fields_of_version
from tests.local.sample.in_moto import NOON, make_sample
from tests.local.traffic.sample_documents import (
    Told,
    read_day,
    read_each_by_itself,
    rule_names,
)

SEED = 7
DAY = 86_400
VERSION_2 = fields_of_version(2)


def main() -> None:
    sample = make_sample().sample
    rich = generate(sample, SEED, NOON, NOON + DAY)
    plain = generate(sample, SEED, NOON, NOON + DAY, fields=VERSION_2)
    show("All fields of versions 2 to 5", read_day(rich, ALL_FIELDS))
    show("The same, each record by itself: nothing is paired", read_each_by_itself(rich, ALL_FIELDS))
    show("The default format, version 2", read_day(plain, VERSION_2))


def show(title: str, told: Iterable[Told]) -> None:
    table = EvidenceTable.count(told, rule_names())
    print(f"\n{title}\n\n| protocol | evidence | records | share | right |\n|---|---|---|---|---|")
    for row in table.rows:
        right = "unknown" if row.evidence == "unknown" else f"{row.right / row.records:.2%}"
        print(f"| {row.protocol} | {row.evidence} | {row.records:,} | {row.share:.1%} | {right} |")
    print(f"\nunknown: {table.unknown}")


if __name__ == "__main__":
    main()
