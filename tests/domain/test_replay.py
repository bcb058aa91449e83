from dataclasses import replace

from domain.inventory import SecurityGroupRule
from domain.replay import Replayer, collect_connections
from domain.rule_match import Match
from domain.seen_match import Seen
from domain.usage import RuleUsage, SeenPeer
from domain.usage_window import merge_by_rule
from tests.domain.judged import Vpc, group, interface, rule
from tests.domain.made_usage import USAGE

HOST = interface("host", ["10.0.1.10"], ["app", "db"])
PING = Seen("ingress", 1, None, "203.0.113.9", ())
ALL_TYPES = rule("all", "db", "icmp", "0.0.0.0/0")
ONE_TYPE = rule("one", "app", "icmp 8", "0.0.0.0/0")


def replayer(**changed: list[SecurityGroupRule]) -> Replayer:
    vpc = Vpc((group("app"), group("db")), interfaces=[HOST], rules=(ONE_TYPE, ALL_TYPES))
    return Replayer(vpc.state(), {f"sg-{name}": rules for name, rules in changed.items()})


def test_what_is_only_possibly_permitted_afterwards_is_refused() -> None:
    compared = replayer(db=[]).compare(HOST.interface_id, PING)

    assert (compared.before, compared.after, compared.is_refused) == (Match.CERTAIN, Match.POSSIBLE, True)


def test_what_only_the_new_rules_of_another_group_permit_is_refused_since_they_may_never_come() -> None:
    more = replace(ALL_TYPES, group_id="sg-app")

    assert replayer(db=[], app=[more]).compare(HOST.interface_id, PING).is_refused


def test_of_a_peers_groups_those_count_that_every_rule_saw() -> None:
    def use(rule_id: str, *group_ids: str) -> RuleUsage:
        peers = [SeenPeer(each.addr, "", group_ids, each.connections, 0) for each in USAGE.peers]
        return replace(USAGE, rule_id=rule_id, peers=tuple(peers))

    usages = [use("sgr-0a", "sg-app", "sg-db"), use("sgr-0b", "sg-db", "sg-web")]
    recorded = collect_connections(merge_by_rule(usages, [USAGE.day]).values())

    assert {each.seen.peer_group_ids for each in recorded} == {("sg-db",)}
