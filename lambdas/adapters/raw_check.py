from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from adapters.flow_indices import flows_index
from adapters.search_reader import SearchReader
from adapters.usage_tallies import UsageTallies
from domain.usage_window import window_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from adapters.flows_index import Pace
    from adapters.search_reader import Json
    from domain.inventory import Direction
    from domain.usage import Tally
    from domain.vpc_state import VpcState

_EVERY_DAY = "*"


@dataclass(frozen=True, slots=True)
class RawCheck:
    """The flow records themselves, while they last: a proposal is replayed over them besides, since they know
    each peer where usage documents are capped. Fits `domain.replay.RawFlows`.
    """

    reader: SearchReader
    directions: Mapping[str, Direction]
    """Of the rules in force, by id."""
    days: Sequence[str]
    """YYYY-MM-DD; as usage counts them, by the records' ends: a record of the first may start before it."""
    reserved_seconds: float = 0.0
    """Of the time that is left, for what comes afterwards."""

    @classmethod
    def of_vpc(cls, reader: SearchReader, state: VpcState, since: int, reserved_seconds: float) -> Self:
        """Of the days that the window touches, which begins at `since` (epoch seconds)."""
        rules = (rule for of_group in state.rules.values() for rule in of_group)
        directions = {rule.rule_id: rule.direction for rule in rules}
        return cls(reader, directions, window_days(since, state.now), reserved_seconds)

    def tallies(self, group_id: str, rule_ids: Sequence[str]) -> Iterator[Tally]:  # noqa: ARG002 - the rules are enough
        """Raises what SearchReader does."""
        filters: Sequence[Json] = (
            {"terms": {"_index": [flows_index(day) for day in self.days]}},
            {"terms": {"rule_ids": list(rule_ids)}},
        )
        reader = _FilteringReader(self.reader.client, self._pace(), filters)
        tallies = UsageTallies(reader, _EVERY_DAY)
        records = tallies.count_rules()
        directions = {id_: self.directions[id_] for id_ in rule_ids if id_ in records}
        return tallies.get_tallies(records, directions)

    def _pace(self) -> Pace:
        pace = self.reader.pace
        return replace(pace, remaining=lambda: pace.remaining() - self.reserved_seconds)


@dataclass(frozen=True, slots=True)
class _FilteringReader(SearchReader):
    """Asks for what meets `filters` too, so that one rule's records are found as a day's are."""

    filters: Sequence[Json]

    def search(self, index: str, body: Mapping[str, Any]) -> Json:
        query = {"bool": {"filter": [body["query"], *self.filters]}}
        # Without super(), which a class with slots of its own doesn't find.
        return SearchReader.search(self, index, {**body, "query": query})
