"""A person's own rules for a group: what would they have refused?"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network
from typing import Final

from domain.addresses import parse_cidr
from domain.advice_settings import AdviceSettings
from domain.errors import InventoryError, SgLensError
from domain.inventory import Peer
from domain.protocols import protocol_number
from domain.replay import Replayer, collect_connections, replay
from domain.report import NewRule, Replay
from domain.rule_space import WITH_PORTS, WITH_TYPES
from domain.text import shorten
from domain.usage import RuleUsage
from domain.usage_window import merge_by_rule, window_days
from domain.vpc_state import VpcState

_PRINTED: Final = frozenset(
    {
        "SecurityGroupRuleId",
        "SecurityGroupRuleArn",
        "GroupId",
        "GroupOwnerId",
        "IsEgress",
        "IpProtocol",
        "FromPort",
        "ToPort",
        "CidrIpv4",
        "CidrIpv6",
        "PrefixListId",
        "ReferencedGroupInfo",
        "Description",
        "Tags",
    }
)
_PEERS: Final = ("CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupInfo")
_MAX_PORT: Final = 65_535
_MAX_TYPE: Final = 255

_Object = Mapping[str, object]


class CustomRulesError(SgLensError):
    """A person's rules that can't be understood: what, where, and how to mend it."""


@dataclass(frozen=True, slots=True)
class CustomRules:
    group_id: str
    rules: tuple[NewRule, ...]
    """All that the group is to have."""


def parse_custom_rules(data: bytes | str, state: VpcState) -> CustomRules:
    """From `{"group_id": "sg-…", "rules": […]}`, the rules as `aws ec2 describe-security-group-rules` prints
    them. Raises CustomRulesError."""
    content = _parse_json(data)
    if not isinstance(content, dict) or content.keys() != {"group_id", "rules"}:
        raise CustomRulesError(
            'The rules must be an object of two members, {"group_id": "sg-…", "rules": […]}, not'
            f" {shorten(content)}"
        )
    group_id, rules = content["group_id"], content["rules"]
    if group_id not in state.own_groups():
        raise CustomRulesError(
            f"group_id is {shorten(group_id)}, which is no security group of {state.vpc_id}: give one that"
            " `aws ec2 describe-security-groups` shows for it"
        )
    if not isinstance(rules, list):
        raise CustomRulesError(f"rules must be a list, all that {group_id} is to have, not {shorten(rules)}")
    return CustomRules(group_id, tuple(_parse_rule(rule, at, group_id) for at, rule in enumerate(rules)))


def replay_custom(
    state: VpcState,
    usages: Sequence[RuleUsage],
    custom: CustomRules,
    settings: AdviceSettings,
    made_at: int,
) -> Replay:
    """`usages` are all of that group; other groups keep the rules that they have."""
    days = window_days(made_at - settings.window_seconds, made_at)
    merged = merge_by_rule(usages, days)
    replayer = Replayer(state, {custom.group_id: custom.rules})
    refused, replayed = replay(collect_connections(merged.values()), replayer)
    return replace(replayed, refused=tuple(replayer.describe(recorded) for recorded in refused))


def _parse_json(data: bytes | str) -> object:
    try:
        return json.loads(data)
    except UnicodeDecodeError as error:
        raise CustomRulesError("The rules are not text in UTF-8: save the file in that encoding") from error
    except json.JSONDecodeError as error:
        raise CustomRulesError(
            f"The rules are not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        ) from error


def _parse_rule(rule: object, at: int, group_id: str) -> NewRule:
    where = f"rules[{at}]"
    if not isinstance(rule, dict):
        raise CustomRulesError(f"{where} must be an object, not {shorten(rule)}")
    unknown = sorted(rule.keys() - _PRINTED)
    if unknown:
        raise CustomRulesError(
            f"{where} has {', '.join(unknown)}, which EC2 doesn't print; it prints"
            f" {', '.join(sorted(_PRINTED))}"
        )
    if rule.get("GroupId", group_id) != group_id:
        raise CustomRulesError(
            f"{where}.GroupId is {shorten(rule['GroupId'])}, but the rules are of {group_id}: leave it out"
        )
    protocol = _parse_protocol(rule, where)
    from_port, to_port = _parse_ports(rule, protocol, where)
    return NewRule(
        direction="egress" if _parse_is_egress(rule, where) else "ingress",
        ip_protocol=protocol,
        from_port=from_port,
        to_port=to_port,
        peer=_parse_peer(rule, where),
        peer_name="",
        description=_parse_text(rule, "Description", where) or "",
        tags=(),
    )


def _parse_is_egress(rule: _Object, where: str) -> bool:
    is_egress = rule.get("IsEgress")
    if not isinstance(is_egress, bool):
        raise CustomRulesError(
            f"{where}.IsEgress must be true or false (false for ingress), not {shorten(is_egress)}"
        )
    return is_egress


def _parse_protocol(rule: _Object, where: str) -> str:
    protocol = _parse_text(rule, "IpProtocol", where)
    try:
        if protocol != "-1":
            protocol_number(protocol or "")
    except InventoryError as error:
        raise CustomRulesError(
            f'{where}.IpProtocol must be "tcp", "udp", "icmp", "icmpv6", a number as text or "-1" for all,'
            f" not {shorten(protocol)}"
        ) from error
    return protocol or ""


def _parse_ports(rule: _Object, protocol: str, where: str) -> tuple[int | None, int | None]:
    """For ICMP the type and the code."""
    number = None if protocol == "-1" else protocol_number(protocol)
    if number in WITH_TYPES:
        return _parse_number(rule, "FromPort", where, _MAX_TYPE), _parse_number(
            rule, "ToPort", where, _MAX_TYPE
        )
    if number not in WITH_PORTS:
        return -1, -1
    first, last = (_parse_number(rule, key, where, _MAX_PORT) for key in ("FromPort", "ToPort"))
    if first > last or (first == -1) != (last == -1):
        raise CustomRulesError(
            f"{where} goes from port {first} to {last}: FromPort must not be above ToPort; -1 and -1 are all"
        )
    return first, last


def _parse_number(rule: _Object, key: str, where: str, highest: int) -> int:
    number = rule.get(key)
    if not isinstance(number, int) or isinstance(number, bool) or not -1 <= number <= highest:
        raise CustomRulesError(
            f"{where}.{key} must be a number from 0 to {highest}, or -1 for all, not {shorten(number)}"
        )
    return number


def _parse_peer(rule: _Object, where: str) -> Peer:
    given = [key for key in _PEERS if rule.get(key) is not None]
    if len(given) != 1:
        raise CustomRulesError(
            f"{where} must have just one of {', '.join(_PEERS)}, not {', '.join(given) or 'none of them'}:"
            " EC2 has one rule for each peer"
        )
    match given[0]:
        case "CidrIpv4":
            return Peer(cidr_ipv4=_parse_cidr(rule, "CidrIpv4", where, 4))
        case "CidrIpv6":
            return Peer(cidr_ipv6=_parse_cidr(rule, "CidrIpv6", where, 6))
        case "PrefixListId":
            return Peer(prefix_list_id=_parse_text(rule, "PrefixListId", where))
        case _:
            return Peer(referenced_group_id=_parse_reference(rule, where))


def _parse_reference(rule: _Object, where: str) -> str:
    reference = rule.get("ReferencedGroupInfo")
    group_id = reference.get("GroupId") if isinstance(reference, Mapping) else None
    if not isinstance(group_id, str) or not group_id:
        raise CustomRulesError(
            f'{where}.ReferencedGroupInfo must be an object like {{"GroupId": "sg-…"}}, not'
            f" {shorten(reference)}"
        )
    return group_id


def _parse_cidr(rule: _Object, key: str, where: str, version: int) -> str:
    text = _parse_text(rule, key, where) or ""
    try:
        block = parse_cidr(text)
    except ValueError as error:
        raise CustomRulesError(f"{where}.{key} is {text!r}, {_cidr_advice(text, version)}") from error
    if block.version != version:
        raise CustomRulesError(f"{where}.{key} is {text!r}, {_cidr_advice(text, version)}")
    return str(block)


def _cidr_advice(text: str, version: int) -> str:
    try:
        meant = ip_network(text, strict=False)
    except ValueError:
        return f"no block of IPv{version} addresses in CIDR notation"
    if meant.version != version:
        return f"a block of IPv{meant.version}: give it as CidrIpv{meant.version}"
    return f"which has bits behind its prefix: {meant}, is that meant?"


def _parse_text(rule: _Object, key: str, where: str) -> str | None:
    text = rule.get(key)
    if text is not None and not isinstance(text, str):
        raise CustomRulesError(f"{where}.{key} must be text, not {shorten(text)}")
    return text
