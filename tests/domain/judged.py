"""A small VPC whose rules are judged: what was seen is told by a few lines, and every hour was logged."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from domain.addresses import parse_cidr
from domain.advice_settings import SECONDS_OF_DAY, AdviceSettings
from domain.advise import OfGroup, advise
from domain.inventory import (
    Direction,
    Inventory,
    NetworkInterface,
    Peer,
    PrefixListEntry,
    SecurityGroup,
    SecurityGroupRule,
    Tags,
)
from domain.inventory_day import InventoryDay, observe
from domain.report import Change, GroupReport, NewRule, RuleReport
from domain.usage import CAPS, Caps, GroupEvidence, InterfaceHours, RuleTotals, RuleUsage, Tally
from domain.usage_day import RuleOwner, summarize_rule
from domain.usage_window import window_days
from domain.vpc_state import VpcState
from tests.domain.examples import ACCOUNT_ID, ENI, MIDNIGHT, VPC_ID

WINDOW: Final = 10
MADE_AT: Final = MIDNIGHT + (WINDOW + 20) * SECONDS_OF_DAY
WINDOW_START: Final = MADE_AT - WINDOW * SECONDS_OF_DAY
LONG_AGO: Final = MIDNIGHT
SETTINGS: Final = AdviceSettings(window_days=WINDOW)
DAYS: Final = window_days(WINDOW_START, MADE_AT)
ALL_HOURS: Final = (1 << 24) - 1


def group(name: str, tags: Tags = ()) -> SecurityGroup:
    return SecurityGroup(f"sg-{name}", name, "", VPC_ID, ACCOUNT_ID, tags)


def interface(
    name: str, addrs: Sequence[str], groups: Sequence[str], kind: str = "interface"
) -> NetworkInterface:
    return replace(
        ENI,
        interface_id=f"eni-{name}",
        name=name,
        interface_type=kind,
        private_addrs=tuple(addrs),
        group_ids=tuple(sorted(f"sg-{each}" for each in groups)),
    )


def peer_of(text: str) -> Peer:
    """A CIDR block, `pl-…`, or the name of a group."""
    if text.startswith("pl-"):
        return Peer(prefix_list_id=text)
    if "/" not in text:
        return Peer(referenced_group_id=f"sg-{text}")
    is_v4 = parse_cidr(text).version == 4
    return Peer(cidr_ipv4=text) if is_v4 else Peer(cidr_ipv6=text)


def rule(
    name: str,
    group_name: str,
    service: str,
    peer: str,
    direction: Direction = "ingress",
    tags: Tags = (),
) -> SecurityGroupRule:
    """`service` is like "tcp 22", "tcp 20-21", "icmp 8" or "-1"."""
    protocol, _, ports = service.partition(" ")
    first, _, last = ports.partition("-")
    from_port = int(first) if first else -1
    to_port = int(last) if last else -1 if protocol == "icmp" else from_port
    return SecurityGroupRule(
        f"sgr-{name}", f"sg-{group_name}", direction, protocol, from_port, to_port, peer_of(peer), name, tags
    )


@dataclass(frozen=True)
class Used:
    """Connections of a rule, on one day of the window."""

    rule: str
    interface: str
    peer: str
    port: int | None
    groups: tuple[str, ...] = ()
    sole: int = 1
    shared: int = 0
    possible: int = 0
    protocol: int = 6
    day: int = 5


@dataclass
class Vpc:
    """`early` is in the first observation and not in the last, `late` was first seen in the window."""

    groups: Sequence[SecurityGroup] = ()
    interfaces: Sequence[NetworkInterface] = ()
    rules: Sequence[SecurityGroupRule] = ()
    entries: Sequence[PrefixListEntry] = ()
    early_interfaces: Sequence[NetworkInterface] = ()
    late_rules: Sequence[SecurityGroupRule] = ()
    used: Sequence[Used] = ()
    logged: Mapping[str, int] = field(default_factory=dict)
    """Hours of each day as bits, by interface; all of them where it isn't named."""
    settings: AdviceSettings = SETTINGS
    caps: Caps = CAPS
    skipdata: int = 0

    def inventories(self) -> list[InventoryDay]:
        groups = tuple(self.groups)
        entries = tuple(self.entries)
        changed = {eni.interface_id for eni in self.early_interfaces}
        before = Inventory(
            VPC_ID,
            LONG_AGO,
            (*self.early_interfaces, *(eni for eni in self.interfaces if eni.interface_id not in changed)),
            groups,
            tuple(self.rules),
            entries,
        )
        after = Inventory(
            VPC_ID,
            WINDOW_START + 5 * SECONDS_OF_DAY,
            tuple(self.interfaces),
            groups,
            (*self.rules, *self.late_rules),
            entries,
        )
        first = observe(None, before)
        return [first, observe(first, after)]

    def state(self) -> VpcState:
        return VpcState.build(self.inventories(), MADE_AT)

    def all_rules(self) -> dict[str, SecurityGroupRule]:
        return {each.rule_id: each for each in (*self.rules, *self.late_rules)}

    def reports(self, **options: object) -> dict[str, GroupReport]:
        """By the group's name."""
        reports = advise(self.state(), UsageOf(self), self.settings, MADE_AT, "eu-west-1", **options)  # type: ignore[arg-type]
        return {report.group.group_name: report for report in reports}

    def report(self, name: str) -> RuleReport:
        """Of a rule."""
        reports = (each for report in self.reports().values() for each in report.rules)
        return next(each for each in reports if each.rule.rule_id == f"sgr-{name}")

    def change(self, name: str) -> Change | None:
        """Of a rule."""
        changes = (each for report in self.reports().values() for each in report.proposal.changes)
        return next((each for each in changes if each.rule_id == f"sgr-{name}"), None)

    def replacements(self, name: str) -> list[str] | None:
        """What takes the place of a rule; None where it stays."""
        change = self.change(name)
        return None if change is None else [describe(each) for each in change.rules]


@dataclass
class UsageOf:
    """A source whose documents are made as rule_usage does."""

    vpc: Vpc
    passes: int = 0

    def groups(self) -> Iterator[OfGroup]:
        self.passes += 1
        rules = self.vpc.all_rules()
        for each in sorted(self.vpc.groups, key=lambda each: each.group_id):
            usages = [
                usage
                for rule_id, of_rule in rules.items()
                if of_rule.group_id == each.group_id
                for usage in self._usages(rule_id, of_rule)
            ]
            yield each.group_id, usages, [self._evidence(each.group_id, day) for day in DAYS]

    def _usages(self, rule_id: str, of_rule: SecurityGroupRule) -> Iterator[RuleUsage]:
        for at, day in enumerate(DAYS):
            tallies = [
                to_tally(used) for used in self.vpc.used if f"sgr-{used.rule}" == rule_id and used.day == at
            ]
            if tallies:
                owner = RuleOwner(VPC_ID, of_rule.group_id, of_rule.direction)
                totals = _to_totals(tallies)
                yield summarize_rule(totals, _in_order(tallies), owner, day, self.vpc.caps)

    def _evidence(self, group_id: str, day: str) -> GroupEvidence:
        carrying = [eni.interface_id for eni in self.vpc.interfaces if group_id in eni.group_ids]
        hours = tuple(
            InterfaceHours(id_, ALL_HOURS, self.vpc.logged.get(id_, ALL_HOURS), self.vpc.skipdata)
            for id_ in sorted(carrying)
        )
        return GroupEvidence(VPC_ID, group_id, day, hours, 100, {"reject": 1}, (), 0)


def to_tally(used: Used) -> Tally:
    return Tally(
        rule_id=f"sgr-{used.rule}",
        peer_addr=used.peer,
        protocol=used.protocol,
        port=used.port,
        interface_id=f"eni-{used.interface}",
        sole=used.sole,
        shared=used.shared,
        possible=used.possible,
        unknown=0,
        last_seen=WINDOW_START + used.day * SECONDS_OF_DAY + 60,
        peer_group_ids=tuple(sorted(f"sg-{each}" for each in used.groups)),
        peer_name="",
    )


def _to_totals(tallies: Sequence[Tally]) -> RuleTotals:
    """With one start for all, as tallies of a day have it here."""
    seen = tallies[0].last_seen
    return RuleTotals(tallies[0].rule_id, 100 * len(tallies), len(tallies), 0, 0, seen, seen)


def _in_order(tallies: Iterable[Tally]) -> list[Tally]:
    return sorted(
        tallies,
        key=lambda each: (each.peer_addr, each.protocol, -1 if each.port is None else each.port, each[4]),
    )


def describe(new: NewRule) -> str:
    """Like "tcp 22 from app"."""
    ports = "" if new.from_port in {None, -1} else f" {new.from_port}"
    if new.to_port != new.from_port:
        ports += f"-{new.to_port}"
    peer = new.peer
    where = new.peer_name or peer.cidr_ipv4 or peer.cidr_ipv6 or peer.prefix_list_id
    return f"{new.ip_protocol}{ports} {'from' if new.direction == 'ingress' else 'to'} {where}"


def codes(report: RuleReport) -> list[str]:
    return [reason.code for reason in report.reasons]
