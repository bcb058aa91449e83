"""By which peers a CIDR block of a rule is best replaced, given who came from it."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from domain.addresses import is_private, parse_addr, parse_cidr
from domain.advice_settings import AdviceSettings
from domain.cidr_cover import Span, cover, to_spans
from domain.inventory import Peer
from domain.report import Way
from domain.rule_space import PeerContext, cidr_of
from domain.usage import SeenPeer

PUBLIC_NETWORKS: Final = 2
"""Networks that peers come from to count as scattered: those of the lengths below."""
_NETWORK_LENGTH: Final = {4: 16, 6: 48}


class ChosenPeers(NamedTuple):
    peers: tuple[Peer, ...]
    way: Way | None
    """None where the rule's own peer stays."""


class _Named(NamedTuple):
    """A group or a prefix list that may take the block's place."""

    size: int
    peer: Peer
    way: Way


@dataclass(frozen=True, slots=True)
class PeerChoice:
    """For one rule whose peer is a CIDR block."""

    peer: Peer
    seen: Mapping[str, SeenPeer]
    """By address. One that is missing here has no groups."""
    context: PeerContext
    settings: AdviceSettings
    max_cidrs: int

    def choose(self, addrs: Collection[str]) -> ChosenPeers:
        """For some of the addresses in the block, at least one."""
        if self._is_public(addrs):
            return ChosenPeers((self.peer,), "public")
        block = cidr_of(self.peer)
        cidrs = cover(addrs, self.max_cidrs, block)
        most = sum(parse_cidr(cidr).num_addresses for cidr in cidrs) * self.settings.too_wide_factor
        for named in (self._find_group(addrs), self._find_prefix_list(addrs)):
            # A machine that is replaced comes back with another address, but in the same group or list.
            if named is not None and named.size <= most:
                return ChosenPeers((named.peer,), named.way)
        if cidrs == (block,):
            return ChosenPeers((self.peer,), None)
        return ChosenPeers(tuple(map(self._to_peer, cidrs)), "cidrs")

    def _is_public(self, addrs: Collection[str]) -> bool:
        """Open to the world, and the world came."""
        if parse_cidr(cidr_of(self.peer)).prefixlen > 0:
            return False
        others = (parse_addr(addr) for addr in addrs if not self._group_ids(addr))
        strangers = [addr for addr in others if not is_private(addr)]
        if len(strangers) < self.settings.public_peers:
            return False
        lengths = ((addr, addr.max_prefixlen - _NETWORK_LENGTH[addr.version]) for addr in strangers)
        return len({int(addr) >> length for addr, length in lengths}) >= PUBLIC_NETWORKS

    def _find_group(self, addrs: Collection[str]) -> _Named | None:
        """The smallest of the VPC's groups that all of them belong to."""
        shared: set[str] | None = None
        for addr in addrs:
            group_ids = self._group_ids(addr)
            shared = set(group_ids) if shared is None else shared.intersection(group_ids)
            if not shared:
                return None
        admitted = filter(self._admits, shared or ())
        smallest = min(((self.context.group_size(each), each) for each in admitted), default=None)
        if smallest is None:
            return None
        size, group_id = smallest
        return _Named(size, Peer(referenced_group_id=group_id), "group")

    def _admits(self, group_id: str) -> bool:
        """A group that exists, and gives no address access that the block doesn't give.

        Addresses of the other family are not asked for: they are the same machines'.
        """
        members = self.context.members.get(group_id)
        if members is None or self.context.group_size(group_id) > self._span.size:
            return False
        return self._is_within(to_spans(members, self._version))

    def _find_prefix_list(self, addrs: Collection[str]) -> _Named | None:
        """The smallest list within the block that holds them all."""
        numbers = [int(parse_addr(addr)) for addr in addrs]
        lists = sorted((self.context.list_size(each), each) for each in self.context.prefix_lists)
        for size, prefix_list_id in lists:
            spans = to_spans(self.context.cidrs(prefix_list_id), self._version)
            is_of_the_family = size == sum(span.size for span in spans)
            if is_of_the_family and self._is_within(spans) and _hold_all(spans, numbers):
                return _Named(size, Peer(prefix_list_id=prefix_list_id), "prefix_list")
        return None

    def _is_within(self, spans: tuple[Span, ...]) -> bool:
        return not spans or (self._span.first <= spans[0].first and spans[-1].last <= self._span.last)

    def _group_ids(self, addr: str) -> tuple[str, ...]:
        peer = self.seen.get(addr)
        return peer.group_ids if peer else ()

    def _to_peer(self, cidr: str) -> Peer:
        return Peer(cidr_ipv4=cidr) if self._version == 4 else Peer(cidr_ipv6=cidr)

    @property
    def _version(self) -> int:
        return parse_cidr(cidr_of(self.peer)).version

    @property
    def _span(self) -> Span:
        block = parse_cidr(cidr_of(self.peer))
        return Span(int(block[0]), int(block[-1]))


def _hold_all(spans: tuple[Span, ...], numbers: Collection[int]) -> bool:
    for number in numbers:
        position = bisect_right(spans, number, key=lambda span: span.first)
        if position == 0 or number > spans[position - 1].last:
            return False
    return True
