"""What is counted of documents, as long as it is in memory."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from local.analyze.document_head import Asked, DocumentHead

_SECONDS_OF_HOUR: Final = 3_600
_HOURS: Final = 24

# Which records of a head are counted together. Plain numbers, which millions of records ask for.
ONLY_RECORDS: Final = 0
"""All of them: nothing but their number matters."""
BY_PEER: Final = 1
BY_SERVICE: Final = 2
"""By peer and by the port that was asked."""
BY_BOTH_PORTS: Final = 3

# Members of a document as they stand in it.
LOCAL_PORT: Final = '"local_port":'
PEER_ADDR: Final = '"peer_addr":"'
PEER_PORT: Final = '"peer_port":'
SERVICE_PORT: Final = '"service_port":'
CLOSING: Final = "}\n"

TextKey = str | tuple[str, str] | tuple[str, str, str]
"""The peer's address, with the port that was asked, or between both ports: as they stand in the document, the
last one with CLOSING where it is the last member there."""
Key = TextKey | tuple[str, int | None, int | None]
"""Or what they mean: address, port that was asked or the interface's own, peer's port."""
Counts = list[int]
"""Records, packets, bytes, first and last start (epoch seconds). The quickest there is to make and change."""


class Bucket(NamedTuple):
    peer_addr: str
    port: int | None
    """The one that was asked; of the interface, where nobody knows who began."""
    peer_port: int | None
    """Only where nobody knows who began."""
    counts: Counts


class CountedHead:
    """Documents of one day that begin with the same text."""

    __slots__ = ("counts", "head", "hour_end", "hour_start", "hours", "midnight", "records", "way")

    def __init__(self, head: DocumentHead, midnight: int) -> None:
        self.head: Final = head
        self.midnight: Final = midnight
        self.way: Final = _choose_way(head)
        self.counts: Final[dict[Key, Counts]] = {}
        self.records = 0
        self.hours = 0
        """Of the day, those in which a record starts, as bits."""
        self.hour_start = self.hour_end = 0
        """The hour that was seen last, in epoch seconds."""

    def see_hour(self, start: int) -> None:
        hour = (start - self.midnight) // _SECONDS_OF_HOUR
        self.hour_start = self.midnight + hour * _SECONDS_OF_HOUR
        self.hour_end = self.hour_start + _SECONDS_OF_HOUR
        if 0 <= hour < _HOURS:
            self.hours |= 1 << hour

    def buckets(self) -> Iterator[Bucket]:
        """Some may be of the same peer and ports."""
        service_port = self.head.answer.service_port
        for key, counts in self.counts.items():
            if isinstance(key, str):
                yield Bucket(_read_addr(key), service_port, None, counts)
            elif len(key) == 2:
                yield Bucket(_read_addr(key[0]), _read_port(key[1], SERVICE_PORT), None, counts)
            elif isinstance(key[1], str):
                ports = _read_port(str(key[0]), LOCAL_PORT), _read_port(str(key[2]), PEER_PORT)
                yield Bucket(_read_addr(key[1]), *ports, counts)
            else:
                yield Bucket(key[0], key[1], int(key[2]) if key[2] is not None else None, counts)


def _choose_way(head: DocumentHead) -> int:
    is_use = head.is_use
    if not (is_use or head.is_knock):
        return ONLY_RECORDS
    if head.asked is Asked.EITHER:
        return BY_BOTH_PORTS if is_use else BY_PEER
    return BY_SERVICE if head.asked is Asked.SERVICE and head.answer.service_port is None else BY_PEER


def _read_addr(member: str) -> str:
    return member.removesuffix(CLOSING)[len(PEER_ADDR) : -1]


def _read_port(member: str, name: str) -> int:
    return int(member.removesuffix(CLOSING)[len(name) :])
