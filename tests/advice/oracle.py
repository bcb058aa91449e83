"""What is to be said of every rule of a small world, worked out slowly; shares no code with `lambdas/`."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from domain.inventory import Inventory, SecurityGroupRule
from tests.advice.oracle_coverage import watch
from tests.advice.oracle_narrow import narrowest
from tests.advice.oracle_rules import (
    CERTAIN,
    NO,
    Made,
    Seen,
    bits,
    covers,
    entries_of,
    is_never_logged,
    made_of,
    match,
    network,
    space,
    weight,
)
from tests.advice.oracle_traffic import DAY
from tests.advice.oracle_usage import SHARED, SOLE, Hit, Kept, balancers, day_of, find_hits, keep
from tests.advice.worlds import KEEP, World

JUDGED: Final = ("used", "too_wide", "redundant", "unused")


@dataclass(frozen=True)
class Oracle:
    world: World

    @property
    def now(self) -> Inventory:
        return self.world.now

    @property
    def start(self) -> int:
        return self.world.made_at - self.world.settings.window_days * DAY

    @cached_property
    def balancers(self) -> dict[str, bool]:
        """Of each group that was ever known, whether a Network Load Balancer had it."""
        known: dict[str, bool] = {}
        for inventory in self.world.observations:
            for group_id, is_of_balancer in balancers(inventory).items():
                known[group_id] = known.get(group_id, False) or is_of_balancer
        return known

    @cached_property
    def days(self) -> list[str]:
        first = self.start - self.start % DAY
        return [day_of(second) for second in range(first, self.world.made_at, DAY)]

    @cached_property
    def hits(self) -> dict[str, list[Hit]]:
        """By rule id, of the window's days as a whole."""
        by_rule: dict[str, list[Hit]] = defaultdict(list)
        for hit in find_hits(self.world):
            if hit.day in self.days:
                by_rule[hit.rule_id].append(hit)
        return by_rule

    def rules_of(self, group_id: str) -> list[SecurityGroupRule]:
        return [rule for rule in self.now.security_group_rules if rule.group_id == group_id]

    @cached_property
    def kept(self) -> dict[str, Kept]:
        return {rule_id: keep(hits, self.world.caps) for rule_id, hits in self.hits.items()}

    def seen_by(self, rule_id: str) -> list[Seen]:
        """Distinct connections, those that are kept; a peer has the groups that it was in each time that it
        used the rule."""
        hits = self.kept[rule_id].hits if rule_id in self.hits else []
        groups: dict[str, frozenset[str]] = {}
        for hit in hits:
            addr = hit.seen.peer_addr
            groups[addr] = groups.get(addr, hit.seen.peer_groups) & hit.seen.peer_groups
        return sorted({hit.seen._replace(peer_groups=groups[hit.seen.peer_addr]) for hit in hits}, key=str)

    def known_since(self, rule: SecurityGroupRule) -> int:
        since = self.now.observed_at
        for inventory in reversed(self.world.observations):
            same = [each for each in inventory.security_group_rules if each.rule_id == rule.rule_id]
            if not same or made_of(same[0]) != made_of(rule):
                break
            since = inventory.observed_at
        return since

    def in_window(self) -> list[Inventory]:
        """Every state of the VPC that was in force at some time in the window."""
        begun = self.world.at(self.start)
        later = [each for each in self.world.observations if each.observed_at > self.start]
        return [*([begun] if begun else []), *later]

    def carriers(self, group_id: str, inventory: Inventory) -> list[frozenset[str]]:
        enis = inventory.network_interfaces
        return [frozenset(eni.group_ids) for eni in enis if group_id in eni.group_ids]

    def always_with(self, group_id: str, other: str) -> bool:
        if not self.carriers(group_id, self.now):
            return False
        return all(
            other in group_ids
            for inventory in self.in_window()
            for group_ids in self.carriers(group_id, inventory)
        )

    def coverage(self, group_id: str) -> float | None:
        days = watch(self.world, group_id)
        expected = sum(day.expected for day in days)
        return sum(day.logged for day in days) / expected if expected else None

    def confidence(self, rule: SecurityGroupRule) -> str:
        """That what was not seen did not come. No log was skipped in any world."""
        if any(hit.how not in {SOLE, SHARED} for hit in self.hits.get(rule.rule_id, [])):
            return "low"
        kept = self.kept.get(rule.rule_id)
        checks = (
            self.world.settings.window_days >= 7,
            (self.coverage(rule.group_id) or 0) >= 0.98,
            all(day.expected for day in watch(self.world, rule.group_id) if day.hours),
            kept is None or kept.is_complete,
        )
        return "high" if all(checks) else "medium"

    def verdict(self, rule: SecurityGroupRule) -> str:
        """With the reason's code where it is `no_evidence`."""
        since = self.known_since(rule)
        if any(hit.how in {SOLE, SHARED} for hit in self.hits.get(rule.rule_id, [])):
            if since > self.start:
                return "too_new"
            if self.find_cover(rule):
                return "redundant"
            return "too_wide" if self.is_too_wide(rule) else "used"
        why = self.find_no_evidence(rule)
        if why:
            return f"no_evidence: {why}"
        return "too_new" if since > self.start else "unused"

    def find_no_evidence(self, rule: SecurityGroupRule) -> str:
        coverage = self.coverage(rule.group_id)
        checks = {
            "no_interface": not any(self.carriers(rule.group_id, each) for each in self.in_window()),
            "no_log_data": not coverage,
            "coverage": (coverage or 0) < self.world.settings.min_coverage,
            "not_logged": is_never_logged(made_of(rule)),
            "icmp_type": rule.ip_protocol in {"icmp", "icmpv6"} and rule.from_port != -1,
            "peers_not_seen": self.is_peer_unseen(made_of(rule)),
            "possible_use": bool(self.hits.get(rule.rule_id)),
        }
        return next((code for code, holds_ in checks.items() if holds_), "")

    def is_peer_unseen(self, made: Made) -> bool:
        kind, value = made.target
        if kind == "list":
            return not entries_of(value, self.now)
        if kind == "group":
            is_behind = made.direction == "ingress" and self.balancers.get(value, False)
            return value not in self.balancers or is_behind
        return False

    def find_cover(self, rule: SecurityGroupRule) -> list[str]:
        found = []
        for other in self.now.security_group_rules:
            if other.rule_id == rule.rule_id or self.known_since(other) > self.start:
                continue
            if other.group_id != rule.group_id and not self.always_with(rule.group_id, other.group_id):
                continue
            if not covers(made_of(other), made_of(rule), self.now):
                continue
            is_mutual = covers(made_of(rule), made_of(other), self.now) and (
                other.group_id == rule.group_id or self.always_with(other.group_id, rule.group_id)
            )
            if not is_mutual or self._precedence(other) < self._precedence(rule):
                found.append(other.rule_id)
        return found

    def _precedence(self, rule: SecurityGroupRule) -> tuple[int, int, str]:
        """That more interfaces carry the group never decides: both groups are on the same ones then."""
        return -len(self.carriers(rule.group_id, self.now)), self.known_since(rule), rule.rule_id

    def is_too_wide(self, rule: SecurityGroupRule) -> bool:
        coverage, settings = self.coverage(rule.group_id), self.world.settings
        if coverage is None or coverage < settings.min_coverage:
            return False
        rules = self.narrow(rule, self.seen_by(rule.rule_id), settings.max_cidrs)
        # Without any, all that was seen is of what the rule was on the window's first day before it changed.
        return bool(rules) and space(made_of(rule), self.now) > settings.too_wide_factor * self.space_of(
            rules
        )

    def narrow(self, rule: SecurityGroupRule, connections: Sequence[Seen], max_cidrs: int) -> frozenset[Made]:
        limits = replace(self.world.settings, max_cidrs=max_cidrs)
        return narrowest(made_of(rule), connections, self.now, limits, self.kept[rule.rule_id])

    def space_of(self, rules: Iterable[Made]) -> int:
        return sum(space(rule, self.now) for rule in rules)

    def used_space(self, rule: SecurityGroupRule) -> int:
        kept = self.kept.get(rule.rule_id)
        if kept is not None and not kept.is_complete:
            return min(kept.peer_count * kept.port_count, space(made_of(rule), self.now))
        return len({(seen.protocol, seen.port, seen.peer_addr) for seen in self.seen_by(rule.rule_id)})

    def is_kept(self, rule: SecurityGroupRule) -> bool:
        """By a tag of its own or its group's."""
        group = next(group for group in self.now.security_groups if group.group_id == rule.group_id)
        return any(key == KEEP for key, _ in (*rule.tags, *group.tags))

    def score(self, verdicts: Mapping[str, str], rules: Sequence[SecurityGroupRule]) -> int | None:
        judged = [rule for rule in rules if verdicts[rule.rule_id] in JUDGED]
        if not judged:
            return None
        # Members of a group that are gone were seen, and count no more.
        weights = [(weight(made_of(rule), self.now), self.used_space(rule)) for rule in judged]
        used = sum(bits(min(all_of_it, seen)) for all_of_it, seen in weights)
        return round(100 * used / sum(bits(all_of_it) for all_of_it, _ in weights))

    def draft(self, group_id: str, max_cidrs: int | None = None) -> dict[str, frozenset[Made]]:
        """What takes the place of each changed rule, if no change is refused and no quota exceeded; with
        fewer blocks for each than the settings allow, if `max_cidrs` says so.

        A rule that another one would be narrowed to is there already: it stays, and all begins anew.
        """
        stay: set[str] = set()
        while True:
            changes = self._draft(group_id, stay, max_cidrs or self.world.settings.max_cidrs)
            new = frozenset[Made]().union(*changes.values())
            found = {
                rule.rule_id
                for rule in self.rules_of(group_id)
                if rule.rule_id in changes and made_of(rule) in new
            }
            if not found:
                return changes
            stay |= found

    def _draft(self, group_id: str, stay: Collection[str], max_cidrs: int) -> dict[str, frozenset[Made]]:
        rules = [rule for rule in self.rules_of(group_id) if not self.is_kept(rule)]
        verdicts = {rule.rule_id: self.verdict(rule) for rule in rules if rule.rule_id not in stay}
        gone = {id_ for id_, verdict in verdicts.items() if verdict in {"unused", "redundant"}}
        wide = {id_ for id_, verdict in verdicts.items() if verdict == "too_wide"}
        changes = {rule_id: frozenset[Made]() for rule_id in gone}
        kept = {made_of(rule) for rule in self.rules_of(group_id) if rule.rule_id not in gone | wide}
        for rule in sorted(rules, key=lambda each: (space(made_of(each), self.now), each.rule_id)):
            if rule.rule_id in wide:
                left = self.seen_by(rule.rule_id)
                if self.kept[rule.rule_id].is_complete:
                    left = [seen for seen in left if not self.is_permitted(seen, kept)]
                new = self.narrow(rule, left, max_cidrs)
                changes[rule.rule_id] = new - kept
                kept |= new
        return changes

    def measure(self, changes: Mapping[str, frozenset[Made]]) -> dict[str, tuple[int, frozenset[Made]]]:
        """What has to agree: of equally narrow and equally many blocks any will do."""
        return {
            rule_id: (self.space_of(made), frozenset(rule for rule in made if rule.target[0] != "cidr"))
            for rule_id, made in changes.items()
        }

    def weigh(self, rules: Iterable[Made]) -> Counter[tuple[str, int]]:
        """How many rules EC2 counts, by direction and address family."""
        counts: Counter[tuple[str, int]] = Counter()
        for rule in rules:
            kind, value = rule.target
            cidrs = {"cidr": [value], "list": entries_of(value, self.now), "group": []}[kind]
            counts.update((rule.direction, network(cidr).version) for cidr in cidrs)
            if not cidrs:
                counts.update([(rule.direction, 4), (rule.direction, 6)])
        return counts

    def is_permitted(self, seen: Seen, rules: Iterable[Made]) -> bool:
        return self.best_match(seen, rules) == CERTAIN

    def best_match(self, seen: Seen, rules: Iterable[Made]) -> int:
        return max((match(rule, seen, self.now, self.balancers) for rule in rules), default=NO)
