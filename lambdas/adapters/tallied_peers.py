"""Tallies with the names and groups of their peers, which are counted by themselves."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from adapters.usage_slices import addr_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from domain.usage import Tally

_Order = tuple[str, bytes]
"""Of rules and their peers, as the engine gives them."""


class Counted(NamedTuple):
    tally: Tally
    """Without its peer's name and groups."""
    records: int


class TalliedPeer(NamedTuple):
    rule_id: str
    addr: str
    name: str
    groups: Mapping[str, int]
    """Of each group, in how many of the rule's records the peer had it."""


def counted_order(counted: Counted) -> _Order:
    return counted.tally.rule_id, addr_order(counted.tally.peer_addr)


def tell_peers(tallies: Iterable[Counted], peers: Iterable[TalliedPeer]) -> Iterator[Tally]:
    """Both in the engine's order. A peer without name and groups isn't among `peers`.

    How many records a peer has shows with its last tally: where it didn't have a group in all of them, a
    tally of nothing follows that lacks the group.
    """
    left = iter(peers)
    peer = next(left, None)
    for order, of_peer in groupby(tallies, key=counted_order):
        while peer is not None and _peer_order(peer) < order:
            peer = next(left, None)
        if peer is None or _peer_order(peer) != order:
            yield from (counted.tally for counted in of_peer)
        else:
            yield from _tell(of_peer, peer)


def _tell(of_peer: Iterable[Counted], peer: TalliedPeer) -> Iterator[Tally]:
    group_ids = tuple(sorted(peer.groups))
    records = 0
    tally = None
    for counted in of_peer:
        records += counted.records
        tally = counted.tally._replace(peer_group_ids=group_ids, peer_name=peer.name)
        yield tally
    in_all = tuple(group_id for group_id in group_ids if peer.groups[group_id] == records)
    if tally is not None and in_all != group_ids:
        yield tally._replace(**_NOTHING, peer_group_ids=in_all)


_NOTHING: Mapping[str, Any] = dict.fromkeys(("sole", "shared", "possible", "unknown"), 0)


def _peer_order(peer: TalliedPeer) -> _Order:
    return peer.rule_id, addr_order(peer.addr)
