import json
from typing import Any

import pytest

from domain.custom_replay import CustomRulesError, parse_custom_rules, replay_custom
from domain.inventory import Peer
from domain.report import NewRule
from tests.domain.judged import MADE_AT, SETTINGS, UsageOf, Used, Vpc, group, interface, rule

VPC = Vpc(
    groups=(group("app"), group("db")),
    interfaces=(interface("app", ["10.0.2.20"], ["app"]), interface("db", ["10.0.1.10"], ["db"])),
    rules=(rule("own", "db", "tcp 3306", "10.0.0.0/8"),),
    used=(
        Used("own", "db", "10.0.2.20", 3306, ("app",), sole=4),
        Used("own", "db", "10.0.9.9", 3306, sole=2),
    ),
)
STATE = VPC.state()
FROM_APP: dict[str, Any] = {
    "SecurityGroupRuleId": "sgr-0a",
    "GroupId": "sg-db",
    "GroupOwnerId": "123456789012",
    "IsEgress": False,
    "IpProtocol": "tcp",
    "FromPort": 3306,
    "ToPort": 3306,
    "ReferencedGroupInfo": {"GroupId": "sg-app", "UserId": "123456789012"},
    "Description": "Shop",
    "Tags": [],
}
BY_CIDR = {key: value for key, value in FROM_APP.items() if key != "ReferencedGroupInfo"}


def parse(*rules: object, group_id: str = "sg-db") -> tuple[NewRule, ...]:
    return parse_custom_rules(json.dumps({"group_id": group_id, "rules": rules}), STATE).rules


def vary(**changes: object) -> dict[str, object]:
    return {**BY_CIDR, "CidrIpv4": "10.0.2.0/24", **changes}


def test_rules_are_read_as_the_aws_cli_prints_them() -> None:
    by_cidr = vary(IsEgress=True, IpProtocol="-1", FromPort=-1, ToPort=-1)
    v6 = {**BY_CIDR, "CidrIpv6": "2001:DB8::/32"}
    listed = {**BY_CIDR, "PrefixListId": "pl-0a", "IpProtocol": "icmp", "FromPort": 8, "ToPort": -1}

    assert parse(FROM_APP, by_cidr, v6, listed) == (
        NewRule("ingress", "tcp", 3306, 3306, Peer(referenced_group_id="sg-app"), "", "Shop", ()),
        NewRule("egress", "-1", -1, -1, Peer(cidr_ipv4="10.0.2.0/24"), "", "Shop", ()),
        NewRule("ingress", "tcp", 3306, 3306, Peer(cidr_ipv6="2001:db8::/32"), "", "Shop", ()),
        NewRule("ingress", "icmp", 8, -1, Peer(prefix_list_id="pl-0a"), "", "Shop", ()),
    )


def test_a_rule_needs_no_more_than_what_it_permits() -> None:
    few = {"IsEgress": False, "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "10.0.0.0/8"}

    assert parse(few)[0].description == ""


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (vary(CidrIp="10.0.0.0/8"), r"rules\[1\] has CidrIp, which EC2 doesn't print"),
        (vary(GroupId="sg-0f"), r"rules\[1\].GroupId is 'sg-0f', but the rules are of sg-db: leave it out"),
        (vary(IsEgress="no"), r"rules\[1\].IsEgress must be true or false \(false for ingress\), not 'no'"),
        (vary(IpProtocol=6), r"rules\[1\].IpProtocol must be text, not 6"),
        (vary(IpProtocol="tpc"), r"rules\[1\].IpProtocol must be \"tcp\", .* not 'tpc'"),
        (vary(IpProtocol=None), r"rules\[1\].IpProtocol must be \"tcp\", .* not None"),
        (vary(FromPort="22"), r"rules\[1\].FromPort must be a number from 0 to 65535, or -1 for all"),
        (vary(ToPort=65_536), r"rules\[1\].ToPort must be a number from 0 to 65535"),
        (vary(ToPort=True), r"rules\[1\].ToPort must be a number"),
        (vary(FromPort=3307), r"rules\[1\] goes from port 3307 to 3306: FromPort must not be above ToPort"),
        (vary(FromPort=-1), r"rules\[1\] goes from port -1 to 3306: .* -1 and -1 are all"),
        (vary(IpProtocol="icmp", FromPort=256), r"FromPort must be a number from 0 to 255"),
        (BY_CIDR, r"rules\[1\] must have just one of CidrIpv4, .* not none of them"),
        (vary(CidrIpv6="::/0"), r"not CidrIpv4, CidrIpv6: EC2 has one rule for each peer"),
        (
            vary(CidrIpv4="10.0.2.1/24"),
            r"'10.0.2.1/24', which has bits behind its prefix: 10.0.2.0/24, is that",
        ),
        (vary(CidrIpv4="::/0"), r"'::/0', a block of IPv6: give it as CidrIpv6"),
        (vary(CidrIpv4="office"), r"'office', no block of IPv4 addresses in CIDR notation"),
        (
            vary(CidrIpv4=None, ReferencedGroupInfo="sg-app"),
            r"must be an object like {\"GroupId\": \"sg-…\"}",
        ),
        (vary(Description=5), r"rules\[1\].Description must be text, not 5"),
        ("tcp 22", r"rules\[1\] must be an object, not 'tcp 22'"),
    ],
)
def test_what_is_wrong_with_a_rule_is_told_with_its_place(changed: object, message: str) -> None:
    with pytest.raises(CustomRulesError, match=message):
        parse(FROM_APP, changed)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff", "not text in UTF-8"),
        ("{\n  rules", "not JSON: .* in line 2, column 3"),
        ("[]", "must be an object of two members"),
        ('{"group_id": "sg-db"}', "must be an object of two members"),
        (
            '{"group_id": "sg-0f", "rules": []}',
            "'sg-0f', which is no security group of vpc-0a1b2c3d4e5f60718",
        ),
        ('{"group_id": ["sg-db"], "rules": []}', "which is no security group"),
        ('{"group_id": "sg-db", "rules": {}}', "rules must be a list, all that sg-db is to have"),
    ],
)
def test_what_is_no_list_of_rules_for_a_group_is_told(data: bytes | str, message: str) -> None:
    with pytest.raises(CustomRulesError, match=message):
        parse_custom_rules(data, STATE)


def test_the_connections_that_a_persons_rules_would_have_refused_are_told() -> None:
    custom = parse_custom_rules(json.dumps({"group_id": "sg-db", "rules": [FROM_APP]}), STATE)
    usages = [each for _, of_group, _ in UsageOf(VPC).groups() for each in of_group]

    replayed = replay_custom(STATE, usages, custom, SETTINGS, MADE_AT)

    assert (replayed.connections, replayed.records, replayed.already_refused) == (2, 6, 0)
    (refused,) = replayed.refused
    assert (refused.direction, refused.protocol, refused.port) == ("ingress", 6, 3306)
    assert (refused.interface_name, refused.peer_addr, refused.connections) == ("db", "10.0.9.9", 2)
    assert refused.rule_ids == ("sgr-own",)


def test_no_rules_at_all_refuse_everything() -> None:
    custom = parse_custom_rules('{"group_id": "sg-db", "rules": []}', STATE)
    usages = [each for _, of_group, _ in UsageOf(VPC).groups() for each in of_group]

    assert len(replay_custom(STATE, usages, custom, SETTINGS, MADE_AT).refused) == 2
