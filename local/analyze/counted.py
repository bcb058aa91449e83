"""What is counted of flows, as long as it is in memory."""

from typing import Final

from local.analyze.document_head import Asked, DocumentHead

_SECONDS_OF_HOUR: Final = 3_600
_HOURS: Final = 24
NEVER: Final = 2**63 - 1
"""Later than any start."""

Key = tuple[int, str, str | None, str | None]
"""Number of the peer's description, its address; port that was asked, or of the interface, where nobody knows
who began; peer's port, only then. As texts, which is what most of them come as."""
Counts = list[int]
"""Records and their last start (epoch seconds). The quickest there is to make and change."""


class CountedHead:
    """Flows of one day that agree in what a head says."""

    __slots__ = (
        *("bytes", "counts", "day", "first", "has_both_ports", "head", "hour_end", "hour_start", "hours"),
        *("is_by_peer", "is_counted", "last", "midnight", "packets", "records"),
    )

    def __init__(self, head: DocumentHead, day: str, midnight: int) -> None:
        self.head: Final = head
        self.day: Final = day
        """YYYY-MM-DD"""
        self.midnight: Final = midnight
        self.is_counted: Final = head.is_use or head.is_knock
        """Else nothing but the number of records matters."""
        self.is_by_peer: Final = self.is_counted and not (head.is_use and head.answer.is_response)
        """Nobody asks whom an answer went to."""
        self.has_both_ports: Final = head.is_use and head.asked is Asked.EITHER
        self.counts: Final[dict[Key, Counts]] = {}
        self.records = 0
        self.packets = 0
        """Like bytes and both starts, of what was summed up."""
        self.bytes = 0
        self.first, self.last = NEVER, -1
        self.hours = 0
        """Of the day, those in which a record starts, as bits."""
        self.hour_start = self.hour_end = 0
        """The hour that was seen last, in epoch seconds."""

    @property
    def has_counts(self) -> bool:
        return self.first <= self.last

    def sum_up(self, start: int, packets: int, size: int) -> None:
        """Of a record that has a peer."""
        self.packets += packets
        self.bytes += size
        self.first = min(self.first, start)
        self.last = max(self.last, start)

    def see_hour(self, start: int) -> None:
        hour = (start - self.midnight) // _SECONDS_OF_HOUR
        self.hour_start = self.midnight + hour * _SECONDS_OF_HOUR
        self.hour_end = self.hour_start + _SECONDS_OF_HOUR
        if 0 <= hour < _HOURS:
            self.hours |= 1 << hour
