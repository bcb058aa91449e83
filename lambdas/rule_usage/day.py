"""One day, summed up whole."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from adapters.log import write_log
from adapters.search_reader import IndexGoneError
from adapters.usage_evidence import GroupRecords, UsageEvidence
from adapters.usage_index import DaySummary
from adapters.usage_tallies import UsageTallies
from domain.usage import UNATTRIBUTED
from domain.usage_day import InterfaceLogs, make_evidence, summarize_rules
from domain.usage_document import to_usage_document
from rule_usage.plan import is_partial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.flow_indices import FlowIndices
    from adapters.search_reader import SearchReader
    from adapters.usage_index import UsageIndex
    from domain.usage import GroupEvidence, Knock, RuleUsage
    from rule_usage.inventories import DayInventories

_NO_RECORDS: Final = GroupRecords(0, dict.fromkeys(UNATTRIBUTED, 0))


@dataclass(frozen=True, slots=True)
class DaySum:
    summary: DaySummary
    documents: int
    """Written; 0 where the day was left as it is."""


@dataclass(frozen=True, slots=True)
class DaySummer:
    reader: SearchReader
    indices: FlowIndices
    index: UsageIndex

    def sum_up(self, day: str, known: DaySummary, inventories: DayInventories) -> DaySum:
        """Documents that the day's flows don't justify any more go last: until then nothing is lost where
        the run ends early."""
        records = self.indices.count(day) or 0
        if is_partial(records, known):
            write_log(
                "warning",
                "a day's usage stays as it is: its flows index has fewer records than it was made of",
                day=day,
                records=records,
                summed_up=known.records,
            )
            return DaySum(known, 0)
        self.index.save_day(day, known._replace(unfinished=known.unfinished + 1))
        ids = self._write_all(day, records, inventories)
        if ids is None:
            write_log("warning", "the flows index was dropped while its day was summed up", day=day)
            return DaySum(known, 0)
        deleted = self.index.delete_others(day, ids, records)
        summary = DaySummary(records)
        self.index.save_day(day, summary)
        write_log("info", "summed up", day=day, records=records, documents=len(ids), deleted=deleted)
        return DaySum(summary, len(ids))

    def _write_all(self, day: str, records: int, inventories: DayInventories) -> set[str] | None:
        """The ids; None where the index went meanwhile, and with it what else they might be."""
        try:
            ids = self._write(day, records, inventories)
        except IndexGoneError:
            return None
        return ids if (self.indices.count(day) or 0) >= records else None

    def _write(self, day: str, records: int, inventories: DayInventories) -> set[str]:
        usages = self._get_usages(day, inventories) if records else iter(())
        ids = self.index.write(map(to_usage_document, usages), records)
        evidence = self._get_evidence(day, inventories, has_records=records > 0)
        return ids | self.index.write(map(to_usage_document, evidence), records)

    def _get_usages(self, day: str, inventories: DayInventories) -> Iterator[RuleUsage]:
        tallies = UsageTallies(self.reader, day)
        records = tallies.count_rules()
        # In the order of their groups: a record's rules are of the groups of one interface.
        directions = {id_: owner.direction for id_, owner in inventories.owners.items() if id_ in records}
        unknown = sorted(records.keys() - directions.keys())
        if unknown:
            write_log(
                "warning",
                "rules that no inventory of the day knows are left out",
                day=day,
                rules=len(unknown),
                examples=unknown[:5],
            )
        totals = {rule_id: records[rule_id].totals for rule_id in directions}
        yield from summarize_rules(
            totals, tallies.get_tallies(records, directions), inventories.owners.get, day
        )

    def _get_evidence(
        self, day: str, inventories: DayInventories, *, has_records: bool
    ) -> Iterator[GroupEvidence]:
        counted = UsageEvidence(self.reader, day)
        logs = counted.get_logs() if has_records else InterfaceLogs(day)
        groups = counted.count_groups() if has_records else {}
        knocks = groupby(counted.get_knocks(groups), key=lambda each: each[0])
        knocked = next(knocks, None)
        for group_id in sorted(inventories.expected.keys() | groups.keys()):
            of_group: Iterator[tuple[str, Knock]] = iter(())
            if knocked is not None and knocked[0] == group_id:
                of_group = knocked[1]
            vpc_id = inventories.vpc_ids.get(group_id)
            if vpc_id is None:
                write_log(
                    "warning", "a group that no inventory knows is left out", day=day, group_id=group_id
                )
            else:
                found = groups.get(group_id, _NO_RECORDS)
                yield make_evidence(
                    *(vpc_id, group_id, day),
                    expected=inventories.expected.get(group_id, {}),
                    logs=logs,
                    records=found.records,
                    unattributed=found.unattributed,
                    knocks=(knock for _, knock in of_group),
                )
            if knocked is not None and knocked[0] == group_id:
                knocked = next(knocks, None)
