"""What was counted in memory as rows of the database."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from domain.usage import UNATTRIBUTED
from domain.usage_day import RuleOwner
from local.analyze.counted import CountedHead
from local.analyze.document_head import AnswerPart, PeerText

MOST: Final = 2**63 - 1
"""The largest integer of the database; whoever has sent more has sent enough."""
_SKIPDATA: Final = "SKIPDATA"

Row = tuple[object, ...]


class RuleNumbers:
    """In the order of group and rule: a group's rules stand together."""

    def __init__(self, owners: Mapping[str, RuleOwner]) -> None:
        rule_ids = sorted(owners, key=lambda rule_id: (owners[rule_id].group_id, rule_id))
        self.by_id: Final = {rule_id: number for number, rule_id in enumerate(rule_ids)}
        self.unknown: Final[Counter[str]] = Counter()
        """Records by the id of a rule that no inventory knows."""
        self._egress: Final = {rule_id for rule_id in rule_ids if owners[rule_id].direction == "egress"}

    def find(self, counted: CountedHead) -> list[tuple[int, bool]]:
        """The numbers of those that it names, and whether they are egress rules."""
        rule_ids = counted.head.answer.rule_ids
        self.unknown.update({id_: counted.records for id_ in rule_ids if id_ not in self.by_id})
        return [(self.by_id[id_], id_ in self._egress) for id_ in rule_ids if id_ in self.by_id]


class PeerNumbers:
    """What documents say of their peers, each once: there are not many more than interfaces."""

    def __init__(self) -> None:
        self.texts: Final[list[PeerText]] = []
        self._numbers: Final[dict[PeerText, int]] = {}

    def number(self, peer: PeerText) -> int:
        number = self._numbers.get(peer)
        if number is None:
            number = self._numbers[peer] = len(self.texts)
            self.texts.append(peer)
        return number


class HeadRows(NamedTuple):
    """Of heads of which more than the number of records is kept; each is numbered."""

    heads: list[Row]
    rules: list[Row]
    """Each with its head's number."""
    groups: list[Row]
    """That were knocked at, likewise."""


def rows_of_heads(
    day: int, heads: Sequence[tuple[int, CountedHead]], rules: RuleNumbers, peers: PeerNumbers
) -> HeadRows:
    rows = HeadRows([], [], [])
    for number, counted in heads:
        head = counted.head
        peer = peers.number(head.flow.peer)
        key = day, head.flow.protocol, head.interface.interface_id, peer
        rows.heads.append((number, *key, _kind(head.answer), head.answer.direction))
        if head.is_use:
            rows.rules.extend((number, *rule) for rule in rules.find(counted))
        else:
            rows.groups.extend((number, group_id) for group_id in head.interface.group_ids)
    return rows


def rows_of_buckets(heads: Iterable[tuple[int, CountedHead]]) -> Iterator[Row]:
    for number, counted in heads:
        for addr, port, peer_port, counts in counted.buckets():
            records, packets, size, first, last = counts
            yield number, addr, port, peer_port, records, min(packets, MOST), min(size, MOST), first, last


def _kind(answer: AnswerPart) -> str:
    """`response`, `unknown` (who began), or what `rule_match` says of a request."""
    if answer.is_response:
        return "response"
    return "unknown" if answer.is_response is None else answer.rule_match or ""


def rows_of_logs(day: int, heads: Iterable[CountedHead]) -> Iterator[Row]:
    hours: dict[str, int] = {}
    skipdata: Counter[str] = Counter()
    for counted in heads:
        interface_id = counted.head.interface.interface_id
        if interface_id is not None:
            is_lost = counted.head.flow.log_status == _SKIPDATA
            hours[interface_id] = hours.get(interface_id, 0) | (0 if is_lost else counted.hours)
            skipdata[interface_id] += counted.records if is_lost else 0
    return ((interface_id, day, bits, skipdata[interface_id]) for interface_id, bits in hours.items())


def rows_of_group_days(day: int, heads: Iterable[CountedHead]) -> Iterator[Row]:
    records: Counter[str] = Counter()
    unattributed: Counter[tuple[str, str]] = Counter()
    for counted in heads:
        if counted.head.flow.log_status == "OK":
            reasons = counted.head.unattributed
            for group_id in counted.head.interface.group_ids:
                records[group_id] += counted.records
                for reason in reasons:
                    unattributed[group_id, reason] += counted.records
    for group_id, count in records.items():
        yield (group_id, day, count, *(unattributed[group_id, reason] for reason in UNATTRIBUTED))
