from dataclasses import replace

import pytest

from domain.flow_record import FlowRecord
from domain.flow_sides import Sides, find_sides
from domain.initiator import End, Initiator
from domain.inventory import NetworkInterface
from tests.domain.examples import ENI, PEER, RECORD
from tests.domain.recorded import Recorded


def test_the_source_of_an_egress_flow_is_local() -> None:
    sides = find_sides(replace(RECORD, flow_direction="egress"), None)

    assert sides == Sides("10.0.1.10", 49152, "10.0.2.20", 5432, None, is_source_local=True)


def test_the_destination_of_an_ingress_flow_is_local() -> None:
    sides = find_sides(replace(RECORD, flow_direction="ingress"), None)

    assert sides == Sides("10.0.2.20", 5432, "10.0.1.10", 49152, None, is_source_local=False)


def test_the_direction_counts_for_more_than_the_addresses() -> None:
    sides = find_sides(replace(RECORD, flow_direction="ingress"), ENI)

    assert sides is not None
    assert sides.local_addr == "10.0.2.20"


@pytest.mark.parametrize(
    ("eni", "local_addr"),
    [
        (ENI, "10.0.1.10"),
        (PEER, "10.0.2.20"),
        (replace(ENI, private_addrs=("10.0.9.9", "10.0.1.10")), "10.0.1.10"),
        (replace(ENI, private_addrs=("10.0.9.9",), prefixes=("10.0.2.16/28",)), "10.0.2.20"),
    ],
)
def test_without_a_direction_the_interfaces_addresses_tell_the_local_side(
    eni: NetworkInterface, local_addr: str
) -> None:
    sides = find_sides(RECORD, eni)

    assert sides is not None
    assert sides.local_addr == local_addr


@pytest.mark.parametrize(
    "eni",
    [
        None,
        replace(ENI, private_addrs=("10.0.9.9",)),
        replace(ENI, private_addrs=("10.0.1.10", "10.0.2.20")),
        replace(ENI, private_addrs=(), prefixes=("2001:db8::/80",)),
    ],
)
def test_the_sides_are_unknown_where_no_address_or_both_are_the_interfaces(
    eni: NetworkInterface | None,
) -> None:
    assert find_sides(RECORD, eni) is None


@pytest.mark.parametrize("record", [replace(RECORD, srcaddr=None), replace(RECORD, dstaddr=None)])
def test_the_sides_are_unknown_where_one_address_is(record: FlowRecord) -> None:
    assert find_sides(replace(record, flow_direction="egress"), ENI) is None


def test_the_packets_own_addresses_are_the_sides() -> None:
    record = replace(RECORD, pkt_srcaddr="10.0.1.11", pkt_dstaddr="203.0.113.5", flow_direction="egress")

    sides = find_sides(record, ENI)

    assert sides == Sides("10.0.1.11", 49152, "203.0.113.5", 5432, None, is_source_local=True)


def test_a_nat_gateways_side_is_told_by_the_plain_address_too() -> None:
    gateway = replace(ENI, private_addrs=("10.0.0.220",))
    records = Recorded.read("nat_gateway.txt").records[:4]

    sides = [find_sides(record, gateway) for record in records]

    assert [(side.local_addr, side.peer_addr) for side in sides if side] == [
        ("203.0.113.5", "10.0.1.5"),
        ("10.0.0.220", "203.0.113.5"),
        ("10.0.0.220", "203.0.113.5"),
        ("203.0.113.5", "10.0.1.5"),
    ]


@pytest.mark.parametrize("eni", [ENI, PEER])
def test_a_format_with_only_the_packets_own_addresses_has_sides_too(eni: NetworkInterface) -> None:
    record = FlowRecord(pkt_srcaddr=RECORD.srcaddr, pkt_dstaddr=RECORD.dstaddr)

    sides = find_sides(record, eni)

    assert sides is not None
    assert (sides.local_addr,) == eni.private_addrs


def test_sides_without_ports_have_none() -> None:
    sides = find_sides(replace(RECORD, srcport=None, dstport=None), ENI)

    assert sides == Sides("10.0.1.10", None, "10.0.2.20", None, None, is_source_local=True)


@pytest.mark.parametrize(("client", "initiator"), [("source", "local"), ("destination", "peer")])
def test_the_source_of_an_egress_record_is_local_as_a_client_too(client: End, initiator: Initiator) -> None:
    sides = find_sides(replace(RECORD, flow_direction="egress"), None)

    assert sides is not None
    assert sides.initiator(client) == initiator


def test_a_record_carries_the_answers_where_its_source_did_not_begin() -> None:
    sent = find_sides(replace(RECORD, flow_direction="egress"), None)
    received = find_sides(replace(RECORD, flow_direction="ingress"), None)

    assert sent is not None
    assert received is not None
    assert (sent.is_response("local"), sent.is_response("peer")) == (False, True)
    assert (received.is_response("local"), received.is_response("peer")) == (True, False)
