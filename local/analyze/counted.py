"""What is counted of flows, as long as it is in memory."""

from typing import Final

from local.analyze.document_head import Asked, DocumentHead

_SECONDS_OF_HOUR: Final = 3_600
_HOURS: Final = 24

Key = tuple[int, str, str | None, str | None]
"""Number of the peer's description, its address; port that was asked, or of the interface, where nobody knows
who began; peer's port, only then. As texts, which is what most of them come as."""
Counts = list[int]
"""Records, packets, bytes, first and last start (epoch seconds). The quickest there is to make and change."""


class CountedHead:
    """Flows of one day that agree in what a head says."""

    __slots__ = (
        *("counts", "day", "has_both_ports", "head", "hour_end", "hour_start", "hours", "is_counted"),
        *("midnight", "records"),
    )

    def __init__(self, head: DocumentHead, day: str, midnight: int) -> None:
        self.head: Final = head
        self.day: Final = day
        """YYYY-MM-DD"""
        self.midnight: Final = midnight
        self.is_counted: Final = head.is_use or head.is_knock
        """Else nothing but the number of records matters."""
        self.has_both_ports: Final = head.is_use and head.asked is Asked.EITHER
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
