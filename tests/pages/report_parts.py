"""Parts of reports; only what a test is about is given."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import log2
from typing import Final, TypeVar

from domain.inventory import Direction, Peer, SecurityGroup, SecurityGroupRule
from domain.report import (
    Change,
    DayUse,
    Evidence,
    GroupReport,
    NewRule,
    Proposal,
    Reason,
    Replay,
    RuleReport,
    RuleUse,
    Verdict,
)
from domain.usage import InterfaceHours, Knock, SeenPeer, SeenPort
from tests.pages.worlds import MADE_AT, VPC_A

DAYS: Final = 30
DAY: Final = 86_400
WINDOW_START: Final = MADE_AT - DAYS * DAY
FULL_DAY: Final = (1 << 24) - 1
ACCOUNT: Final = "123456789012"
Key = TypeVar("Key", str, int)
WORDS: Final = {
    "used": "Connections were seen that this rule lets in.",
    "too_wide": "It permits far more addresses and ports than were seen.",
    "redundant": "Another rule permits all of it.",
    "unused": "Nothing used it in 30 days, and the evidence is complete.",
    "too_new": "It is younger than the window.",
    "no_evidence": "Flow logs can't show whether it was used.",
}


@dataclass(frozen=True, slots=True)
class Service:
    ip_protocol: str
    from_port: int | None
    to_port: int | None


def tcp(first: int, last: int | None = None) -> Service:
    return Service("tcp", first, first if last is None else last)


ICMP: Final = Service("icmp", -1, -1)
ALL: Final = Service("-1", None, None)


def make_security_group(group_id: str = "sg-0a01", name: str = "app", description: str = "") -> SecurityGroup:
    return SecurityGroup(group_id, name, description, VPC_A, ACCOUNT, (("team", "shop"),))


def make_rule(
    number: int,
    service: Service,
    peer: Peer,
    *,
    direction: Direction = "ingress",
    description: str = "",
) -> SecurityGroupRule:
    return SecurityGroupRule(
        rule_id=f"sgr-{number:04x}",
        group_id="sg-0a01",
        direction=direction,
        ip_protocol=service.ip_protocol,
        from_port=service.from_port,
        to_port=service.to_port,
        peer=peer,
        description=description,
        tags=(),
    )


def make_new_rule(rule: SecurityGroupRule, service: Service, peer: Peer, peer_name: str = "") -> NewRule:
    return NewRule(
        direction=rule.direction,
        ip_protocol=service.ip_protocol,
        from_port=service.from_port,
        to_port=service.to_port,
        peer=peer,
        peer_name=peer_name,
        description=rule.description,
        tags=rule.tags,
    )


def day_of(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).date().isoformat()


def window_days() -> list[str]:
    """As many as the window overlaps."""
    return [day_of(WINDOW_START + number * DAY) for number in range(DAYS + 1)]


def make_days(counts: Sequence[int], possible: int = 0) -> tuple[DayUse, ...]:
    """The last days' certain connections, the latest last."""
    padded = [*[0] * (DAYS + 1 - len(counts)), *counts]
    return tuple(DayUse(day, number, possible) for day, number in zip(window_days(), padded, strict=True))


def make_peers(
    names: Mapping[str, str], each: int = 40, group_ids: Sequence[str] = ()
) -> tuple[SeenPeer, ...]:
    """By address; each with fewer connections than the one before."""
    return tuple(
        SeenPeer(addr, name, tuple(group_ids), max(1, each - place), MADE_AT - 3_600 * (place + 1))
        for place, (addr, name) in enumerate(names.items())
    )


def make_use(
    days: tuple[DayUse, ...] = (),
    peers: Sequence[SeenPeer] = (),
    ports: Sequence[SeenPort] = (),
    interfaces: Mapping[str, int] | None = None,
) -> RuleUse:
    """Peers, ports and interfaces share the days' connections in the proportion of the given ones."""
    days = days or make_days([])
    certain, possible = sum(day.certain for day in days), sum(day.possible for day in days)
    return RuleUse(
        sole=certain - certain // 5,
        shared=certain // 5,
        possible=possible,
        unknown=possible // 3,
        request_bytes=certain * 900,
        request_packets=certain * 7,
        response_bytes=certain * 14_000,
        response_packets=certain * 12,
        first_seen=WINDOW_START + 9_000 if certain or possible else None,
        last_seen=MADE_AT - 4_000 if certain or possible else None,
        days=days,
        peer_count=len(peers),
        port_count=len(ports),
        peers_capped=False,
        ports_capped=False,
        peers=_share(peers, certain + possible),
        ports=_share(ports, certain + possible),
        interfaces=_split(interfaces or {}, certain + possible),
    )


Counted = TypeVar("Counted", SeenPeer, SeenPort)


def _share(items: Sequence[Counted], total: int) -> tuple[Counted, ...]:
    split = _split({place: item.connections for place, item in enumerate(items)}, total)
    shared = (replace(item, connections=split[place]) for place, item in enumerate(items))
    return tuple(sorted(shared, key=lambda item: -item.connections))


def _split(weights: Mapping[Key, int], total: int) -> dict[Key, int]:
    whole = sum(weights.values())
    split = {key: total * weight // whole for key, weight in weights.items()}
    for key in split:
        split[key] += total - sum(split.values())
        break
    return split


def make_rule_report(
    rule: SecurityGroupRule,
    verdict: Verdict,
    use: RuleUse | None = None,
    *,
    space: int = 1 << 32,
    used_space: int = 0,
    width: float | None = None,
    peer_name: str = "",
    code: str = "",
    text: str = "",
) -> RuleReport:
    return RuleReport(
        rule=rule,
        peer_name=peer_name,
        verdict=verdict,
        reasons=(Reason(code or verdict, text or WORDS[verdict]),),
        keep_reason=None,
        known_since=WINDOW_START - 90 * DAY,
        space=space,
        used_space=used_space,
        width=log2(1 + space) if width is None else width,
        used_width=log2(1 + used_space),
        use=use or make_use(),
    )


def make_replay(connections: int = 0, records: int = 0) -> Replay:
    return Replay(connections, records, (), 0, None, 0)


def make_hours(interface_ids: Sequence[str], seed: int = 3) -> dict[str, tuple[InterfaceHours, ...]]:
    """Nearly all of them logged; the last interface came with the last ten days."""
    chance = random.Random(seed)
    return {
        day: tuple(
            _make_interface_hours(interface_id, chance)
            for interface_id in (interface_ids if number > 20 else interface_ids[:-1])
        )
        for number, day in enumerate(window_days())
    }


def _make_interface_hours(interface_id: str, chance: random.Random) -> InterfaceHours:
    lost = chance.randrange(1, 1 << 12) if chance.random() < 0.05 else 0
    return InterfaceHours(interface_id, FULL_DAY, FULL_DAY & ~lost, chance.randrange(1, 5) if lost else 0)


def make_evidence(days: Mapping[str, tuple[InterfaceHours, ...]] | None = None) -> Evidence:
    hours = [each for interfaces in (days or {}).values() for each in interfaces]
    expected = sum(each.expected.bit_count() for each in hours)
    logged = sum(each.logged.bit_count() for each in hours)
    return Evidence(
        window_start=WINDOW_START,
        window_end=MADE_AT,
        coverage=logged / expected if expected else None,
        expected_hours=expected,
        logged_hours=logged,
        skipdata=sum(each.skipdata for each in hours),
        silent_interfaces=(),
        records=0,
        unattributed={},
        knocks=(),
        days=days or {},
    )


def make_report(rules: Sequence[RuleReport] = (), group: SecurityGroup | None = None) -> GroupReport:
    """Of a group that nothing has or names."""
    return GroupReport(
        vpc_id=VPC_A,
        group=group or make_security_group(),
        made_at=MADE_AT,
        region="eu-central-1",
        attachment="unattached",
        interfaces=(),
        referenced_by=(),
        rules=tuple(rules),
        proposal=Proposal((), make_replay(), ()),
        evidence=make_evidence(),
        score=None,
        worth=0,
    )


def with_keep(report: RuleReport, keep_reason: str) -> RuleReport:
    return replace(report, keep_reason=keep_reason)


def make_change(report: RuleReport, rules: Sequence[NewRule], after: int = 0) -> Change:
    return Change(
        rule_id=report.rule.rule_id,
        ways=("ports",) if rules else ("revoke",),
        rules=tuple(rules),
        connections=report.use.connections,
        connections_before=report.use.connections,
        space_before=report.space,
        space_after=after,
        width_before=report.width,
        width_after=log2(1 + after),
        risks=(),
        confidence="high",
        confidence_reason="Interfaces logged 99 % of their hours, and every peer is known.",
    )


def make_knocks() -> tuple[Knock, ...]:
    return tuple(
        Knock(f"198.51.100.{number}", "", 6, port, "ingress", 900 // number, MADE_AT - number * 5_000)
        for number, port in enumerate((23, 3389, 22, 5900, 8545, 445, 1433, 6379), start=1)
    )
