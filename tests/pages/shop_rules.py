"""The rules of the shop's application servers, and what is proposed for them."""

from collections.abc import Sequence
from dataclasses import replace

from domain.inventory import Peer
from domain.report import Change, RuleReport
from domain.usage import SeenPort
from tests.pages.report_parts import (
    ALL,
    ICMP,
    make_change,
    make_days,
    make_new_rule,
    make_peers,
    make_rule,
    make_rule_report,
    make_use,
    tcp,
    with_keep,
)

ANYWHERE = Peer(cidr_ipv4="0.0.0.0/0")
BASTION = Peer(referenced_group_id="sg-0b02")
LOAD_BALANCER = Peer(referenced_group_id="sg-0c03")
DATABASE = Peer(referenced_group_id="sg-0d04")
CLIENTS = {f"203.0.113.{number}": "" for number in range(1, 30)}
SERVERS = {"eni-0001": 700, "eni-0002": 640, "eni-0003": 90}
BUSY = [180, 190, 210, 60, 55, 200, 240] * 4 + [190, 205, 120]
INSIDE = Peer(cidr_ipv4="10.20.0.0/16")
SCRAPERS = {"10.20.4.10": "prometheus-1", "10.20.4.11": "prometheus-2"}
NOTHING = "Nothing used it in 30 days; interfaces logged 99 % of their hours."
NIGHTLY = [12 if number % 7 == 2 else 0 for number in range(31)]


def make_shop_rules() -> list[RuleReport]:
    return [*_make_front_rules(), *_make_inner_rules(), *_make_rules_that_stay(), _make_outward_rule()]


def _make_front_rules() -> list[RuleReport]:
    busy, many = make_days(BUSY), make_peers(CLIENTS, 60)
    lb = make_peers({"10.20.0.9": "ELB app/shop/1", "10.20.1.9": "ELB app/shop/2"}, 900, ["sg-0c03"])
    admins = make_peers({"10.20.8.4": "bastion"}, 31, ["sg-0b02"])
    return [
        make_rule_report(
            make_rule(1, tcp(22), ANYWHERE, description="ssh, for the move"),
            "too_wide",
            make_use(make_days(NIGHTLY), admins, [SeenPort(6, 22, 31)], {"eni-0001": 20, "eni-0002": 11}),
            used_space=1,
            text="It permits 4.3 billion addresses; the one that came is a member of the group bastion.",
        ),
        make_rule_report(
            make_rule(2, tcp(443), ANYWHERE, description="https"),
            "used",
            replace(make_use(busy, many, [SeenPort(6, 443, 5_000)], SERVERS), peer_count=214),
            used_space=214,
            code="public_by_intent",
            text="It is open to the world, and 214 scattered clients used it.",
        ),
        make_rule_report(
            make_rule(3, tcp(8080), LOAD_BALANCER, description="health checks and traffic"),
            "used",
            make_use(busy, lb, [SeenPort(6, 8080, 4_100)], SERVERS),
            space=2,
            used_space=2,
            peer_name="web-lb",
        ),
    ]


def _make_inner_rules() -> list[RuleReport]:
    busy, scrapers = make_days(BUSY), make_peers(SCRAPERS, 250)
    return [
        make_rule_report(make_rule(4, tcp(5432), INSIDE), "unused", space=65_536, text=NOTHING),
        make_rule_report(
            make_rule(5, tcp(9100), Peer(cidr_ipv4="10.20.4.0/24"), description="node exporter"),
            "redundant",
            make_use(busy, scrapers, [SeenPort(6, 9100, 3_000)], SERVERS),
            space=256,
            used_space=2,
            text="sgr-0006 of this group permits all of it and more.",
        ),
        make_rule_report(
            make_rule(6, tcp(9000, 9999), INSIDE, description="monitoring"),
            "too_wide",
            make_use(busy, scrapers, [SeenPort(6, 9100, 3_000), SeenPort(6, 9187, 800)], SERVERS),
            space=65_536_000,
            used_space=4,
        ),
    ]


def _make_rules_that_stay() -> list[RuleReport]:
    return [
        make_rule_report(
            make_rule(7, ICMP, Peer(cidr_ipv6="2001:db8::/56")),
            "no_evidence",
            make_use(make_days([], 2)),
            space=256 << 72,
            width=26,
            code="icmp_type",
            text="It permits some ICMP types; flow logs don't show the type.",
        ),
        make_rule_report(
            make_rule(8, tcp(6379), BASTION),
            "too_new",
            space=1,
            peer_name="bastion",
            text="Known since 3 days.",
        ),
        with_keep(
            make_rule_report(
                make_rule(9, tcp(21), Peer(cidr_ipv4="198.51.100.0/24")), "unused", space=256, text=NOTHING
            ),
            "audit until March",
        ),
    ]


def _make_outward_rule() -> RuleReport:
    return make_rule_report(
        make_rule(10, ALL, ANYWHERE, direction="egress"),
        "too_wide",
        make_use(
            make_days(BUSY),
            make_peers({"10.20.3.5": "orders-db", "192.0.2.80": "", "192.0.2.81": ""}, 500),
            [SeenPort(6, 5432, 4_000), SeenPort(6, 443, 900), SeenPort(17, 123, 80)],
            SERVERS,
        ),
        space=132_096 << 32,
        used_space=5,
    )


def make_shop_changes(rules: Sequence[RuleReport]) -> tuple[Change, ...]:
    ssh, unused, redundant, monitoring, outward = (rules[place] for place in (0, 3, 4, 5, 9))
    return (
        _narrow_ssh(ssh),
        make_change(unused, []),
        make_change(redundant, []),
        _narrow_monitoring(monitoring),
        _narrow_outward(outward),
    )


def _narrow_ssh(ssh: RuleReport) -> Change:
    return replace(
        make_change(ssh, [make_new_rule(ssh.rule, tcp(22), BASTION, "bastion")], after=1),
        ways=("group",),
        risks=("It was used on 4 days only: a job that runs monthly would not be seen.",),
        confidence="medium",
        confidence_reason="Coverage is 99 %, but few connections were seen.",
    )


def _narrow_monitoring(monitoring: RuleReport) -> Change:
    scrapers = Peer(cidr_ipv4="10.20.4.10/31")
    new = [make_new_rule(monitoring.rule, tcp(port), scrapers) for port in (9100, 9187)]
    return replace(
        make_change(monitoring, new, after=4),
        ways=("ports", "cidrs"),
        risks=("10.20.4.10 and 10.20.4.11 belong to instances that may be replaced under other addresses.",),
    )


def _narrow_outward(outward: RuleReport) -> Change:
    new = [
        make_new_rule(outward.rule, tcp(443), ANYWHERE),
        make_new_rule(outward.rule, tcp(5432), DATABASE, "database"),
        make_new_rule(outward.rule, replace(tcp(123), ip_protocol="udp"), ANYWHERE),
    ]
    return replace(
        make_change(outward, new, after=2 * (1 << 32) + 3),
        ways=("ports", "group", "public"),
        confidence="low",
        confidence_reason="Of 312 records nobody knows who began.",
    )
