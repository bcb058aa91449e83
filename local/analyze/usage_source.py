"""What used the rules of a VPC, from the counts in the database: as rule_usage keeps it in its index."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.usage import GroupEvidence, RuleUsage, Tally
from domain.usage_day import RuleOwner, make_evidence, summarize_rule
from domain.usage_document import from_usage_document, to_usage_document
from local.analyze.tally_store import TallyStore


@dataclass(frozen=True, slots=True)
class StoredUsage:
    """Fits `advise.UsageSource` and `replay.RawFlows`. One group's is in memory at a time, and of what it is
    made of only what its caps leave."""

    store: TallyStore
    vpc_id: str
    days: Sequence[str]
    """Of the window, YYYY-MM-DD, in their order."""
    rules: Mapping[str, Mapping[str, RuleOwner]]
    """By group id and rule id, both sorted; a group of the VPC may have none."""

    def sum_up(self) -> Iterator[str]:
        """Once, before it is asked for; gives the group that is done."""
        for group_id in self.rules:
            found: list[RuleUsage | GroupEvidence] = [*self._usages(group_id), *self._evidence(group_id)]
            documents = (json.dumps(to_usage_document(usage)[1]) for usage in found)
            self.store.add_documents(self.vpc_id, group_id, documents)
            yield group_id

    def groups(self) -> Iterator[tuple[str, Sequence[RuleUsage], Sequence[GroupEvidence]]]:
        """In the order of the index: by group, the rules' usage by rule and day, the evidence by day."""
        for group_id in self.rules:
            usages, evidence = self.of_group(group_id)
            if usages or evidence:
                yield group_id, usages, evidence

    def of_group(self, group_id: str) -> tuple[Sequence[RuleUsage], Sequence[GroupEvidence]]:
        usages: list[RuleUsage] = []
        evidence: list[GroupEvidence] = []
        for document in self.store.documents(self.vpc_id, group_id):
            usage = from_usage_document(json.loads(document))
            if isinstance(usage, RuleUsage):
                usages.append(usage)
            else:
                evidence.append(usage)
        return usages, evidence

    def tallies(self, group_id: str, rule_ids: Sequence[str]) -> Iterator[Tally]:  # noqa: ARG002 - the rules are enough
        """Uncapped: every record counts."""
        for rule_id in rule_ids:
            for day in self._days_of(rule_id):
                yield from self.store.tallies(rule_id, day)

    def _usages(self, group_id: str) -> Iterator[RuleUsage]:
        for rule_id, owner in self.rules[group_id].items():
            for day in self._days_of(rule_id):
                totals = self.store.get_totals(rule_id, day)
                yield summarize_rule(totals, self.store.tallies(rule_id, day), owner, day)

    def _days_of(self, rule_id: str) -> list[str]:
        within = frozenset(self.days)
        return [day for day in self.store.days_of_rule(rule_id) if day in within]

    def _evidence(self, group_id: str) -> Iterator[GroupEvidence]:
        for day in self.days:
            expected = self.store.get_expected(group_id, day)
            found = self.store.get_records(group_id, day)
            if expected or found.records:
                yield make_evidence(
                    *(self.vpc_id, group_id, day),
                    expected=expected,
                    logs=self.store.get_logs(day, expected),
                    records=found.records,
                    unattributed=found.unattributed,
                    knocks=self.store.knocks(group_id, day),
                )
