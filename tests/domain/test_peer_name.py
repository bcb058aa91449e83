from dataclasses import replace

import pytest

from domain.flow_document import to_document
from domain.flow_record import FlowRecord
from domain.inventory import NetworkInterface
from domain.inventory_day import observe
from domain.inventory_view import InventoryView
from tests.domain.examples import ENI, GROUP, INVENTORY, PEER, RECORD, START

TO_SERVICE = replace(RECORD, dstaddr="192.0.2.200", pkt_src_aws_service="EC2", pkt_dst_aws_service="S3")
FROM_SERVICE = replace(TO_SERVICE, srcaddr=TO_SERVICE.dstaddr, dstaddr=TO_SERVICE.srcaddr)


def view_of(*enis: NetworkInterface) -> InventoryView:
    return InventoryView(observe(None, replace(INVENTORY, network_interfaces=enis)))


def peer_name_of(record: FlowRecord, view: InventoryView | None) -> object:
    return to_document(record, view, START * 1000).get("peer_name")


def test_a_peer_is_called_by_its_name_tag() -> None:
    assert peer_name_of(RECORD, view_of(ENI, replace(PEER, name="db-1"))) == "db-1"


def test_an_unnamed_peer_is_called_by_what_its_service_says() -> None:
    description = "ELB app/web/50dc6c495c0c9188"
    peer = replace(PEER, name="", description=description, requester_managed=True, instance_id=None)

    assert peer_name_of(RECORD, view_of(ENI, peer)) == description


def test_an_unnamed_peer_is_called_by_its_groups_as_they_were_then() -> None:
    peer = replace(PEER, name="", group_ids=(GROUP.group_id, "sg-0ccccccccccccccccc"))
    before = replace(INVENTORY, network_interfaces=(ENI, peer))
    moved = replace(peer, group_ids=(GROUP.group_id,))
    after = replace(before, network_interfaces=(ENI, moved), observed_at=START + 30)
    view = InventoryView(observe(observe(None, before), after))

    assert peer_name_of(RECORD, view) == "web, sg-0ccccccccccccccccc"
    assert peer_name_of(replace(RECORD, start=START + 30), view) == "web"


def test_a_peer_without_name_and_groups_is_called_by_its_id() -> None:
    assert peer_name_of(RECORD, view_of(ENI, replace(PEER, name="", group_ids=()))) == PEER.interface_id


@pytest.mark.parametrize(("record", "service"), [(TO_SERVICE, "S3"), (FROM_SERVICE, "EC2")])
def test_a_peer_outside_is_called_by_the_aws_service_on_its_side(record: FlowRecord, service: str) -> None:
    assert peer_name_of(record, view_of(ENI, PEER)) == service


def test_the_service_is_told_without_an_inventory_too() -> None:
    assert peer_name_of(replace(TO_SERVICE, flow_direction="egress"), None) == "S3"


def test_a_peer_outside_whose_service_is_not_named_has_no_name() -> None:
    assert peer_name_of(replace(TO_SERVICE, pkt_dst_aws_service=None), view_of(ENI, PEER)) is None


def test_a_peer_whose_side_is_unknown_has_no_name() -> None:
    assert peer_name_of(TO_SERVICE, None) is None


def test_a_peer_in_the_vpc_is_called_by_its_own_name_rather_than_by_a_service() -> None:
    record = replace(RECORD, pkt_dst_aws_service="EC2")

    assert peer_name_of(record, view_of(ENI, replace(PEER, name="db-1"))) == "db-1"
