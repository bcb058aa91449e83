import pytest

from domain.inventory import Peer
from pages.rule_text import describe_port, describe_service, name_peer
from tests.pages.report_parts import Service


@pytest.mark.parametrize(
    ("service", "text"),
    [
        (Service("tcp", 443, 443), "tcp 443"),
        (Service("6", 443, 443), "tcp 443"),
        (Service("udp", 8000, 8100), "udp 8000-8100"),
        (Service("tcp", 0, 65535), "tcp all ports"),
        (Service("tcp", -1, -1), "tcp all ports"),
        (Service("tcp", None, None), "tcp all ports"),
        (Service("tcp", 0, 0), "tcp 0"),
        (Service("icmp", -1, -1), "icmp all types"),
        (Service("icmp", 3, 4), "icmp type 3 code 4"),
        (Service("icmpv6", 128, -1), "icmpv6 type 128"),
        (Service("50", None, None), "esp"),
        (Service("200", None, None), "protocol-200"),
        (Service("-1", None, None), "all traffic"),
        (Service("-1", -1, -1), "all traffic"),
    ],
)
def test_a_service_is_said_as_a_person_would(service: Service, text: str) -> None:
    assert describe_service(service) == text


@pytest.mark.parametrize(
    ("peer", "name"),
    [
        (Peer(cidr_ipv4="192.0.2.0/24"), "192.0.2.0/24"),
        (Peer(cidr_ipv6="2001:db8::/32"), "2001:db8::/32"),
        (Peer(prefix_list_id="pl-0a"), "pl-0a"),
        (Peer(referenced_group_id="sg-0a", referenced_owner_id="123456789012"), "sg-0a"),
    ],
)
def test_a_peer_is_named_by_what_ec2_has_of_it(peer: Peer, name: str) -> None:
    assert name_peer(peer) == name


def test_a_seen_port_has_its_protocols_name() -> None:
    assert [describe_port(6, 22), describe_port(1, None), describe_port(200, None)] == [
        "tcp 22",
        "icmp",
        "protocol-200",
    ]
