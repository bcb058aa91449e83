"""One day, summed up whole: by one run, or by several that go on where the one before ended."""

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
from domain.usage_document import rule_document_id, to_usage_document
from rule_usage.plan import is_partial
from rule_usage.rule_batches import RuleBatches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from adapters.flow_indices import FlowIndices
    from adapters.search_reader import SearchReader
    from adapters.usage_index import UsageIndex
    from adapters.usage_tallies import RuleRecords
    from domain.usage import GroupEvidence, Knock
    from rule_usage.inventories import DayInventories

BATCH_REQUESTS: Final = 100_000
"""Records of requests whose rules are summed up before it is noted that they are."""
_NO_RECORDS: Final = GroupRecords(0, dict.fromkeys(UNATTRIBUTED, 0))


@dataclass(frozen=True, slots=True)
class DaySum:
    summary: DaySummary
    documents: int
    """Of the day; 0 where it was left as it is."""


@dataclass(frozen=True, slots=True)
class DaySummer:
    reader: SearchReader
    indices: FlowIndices
    index: UsageIndex
    batch_requests: int = BATCH_REQUESTS

    def sum_up(self, day: str, known: DaySummary, inventories: DayInventories, *, is_over: bool) -> DaySum:
        """Documents that the day's flows don't justify any more go last: until then nothing is lost where
        the run ends early.

        Where several runs were needed, the day counts as summed up with the records that the first of them
        met: if more have come since, it is due again.
        """
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
        begun_with = records if known.begun_with is None else min(known.begun_with, records)
        begun = known._replace(unfinished=known.unfinished + 1, begun_with=begun_with)
        self.index.save_day(day, begun)
        ids = self._write_all(day, records, begun, inventories)
        if ids is None:
            write_log("warning", "the flows index was dropped while its day was summed up", day=day)
            return DaySum(known, 0)
        deleted = self.index.delete_others(day, ids, records)
        summary = DaySummary(begun_with, is_over=is_over)
        self.index.save_day(day, summary)
        write_log("info", "summed up", day=day, records=begun_with, documents=len(ids), deleted=deleted)
        return DaySum(summary, len(ids))

    def _write_all(
        self, day: str, records: int, begun: DaySummary, inventories: DayInventories
    ) -> set[str] | None:
        """The ids of the day's documents; None where the index went meanwhile, and with it what else they
        might be."""
        try:
            ids = self._write_rules(day, records, begun, inventories) if records else set()
            evidence = self._get_evidence(day, inventories, has_records=records > 0)
            ids |= self.index.write(map(to_usage_document, evidence), records)
        except IndexGoneError:
            return None
        return ids if (self.indices.count(day) or 0) >= records else None

    def _write_rules(
        self, day: str, records: int, begun: DaySummary, inventories: DayInventories
    ) -> set[str]:
        tallies = UsageTallies(self.reader, day)
        counted = tallies.count_rules()
        _log_unknown(day, counted, inventories)
        batches = RuleBatches(counted, inventories.owners, self.batch_requests)
        for batch in batches.after(begun.done_to):
            totals = {rule_id: counted[rule_id].totals for rule_id in batch.directions}
            found = tallies.get_tallies(counted, batch.directions)
            usages = summarize_rules(totals, found, inventories.owners.get, day)
            self.index.write(map(to_usage_document, usages), records)
            if not batch.is_last:
                self.index.save_day(day, begun._replace(done_to=batch.end))
        owners = inventories.owners
        return {rule_document_id(owners[id_].vpc_id, day, id_) for id_ in counted if id_ in owners}

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


def _log_unknown(day: str, counted: Mapping[str, RuleRecords], inventories: DayInventories) -> None:
    unknown = sorted(counted.keys() - inventories.owners.keys())
    if unknown:
        write_log(
            "warning",
            "rules that no inventory of the day knows are left out",
            day=day,
            rules=len(unknown),
            examples=unknown[:5],
        )
