from dataclasses import replace

import pytest

from domain.errors import InventoryError
from domain.inventory import (
    NetworkInterface,
    Peer,
    PrefixListEntry,
    SecurityGroup,
    SecurityGroupRule,
    parse_network_interface,
    parse_prefix_list_entry,
    parse_security_group,
    parse_security_group_rule,
)

INTERFACE_ANSWER: dict[str, object] = {
    "Association": {"PublicIp": "203.0.113.10", "IpOwnerId": "amazon"},
    "Attachment": {"InstanceId": "i-0aaaaaaaaaaaaaaaa", "DeviceIndex": 0, "Status": "attached"},
    "Description": 'web "1"',
    "Groups": [
        {"GroupId": "sg-0bbbbbbbbbbbbbbbb", "GroupName": "ssh"},
        {"GroupId": "sg-0aaaaaaaaaaaaaaaa", "GroupName": "web"},
    ],
    "InterfaceType": "interface",
    "Ipv4Prefixes": [{"Ipv4Prefix": "10.0.1.32/28"}],
    "Ipv6Prefixes": [{"Ipv6Prefix": "2001:db8:0:1:a::/80"}],
    "Ipv6Addresses": [{"Ipv6Address": "2001:DB8::10"}],
    "NetworkInterfaceId": "eni-0aaaaaaaaaaaaaaaa",
    "OwnerId": "123456789012",
    "PrivateIpAddress": "10.0.1.20",
    "PrivateIpAddresses": [
        {"PrivateIpAddress": "10.0.1.12", "Primary": False, "Association": {"PublicIp": "203.0.113.9"}},
        {"PrivateIpAddress": "10.0.1.20", "Primary": True, "Association": {"PublicIp": "203.0.113.10"}},
        {"PrivateIpAddress": "10.0.1.11", "Primary": False},
    ],
    "RequesterId": "AIDACKCEVSQ6C2EXAMPLE",
    "RequesterManaged": False,
    "SubnetId": "subnet-0aaaaaaaaaaaaaaaa",
    "TagSet": [{"Key": "team", "Value": "shop"}, {"Key": "Name", "Value": "web-1"}],
    "VpcId": "vpc-0a1b2c3d4e5f60718",
}
RULE_ANSWER: dict[str, object] = {
    "SecurityGroupRuleId": "sgr-0aaaaaaaaaaaaaaaa",
    "GroupId": "sg-0aaaaaaaaaaaaaaaa",
    "GroupOwnerId": "123456789012",
    "IsEgress": False,
    "IpProtocol": "tcp",
    "FromPort": 443,
    "ToPort": 443,
    "Tags": [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}],
}


def test_a_network_interface_is_read() -> None:
    assert parse_network_interface(INTERFACE_ANSWER) == NetworkInterface(
        interface_id="eni-0aaaaaaaaaaaaaaaa",
        vpc_id="vpc-0a1b2c3d4e5f60718",
        subnet_id="subnet-0aaaaaaaaaaaaaaaa",
        instance_id="i-0aaaaaaaaaaaaaaaa",
        description='web "1"',
        name="web-1",
        interface_type="interface",
        requester_id="AIDACKCEVSQ6C2EXAMPLE",
        requester_managed=False,
        owner_id="123456789012",
        private_addrs=("10.0.1.20", "10.0.1.11", "10.0.1.12", "2001:db8::10"),
        prefixes=("10.0.1.32/28", "2001:db8:0:1:a::/80"),
        public_addrs=("203.0.113.10", "203.0.113.9"),
        group_ids=("sg-0aaaaaaaaaaaaaaaa", "sg-0bbbbbbbbbbbbbbbb"),
    )


def test_the_order_in_which_ec2_lists_things_makes_no_difference() -> None:
    reordered = {
        key: value[::-1] if isinstance(value, list) else value for key, value in INTERFACE_ANSWER.items()
    }

    assert parse_network_interface(reordered) == parse_network_interface(INTERFACE_ANSWER)


def test_what_ec2_leaves_out_of_an_interface_is_empty() -> None:
    eni = parse_network_interface({"NetworkInterfaceId": "eni-0bbbbbbbbbbbbbbbb", "VpcId": "vpc-0a"})

    assert (eni.instance_id, eni.name, eni.description, eni.requester_managed) == (None, "", "", False)
    assert (eni.private_addrs, eni.prefixes, eni.public_addrs, eni.group_ids) == ((), (), (), ())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"NetworkInterfaceId": None}, "EC2 answered None for NetworkInterfaceId, expected text"),
        ({"VpcId": ""}, "EC2 answered '' for VpcId, expected text"),
        ({"Description": 5}, "EC2 answered 5 for Description, expected text"),
        (
            {"PrivateIpAddress": "10.0.0"},
            "EC2 answered '10.0.0' for PrivateIpAddress, expected an IP address",
        ),
        ({"Ipv4Prefixes": [{"Ipv4Prefix": "10.0.0.1/28"}]}, "expected a CIDR block"),
        ({"Groups": {}}, "EC2 answered {} for Groups, expected a list of objects"),
        ({"Groups": ["sg-1"]}, "for Groups, expected a list of objects"),
        ({"Attachment": "i-1"}, "EC2 answered 'i-1' for Attachment, expected an object"),
        ({"RequesterManaged": "yes"}, "EC2 answered 'yes' for RequesterManaged, expected true or false"),
    ],
)
def test_an_interface_that_cannot_be_read_is_refused_with_key_and_value(
    change: dict[str, object], message: str
) -> None:
    with pytest.raises(InventoryError, match=message):
        parse_network_interface(INTERFACE_ANSWER | change)


def test_text_from_the_account_is_kept_but_for_lone_surrogates() -> None:
    text = "\"'<b>\\ \x00\x1f\u202e\U0001f600" + "x" * 240

    eni = parse_network_interface(INTERFACE_ANSWER | {"Description": f"\udfff{text}"})

    assert eni.description == f"\ufffd{text}"


def test_a_security_group_is_read() -> None:
    group = parse_security_group(
        {
            "GroupId": "sg-0aaaaaaaaaaaaaaaa",
            "GroupName": "web",
            "Description": "Web tier",
            "VpcId": "vpc-0a1b2c3d4e5f60718",
            "OwnerId": "123456789012",
            "IpPermissions": [],
            "Tags": [{"Key": "tier", "Value": "web"}, {"Key": "Name", "Value": "web"}],
        }
    )

    assert group == SecurityGroup(
        group_id="sg-0aaaaaaaaaaaaaaaa",
        group_name="web",
        description="Web tier",
        vpc_id="vpc-0a1b2c3d4e5f60718",
        owner_id="123456789012",
        tags=(("Name", "web"), ("tier", "web")),
    )


def test_a_rule_is_read() -> None:
    rule = parse_security_group_rule(RULE_ANSWER | {"CidrIpv4": "203.0.113.0/24", "Description": "Office"})

    assert rule == SecurityGroupRule(
        rule_id="sgr-0aaaaaaaaaaaaaaaa",
        group_id="sg-0aaaaaaaaaaaaaaaa",
        direction="ingress",
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        peer=Peer(cidr_ipv4="203.0.113.0/24"),
        description="Office",
        tags=(("a", "1"), ("b", "2")),
    )


def test_an_egress_rule_for_everything_keeps_ec2s_minus_ones() -> None:
    everything = {"IsEgress": True, "IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "CidrIpv6": "::/0"}

    rule = parse_security_group_rule(RULE_ANSWER | everything)

    assert (rule.direction, rule.ip_protocol, rule.from_port, rule.to_port) == ("egress", "-1", -1, -1)
    assert rule.peer == Peer(cidr_ipv6="::/0")


def test_a_rule_without_ports_has_none() -> None:
    portless = {key: value for key, value in RULE_ANSWER.items() if key not in ("FromPort", "ToPort")}

    rule = parse_security_group_rule(portless | {"PrefixListId": "pl-0aaaaaaaaaaaaaaaa"})

    assert (rule.from_port, rule.to_port) == (None, None)
    assert rule.peer == Peer(prefix_list_id="pl-0aaaaaaaaaaaaaaaa")


def test_a_rule_may_reference_the_group_of_a_peered_vpc() -> None:
    referenced = {
        "GroupId": "sg-0bbbbbbbbbbbbbbbb",
        "UserId": "123456789012",
        "VpcId": "vpc-0bbbbbbbbbbbbbbbb",
        "VpcPeeringConnectionId": "pcx-0aaaaaaaaaaaaaaaa",
        "PeeringStatus": "active",
    }

    rule = parse_security_group_rule(RULE_ANSWER | {"ReferencedGroupInfo": referenced})

    assert rule.peer == Peer(
        referenced_group_id="sg-0bbbbbbbbbbbbbbbb",
        referenced_owner_id="123456789012",
        referenced_vpc_id="vpc-0bbbbbbbbbbbbbbbb",
        vpc_peering_connection_id="pcx-0aaaaaaaaaaaaaaaa",
    )


@pytest.mark.parametrize("peers", [{}, {"CidrIpv4": "0.0.0.0/0", "CidrIpv6": "::/0"}])
def test_a_rule_has_exactly_one_peer(peers: dict[str, object]) -> None:
    with pytest.raises(InventoryError, match="one CIDR block, prefix list or group as its peer"):
        parse_security_group_rule(RULE_ANSWER | peers)


def test_a_port_that_is_no_number_is_refused() -> None:
    with pytest.raises(InventoryError, match="EC2 answered '443' for FromPort, expected a number"):
        parse_security_group_rule(RULE_ANSWER | {"CidrIpv4": "0.0.0.0/0", "FromPort": "443"})


def test_a_prefix_list_entry_is_read_with_its_list() -> None:
    prefix_list = {"PrefixListId": "pl-0aaaaaaaaaaaaaaaa", "PrefixListName": "offices"}

    entry = parse_prefix_list_entry(prefix_list, {"Cidr": "198.51.100.0/24", "Description": "Oslo"})

    assert entry == PrefixListEntry("pl-0aaaaaaaaaaaaaaaa", "offices", "198.51.100.0/24", "Oslo")


def test_a_prefix_list_entry_needs_a_cidr() -> None:
    with pytest.raises(InventoryError, match="An entry of prefix list pl-0a has no Cidr"):
        parse_prefix_list_entry({"PrefixListId": "pl-0a"}, {})


def test_entries_of_one_list_have_keys_of_their_own() -> None:
    entry = PrefixListEntry("pl-0aaaaaaaaaaaaaaaa", "offices", "198.51.100.0/24", "Oslo")

    assert entry.key != replace(entry, cidr="203.0.113.0/24").key
    assert entry.key == replace(entry, description="Bergen").key
