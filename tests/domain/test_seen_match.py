import pytest

from domain.inventory import PrefixListEntry
from domain.rule_match import Match
from domain.seen_match import RuleSet, Seen, match_seen
from tests.domain.judged import Vpc, group, interface, rule

STATE = Vpc(
    groups=(group("app"), group("db"), group("nlb")),
    interfaces=(
        interface("db", ["10.0.1.10"], ["db"]),
        interface("nlb", ["10.0.1.11"], ["nlb"], "network_load_balancer"),
    ),
    entries=(PrefixListEntry("pl-0a", "offices", "203.0.113.0/24", ""),),
).state()
SEEN = Seen("ingress", 6, 3306, "10.0.2.20", ("sg-app",))


@pytest.mark.parametrize(
    ("peer", "seen", "expected"),
    [
        ("10.0.2.0/24", SEEN, Match.CERTAIN),
        ("10.0.3.0/24", SEEN, Match.NO),
        ("2001:db8::/32", SEEN, Match.NO),
        ("2001:db8::/32", SEEN._replace(peer_addr="2001:db8::1"), Match.CERTAIN),
        ("pl-0a", SEEN._replace(peer_addr="203.0.113.9"), Match.CERTAIN),
        ("pl-0a", SEEN, Match.NO),
        ("pl-0b", SEEN, Match.POSSIBLE),
        ("app", SEEN, Match.CERTAIN),
        ("db", SEEN, Match.NO),
        ("elsewhere", SEEN, Match.NO),
        ("elsewhere", SEEN._replace(peer_group_ids=()), Match.POSSIBLE),
        ("app", SEEN._replace(peer_group_ids=()), Match.NO),
        ("nlb", SEEN, Match.POSSIBLE),
        ("nlb", SEEN._replace(direction="egress"), Match.NO),
    ],
)
def test_a_peer_is_permitted_as_it_was_recorded(peer: str, seen: Seen, expected: Match) -> None:
    asked = rule("r", "db", "tcp 3306", peer, seen.direction)

    assert match_seen(asked, seen, STATE) is expected


@pytest.mark.parametrize(
    ("service", "seen", "expected"),
    [
        ("tcp 3306", SEEN, Match.CERTAIN),
        ("tcp 3307", SEEN, Match.NO),
        ("udp 3306", SEEN, Match.NO),
        ("-1", SEEN, Match.CERTAIN),
        ("icmp 8", SEEN._replace(protocol=1, port=None), Match.POSSIBLE),
        ("icmp", SEEN._replace(protocol=1, port=None), Match.CERTAIN),
        ("47", SEEN._replace(protocol=47, port=None), Match.CERTAIN),
    ],
)
def test_a_service_is_permitted_as_rule_match_says(service: str, seen: Seen, expected: Match) -> None:
    assert match_seen(rule("r", "db", service, "10.0.0.0/8"), seen, STATE) is expected


def test_the_other_direction_is_not_asked() -> None:
    assert match_seen(rule("r", "db", "-1", "0.0.0.0/0", "egress"), SEEN, STATE) is Match.NO


def test_a_set_of_rules_permits_as_well_as_the_best_of_them() -> None:
    rules = [
        rule("a", "db", "tcp 3306", "nlb"),
        rule("b", "db", "tcp 22", "10.0.0.0/8"),
        rule("c", "db", "tcp 3306", "10.0.2.0/24"),
    ]

    assert RuleSet(rules, STATE).best(SEEN) is Match.CERTAIN
    assert RuleSet(rules[:2], STATE).best(SEEN) is Match.POSSIBLE
    assert RuleSet(rules[1:2], STATE).best(SEEN) is Match.NO


def test_a_set_answers_the_same_however_often_it_is_asked() -> None:
    rules = RuleSet([rule("a", "db", "tcp 3306", "app")], STATE)

    assert [rules.best(SEEN), rules.best(replace_group(SEEN)), rules.best(SEEN)] == [
        Match.CERTAIN,
        Match.NO,
        Match.CERTAIN,
    ]


def replace_group(seen: Seen) -> Seen:
    return seen._replace(peer_group_ids=("sg-db",))
