"""AWS: with DryRun a permitted call changes nothing and fails with DryRunOperation; a rule that is there
already is InvalidPermission.Duplicate, and none of the call's rules is made; a rule is modified by all its
fields (EC2 API Reference).

MiniStack 1.5.33 ignores DryRun, passes over rules that are there already, and modifies only the fields given.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, TypeAlias

from local.emulator.deviations import security_groups
from local.emulator.deviations.ec2_response import Ec2Error
from local.emulator.ministack import Record, Response, ec2

Handler: TypeAlias = Callable[[Record], Response]
RULES: Final = {"Ingress": "IpPermissions", "Egress": "IpPermissionsEgress"}
PEERS: Final = {
    "CidrIpv4": "IpRanges",
    "CidrIpv6": "Ipv6Ranges",
    "PrefixListId": "PrefixListIds",
    "ReferencedGroupId": "UserIdGroupPairs",
}


def mend() -> None:
    actions = ec2._ACTION_MAP
    for direction, rules in RULES.items():
        authorize, revoke = f"AuthorizeSecurityGroup{direction}", f"RevokeSecurityGroup{direction}"
        actions[authorize] = partial(_try_first, partial(_authorize, actions[authorize], rules))
        actions[revoke] = partial(_try_first, actions[revoke])
    actions["ModifySecurityGroupRules"] = partial(_try_first, _modify_security_group_rules)


def _try_first(handler: Handler, params: Record) -> Response:
    """The caller's permissions were looked at before this."""
    if ec2._p(params, "DryRun").lower() == "true":
        message = "Request would have succeeded, but DryRun flag is set."
        response: Response = ec2._error("DryRunOperation", message, 412)
        return response
    try:
        return handler(params)
    except Ec2Error as error:
        return error.response()


def _authorize(handler: Handler, rules: str, params: Record) -> Response:
    group = ec2._security_groups.get(ec2._p(params, "GroupId"), {})
    there = [security_groups.identity(rule) for rule in group.get(rules, [])]
    for rule in security_groups.parse_rules(params, "IpPermissions"):
        identity = security_groups.identity(rule)
        if identity in there:
            protocol, from_port, to_port, ((_, peer),) = identity
            named = f"peer: {peer}, {protocol}, from port: {from_port}, to port: {to_port}, ALLOW"
            raise Ec2Error(
                "InvalidPermission.Duplicate", f"the specified rule &quot;{named}&quot; already exists"
            )
        there.append(identity)
    return handler(params)


def _modify_security_group_rules(params: Record) -> Response:
    group_id = ec2._p(params, "GroupId")
    group = ec2._security_groups.get(group_id)
    if group is None:
        raise Ec2Error("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    rules = {
        ec2._sg_rule_id(group_id, direction == "Egress", rule): rule
        for direction, name in RULES.items()
        for rule in group[name]
    }
    updates = dict(_parse_updates(params))
    if unknown := updates.keys() - rules.keys():
        message = f"The security group rule ID '{min(unknown)}' does not exist"
        raise Ec2Error("InvalidSecurityGroupRuleId.NotFound", message)
    for rule_id, update in updates.items():
        rule = rules[rule_id]
        rule.clear()
        rule |= {"SecurityGroupRuleId": rule_id, **update}
    response: Response = ec2._xml(200, "ModifySecurityGroupRulesResponse", "<return>true</return>")
    return response


def _parse_updates(params: Record) -> Iterator[tuple[str, Record]]:
    number = 1
    while rule_id := ec2._p(params, f"SecurityGroupRule.{number}.SecurityGroupRuleId"):
        prefix = f"SecurityGroupRule.{number}.SecurityGroupRule"
        yield rule_id, _parse_rule(params, prefix)
        number += 1


def _parse_rule(params: Record, prefix: str) -> Record:
    peer = next((name for name in PEERS if ec2._p(params, f"{prefix}.{name}")), None)
    if peer is None:
        raise Ec2Error("MissingParameter", "The request must contain a CIDR block, a prefix list or a group")
    kind = PEERS[peer]
    source = {security_groups.SOURCES[kind]: ec2._p(params, f"{prefix}.{peer}")}
    if description := ec2._p(params, f"{prefix}.Description"):
        source["Description"] = description
    ports = {
        name: int(ec2._p(params, f"{prefix}.{name}"))
        for name in ("FromPort", "ToPort")
        if ec2._p(params, f"{prefix}.{name}")
    }
    protocol = ec2._p(params, f"{prefix}.IpProtocol")
    return {
        "IpProtocol": security_groups.PROTOCOL_NAMES.get(protocol, protocol),
        **ports,
        **{other: [] for other in security_groups.SOURCES},
        kind: [security_groups.canonical(kind, source)],
    }
