"""Reports of one group, with the rules and changes that a test names."""

from collections.abc import Sequence
from typing import Final

from domain.inventory import Direction, Peer, SecurityGroup, SecurityGroupRule, Tags
from domain.report import (
    Change,
    Evidence,
    GroupReport,
    NewRule,
    Proposal,
    Reason,
    Replay,
    RuleReport,
    RuleUse,
)

ACCOUNT: Final = "123456789012"
GROUP_ID: Final = "sg-0123456789abcdef0"
VPC_ID: Final = "vpc-0123456789abcdef0"
MADE_AT: Final = 1_790_000_000

_UNUSED: Final = RuleUse(
    sole=0,
    shared=0,
    possible=0,
    unknown=0,
    request_bytes=0,
    request_packets=0,
    response_bytes=0,
    response_packets=0,
    first_seen=None,
    last_seen=None,
    days=(),
    peer_count=0,
    port_count=0,
    peers_capped=False,
    ports_capped=False,
    peers=(),
    ports=(),
    interfaces={},
)
_NO_EVIDENCE: Final = Evidence(
    window_start=MADE_AT - 30 * 86_400,
    window_end=MADE_AT,
    coverage=1.0,
    expected_hours=720,
    logged_hours=720,
    skipdata=0,
    silent_interfaces=(),
    records=0,
    unattributed={},
    knocks=(),
    days={},
)


def make_peer(text: str) -> Peer:
    """From a CIDR block, or from the id of a prefix list or group; ACCOUNT/sg-… is of another account."""
    if text.startswith("pl-"):
        return Peer(prefix_list_id=text)
    if "sg-" in text:
        owner, _, group_id = text.rpartition("/")
        return Peer(referenced_group_id=group_id, referenced_owner_id=owner or ACCOUNT)
    return Peer(cidr_ipv6=text) if ":" in text else Peer(cidr_ipv4=text)


def make_rule(
    number: int,
    peer: str = "10.0.0.0/8",
    ports: tuple[int | None, int | None] = (443, 443),
    *,
    protocol: str = "tcp",
    direction: Direction = "ingress",
    description: str = "",
    tags: Tags = (),
) -> SecurityGroupRule:
    return SecurityGroupRule(
        rule_id=f"sgr-{number:017x}",
        group_id=GROUP_ID,
        direction=direction,
        ip_protocol=protocol,
        from_port=ports[0],
        to_port=ports[1],
        peer=make_peer(peer),
        description=description,
        tags=tags,
    )


def make_new_rule(
    peer: str,
    ports: tuple[int | None, int | None] = (443, 443),
    *,
    protocol: str = "tcp",
    direction: Direction = "ingress",
    description: str = "",
    tags: Tags = (),
) -> NewRule:
    return NewRule(
        direction=direction,
        ip_protocol=protocol,
        from_port=ports[0],
        to_port=ports[1],
        peer=make_peer(peer),
        peer_name="",
        description=description,
        tags=tags,
    )


def make_change(rule: SecurityGroupRule, *new_rules: NewRule) -> Change:
    return Change(
        rule_id=rule.rule_id,
        ways=("cidrs",) if new_rules else ("revoke",),
        rules=new_rules,
        connections=12,
        connections_before=12,
        space_before=2**24,
        space_after=len(new_rules),
        width_before=24,
        width_after=1,
        risks=("Clients may come from other addresses.",) if new_rules else (),
        confidence="high",
        confidence_reason="The whole window was observed.",
    )


def make_report(
    rules: Sequence[SecurityGroupRule],
    changes: Sequence[Change] = (),
    *,
    group_id: str = GROUP_ID,
    group_name: str = "web",
    region: str = "",
    not_proposed: tuple[Reason, ...] = (),
) -> GroupReport:
    return GroupReport(
        vpc_id=VPC_ID,
        group=SecurityGroup(group_id, group_name, "Web servers", VPC_ID, ACCOUNT, ()),
        made_at=MADE_AT,
        region=region,
        attachment="attached",
        interfaces=(),
        referenced_by=(),
        rules=tuple(map(_report_rule, rules)),
        proposal=Proposal(tuple(changes), Replay(0, 0, (), 0, None, 0), not_proposed),
        evidence=_NO_EVIDENCE,
        score=None,
        worth=0,
    )


def _report_rule(rule: SecurityGroupRule) -> RuleReport:
    return RuleReport(
        rule=rule,
        peer_name="",
        verdict="used",
        reasons=(Reason("used", "It was used."),),
        keep_reason=None,
        known_since=MADE_AT - 90 * 86_400,
        space=1,
        used_space=1,
        width=1,
        used_width=1,
        use=_UNUSED,
    )
