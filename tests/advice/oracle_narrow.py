"""The narrowest rules for some connections, by trying every choice; shares no code with `lambdas/`."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from ipaddress import ip_network
from itertools import combinations, pairwise
from typing import Final

from domain.advice_settings import AdviceSettings
from domain.inventory import Inventory
from tests.advice.oracle_rules import (
    ICMP,
    TCP,
    UDP,
    Made,
    Network,
    Seen,
    Target,
    count_addrs,
    entries_of,
    holds,
    match_service,
    members,
    network,
    target_size,
)
from tests.advice.oracle_usage import Kept

PRIVATE: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
Service = tuple[int, int, int]


@cache
def best_blocks(addrs: tuple[str, ...], max_blocks: int) -> tuple[str, ...]:
    """Of all ways to part the sorted addresses into so many runs, the one whose blocks have the least space,
    then the fewest blocks. Blocks that are apart hold runs, so no better one is missed."""
    in_order = sorted(map(network, addrs))
    choices = [
        sorted({_common_block(run) for run in runs}, key=str)
        for count in range(min(max_blocks, len(in_order)))
        for cuts in combinations(range(1, len(in_order)), count)
        for runs in [_cut(in_order, cuts)]
    ]
    best = min(choices, key=lambda blocks: (count_addrs(blocks), len(blocks)))
    return tuple(str(block) for block in best)


def _cut(in_order: Sequence[Network], cuts: Sequence[int]) -> list[Sequence[Network]]:
    ends = [0, *cuts, len(in_order)]
    return [in_order[start:end] for start, end in pairwise(ends)]


def _common_block(addrs: Sequence[Network]) -> Network:
    block = addrs[0]
    while not all(addr.subnet_of(block) for addr in addrs):  # type: ignore[arg-type]
        block = block.supernet()
    return block


def narrowest(
    rule: Made, connections: Sequence[Seen], inventory: Inventory, settings: AdviceSettings, kept: Kept
) -> frozenset[Made]:
    """Connections that the rule does not permit are passed over. Empty where none is left.

    Peers stay where not all are kept, and ports likewise.
    """
    by_service: dict[Service, list[Seen]] = defaultdict(list)
    for seen in connections:
        kind, value = rule.target
        within = kind != "cidr" or holds(value, seen.peer_addr)
        if within and match_service(rule, seen.protocol, seen.port):
            by_service[_service_of(rule, seen.protocol, seen.port)].append(seen)
    if not kept.are_peers_complete:
        for protocol, port in kept.services:
            if match_service(rule, protocol, port):
                by_service[_service_of(rule, protocol, port)] += ()
    if by_service and not kept.are_ports_complete:
        by_service = {rule[1:4]: [seen for of_service in by_service.values() for seen in of_service]}
    targets = {
        service: frozenset(
            best_targets(rule, of_service, inventory, settings) if kept.are_peers_complete else [rule.target]
        )
        for service, of_service in by_service.items()
    }
    return frozenset(
        Made(rule.direction, *service, target)
        for service, of_service in _merge(targets)
        for target in of_service
    )


def _service_of(rule: Made, protocol: int, port: int | None) -> Service:
    if protocol in {TCP, UDP}:
        assert port is not None
        return protocol, port, port
    if rule.protocol in ICMP:
        return rule.protocol, rule.first, rule.last
    return protocol, -1, -1


def _merge(targets: dict[Service, frozenset[Target]]) -> Iterator[tuple[Service, frozenset[Target]]]:
    """Ports that touch and have the same peers are one range."""
    merged: list[tuple[Service, frozenset[Target]]] = []
    for service in sorted(targets):
        protocol, first, last = service
        if merged and protocol in {TCP, UDP}:
            (before, start, end), of_before = merged[-1]
            if before == protocol and end + 1 == first and of_before == targets[service]:
                merged[-1] = (protocol, start, last), of_before
                continue
        merged.append((service, targets[service]))
    return iter(merged)


def is_public(rule: Made, connections: Sequence[Seen], settings: AdviceSettings) -> bool:
    if rule.target not in {("cidr", "0.0.0.0/0"), ("cidr", "::/0")}:
        return False
    strangers = {
        seen.peer_addr
        for seen in connections
        if not seen.peer_groups and not any(holds(private, seen.peer_addr) for private in PRIVATE)
    }
    networks = {ip_network(f"{addr}/{48 if ':' in addr else 16}", strict=False) for addr in strangers}
    return len(strangers) >= settings.public_peers and len(networks) >= 2


def best_targets(
    rule: Made, connections: Sequence[Seen], inventory: Inventory, settings: AdviceSettings
) -> list[Target]:
    """In the place of the rule's peer, for the connections of one protocol and port."""
    if rule.target[0] != "cidr" or is_public(rule, connections, settings):
        return [rule.target]
    addrs = tuple(sorted({seen.peer_addr for seen in connections}))
    blocks = best_blocks(addrs, settings.max_cidrs)
    least = count_addrs([network(block) for block in blocks])
    for offered in (
        _groups_for(rule, connections, inventory),
        _lists_for(rule, addrs, inventory),
    ):
        if offered:
            size, target = min(offered)
            if least * settings.too_wide_factor >= size:
                return [target]
    return [("cidr", block) for block in blocks]


def _groups_for(rule: Made, connections: Sequence[Seen], inventory: Inventory) -> list[tuple[int, Target]]:
    block = network(rule.target[1])
    shared = frozenset.intersection(*(seen.peer_groups for seen in connections))
    offered = []
    for group_id in shared & {group.group_id for group in inventory.security_groups}:
        size = target_size(("group", group_id), inventory)
        own = [each for each in members(group_id, inventory) if each.version == block.version]
        is_within = all(each.subnet_of(block) for each in own)  # type: ignore[arg-type]
        if is_within and size <= block.num_addresses:
            offered.append((size, ("group", group_id)))
    return offered


def _lists_for(rule: Made, addrs: Sequence[str], inventory: Inventory) -> list[tuple[int, Target]]:
    block = network(rule.target[1])
    offered = []
    for id_ in {entry.prefix_list_id for entry in inventory.prefix_list_entries}:
        entries = [network(cidr) for cidr in entries_of(id_, inventory)]
        is_within = all(
            each.version == block.version and each.subnet_of(block)  # type: ignore[arg-type]
            for each in entries
        )
        if is_within and all(any(holds(str(each), addr) for each in entries) for addr in addrs):
            offered.append((target_size(("list", id_), inventory), ("list", id_)))
    return offered
