from collections import defaultdict
from ipaddress import ip_address, ip_network
from itertools import pairwise

import pytest

from domain.flow_log_format import FlowLogFormat
from domain.flow_record import parse_flow_record
from local.sample.interfaces import INTERFACES
from local.traffic.generate import generate
from local.traffic.lines import ALL_FIELDS
from local.traffic.types import Traffic
from tests.local.sample.in_moto import NOON, make_sample
from tests.local.traffic.sample_traffic import (
    DAY,
    SEED,
    Written,
    count_log_statuses,
    lines,
    make_traffic,
    read_flows,
    records_of,
)

INTERVAL = 600
STATUS = ALL_FIELDS.index("log-status")
DOCUMENTED = [
    ip_network(cidr)
    for cidr in (
        *("10.20.0.0/16", "10.30.0.0/16"),
        *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"),
    )
]


@pytest.fixture(scope="module")
def traffic() -> Traffic:
    return make_traffic()


@pytest.fixture(scope="module")
def flows(traffic: Traffic) -> list[Written]:
    return list(read_flows(traffic))


def test_every_line_is_a_flow_record_of_the_format(traffic: Traffic) -> None:
    log_format = FlowLogFormat.parse(" ".join(f"${{{field}}}" for field in ALL_FIELDS))

    for line in lines(traffic):
        assert parse_flow_record(line, log_format).account_id == "123456789012"


def test_a_format_of_fewer_fields_in_another_order_is_written() -> None:
    fields = ("dstaddr", "srcaddr", "action", "end", "start", "log-status", "interface-id", "version")

    traffic = generate(make_sample().sample, SEED, NOON, NOON + 3600, fields=fields)

    log_format = FlowLogFormat.parse(" ".join(f"${{{field}}}" for field in fields))
    assert {line.split()[-1] for line in lines(traffic)} == {"2"}
    for line in lines(traffic):
        parse_flow_record(line, log_format)


def test_streams_are_in_the_order_of_time_and_within_the_day(traffic: Traffic) -> None:
    for records in traffic.streams.values():
        starts = [record.start for record in records]
        assert starts == sorted(starts)
        assert starts[0] >= NOON
        assert starts[-1] < NOON + DAY


def test_no_record_is_longer_than_the_aggregation_interval(flows: list[Written]) -> None:
    assert all(0 <= int(flow.fields["end"]) - flow.second - NOON < INTERVAL for flow in flows)


def test_a_shorter_aggregation_interval_cuts_finer() -> None:
    traffic = generate(make_sample().sample, SEED, NOON, NOON + 3600, aggregation_interval=60)

    assert all(int(flow.fields["end"]) - int(flow.fields["start"]) < 60 for flow in read_flows(traffic))


def addrs_in(flows: list[Written]) -> set[str]:
    names = ("srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr")
    return {flow.fields[name] for flow in flows for name in names}


def test_addresses_are_written_in_their_shortest_form(flows: list[Written]) -> None:
    assert all(addr == str(ip_address(addr)) for addr in addrs_in(flows))


def test_all_addresses_are_for_documentation(flows: list[Written]) -> None:
    assert all(any(ip_address(addr) in network for network in DOCUMENTED) for addr in addrs_in(flows))


def test_a_tcp_handshake_shows_who_began(flows: list[Written]) -> None:
    for flow in flows:
        flags = int(flow.fields["tcp-flags"])
        if flags & 2:
            assert flow.truth.is_response == (flags & 18 == 18)
            is_egress = flow.fields["flow-direction"] == "egress"
            assert (flow.truth.initiator == "local") == (is_egress != flow.truth.is_response)


def test_a_connection_in_one_record_shows_its_beginning_and_its_end(flows: list[Written]) -> None:
    names = ("srcaddr", "dstaddr", "srcport", "dstport")
    flags = defaultdict(list)
    for flow in flows:
        if flow.truth.kind == "web visit":
            ends = tuple(flow.fields[name] for name in names)
            flags[(flow.truth.is_response, *ends)].append(flow.fields["tcp-flags"])

    whole = {(is_response, *found) for (is_response, *_), found in flags.items() if len(found) == 1}

    assert whole == {(False, "3"), (True, "19")}


def test_long_connections_go_on_without_a_handshake_in_sight(flows: list[Written]) -> None:
    flags = {int(flow.fields["tcp-flags"]) for flow in flows if flow.truth.kind == "session cache"}

    assert flags == {0}


def test_both_interfaces_of_a_connection_count_the_same_bytes(flows: list[Written]) -> None:
    sums: dict[tuple[str, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for flow in flows:
        ends = tuple(flow.fields[name] for name in ("pkt-srcaddr", "pkt-dstaddr", "srcport", "dstport"))
        if flow.fields["action"] == "ACCEPT" and all(end.startswith("10.20.") for end in ends[:2]):
            sums[(*ends, flow.fields["protocol"], flow.truth.kind)][flow.interface] += int(
                flow.fields["bytes"]
            )

    pairs = [by_interface for by_interface in sums.values() if len(by_interface) == 2]
    assert len(pairs) > 1000
    assert all(len(set(by_interface.values())) == 1 for by_interface in pairs)


def test_an_interface_shows_its_primary_address_for_each_of_its_own(flows: list[Written]) -> None:
    scrapes = [flow for flow in flows if flow.fields["pkt-dstaddr"] == "10.20.10.111"]

    assert {flow.fields["dstaddr"] for flow in scrapes if flow.interface == "app-1"} == {"10.20.10.11"}
    assert {flow.fields["dstaddr"] for flow in scrapes if flow.interface == "dashboards"} == {"10.20.10.111"}


def test_a_nat_gateway_writes_a_flow_in_four_shapes(flows: list[Written]) -> None:
    names = ("srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr")

    shapes = {tuple(flow.fields[name] for name in names) for flow in flows if flow.interface == "nat"}

    assert shapes >= {
        ("10.20.10.21", "10.20.0.20", "10.20.10.21", "192.0.2.81"),
        ("10.20.0.20", "192.0.2.81", "10.20.0.20", "192.0.2.81"),
        ("192.0.2.81", "10.20.0.20", "192.0.2.81", "10.20.0.20"),
        ("10.20.0.20", "10.20.10.21", "192.0.2.81", "10.20.10.21"),
    }


def test_the_target_of_a_load_balancer_that_preserves_addresses_sees_clients(
    flows: list[Written],
) -> None:
    asked = {
        interface: {
            (flow.fields["srcaddr"], flow.fields["srcport"])
            for flow in flows
            if (flow.interface, flow.truth.kind, flow.truth.is_response) == (interface, "feed", False)
        }
        for interface in ("feed-lb-a", "feed-1")
    }

    assert asked["feed-1"] == asked["feed-lb-a"]
    assert {addr for addr, _ in asked["feed-1"]} == {"198.51.100.231", "198.51.100.232", "198.51.100.233"}


def test_a_peered_vpc_is_reached_through_its_connection(flows: list[Written]) -> None:
    answers = [flow for flow in flows if flow.truth.kind == "warehouse order" and flow.truth.is_response]

    assert {flow.fields["dstaddr"] for flow in answers} == {"10.30.1.15", "10.30.2.16"}
    assert {flow.fields["traffic-path"] for flow in answers} == {"4"}


def test_s3_is_reached_through_the_gateway_endpoint(flows: list[Written]) -> None:
    to_s3 = [flow for flow in flows if flow.fields["dstaddr"] == "192.0.2.200"]

    assert {flow.fields["pkt-dst-aws-service"] for flow in to_s3} == {"S3"}
    assert {flow.fields["traffic-path"] for flow in to_s3} == {"7"}
    assert "nat" not in {flow.interface for flow in to_s3}


def test_an_idle_interface_logs_nodata_in_each_interval(traffic: Traffic) -> None:
    statuses = count_log_statuses(records_of(traffic, "spare"))

    assert set(statuses) == {"NODATA"}
    assert statuses["NODATA"] >= DAY // INTERVAL


def test_a_logging_interface_has_something_in_each_interval(traffic: Traffic) -> None:
    for interface in INTERFACES:
        if interface.logs and interface.lifetime.until is None:
            starts = [record.start for record in records_of(traffic, interface.name)]
            times = [NOON, *starts, NOON + DAY]
            assert max(after - before for before, after in pairwise(times)) < 2 * INTERVAL


def test_the_interface_without_evidence_never_logs(traffic: Traffic) -> None:
    assert records_of(traffic, "standby") == ()


def test_records_were_skipped_once(traffic: Traffic) -> None:
    skipped = [line for line in lines(traffic) if line.split()[STATUS] == "SKIPDATA"]

    assert len(skipped) == 1
