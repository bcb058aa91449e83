import pytest

from domain.errors import FlowRecordError
from domain.flow_log_format import DEFAULT_FORMAT, FlowLogFormat
from domain.flow_record import FlowRecord, parse_flow_record
from tests.domain.recorded import FLOW_RECORDS, Recorded

ALL_FIELDS = FlowLogFormat.parse(
    f"{DEFAULT_FORMAT} ${{vpc-id}} ${{subnet-id}} ${{instance-id}} ${{tcp-flags}} ${{type}} ${{pkt-srcaddr}}"
    " ${pkt-dstaddr} ${region} ${az-id} ${sublocation-type} ${sublocation-id} ${pkt-src-aws-service}"
    " ${pkt-dst-aws-service} ${flow-direction} ${traffic-path}"
)
VALUES = {
    "version": "5",
    "account-id": "123456789012",
    "interface-id": "eni-0aaaaaaaaaaaaaaaa",
    "srcaddr": "10.0.1.10",
    "dstaddr": "203.0.113.5",
    "srcport": "34210",
    "dstport": "443",
    "protocol": "6",
    "packets": "7",
    "bytes": "471",
    "start": "1767229200",
    "end": "1767229260",
    "action": "ACCEPT",
    "log-status": "OK",
    "vpc-id": "vpc-0a1b2c3d4e5f60718",
    "subnet-id": "subnet-0aaaaaaaaaaaaaaaa",
    "instance-id": "i-0aaaaaaaaaaaaaaaa",
    "tcp-flags": "3",
    "type": "IPv4",
    "pkt-srcaddr": "10.0.1.11",
    "pkt-dstaddr": "203.0.113.6",
    "region": "us-east-1",
    "az-id": "use1-az1",
    "sublocation-type": "outpost",
    "sublocation-id": "op-0aaaaaaaaaaaaaaaa",
    "pkt-src-aws-service": "EC2",
    "pkt-dst-aws-service": "S3",
    "flow-direction": "egress",
    "traffic-path": "8",
}


def parse(**changes: str) -> FlowRecord:
    values = VALUES | {name.replace("_", "-"): value for name, value in changes.items()}
    return parse_flow_record(" ".join(values[field] for field in ALL_FIELDS.fields), ALL_FIELDS)


def test_an_accepted_and_a_rejected_record_of_the_default_format_are_read() -> None:
    accepted, rejected = Recorded.read("accepted_and_rejected.txt").records

    assert accepted == FlowRecord(
        version=2,
        account_id="123456789010",
        interface_id="eni-1235b8ca123456789",
        srcaddr="172.31.16.139",
        dstaddr="172.31.16.21",
        srcport=20641,
        dstport=22,
        protocol=6,
        packets=20,
        bytes=4249,
        start=1418530010,
        end=1418530070,
        action="ACCEPT",
        log_status="OK",
    )
    assert (rejected.dstport, rejected.action) == (3389, "REJECT")


def test_nodata_and_skipdata_have_times_and_status_and_nothing_of_a_flow() -> None:
    nodata, skipdata = Recorded.read("no_data_and_skipped.txt").records

    assert nodata == FlowRecord(
        version=2,
        account_id="123456789010",
        interface_id="eni-1235b8ca123456789",
        start=1431280876,
        end=1431280934,
        log_status="NODATA",
    )
    assert skipdata.log_status == "SKIPDATA"


def test_icmp_has_the_ports_zero() -> None:
    request, reply = Recorded.read("ping.txt").records

    assert (request.protocol, request.srcport, request.dstport, request.action) == (1, 0, 0, "ACCEPT")
    assert (reply.srcaddr, reply.dstaddr, reply.action) == (request.dstaddr, request.srcaddr, "REJECT")


def test_an_ipv6_record_is_read() -> None:
    (record,) = Recorded.read("ipv6.txt").records

    assert record.srcaddr == "2001:db8:1234:a100:8d6e:3477:df66:f105"
    assert record.dstaddr == "2001:db8:1234:a102:3304:8879:34cf:4071"


def test_a_custom_order_with_tcp_flags_is_read() -> None:
    records = Recorded.read("tcp_flag_sequence.txt").records

    assert [record.tcp_flags for record in records] == [2, 18, 2, 18, 1, 1, 3, 19]
    assert [record.bytes for record in records[:2]] == [568, 376]
    assert {record.vpc_id for record in records} == {"vpc-abcdefab012345678"}


def test_a_nat_gateways_records_show_the_packets_own_addresses() -> None:
    request, *_, reply, of_instance, _ = Recorded.read("nat_gateway.txt").records

    assert (request.dstaddr, request.pkt_dstaddr) == ("10.0.0.220", "203.0.113.5")
    assert (reply.srcaddr, reply.pkt_srcaddr) == ("10.0.0.220", "203.0.113.5")
    assert (request.instance_id, of_instance.instance_id) == (None, "i-01234567890123456")


def test_fields_that_the_format_does_not_have_are_none() -> None:
    record = Recorded.read("nat_gateway.txt").records[0]

    assert (record.version, record.start, record.end, record.log_status) == (None, None, None, None)


def test_a_transit_gateways_records_show_the_packets_own_addresses() -> None:
    *_, request, reply = Recorded.read("transit_gateway.txt").records

    assert (request.srcaddr, request.pkt_srcaddr) == ("10.40.1.175", "10.20.33.164")
    assert (reply.dstaddr, reply.pkt_dstaddr) == ("10.40.2.31", "10.20.33.164")


def test_services_direction_and_traffic_path_are_read() -> None:
    reply, request = Recorded.read("service_and_direction.txt").records

    assert (reply.flow_direction, reply.pkt_src_aws_service, reply.traffic_path) == ("ingress", "S3", None)
    assert (request.flow_direction, request.pkt_dst_aws_service, request.traffic_path) == ("egress", "S3", 8)
    assert (request.region, request.az_id, request.sublocation_id) == ("ap-southeast-2", "apse2-az3", None)


def test_every_recorded_line_is_a_record() -> None:
    names = sorted(path.name for path in FLOW_RECORDS.glob("*.txt"))

    assert sum(len(Recorded.read(name).records) for name in names) == 27


@pytest.mark.parametrize("field", ALL_FIELDS.fields)
def test_a_dash_in_any_field_is_read_as_unknown(field: str) -> None:
    attribute = field.replace("-", "_")

    assert getattr(parse(**{attribute: "-"}), attribute) is None


def test_the_account_may_be_unknown() -> None:
    assert parse(account_id="unknown").account_id == "unknown"


def test_the_greatest_values_are_taken() -> None:
    record = parse(srcport="65535", protocol="255", packets=str(2**63 - 1), bytes="0", end="253402300799")

    assert (record.srcport, record.protocol, record.packets) == (65535, 255, 2**63 - 1)


def test_a_record_may_start_and_end_in_the_same_second() -> None:
    assert parse(start="1767229200", end="1767229200").end == 1767229200


def test_an_address_is_kept_in_its_canonical_spelling() -> None:
    assert parse(srcaddr="2001:DB8:0:0:0:0:0:1").srcaddr == "2001:db8::1"


def test_fields_after_version_5_are_accepted_and_left_out() -> None:
    log_format = FlowLogFormat.parse("${reject-reason} ${srcaddr} ${instance-tag} ${dstport}")

    record = parse_flow_record("BPA 198.51.100.7 web%20tier 22", log_format)

    assert record == FlowRecord(srcaddr="198.51.100.7", dstport=22)


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("version", "two", "an integer from 0 to 255"),
        ("srcaddr", "10.0.0.256", "an IPv4 or IPv6 address"),
        ("dstaddr", "fe80::1%eth0", "an IPv4 or IPv6 address"),
        ("pkt-srcaddr", "10.0.0.0/24", "an IPv4 or IPv6 address"),
        ("srcport", "65536", "an integer from 0 to 65535"),
        ("dstport", "-1", "an integer from 0 to 65535"),
        ("protocol", "256", "an integer from 0 to 255"),
        ("packets", str(2**63), "an integer from 0 to 9223372036854775807"),
        ("bytes", "1_000", "an integer from 0 to 9223372036854775807"),
        ("bytes", "007", "an integer from 0 to 9223372036854775807"),
        ("bytes", "+7", "an integer from 0 to 9223372036854775807"),
        ("bytes", "9" * 5000, "an integer from 0 to 9223372036854775807"),
        ("start", "1767229200000", "an integer from 0 to 253402300799"),
        ("action", "accept", "ACCEPT or REJECT"),
        ("log-status", "NO", "OK or NODATA or SKIPDATA"),
        ("tcp-flags", "256", "an integer from 0 to 255"),
        ("flow-direction", "inbound", "ingress or egress"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_field_value_and_what_is(
    field: str, value: str, allowed: str
) -> None:
    with pytest.raises(FlowRecordError) as raised:
        parse(**{field.replace("-", "_"): value})

    assert raised.value.field == field
    assert str(raised.value).startswith(f"{field} is '{value[:100]}")
    assert str(raised.value).endswith(f", not {allowed}")


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(
        FlowRecordError, match="end is 1767229199, before start, which is 1767229200"
    ) as raised:
        parse(end="1767229199")

    assert raised.value.field == "end"


@pytest.mark.parametrize(
    ("line", "found"),
    [("", 1), ("2 123456789012", 2), (" ".join(["-"] * 15), 15), (" ".join(["-"] * 13) + "  -", 15)],
)
def test_a_wrong_number_of_fields_is_refused_with_both_numbers_and_the_format(line: str, found: int) -> None:
    with pytest.raises(
        FlowRecordError, match=f"^{found} fields instead of the 14 of \\${{version}}"
    ) as raised:
        parse_flow_record(line, FlowLogFormat.parse(DEFAULT_FORMAT))

    assert raised.value.field is None


def test_a_second_space_is_not_taken_for_an_empty_field() -> None:
    with pytest.raises(FlowRecordError, match="account-id is '', not text without spaces"):
        parse(account_id="")


@pytest.mark.parametrize("text", ["eni-\ud800", "eni-é", "eni-\x00", "eni-0aaa\n"])
def test_what_is_not_printable_ascii_is_refused(text: str) -> None:
    with pytest.raises(FlowRecordError, match="printable ASCII"):
        parse(interface_id=text)
