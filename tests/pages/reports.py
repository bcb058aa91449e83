"""Reports of groups as the page shows them."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from domain.group_index import InterfaceRow
from domain.inventory import Peer
from domain.report import GroupReport, Proposal, Reason, Reference, Refused, Replay, RuleReport
from domain.usage import Knock, SeenPort
from tests.pages.report_parts import (
    make_change,
    make_days,
    make_evidence,
    make_hours,
    make_knocks,
    make_new_rule,
    make_peers,
    make_report,
    make_rule,
    make_rule_report,
    make_security_group,
    make_use,
    tcp,
    with_keep,
)
from tests.pages.shop_rules import (
    ANYWHERE,
    BASTION,
    BUSY,
    LOAD_BALANCER,
    SERVERS,
    make_shop_changes,
    make_shop_rules,
)
from tests.pages.worlds import HOSTILE, MADE_AT, make_interface

_QUOTA: Final = Reason("quota", "sgr-0002 needs 41 blocks, but 60 rules per direction are the limit.")


def make_shop() -> GroupReport:
    """Each verdict, each way to narrow, and a rule that a tag keeps."""
    rules = make_shop_rules()
    interfaces = (
        make_interface(1, "app-1"),
        make_interface(2, "app-2"),
        make_interface(3, "nightly-import", "lambda"),
        make_interface(4, "ELB net/shop/50dc6c495c0c9188", "elb"),
    )
    days = make_hours([each.interface_id for each in interfaces])
    evidence = replace(
        make_evidence(days),
        silent_interfaces=("eni-0004",),
        records=1_843_201,
        unattributed={"reject": 4_210, "no_rule": 96, "unknown": 312},
        knocks=make_knocks(),
    )
    return replace(
        make_report(rules, make_security_group(description="Application servers of the shop")),
        attachment="attached",
        interfaces=interfaces,
        referenced_by=(
            Reference("sg-0d04", "database", "sgr-00d1"),
            Reference("sg-0e05", "cache", "sgr-00e1"),
        ),
        proposal=Proposal(make_shop_changes(rules), Replay(48_112, 1_838_895, (), 7, 210_334, 0), (_QUOTA,)),
        evidence=evidence,
        score=38,
        worth=171,
    )


def make_refusing() -> GroupReport:
    """Its proposal would refuse two connections: none of SG Lens's own does."""
    shop = make_shop()
    refused = tuple(
        Refused(
            "ingress",
            "eni-0001",
            "app-1",
            6,
            port,
            addr,
            name,
            number,
            MADE_AT - 86_400 * number,
            ("sgr-0004",),
        )
        for port, addr, name, number in (
            (5432, "10.20.7.15", "reports-1", 3),
            (5432, "198.51.100.77", "", 1),
        )
    )
    return replace(
        shop, proposal=replace(shop.proposal, replay=replace(shop.proposal.replay, refused=refused))
    )


def make_unattached() -> GroupReport:
    rules = [
        make_rule_report(
            make_rule(1, tcp(21), ANYWHERE),
            "no_evidence",
            code="no_interface",
            text="No interface carries it.",
        )
    ]
    return make_report(rules, make_security_group(name="legacy-ftp"))


def make_empty() -> GroupReport:
    """A group without rules, on nothing."""
    return make_report([], make_security_group(name="empty"))


def make_tight() -> GroupReport:
    """Nothing to change."""
    use = make_use(make_days(BUSY), make_peers({"10.20.0.9": "web-1"}, 300), [SeenPort(6, 443, 900)], SERVERS)
    rules = [make_rule_report(make_rule(1, tcp(443), LOAD_BALANCER), "used", use, space=2, used_space=1)]
    return replace(
        make_report(rules),
        attachment="attached",
        interfaces=(make_interface(1, "app-1"),),
        proposal=Proposal((), Replay(900, 5_055, (), 0, None, 0), ()),
        score=63,
    )


def make_hostile() -> GroupReport:
    """Every text that the account may choose is hostile."""
    shop = make_shop()
    names = [name or "?" for name in HOSTILE]
    rules = []
    for number, name in enumerate(HOSTILE, start=1):
        rule = make_rule(number, tcp(8_000 + number), BASTION, description=name)
        peers = make_peers({f"10.20.9.{place}": other for place, other in enumerate(names)})
        use = make_use(
            make_days(BUSY), peers, [SeenPort(6, 8_000 + number, 40)], {"eni-0001": 9, "eni-0002": 4}
        )
        report = make_rule_report(
            rule, "too_wide", use, used_space=9, peer_name=name, text=name or "A reason."
        )
        rules.append(with_keep(report, name) if number % 2 else report)
    changes = [
        make_change(rule, [make_new_rule(rule.rule, tcp(80), BASTION, rule.peer_name)]) for rule in rules
    ]
    refused = [
        Refused("ingress", "eni-0001", name, 6, 80, "10.20.9.1", name, 1, MADE_AT, ("sgr-0001",))
        for name in names
    ]
    return replace(
        shop,
        group=replace(
            make_security_group(name=HOSTILE[1], description=HOSTILE[0]), tags=((HOSTILE[4], HOSTILE[7]),)
        ),
        interfaces=tuple(make_interface(number, name) for number, name in enumerate(names, start=1)),
        referenced_by=tuple(Reference("sg-0b02", name, "sgr-00b1") for name in names),
        rules=tuple(rules),
        proposal=Proposal(
            tuple(changes),
            replace(shop.proposal.replay, refused=tuple(refused)),
            (Reason("quota", HOSTILE[0]),),
        ),
        evidence=replace(
            shop.evidence,
            knocks=tuple(Knock("10.20.9.1", name, 6, 22, "ingress", 3, MADE_AT) for name in names),
        ),
    )


def make_large(rules: int = 120, interfaces: int = 500, peers: int = 50) -> GroupReport:
    """As large as the quotas let a group be; of each rule as many peers and ports as a report keeps."""
    chance = random.Random(5)
    rows = tuple(make_interface(number, f"worker-{number}") for number in range(1, interfaces + 1))
    reports = [_make_large_rule(number, rows, peers, chance) for number in range(rules)]
    evidence = make_evidence(make_hours([row.interface_id for row in rows]))
    changes = tuple(make_change(each, []) for each in reports[::3])
    return replace(
        make_report(reports, make_security_group(name="workers")),
        attachment="attached",
        interfaces=rows,
        proposal=Proposal(changes, Replay(2_000_000, 90_000_000, (), 0, None, 0), ()),
        evidence=replace(evidence, records=90_000_000, knocks=make_knocks() * 2),
        score=51,
        worth=800,
    )


def _make_large_rule(
    number: int, rows: Sequence[InterfaceRow], peers: int, chance: random.Random
) -> RuleReport:
    names = {f"10.{number}.{place}.{chance.randrange(250)}": f"client {place}" for place in range(peers)}
    ports = [SeenPort(6, 10_000 + place, 1 + place) for place in range(50)]
    use = make_use(
        make_days([chance.randrange(900) for _ in range(31)]),
        make_peers(names, 500),
        ports,
        {row.interface_id: chance.randrange(1, 90) for row in rows},
    )
    use = replace(use, peer_count=2_000, peers_capped=True)
    rule = make_rule(number, tcp(10_000, 11_000), Peer(cidr_ipv4=f"10.{number}.0.0/16"))
    return make_rule_report(rule, "unused" if number % 3 == 0 else "used", use, used_space=90_000)
