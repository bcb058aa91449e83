"""What was counted in memory as rows of the database."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Final, Generic, TypeVar

from domain.usage import UNATTRIBUTED
from domain.usage_day import RuleOwner
from local.analyze.counted import CountedHead
from local.analyze.document_head import AnswerPart, PeerText

T = TypeVar("T", bound=Hashable)

MOST: Final = 2**63 - 1
"""The largest integer of the database; whoever has sent more has sent enough."""
_SKIPDATA: Final = "SKIPDATA"

Row = tuple[object, ...]


class Numbers(Generic[T]):
    """What many heads have in common, each once."""

    def __init__(self) -> None:
        self.known: Final[list[T]] = []
        """By number."""
        self._numbers: Final[dict[T, int]] = {}

    def number(self, value: T) -> int:
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = len(self.known)
            self.known.append(value)
        return number


class RuleNumbers:
    """In the order of group and rule: a group's rules stand together."""

    def __init__(self, owners: Mapping[str, RuleOwner]) -> None:
        rule_ids = sorted(owners, key=lambda rule_id: (owners[rule_id].group_id, rule_id))
        self.by_id: Final = {rule_id: number for number, rule_id in enumerate(rule_ids)}
        self.unknown: Final[Counter[str]] = Counter()
        """Records by the id of a rule that no inventory knows."""
        self._egress: Final = {rule_id for rule_id in rule_ids if owners[rule_id].direction == "egress"}

    def rows(self, number: int, rule_ids: tuple[str, ...]) -> Iterator[Row]:
        """Of those that are known, with the number that they have together."""
        for rule_id in rule_ids:
            if rule_id in self.by_id:
                yield number, self.by_id[rule_id], rule_id in self._egress

    def count_unknown(self, heads: Iterable[CountedHead]) -> None:
        for counted in heads:
            for rule_id in counted.head.answer.rule_ids:
                if rule_id not in self.by_id:
                    self.unknown[rule_id] += counted.records


class HeadNumbers:
    """What the rows of heads refer to."""

    def __init__(self) -> None:
        self.peers: Final[Numbers[PeerText]] = Numbers()
        self.rule_ids: Final[Numbers[tuple[str, ...]]] = Numbers()
        """Of all rules that a record is a use of."""
        self.group_ids: Final[Numbers[tuple[str, ...]]] = Numbers()
        """Of all groups that were knocked at."""


def number_of_day(day: str) -> int:
    """`day` is YYYY-MM-DD."""
    return int(day.replace("-", ""))


def rows_of_heads(heads: Iterable[tuple[int, CountedHead]], numbers: HeadNumbers) -> Iterator[Row]:
    for number, counted in heads:
        interface, flow, answer = head = counted.head
        is_use = head.is_use
        rule_set = numbers.rule_ids.number(answer.rule_ids) if is_use else None
        group_set = None if is_use else numbers.group_ids.number(interface.group_ids)
        key = number, number_of_day(counted.day), flow.protocol, interface.interface_id
        sums = min(counted.packets, MOST), min(counted.bytes, MOST), counted.first, counted.last
        yield *key, _kind(answer), answer.direction, rule_set, group_set, *sums


def rows_of_buckets(heads: Iterable[tuple[int, CountedHead]]) -> Iterator[Row]:
    for number, counted in heads:
        for key, counts in counted.counts.items():
            yield number, *key, *counts


def _kind(answer: AnswerPart) -> str:
    """`response`, `unknown` (who began), or what `rule_match` says of a request."""
    if answer.is_response:
        return "response"
    return "unknown" if answer.is_response is None else answer.rule_match or ""


def rows_of_logs(heads: Iterable[CountedHead]) -> Iterator[Row]:
    hours: dict[tuple[str, str], int] = {}
    skipdata: Counter[tuple[str, str]] = Counter()
    for counted in heads:
        interface_id = counted.head.interface.interface_id
        if interface_id is not None:
            key = interface_id, counted.day
            is_lost = counted.head.flow.log_status == _SKIPDATA
            hours[key] = hours.get(key, 0) | (0 if is_lost else counted.hours)
            skipdata[key] += counted.records if is_lost else 0
    return ((key[0], number_of_day(key[1]), bits, skipdata[key]) for key, bits in hours.items())


def rows_of_group_days(heads: Iterable[CountedHead]) -> Iterator[Row]:
    records: Counter[tuple[str, str]] = Counter()
    unattributed: Counter[tuple[str, str, str]] = Counter()
    for counted in heads:
        if counted.head.flow.log_status == "OK":
            reasons = counted.head.unattributed
            for group_id in counted.head.interface.group_ids:
                records[group_id, counted.day] += counted.records
                for reason in reasons:
                    unattributed[group_id, counted.day, reason] += counted.records
    for (group_id, day), count in records.items():
        reasons_ = (unattributed[group_id, day, reason] for reason in UNATTRIBUTED)
        yield group_id, number_of_day(day), count, *reasons_
