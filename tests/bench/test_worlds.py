import json
from collections import Counter
from functools import cache
from ipaddress import ip_address, ip_network
from itertools import pairwise

import pytest

from bench.formats import FORMATS
from bench.traffic import Amount, Event, make_events
from bench.worlds import LARGE, SMALL, Size, make_world
from domain.flow_record import FlowRecord, parse_flow_record
from domain.inventory_day import from_json, to_json
from domain.subscription_event import SubscriptionBatch, parse_subscription_event

AMOUNT = Amount(records=6_000, batch=100)
OUTSIDE = [ip_network(each) for each in ("198.18.0.0/15", "192.0.2.0/24", "203.0.113.0/24", "2001:db8::/32")]
VPC = ip_network("10.0.0.0/8")


@cache
def read_traffic(version: str) -> list[tuple[SubscriptionBatch, list[FlowRecord]]]:
    events = make_events(make_world(SMALL), version, AMOUNT)
    batches = [parse_subscription_event(event) for event in events]
    return [
        (batch, [parse_flow_record(event.message, FORMATS[version]) for event in batch.events])
        for batch in batches
    ]


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_a_world_is_as_large_as_it_says_and_can_be_stored(size: Size) -> None:
    world = make_world(size)

    assert len(world.day.security_groups) == size.groups
    assert len(world.rules) == size.rules
    assert len(world.interfaces) == size.interfaces
    assert from_json(to_json(world.day)) == world.day


def test_the_same_traffic_comes_again() -> None:
    def make() -> list[Event]:
        return list(make_events(make_world(SMALL), "v5", Amount(records=1_000)))

    assert make() == make()


@pytest.mark.parametrize("version", FORMATS)
def test_an_event_has_records_of_one_interface_in_order(version: str) -> None:
    traffic = read_traffic(version)

    assert sum(len(records) for _, records in traffic) == AMOUNT.records
    assert max(len(records) for _, records in traffic) == AMOUNT.batch
    for batch, records in traffic:
        assert {f"{record.interface_id}-all" for record in records} == {batch.log_stream}
        assert [event.timestamp // 1000 for event in batch.events] == [record.start for record in records]
        assert all(first.timestamp <= second.timestamp for first, second in pairwise(batch.events))


def test_event_ids_are_unlike_and_those_of_one_call_have_much_in_common() -> None:
    batches = [batch for batch, _ in read_traffic("v5")]
    ids = [event.id for batch in batches for event in batch.events]
    calls = [{int(event.id) >> 16 & 2**64 - 1 for event in batch.events} for batch in batches]

    assert {len(event_id) for event_id in ids} == {56}
    assert len(set(ids)) == len(ids)
    assert {len(each) for each in calls} == {1}
    assert len(set.union(*calls)) == len(batches)


def test_addresses_are_private_or_nobodys_and_written_as_aws_does() -> None:
    for batch, records in read_traffic("v5"):
        for event, record in zip(batch.events, records, strict=True):
            for addr in (record.srcaddr, record.dstaddr, record.pkt_srcaddr, record.pkt_dstaddr):
                assert f" {addr} " in event.message
                assert any(ip_address(str(addr)) in network for network in (VPC, *OUTSIDE))


def is_inside(addr: str | None) -> bool:
    return ip_address(str(addr)) in VPC


def test_the_traffic_is_mixed() -> None:
    records = [record for _, records in read_traffic("v5") for record in records]
    protocols = Counter(record.protocol for record in records)

    assert protocols.keys() == {1, 6, 17}
    assert 0.8 < protocols[6] / len(records) < 0.95
    assert 0.03 < sum(record.action == "REJECT" for record in records) / len(records) < 0.12
    assert 0.2 < sum(record.tcp_flags in {0, 1} for record in records) / len(records) < 0.6
    assert any(record.type == "IPv6" for record in records)
    assert any(record.pkt_dstaddr != record.dstaddr for record in records), "a second address"
    assert any(is_inside(record.dstaddr) and not is_inside(record.pkt_dstaddr) for record in records), "NAT"


def test_both_formats_write_the_same_flows() -> None:
    short, long = (
        [record for _, records in read_traffic(version) for record in records] for version in ("v2", "v5")
    )

    def flow(record: FlowRecord) -> str:
        return json.dumps([record.interface_id, record.srcaddr, record.srcport, record.start, record.bytes])

    assert sorted(map(flow, short)) == sorted(map(flow, long))
