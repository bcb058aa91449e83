"""Documents counted by what the use of a rule is made of: quickly, and in so much memory as a limit says.

A document's head is text that many share, so each is decoded once; of the rest only what is counted is cut
out. Whatever looks otherwise than expected is decoded as the JSON that it is.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from domain.flow_document import index_of_day
from domain.usage_day import midnight as find_midnight
from local.analyze.counted import (
    BY_BOTH_PORTS,
    BY_SERVICE,
    CLOSING,
    LOCAL_PORT,
    PEER_ADDR,
    PEER_PORT,
    SERVICE_PORT,
    CountedHead,
    TextKey,
)
from local.analyze.document_head import DocumentHeads
from local.analyze.tally_store import TallyStore

MAX_KEYS: Final = 250_000
"""Kept in memory, at some 400 bytes each; then they are written away."""
_KEYS_OF_HEAD: Final = 4
"""It takes the memory of so many."""

_INDEX: Final = len('{"create":{"_index":"')
_DAY: Final = slice(_INDEX + len("flows-"), _INDEX + len(index_of_day(0)))
_TIME: Final = ',"@timestamp":'
_TIME_LENGTH: Final = len(_TIME)
# What stands behind the head, in the order of domain.flow_document, cut at its commas.
_BYTES_NAME: Final = '"bytes":'
_BYTES: Final = len(_BYTES_NAME)
_PACKETS: Final = len('"packets":')
_END: Final = '"end":'
_END_LENGTH: Final = len('"end":1795521660')


class Tallies:
    """`initiator_evidence` counts the records that have one."""

    def __init__(self, store: TallyStore, max_keys: int = MAX_KEYS) -> None:
        self.initiator_evidence: Final[Counter[str]] = Counter()
        self._store: Final = store
        self._max_keys: Final = max_keys
        self._days: Final[dict[str, dict[str, CountedHead]]] = {}
        """By day, as the index has it, and by the head's text."""
        self._heads: Final = DocumentHeads()
        self._midnights: Final[dict[str, int]] = {}
        self._day = ""
        self._of_day: dict[str, CountedHead] = {}
        self._records: Final[Counter[str]] = Counter()
        self._keys = 0
        self._end_text = ""
        self._latest_end = 0

    @property
    def latest_end(self) -> int:
        """Of all records, in epoch seconds: where one has no end, its start."""
        return max(self._latest_end, int(self._end_text[len(_END) :] or 0))

    def add(self, lines: Sequence[str]) -> None:
        """As FlowReading has them."""
        end_text = self._end_text
        for line in lines:
            cut = line.index(_TIME)
            counted = self._find_head(line, cut)
            parts = line[cut + _TIME_LENGTH :].split(",")
            try:
                start = int(parts[0])
                if parts[1] > end_text or len(parts[1]) != _END_LENGTH:
                    end_text = self._see_end(parts[1], end_text)
                if counted.way:
                    self._take(counted, parts, start)
            except (ValueError, IndexError):
                self._take_slowly(counted, line[cut + 1 :])
            else:
                counted.records += 1
                if not counted.hour_start <= start < counted.hour_end:
                    counted.see_hour(start)
        self._end_text = end_text
        if self._keys > self._max_keys:
            self.flush()

    @property
    def kept_keys(self) -> int:
        """In memory."""
        return self._keys

    def count_records_outside(self, days: Collection[str]) -> int:
        """Of other days, as the index files them."""
        return sum(count for day, count in self._records.items() if day not in days)

    def flush(self) -> None:
        """Also when all are added."""
        for index_day, heads in self._days.items():
            day = index_day.replace(".", "-")
            self._store.add(day, heads.values())
            self._count(day, heads.values())
        self._days.clear()
        self._day = ""
        self._keys = 0

    def _count(self, day: str, heads: Iterable[CountedHead]) -> None:
        for counted in heads:
            self._records[day] += counted.records
            evidence = counted.head.answer.initiator_evidence
            if evidence is not None:
                self.initiator_evidence[evidence] += counted.records

    def _find_head(self, line: str, cut: int) -> CountedHead:
        if line[_DAY] != self._day:
            self._day = line[_DAY]
            self._of_day = self._days.setdefault(self._day, {})
        text = line[line.index("\n") + 1 : cut]
        return self._of_day.get(text) or self._add_head(text)

    def _add_head(self, text: str) -> CountedHead:
        self._keys += _KEYS_OF_HEAD
        midnight = self._midnights.get(self._day)
        if midnight is None:
            midnight = self._midnights[self._day] = find_midnight(self._day.replace(".", "-"))
        counted = self._of_day[text] = CountedHead(self._heads.parse(text), midnight)
        return counted

    def _take(self, counted: CountedHead, parts: Sequence[str], start: int) -> None:
        """ValueError or IndexError, and nothing is counted, where the members are others than usual.

        That the peer's address stands at its place, which a key that is known proves, and bytes at theirs,
        which `int` does, is enough: only so many members can come before each of them.
        """
        packets, size = int(parts[6][_PACKETS:]), int(parts[7][_BYTES:])
        at = 11 if parts[8][1] == "t" else 10
        way = counted.way
        key: TextKey = parts[at]
        if way == BY_SERVICE:
            key = parts[at], parts[-1]
        elif way == BY_BOTH_PORTS:
            key = parts[at - 1], parts[at], parts[at + 1]
        counts = counted.counts.get(key)
        if counts is None:
            _check(way, parts, at)
            self._keys += 1
            counted.counts[key] = [1, packets, size, start, start]
            return
        counts[0] += 1
        counts[1] += packets
        counts[2] += size
        if start < counts[3]:
            counts[3] = start
        elif start > counts[4]:
            counts[4] = start

    def _take_slowly(self, counted: CountedHead, members: str) -> None:
        document: dict[str, Any] = json.loads(f"{{{members}")
        start = document["@timestamp"]
        counted.records += 1
        counted.see_hour(start)
        self._latest_end = max(self._latest_end, document.get("end", start))
        if counted.way and "peer_addr" in document:
            key = _make_key(counted, document)
            packets, size = document.get("packets", 0), document.get("bytes", 0)
            counts = counted.counts.get(key)
            if counts is None:
                self._keys += 1
                counts = counted.counts[key] = [0, 0, 0, start, start]
            counts[:3] = counts[0] + 1, counts[1] + packets, counts[2] + size
            counts[3:] = min(counts[3], start), max(counts[4], start)

    def _see_end(self, text: str, latest: str) -> str:
        """Ends of ten digits are compared as the text that they are."""
        if not text.startswith(_END):
            raise ValueError(text)
        text = text.removesuffix(CLOSING)
        if len(text) == _END_LENGTH:
            return max(text, latest)
        self._latest_end = max(self._latest_end, int(text[len(_END) :]))
        return latest


def _check(way: int, parts: Sequence[str], at: int) -> None:
    """ValueError where a new key would not be what it is taken for."""
    is_usual = parts[7].startswith(_BYTES_NAME) and parts[at].startswith(PEER_ADDR)
    if way == BY_SERVICE:
        is_usual = is_usual and parts[-1].startswith(SERVICE_PORT)
    elif way == BY_BOTH_PORTS:
        is_usual = is_usual and parts[at - 1].startswith(LOCAL_PORT) and parts[at + 1].startswith(PEER_PORT)
    if not is_usual:
        raise ValueError(parts)


def _make_key(counted: CountedHead, document: dict[str, Any]) -> tuple[str, int | None, int | None]:
    port, peer_port = counted.head.answer.service_port, None
    if counted.way == BY_SERVICE:
        port = document.get("service_port")
    elif counted.way == BY_BOTH_PORTS:
        port, peer_port = document.get("local_port"), document.get("peer_port")
    return document["peer_addr"], port, peer_port
