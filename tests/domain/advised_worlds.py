"""Small random VPCs with a history, and the connections that their rules let in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from domain.inventory import Direction, NetworkInterface, SecurityGroupRule
from domain.rule_match import Match
from domain.seen_match import AnyRule, Seen, match_seen
from domain.vpc_state import VpcState
from tests.domain.judged import Used, Vpc, group, interface, rule

_CHANGED_ON: Final = 5
"""The day of the window on which the interfaces become what they are now."""
_NAMES: Final = ("a", "b", "c", "d")
_SERVICES: Final = ("-1", "tcp 22", "tcp 80-443", "tcp 0-65535", "udp 53", "icmp 8", "icmp", "47")
_PEERS: Final = (
    *("0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/24", "203.0.113.0/24", "::/0", "2001:db8::/32"),
    *("a", "b", "c", "unknown"),
)
_OUTSIDE: Final = ("203.0.113.9", "203.0.113.77", "198.51.100.7", "2001:db8:f::9", "10.9.9.9")
_DIRECTIONS: Final[tuple[Direction, ...]] = ("ingress", "egress")


@dataclass(frozen=True)
class Happened:
    """A connection that some rule let in, and the groups that its peer had then."""

    interface_id: str
    seen: Seen


@dataclass(frozen=True)
class World:
    vpc: Vpc
    happened: tuple[Happened, ...]


def make_world(random: Random) -> World:
    names = _NAMES[: random.randint(2, 4)]
    now = _interfaces(random, names)
    before = [_moved(random, eni, names) for eni in now if random.random() < 0.3]
    rules = [_rule(random, at, random.choice(names)) for at in range(random.randint(2, 14))]
    vpc = Vpc(
        groups=[group(name) for name in names],
        interfaces=now,
        early_interfaces=before,
        rules=rules[:-1] if random.random() < 0.5 else rules,
        late_rules=rules[-1:] if random.random() < 0.5 else (),
    )
    vpc = replace(vpc, rules=[each for each in rules if each not in vpc.late_rules])
    happened = [each for each in _happen(random, vpc) if any(_record(each, vpc))]
    return World(
        replace(vpc, used=[used for each in happened for used in _record(each, vpc)]),
        tuple(each.happened for each in happened),
    )


@dataclass(frozen=True)
class _OnDay:
    day: int
    happened: Happened
    group_ids: tuple[str, ...]
    """Of the interface then."""


def _interfaces(random: Random, names: Sequence[str]) -> list[NetworkInterface]:
    made = []
    for at in range(random.randint(2, 5)):
        kind = "network_load_balancer" if random.random() < 0.1 else "interface"
        groups = random.sample(names, random.randint(1, 2))
        made.append(interface(f"{at}", [f"10.0.0.{at + 1}", f"2001:db8::{at + 1}"], groups, kind))
    return made


def _moved(random: Random, eni: NetworkInterface, names: Sequence[str]) -> NetworkInterface:
    groups = random.sample(names, random.randint(1, 2))
    return replace(eni, group_ids=tuple(sorted(f"sg-{name}" for name in groups)))


def _rule(random: Random, at: int, group_name: str) -> SecurityGroupRule:
    return rule(
        f"{at:02}", group_name, random.choice(_SERVICES), random.choice(_PEERS), random.choice(_DIRECTIONS)
    )


def _happen(random: Random, vpc: Vpc) -> Iterator[_OnDay]:
    now = {eni.interface_id: eni for eni in vpc.interfaces}
    before = now | {eni.interface_id: eni for eni in vpc.early_interfaces}
    for _ in range(random.randint(0, 25)):
        day = random.randrange(10)
        then = before if day < _CHANGED_ON else now
        eni = random.choice(list(then.values()))
        peer = random.choice([addr for each in then.values() for addr in each.private_addrs] + list(_OUTSIDE))
        groups = next((each.group_ids for each in then.values() if peer in each.private_addrs), ())
        protocol = random.choice((1, 6, 6, 6, 17, 47))
        port = random.choice((22, 80, 443, 8080, 53)) if protocol in {6, 17} else None
        seen = Seen(random.choice(_DIRECTIONS), protocol, port, peer, groups)
        yield _OnDay(day, Happened(eni.interface_id, seen), eni.group_ids)


def _record(on_day: _OnDay, vpc: Vpc) -> Iterator[Used]:
    """As flow_ingest attributes it and rule_usage counts it."""
    in_force = (*vpc.rules, *vpc.late_rules) if on_day.day >= _CHANGED_ON else vpc.rules
    seen, state = on_day.happened.seen, vpc.state()
    asked = [each for each in in_force if each.group_id in on_day.group_ids]
    matches = {each.rule_id: match_seen(each, seen, state) for each in asked}
    matches = {rule_id: match for rule_id, match in matches.items() if match}
    possible = Match.POSSIBLE in matches.values()
    for rule_id in matches:
        yield Used(
            rule=rule_id.removeprefix("sgr-"),
            interface=on_day.happened.interface_id.removeprefix("eni-"),
            peer=seen.peer_addr,
            port=seen.port,
            groups=tuple(each.removeprefix("sg-") for each in seen.peer_group_ids),
            sole=int(not possible and len(matches) == 1),
            shared=int(not possible and len(matches) > 1),
            possible=int(possible),
            protocol=seen.protocol,
            day=on_day.day,
        )


def best_match(happened: Happened, rules: Mapping[str, Sequence[AnyRule]], state: VpcState) -> Match:
    group_ids = state.group_ids_of(happened.interface_id)
    asked = (each for group_id in group_ids for each in rules.get(group_id, ()))
    return max((match_seen(each, happened.seen, state) for each in asked), default=Match.NO)
