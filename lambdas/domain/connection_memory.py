"""Who began the TCP connections whose handshake was seen: the evidence that records call `paired`."""

from typing import Final

from domain.initiator import End

_KEPT: Final = 20_000

Ends = tuple[str, str, str, str]
"""Two addresses and their ports, as text: the source's or the client's first."""


class ConnectionMemory:
    """Holds the last `kept` connections at least, and at most twice as many and those of one batch.

    The other half of a connection is found as well, and so are the records of its other interface in the VPC.
    """

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self.clients: set[Ends] = set()
        """Where readers put what a handshake shows: the ends with the client's first."""
        self._older: set[Ends] = set()

    def begin_batch(self) -> None:
        if len(self.clients) > self._kept:
            self._older, self.clients = self.clients, set()

    def recall(self, ends: Ends) -> End | None:
        """The client of a record between `ends`; None also where two connections had the same ends in turn,
        with either as the client."""
        is_source = self._has(ends)
        if is_source == self._has(other_half(ends)):
            return None
        return "source" if is_source else "destination"

    def _has(self, ends: Ends) -> bool:
        return ends in self.clients or ends in self._older


def other_half(ends: Ends) -> Ends:
    source, target, source_port, target_port = ends
    return target, source, target_port, source_port
