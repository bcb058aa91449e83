"""The peers of one rule and day, as many as are kept."""

from heapq import heappop, heappush
from typing import Final, NamedTuple

from domain.usage import Caps, SeenConnection, SeenPeer, Tally

_Key = tuple[str, int, int | None]
"""Of a connection beside its peer: interface, protocol and port."""


class _Use(NamedTuple):
    certain: int
    possible: int
    last_seen: int


class PeerUse:
    """One address, from tallies in any order; a peer that is less worth keeping is the lesser one."""

    __slots__ = ("addr", "connections", "group_ids", "last_seen", "max_uses", "name", "uses")

    def __init__(self, addr: str, max_uses: int) -> None:
        self.addr = addr
        self.max_uses = max_uses
        self.name = ""
        self.group_ids: frozenset[str] | None = None
        self.connections = 0
        self.last_seen = 0
        self.uses: dict[_Key, _Use] = {}

    def __lt__(self, other: "PeerUse") -> bool:
        return (self.connections, other.addr) < (other.connections, self.addr)

    def add(self, tally: Tally) -> None:
        self.name = max(self.name, tally.peer_name)
        if self.group_ids is None:
            self.group_ids = frozenset(tally.peer_group_ids)
        else:
            self.group_ids = self.group_ids.intersection(tally.peer_group_ids)
        certain = tally.sole + tally.shared
        connections = certain + tally.possible
        if connections:
            seen = tally.last_seen
            self.connections += connections
            self.last_seen = max(self.last_seen, seen)
            self._add_use((tally.interface_id, tally.protocol, tally.port), certain, tally.possible, seen)

    def _add_use(self, key: _Key, certain: int, possible: int, seen: int) -> None:
        use = self.uses.get(key)
        if use is not None:
            self.uses[key] = _Use(use.certain + certain, use.possible + possible, max(use.last_seen, seen))
        elif len(self.uses) <= self.max_uses:
            # One more than are kept: whoever scans all ports of many interfaces fills no memory.
            self.uses[key] = _Use(certain, possible, seen)

    def to_peer(self) -> SeenPeer:
        group_ids = tuple(sorted(self.group_ids or ()))
        return SeenPeer(self.addr, self.name, group_ids, self.connections, self.last_seen)

    def to_connections(self) -> list[SeenConnection]:
        return [SeenConnection(*key, self.addr, *use) for key, use in self.uses.items()]


class KeptPeers:
    """The first of all peers, the most used foremost: as many as fit into both limits.

    Whatever the order they are offered in: from the first that did not fit, none after it is kept.
    """

    def __init__(self, caps: Caps) -> None:
        self.count = 0
        """Of all that were offered."""
        self._caps: Final = caps
        self._heap: Final[list[PeerUse]] = []
        self._connections = 0
        self._given_up: PeerUse | None = None

    def offer(self, peer: PeerUse) -> None:
        self.count += 1
        if self._given_up is not None and peer < self._given_up:
            return
        heappush(self._heap, peer)
        self._connections += len(peer.uses)
        while len(self._heap) > self._caps.peers or self._connections > self._caps.connections:
            self._given_up = heappop(self._heap)
            self._connections -= len(self._given_up.uses)

    def peers(self) -> tuple[SeenPeer, ...]:
        return tuple(sorted((peer.to_peer() for peer in self._heap), key=lambda peer: peer.addr))

    def connections(self) -> tuple[SeenConnection, ...]:
        seen = [connection for peer in self._heap for connection in peer.to_connections()]
        return tuple(sorted(seen, key=_identity))


def _identity(connection: SeenConnection) -> tuple[str, int, int, str]:
    port = -1 if connection.port is None else connection.port
    return connection.interface_id, connection.protocol, port, connection.peer_addr
