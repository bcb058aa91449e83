"""Changes of security groups' rules, as boto3 asks the emulator for them."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from tests.local.emulator.emulated import filter_by

WEB: Any = {
    "IpProtocol": "tcp",
    "FromPort": 443,
    "ToPort": 443,
    "IpRanges": [{"CidrIp": "192.0.2.0/24", "Description": "Office"}],
}
PARTNER: Any = {**WEB, "IpRanges": [{"CidrIp": "198.51.100.0/24"}]}


@pytest.fixture
def group_id(cloud: LocalCloud, vpc_id: str) -> str:
    ec2 = cloud.client("ec2")
    return ec2.create_security_group(GroupName="web", Description="Web servers", VpcId=vpc_id)["GroupId"]


def rules_of(cloud: LocalCloud, group_id: str) -> list[dict[str, Any]]:
    """Without the one that each new group has."""
    ec2: Any = cloud.client("ec2")
    answer = ec2.describe_security_group_rules(Filters=[filter_by("group-id", group_id)])
    return [rule for rule in answer["SecurityGroupRules"] if not rule["IsEgress"]]


def test_a_dry_run_changes_nothing(cloud: LocalCloud, group_id: str) -> None:
    ec2 = cloud.client("ec2")
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[WEB])
    (before,) = rules_of(cloud, group_id)
    rule_ids = [before["SecurityGroupRuleId"]]
    update: Any = {"IpProtocol": "udp", "FromPort": 1, "ToPort": 1, "CidrIpv4": "192.0.2.0/24"}
    updates: Any = [{"SecurityGroupRuleId": rule_ids[0], "SecurityGroupRule": update}]

    with pytest.raises(ClientError, match="DryRunOperation") as raised:
        ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[PARTNER], DryRun=True)
    with pytest.raises(ClientError, match="DryRunOperation"):
        ec2.authorize_security_group_egress(GroupId=group_id, IpPermissions=[PARTNER], DryRun=True)
    with pytest.raises(ClientError, match="DryRunOperation"):
        ec2.revoke_security_group_ingress(GroupId=group_id, SecurityGroupRuleIds=rule_ids, DryRun=True)
    with pytest.raises(ClientError, match="DryRunOperation"):
        ec2.revoke_security_group_egress(GroupId=group_id, SecurityGroupRuleIds=rule_ids, DryRun=True)
    with pytest.raises(ClientError, match="DryRunOperation"):
        ec2.modify_security_group_rules(GroupId=group_id, SecurityGroupRules=updates, DryRun=True)

    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    assert rules_of(cloud, group_id) == [before]


def test_a_rule_that_is_there_already_is_refused_whatever_its_description(
    cloud: LocalCloud, group_id: str
) -> None:
    ec2 = cloud.client("ec2")
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[WEB])
    renamed: Any = {**WEB, "IpRanges": [{"CidrIp": "192.0.2.0/24", "Description": "Another"}]}

    with pytest.raises(ClientError, match=r"InvalidPermission\.Duplicate.*peer: 192\.0\.2\.0/24"):
        ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[renamed])

    assert [rule["Description"] for rule in rules_of(cloud, group_id)] == ["Office"]


def test_of_a_call_with_one_rule_that_is_there_already_none_is_made(cloud: LocalCloud, group_id: str) -> None:
    ec2 = cloud.client("ec2")
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[WEB])

    with pytest.raises(ClientError, match="Duplicate"):
        ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[PARTNER, WEB])

    assert len(rules_of(cloud, group_id)) == 1


def test_ports_make_no_difference_between_rules_for_all_protocols(cloud: LocalCloud, group_id: str) -> None:
    everything: Any = {
        "IpProtocol": "-1",
        "FromPort": -1,
        "ToPort": -1,
        "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
    }

    with pytest.raises(ClientError, match="Duplicate"):
        cloud.client("ec2").authorize_security_group_egress(GroupId=group_id, IpPermissions=[everything])


def test_a_new_rule_has_the_tags_of_its_call(cloud: LocalCloud, group_id: str) -> None:
    tags: Any = [
        {"ResourceType": "security-group-rule", "Tags": [{"Key": "team", "Value": "network"}]},
    ]

    answer = cloud.client("ec2").authorize_security_group_ingress(
        GroupId=group_id, IpPermissions=[WEB], TagSpecifications=tags
    )

    assert answer["SecurityGroupRules"][0]["Tags"] == tags[0]["Tags"]
    assert rules_of(cloud, group_id)[0]["Tags"] == tags[0]["Tags"]


def test_a_modified_rule_keeps_its_id_and_none_of_its_fields(cloud: LocalCloud, group_id: str) -> None:
    ec2 = cloud.client("ec2")
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[WEB])
    rule_id = rules_of(cloud, group_id)[0]["SecurityGroupRuleId"]
    update: Any = {"IpProtocol": "17", "FromPort": 53, "ToPort": 54, "CidrIpv4": "203.0.113.9/24"}

    ec2.modify_security_group_rules(
        GroupId=group_id, SecurityGroupRules=[{"SecurityGroupRuleId": rule_id, "SecurityGroupRule": update}]
    )

    (rule,) = rules_of(cloud, group_id)
    assert rule["SecurityGroupRuleId"] == rule_id
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("udp", 53, 54)
    assert rule["CidrIpv4"] == "203.0.113.0/24"
    assert "Description" not in rule


def test_a_rule_that_every_new_group_has_can_be_modified(cloud: LocalCloud, group_id: str) -> None:
    ec2 = cloud.client("ec2")
    answer = ec2.describe_security_group_rules(Filters=[filter_by("group-id", group_id)])
    rule_id = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    update: Any = {"IpProtocol": "-1", "ReferencedGroupId": group_id, "Description": "Among themselves"}

    ec2.modify_security_group_rules(
        GroupId=group_id, SecurityGroupRules=[{"SecurityGroupRuleId": rule_id, "SecurityGroupRule": update}]
    )

    answer = ec2.describe_security_group_rules(Filters=[filter_by("group-id", group_id)])
    (rule,) = answer["SecurityGroupRules"]
    assert rule["SecurityGroupRuleId"] == rule_id
    assert rule["ReferencedGroupInfo"]["GroupId"] == group_id
    assert rule["Description"] == "Among themselves"


def test_a_rule_of_another_group_cannot_be_modified(cloud: LocalCloud, group_id: str) -> None:
    update: Any = {"IpProtocol": "-1", "CidrIpv4": "192.0.2.0/24"}
    rule_id = "sgr-0123456789abcdef0"

    with pytest.raises(ClientError, match=r"InvalidSecurityGroupRuleId\.NotFound"):
        cloud.client("ec2").modify_security_group_rules(
            GroupId=group_id,
            SecurityGroupRules=[{"SecurityGroupRuleId": rule_id, "SecurityGroupRule": update}],
        )
