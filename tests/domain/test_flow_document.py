import json
from dataclasses import replace

import pytest

from domain.flow_document import to_document
from domain.flow_record import FlowRecord
from domain.inventory import NetworkInterface, Peer
from domain.inventory_day import observe
from domain.inventory_view import InventoryView
from tests.domain.examples import (
    ACCOUNT_ID,
    ENI,
    GROUP,
    INVENTORY,
    PEER,
    RECORD,
    RULE,
    START,
    VPC_ID,
)
from tests.domain.recorded import Recorded

FIRST = INVENTORY.observed_at
EVENT_TIMESTAMP_MS = (START + 30) * 1000 + 250
TO_ANYWHERE = replace(
    RULE,
    rule_id="sgr-0eeeeeeeeeeeeeeee",
    direction="egress",
    ip_protocol="-1",
    from_port=-1,
    to_port=-1,
    peer=Peer(cidr_ipv4="0.0.0.0/0"),
)
COMPLETE_DOCUMENT: dict[str, object] = {
    "@timestamp": START,
    "end": START + 57,
    "log_status": "OK",
    "account_id": ACCOUNT_ID,
    "interface_id": ENI.interface_id,
    "interface_name": "web-1",
    "interface_description": "front door",
    "interface_owner": "ec2",
    "vpc_id": "vpc-abcdefab012345678",
    "subnet_id": "subnet-aaaaaaaa012345678",
    "instance_id": "i-0c50d5961bcb2d47b",
    "group_ids": [GROUP.group_id],
    "group_names": ["web"],
    "action": "ACCEPT",
    "protocol": 6,
    "protocol_name": "tcp",
    "srcaddr": "10.0.0.71",
    "dstaddr": "52.95.128.179",
    "srcport": 34210,
    "dstport": 80,
    "pkt_srcaddr": "10.0.1.11",
    "pkt_dstaddr": "10.0.2.20",
    "packets": 7,
    "bytes": 471,
    "tcp_flags": 3,
    "type": "IPv4",
    "region": "ap-southeast-2",
    "az_id": "apse2-az3",
    "sublocation_type": "outpost",
    "sublocation_id": "op-0aaaaaaaaaaaaaaaa",
    "pkt_src_aws_service": "EC2",
    "pkt_dst_aws_service": "S3",
    "flow_direction": "egress",
    "traffic_path": 8,
    "local_addr": "10.0.1.11",
    "local_port": 34210,
    "peer_addr": "10.0.2.20",
    "peer_port": 80,
    "peer_group_ids": ["sg-0bbbbbbbbbbbbbbbb", "sg-0ccccccccccccccccc"],
    "peer_interface_id": "eni-0bbbbbbbbbbbbbbbb",
    "peer_name": "db-1",
    "initiator": "local",
    "initiator_evidence": "handshake",
    "direction": "egress",
    "is_response": False,
    "service_port": 80,
    "attribution": "rules",
    "rule_match": "sole",
    "rule_ids": [TO_ANYWHERE.rule_id],
}


def view_of(*enis: NetworkInterface, observed_at: int = FIRST) -> InventoryView:
    rules = (RULE, TO_ANYWHERE)
    inventory = replace(
        INVENTORY, observed_at=observed_at, network_interfaces=enis, security_group_rules=rules
    )
    return InventoryView(observe(None, inventory))


def document_of(record: FlowRecord, view: InventoryView | None = None) -> dict[str, object]:
    return to_document(record, view, EVENT_TIMESTAMP_MS)


def test_a_record_with_everything_known_has_every_field() -> None:
    record = Recorded.read("service_and_direction.txt").records[1]
    record = replace(
        record,
        interface_id=ENI.interface_id,
        start=START,
        end=START + 57,
        pkt_srcaddr="10.0.1.11",
        pkt_dstaddr="10.0.2.20",
        sublocation_type="outpost",
        sublocation_id="op-0aaaaaaaaaaaaaaaa",
        pkt_src_aws_service="EC2",
    )
    eni = replace(ENI, description="front door")

    document = document_of(record, view_of(eni, replace(PEER, name="db-1")))

    assert document == COMPLETE_DOCUMENT


def test_a_record_of_which_nothing_is_known_has_its_time_and_no_groups() -> None:
    assert document_of(FlowRecord()) == {
        "@timestamp": START + 30,
        "group_ids": [],
        "initiator_evidence": "unknown",
        "rule_match": "none",
    }


@pytest.mark.parametrize("index", [0, 1])
def test_nodata_and_skipdata_are_documents_that_say_so_and_are_attributed_to_nothing(index: int) -> None:
    record = Recorded.read("no_data_and_skipped.txt").records[index]

    assert document_of(record) == {
        "@timestamp": 1431280876,
        "end": 1431280934,
        "log_status": ("NODATA", "SKIPDATA")[index],
        "account_id": "123456789010",
        "interface_id": record.interface_id,
        "group_ids": [],
    }


def test_vpc_subnet_and_instance_come_from_the_inventory_where_the_record_has_none() -> None:
    document = document_of(RECORD, view_of(ENI))

    assert (document["vpc_id"], document["subnet_id"], document["instance_id"]) == (
        VPC_ID,
        ENI.subnet_id,
        ENI.instance_id,
    )


def test_an_unknown_account_is_the_interfaces_owner() -> None:
    assert document_of(replace(RECORD, account_id="unknown"), view_of(ENI))["account_id"] == ACCOUNT_ID


def test_an_unknown_account_of_an_unknown_interface_is_left_out() -> None:
    assert "account_id" not in document_of(replace(RECORD, account_id="unknown"))


def test_the_packets_own_addresses_are_left_out_where_they_are_the_plain_ones() -> None:
    document = document_of(replace(RECORD, pkt_srcaddr=RECORD.srcaddr, pkt_dstaddr="10.0.2.21"))

    assert "pkt_srcaddr" not in document
    assert document["pkt_dstaddr"] == "10.0.2.21"


def test_names_and_descriptions_that_are_empty_are_left_out() -> None:
    document = document_of(
        RECORD, view_of(replace(ENI, name="", description="", subnet_id="", instance_id=None))
    )

    assert not document.keys() & {"interface_name", "interface_description", "subnet_id", "instance_id"}


def test_icmp_keeps_its_ports_of_zero() -> None:
    document = document_of(replace(RECORD, protocol=1, srcport=0, dstport=0), view_of(ENI))

    assert [document[name] for name in ("srcport", "dstport", "local_port", "peer_port")] == [0, 0, 0, 0]


def test_text_from_the_account_reaches_the_index_as_it_is() -> None:
    text = "\"'<b>\\ \x00\x1f\u202e\U0001f600" + "x" * 240

    document = document_of(RECORD, view_of(replace(ENI, name=text, description=text)))

    assert json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8")) == document
    assert (document["interface_name"], document["interface_description"]) == (text, text)


def test_a_record_before_the_first_observation_sees_nothing() -> None:
    document = document_of(replace(RECORD, start=FIRST - 120, end=FIRST - 60), view_of(ENI, PEER))

    assert (document["group_ids"], document["attribution"]) == ([], "no_inventory")
    assert not document.keys() & {"interface_name", "peer_interface_id"}


def test_a_record_without_an_inventory_keeps_what_it_says_itself() -> None:
    document = document_of(replace(RECORD, flow_direction="egress"))

    assert (document["attribution"], document["local_addr"], document["peer_addr"]) == (
        "no_inventory",
        "10.0.1.10",
        "10.0.2.20",
    )


def test_a_record_without_an_interface_has_no_inventory() -> None:
    assert document_of(replace(RECORD, interface_id=None), view_of(ENI))["attribution"] == "no_inventory"


def test_an_interface_without_groups_is_not_filtered() -> None:
    document = document_of(RECORD, view_of(replace(ENI, group_ids=())))

    assert (document["group_ids"], document["attribution"]) == ([], "not_filtered")
    assert "group_names" not in document


@pytest.mark.parametrize(
    ("protocol", "port"),
    [(6, 5432), (17, 5432), (1, None), (50, None)],
)
def test_only_tcp_and_udp_have_a_service_port(protocol: int, port: int | None) -> None:
    document = document_of(replace(RECORD, protocol=protocol), view_of(ENI))

    assert (document["initiator"], document.get("service_port")) == ("local", port)


def test_of_a_connection_that_nobody_is_known_to_have_begun_there_is_no_direction() -> None:
    document = document_of(replace(RECORD, action="REJECT", srcport=1, dstport=2), view_of(ENI))

    assert document["initiator_evidence"] == "unknown"
    assert not document.keys() & {"initiator", "direction", "is_response", "service_port", "rule_ids"}


def test_groups_are_those_of_the_time_when_the_flow_began() -> None:
    before = replace(INVENTORY, network_interfaces=(ENI,))
    moved = replace(ENI, group_ids=("sg-0bbbbbbbbbbbbbbbb",))
    after = replace(INVENTORY, network_interfaces=(moved,), observed_at=START + 30)
    view = InventoryView(observe(observe(None, before), after))

    document = document_of(RECORD, view)
    later = document_of(replace(RECORD, start=START + 30), view)

    assert document["group_ids"] == [GROUP.group_id]
    assert later["group_ids"] == ["sg-0bbbbbbbbbbbbbbbb"]


def test_a_group_that_the_inventory_does_not_know_is_named_by_its_id() -> None:
    eni = replace(ENI, group_ids=(GROUP.group_id, "sg-0bbbbbbbbbbbbbbbb"))

    assert document_of(RECORD, view_of(eni))["group_names"] == ["web", "sg-0bbbbbbbbbbbbbbbb"]


def test_an_interface_that_was_first_seen_during_the_flow_is_taken_from_its_end() -> None:
    view = view_of(ENI, PEER, observed_at=START + 30)

    document = document_of(RECORD, view)

    assert document["group_ids"] == [GROUP.group_id]
    assert document["peer_interface_id"] == PEER.interface_id


def test_the_peer_is_looked_up_at_the_time_that_found_the_interface() -> None:
    before = replace(INVENTORY, network_interfaces=(ENI,))
    after = replace(INVENTORY, network_interfaces=(ENI, PEER), observed_at=START + 30)

    document = document_of(RECORD, InventoryView(observe(observe(None, before), after)))

    assert "peer_interface_id" not in document


def test_a_flow_without_a_start_is_looked_up_at_its_end() -> None:
    document = document_of(replace(RECORD, start=None), view_of(ENI, observed_at=START + 30))

    assert (document["@timestamp"], document["interface_name"]) == (START + 60, "web-1")


def test_a_flow_without_times_is_looked_up_at_the_events_time() -> None:
    document = document_of(replace(RECORD, start=None, end=None), view_of(ENI))

    assert (document["@timestamp"], document["interface_name"]) == (START + 30, "web-1")


def test_a_peer_without_groups_has_only_its_interface() -> None:
    document = document_of(RECORD, view_of(ENI, replace(PEER, group_ids=())))

    assert document["peer_interface_id"] == PEER.interface_id
    assert "peer_group_ids" not in document
