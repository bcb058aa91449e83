"""Flows counted by what the use of a rule is made of: quickly, and in so much memory as a limit says."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from domain.attributed_flow import PlainFlow, QuickRow
from domain.flow_texts import AnswerText
from domain.usage_day import midnight as find_midnight
from local.analyze.counted import CountedHead, Key
from local.analyze.document_head import DocumentHead, DocumentHeads, parse_peer, read_head, read_peer
from local.analyze.tally_store import TallyStore

MAX_KEYS: Final = 125_000
"""Kept in memory, at some 300 bytes each; then they are written away."""
_KEYS_OF_HEAD: Final = 4
"""It takes the memory of so many."""
_NOTHING_TO_RENDER: Final = ""


class Tallies:
    """Takes what a FlowReader gives. `initiator_evidence` counts the records that have one."""

    def __init__(self, store: TallyStore, max_keys: int = MAX_KEYS) -> None:
        self.initiator_evidence: Final[Counter[str]] = Counter()
        self._store: Final = store
        self._max_keys: Final = max_keys
        self._heads: Final[dict[tuple[object, ...], CountedHead]] = {}
        """By the name of the index, and by all that a head says."""
        self._peers: Final[dict[str, int]] = {}
        """By text: numbers of what is said of a peer."""
        self._parsed: Final = DocumentHeads()
        self._midnights: Final[dict[str, int]] = {}
        self._records: Final[Counter[str]] = Counter()
        self._keys = 0
        self._end_text = ""
        self._latest_end = 0

    @property
    def latest_end(self) -> int:
        """Of all records, in epoch seconds: where one has no end, its start."""
        return max(self._latest_end, int(self._end_text or 0))

    def begin_batch(self, event_ids: Sequence[str]) -> Sequence[str]:
        """No more is kept in memory than the limit and one batch."""
        if self._keys > self._max_keys:
            self.flush()
        return event_ids

    def take(self, row: QuickRow, answer: AnswerText, _identity: str) -> str:
        _, place, texts, values, sides, _, _ = row
        _, _, srcport, dstport, packets, size, start_text, end, _, _, _ = values
        interface, kind, peer_text = texts
        head_key = (place.index_name, interface, kind, answer.text)
        counted = self._heads.get(head_key)
        if counted is None:
            head = self._parsed.parse(interface, kind, answer.text)
            counted = self._heads[head_key] = self._make_head(head, place.index_name)
        start = int(start_text)
        counted.records += 1
        if not counted.hour_start <= start < counted.hour_end:
            counted.see_hour(start)
        # All have ten digits.
        self._end_text = max(self._end_text, end)
        if counted.is_counted:
            counted.sum_up(start, int(packets), int(size))
        if counted.is_by_peer:
            _, addr, port, peer_port = sides
            peer = self._peers.get(peer_text)
            if peer is None:
                peer = self._peers[peer_text] = self._store.number_peer(parse_peer(peer_text))
            if answer.server is not None:
                key: Key = (peer, addr, srcport if answer.server == "source" else dstport, None)
            else:
                key = (peer, addr, port, peer_port) if counted.has_both_ports else (peer, addr, None, None)
            self._add(counted, key, start)
        return _NOTHING_TO_RENDER

    def take_plainly(self, flow: PlainFlow) -> str:
        document: Mapping[str, Any] = flow.document
        head = read_head(document)
        head_key = (flow.index_name, head)
        counted = self._heads.get(head_key)
        if counted is None:
            counted = self._heads[head_key] = self._make_head(head, flow.index_name)
        start = document["@timestamp"]
        counted.records += 1
        counted.see_hour(start)
        self._latest_end = max(self._latest_end, document.get("end", start))
        if counted.is_counted and "peer_addr" in document:
            counted.sum_up(start, document.get("packets", 0), document.get("bytes", 0))
            if counted.is_by_peer:
                peer = self._store.number_peer(read_peer(document))
                self._add(
                    counted, (peer, *_find_ends(document, has_both_ports=counted.has_both_ports)), start
                )
        return _NOTHING_TO_RENDER

    def count_records_outside(self, days: Collection[str]) -> int:
        """Of other days, as the index files them."""
        return sum(count for day, count in self._records.items() if day not in days)

    def flush(self) -> None:
        """Also when all are taken."""
        for counted in self._heads.values():
            self._records[counted.day] += counted.records
            evidence = counted.head.answer.initiator_evidence
            if evidence is not None:
                self.initiator_evidence[evidence] += counted.records
        self._store.add(self._heads.values())
        self._heads.clear()
        self._keys = 0

    def _make_head(self, head: DocumentHead, index_name: str) -> CountedHead:
        self._keys += _KEYS_OF_HEAD
        day = index_name.removeprefix("flows-").replace(".", "-")
        midnight = self._midnights.get(day)
        if midnight is None:
            midnight = self._midnights[day] = find_midnight(day)
        return CountedHead(head, day, midnight)

    def _add(self, counted: CountedHead, key: Key, start: int) -> None:
        counts = counted.counts.get(key)
        if counts is None:
            self._keys += 1
            counted.counts[key] = [1, start]
            return
        counts[0] += 1
        counts[1] = max(counts[1], start)


def _find_ends(document: Mapping[str, Any], *, has_both_ports: bool) -> tuple[str, str | None, str | None]:
    ports = ("local_port", "peer_port") if has_both_ports else ("service_port", "")
    port, peer_port = (str(document[name]) if name in document else None for name in ports)
    return document["peer_addr"], port, peer_port
