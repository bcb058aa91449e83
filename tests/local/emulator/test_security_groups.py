"""Security groups, their rules, and prefix lists, as boto3 reads them from the emulator."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from tests.local.emulator.emulated import filter_by


@pytest.fixture
def group_id(cloud: LocalCloud, vpc_id: str) -> str:
    ec2 = cloud.client("ec2")
    return ec2.create_security_group(GroupName="web", Description="Web servers", VpcId=vpc_id)["GroupId"]


def rules_of(cloud: LocalCloud, group_id: str, *, is_egress: bool = False) -> list[dict[str, Any]]:
    ec2: Any = cloud.client("ec2")
    filters = [filter_by("group-id", group_id)]
    rules: list[dict[str, Any]] = ec2.describe_security_group_rules(Filters=filters)["SecurityGroupRules"]
    return [rule for rule in rules if rule["IsEgress"] == is_egress]


def authorize(cloud: LocalCloud, group_id: str, **permission: object) -> None:
    permissions: Any = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **permission}]
    cloud.client("ec2").authorize_security_group_ingress(GroupId=group_id, IpPermissions=permissions)


def test_each_source_of_a_permission_is_a_rule(cloud: LocalCloud, group_id: str) -> None:
    authorize(
        cloud,
        group_id,
        IpRanges=[{"CidrIp": "192.0.2.0/24", "Description": "Office"}, {"CidrIp": "198.51.100.0/24"}],
        Ipv6Ranges=[{"CidrIpv6": "2001:db8::/32"}],
        PrefixListIds=[{"PrefixListId": "pl-0123456789abcdef0", "Description": "Partners"}],
        UserIdGroupPairs=[{"GroupId": group_id}],
    )

    rules = rules_of(cloud, group_id)
    peers = [rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") for rule in rules]
    assert peers == ["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32", "pl-0123456789abcdef0", None]
    assert rules[4]["ReferencedGroupInfo"] == {"GroupId": group_id, "UserId": cloud.account}
    assert [rule.get("Description") for rule in rules] == ["Office", None, None, "Partners", None]
    assert len({rule["SecurityGroupRuleId"] for rule in rules}) == 5


def test_a_group_shows_its_rules_as_one_permission(cloud: LocalCloud, group_id: str) -> None:
    authorize(cloud, group_id, IpRanges=[{"CidrIp": "192.0.2.0/24"}])
    authorize(cloud, group_id, IpRanges=[{"CidrIp": "198.51.100.0/24"}])

    (group,) = cloud.client("ec2").describe_security_groups(GroupIds=[group_id])["SecurityGroups"]

    (permission,) = group["IpPermissions"]
    assert [entry["CidrIp"] for entry in permission["IpRanges"]] == ["192.0.2.0/24", "198.51.100.0/24"]
    assert group["IpPermissionsEgress"] == [
        {
            "IpProtocol": "-1",
            "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            "Ipv6Ranges": [],
            "PrefixListIds": [],
            "UserIdGroupPairs": [],
        }
    ]


def test_a_rule_for_everything_has_the_ports_minus_one(cloud: LocalCloud, group_id: str) -> None:
    (rule,) = rules_of(cloud, group_id, is_egress=True)

    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("-1", -1, -1)


def test_numbers_of_known_protocols_become_names_and_host_bits_go(cloud: LocalCloud, group_id: str) -> None:
    authorize(cloud, group_id, IpProtocol="17", IpRanges=[{"CidrIp": "192.0.2.7/24"}])

    (rule,) = rules_of(cloud, group_id)
    assert (rule["IpProtocol"], rule["CidrIpv4"]) == ("udp", "192.0.2.0/24")


def test_a_rule_keeps_its_id_until_it_is_revoked(cloud: LocalCloud, group_id: str) -> None:
    authorize(cloud, group_id, IpRanges=[{"CidrIp": "192.0.2.0/24"}])
    (first,) = rules_of(cloud, group_id)
    authorize(cloud, group_id, IpRanges=[{"CidrIp": "198.51.100.0/24"}])

    rule_id = first["SecurityGroupRuleId"]
    assert rule_id in {rule["SecurityGroupRuleId"] for rule in rules_of(cloud, group_id)}
    cloud.client("ec2").revoke_security_group_ingress(GroupId=group_id, SecurityGroupRuleIds=[rule_id])
    authorize(cloud, group_id, IpRanges=[{"CidrIp": "192.0.2.0/24"}])
    assert rule_id not in {rule["SecurityGroupRuleId"] for rule in rules_of(cloud, group_id)}


def test_authorizing_answers_with_the_rules_ids(cloud: LocalCloud, group_id: str) -> None:
    permissions: Any = [
        {
            "IpProtocol": "tcp",
            "FromPort": 22,
            "ToPort": 22,
            "PrefixListIds": [{"PrefixListId": "pl-0123abcd"}],
        }
    ]

    answer = cloud.client("ec2").authorize_security_group_ingress(GroupId=group_id, IpPermissions=permissions)

    assert [rule["SecurityGroupRuleId"] for rule in answer["SecurityGroupRules"]] == [
        rule["SecurityGroupRuleId"] for rule in rules_of(cloud, group_id)
    ]
    assert answer["SecurityGroupRules"][0]["PrefixListId"] == "pl-0123abcd"


def test_a_permission_can_be_revoked_without_its_description(cloud: LocalCloud, group_id: str) -> None:
    authorize(cloud, group_id, UserIdGroupPairs=[{"GroupId": group_id, "Description": "Among themselves"}])
    permissions: Any = [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupId": group_id}]}
    ]

    cloud.client("ec2").revoke_security_group_ingress(GroupId=group_id, IpPermissions=permissions)

    assert rules_of(cloud, group_id) == []


def test_security_groups_are_filtered_by_their_vpc(cloud: LocalCloud, vpc_id: str, group_id: str) -> None:
    filters = [filter_by("vpc-id", vpc_id), filter_by("group-name", "w*")]

    groups = cloud.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]

    assert [group["GroupId"] for group in groups] == [group_id]


def test_rules_have_no_filter_by_vpc(cloud: LocalCloud, vpc_id: str) -> None:
    with pytest.raises(ClientError, match="The filter 'vpc-id' is invalid"):
        cloud.client("ec2").describe_security_group_rules(Filters=[filter_by("vpc-id", vpc_id)])


def test_a_prefix_lists_entries_come_in_pages_of_a_hundred(cloud: LocalCloud) -> None:
    ec2 = cloud.client("ec2")
    entries: Any = [
        {"Cidr": f"10.0.{number}.0/24", "Description": f"Office {number}"} for number in range(150)
    ]
    created = ec2.create_managed_prefix_list(
        PrefixListName="offices", MaxEntries=200, AddressFamily="IPv4", Entries=entries
    )
    prefix_list_id = created["PrefixList"]["PrefixListId"]

    paginator = ec2.get_paginator("get_managed_prefix_list_entries")
    pages = [page["Entries"] for page in paginator.paginate(PrefixListId=prefix_list_id)]

    assert [len(page) for page in pages] == [100, 50]
    assert pages[0] + pages[1] == entries


def test_prefix_lists_are_chosen_by_their_ids(cloud: LocalCloud) -> None:
    ec2 = cloud.client("ec2")
    made = [
        ec2.create_managed_prefix_list(PrefixListName=name, MaxEntries=1, AddressFamily="IPv4")
        for name in ("one", "two")
    ]
    wanted = made[0]["PrefixList"]["PrefixListId"]

    answer = ec2.describe_managed_prefix_lists(Filters=[filter_by("prefix-list-id", wanted)])

    assert [prefix_list["PrefixListId"] for prefix_list in answer["PrefixLists"]] == [wanted]
