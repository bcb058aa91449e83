"""Each file that is no flow log, or none that can be read, is refused by name, with what to do about it."""

import bz2
import gzip
import json
import re
from pathlib import Path

import pytest

from domain.flow_log_format import FlowLogFormat
from local.analyze.error import AnalyzeError
from local.analyze.find_files import find_files
from tests.local.analyze.flow_logs import FIELDS, HEADER, RECORDS, REQUEST, read_bytes, to_text

TEXT = to_text(HEADER, *RECORDS)
LOAD_BALANCER = (
    "https 2026-11-24T12:00:00.186641Z app/web/50dc6c495c0c9188 203.0.113.9:49152 10.0.1.10:443 0.086 0.048"
    ' 0.037 200 200 0 57 "GET https://www.example.com:443/ HTTP/1.1" "curl/7.46.0" - -'
)
CLASSIC_LOAD_BALANCER = (
    "2026-11-24T12:00:00.945958Z web 203.0.113.9:2817 10.0.1.10:80 0.000073 0.001048 0.000057 200 200 0 29"
    ' "GET http://www.example.com:80/ HTTP/1.1" "curl/7.38.0" - -'
)
TRANSIT_GATEWAY = (
    "version resource-type account-id tgw-id tgw-attachment-id srcaddr dstaddr srcport dstport protocol"
    " packets bytes start end log-status"
)

WRONG = {
    "damaged Parquet": (
        b"PAR1\x15\x04\x15\x10",
        r"flow\.log: its Parquet data is damaged, .* get the file again",
    ),
    "gzipped Parquet": (
        gzip.compress(b"PAR1\x15\x04"),
        r"flow\.log is a Parquet file, gzipped .* give it as",
    ),
    "zip": (b"PK\x03\x04\x14\0", r"flow\.log is a zip archive: unpack it"),
    "bzip2": (bz2.compress(TEXT), r"flow\.log is compressed by bzip2: unpack it"),
    "gzip in gzip": (gzip.compress(gzip.compress(TEXT)), r"flow\.log is gzipped twice: unpack it once"),
    "PDF": (b"%PDF-1.7\n", r"flow\.log is a PDF document"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", r"flow\.log is no text"),
    "gzip cut off": (gzip.compress(TEXT)[:-20], r"flow\.log: its gzip data is damaged or cut off"),
    "gzip damaged": (gzip.compress(TEXT)[:-6] + b"\0" * 6, r"flow\.log: its gzip data is damaged or cut off"),
    "gzip with something after it": (gzip.compress(TEXT) + TEXT, r"flow\.log: its gzip data is damaged"),
    "an inventory": (
        b'{"NetworkInterfaces": []}',
        r"network interfaces, which belong in the folder of --inv",
    ),
    "CloudTrail": (b'{"Records": [{"eventVersion": "1.08"}]}', r"events of CloudTrail"),
    "documents": (b'{"@timestamp":1,"log_status":"OK"}\n', r"documents that this command wrote"),
    "JSON of another kind": (b'{"results": [], "status": "Complete"}', r"an object with results, status"),
    "a list of another kind": (b"[[1]]", r"a list of list"),
    "a list of nothing": (b"[]", r"but JSON: empty"),
    "events that have no message": (b'{"events": [{"timestamp": 1}]}', r"it has no message"),
    "JSON cut off": (b'{"events": [{"timestamp": 1, "mess', r"isn't: .*line 1 column.*cut off\?"),
    "JSON nested too deep": (b"[" * 100_000, r"begins as JSON, but isn't"),
    "a load balancer": (to_text(LOAD_BALANCER), r"flow\.log:1: this is an access log of an Application Load"),
    "a classic one": (
        to_text(CLASSIC_LOAD_BALANCER),
        r"flow\.log:1: this is an access log of a Classic Load",
    ),
    "CloudFront": (b"#Version: 1.0\n", r"flow\.log:1: this is a log of CloudFront"),
    "a web page": (b"<!DOCTYPE html>\n", r"flow\.log:1: this is HTML or XML"),
    "text of the AWS CLI": (b"EVENTS\t1795521600123\t" + REQUEST.encode(), r"add --output json"),
    "Athena's table": (b'"version","account_id","interface_id"\n', r"a table, as Athena writes it"),
    "transit gateway": (
        TRANSIT_GATEWAY.encode(),
        r"flow\.log:1: this header .* 'resource-type', which is no",
    ),
    "a field twice": (
        f"{HEADER} action".encode(),
        r"flow\.log:1: this header line can't be used: .* action twice",
    ),
    "another format": (
        to_text("eni-0a 10.0.1.10 ACCEPT"),
        r"flow\.log:1: .*'eni-0a 10.* --log-format '\$\{ver",
    ),
    "another version": (to_text("3" + REQUEST[1:]), r"flow\.log:1: .*version is 3.* --log-format"),
    "notes": (b"\n\nOur flow logs\n=============\n", r"flow\.log:3: the file has no header line"),
}


@pytest.mark.parametrize(("content", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_is_named_with_the_way_out(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(AnalyzeError) as error:
        read_bytes(tmp_path, content)

    assert re.search(message, str(error.value))
    assert str(tmp_path / "flow.log") in str(error.value)


def test_a_file_whose_lines_all_differ_from_the_given_format_is_refused(tmp_path: Path) -> None:
    given = FlowLogFormat((*FIELDS, "vpc-id"))

    with pytest.raises(AnalyzeError, match=r"flow\.log:1: .* --log-format .*\$\{vpc-id\}: 14 fields instead"):
        read_bytes(tmp_path, to_text(*RECORDS), given)


def test_a_file_of_another_kind_is_not_read_to_its_end(tmp_path: Path) -> None:
    with pytest.raises(AnalyzeError, match=r"flow\.log:1: "):
        read_bytes(tmp_path, to_text(*["what is this"] * 20, *RECORDS))


def test_a_damaged_first_line_doesn_t_make_a_file_wrong(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, to_text(REQUEST[40:], *RECORDS))

    assert read.messages == [REQUEST[40:], *RECORDS]


LACKING = {
    "interface-id": "interface-id",
    "srcaddr": "srcaddr or pkt-srcaddr",
    "dstaddr": "dstaddr or pkt-dstaddr",
    "srcport": "srcport",
    "dstport": "dstport",
    "protocol": "protocol",
    "action": "action",
}


@pytest.mark.parametrize(("field", "named"), LACKING.items())
def test_a_format_that_lacks_what_attribution_needs_is_refused(
    tmp_path: Path, field: str, named: str
) -> None:
    fields = [name for name in FIELDS if name != field]

    with pytest.raises(AnalyzeError, match=rf"flow\.log:1: the format has no {named}, without which"):
        read_bytes(tmp_path, to_text(" ".join(fields)))
    with pytest.raises(AnalyzeError, match=rf"--log-format: the format has no {named}, without which"):
        read_bytes(tmp_path, b"", FlowLogFormat(tuple(fields)))


def test_packet_addresses_do_for_the_plain_ones(tmp_path: Path) -> None:
    header = HEADER.replace("srcaddr", "pkt-srcaddr").replace("dstaddr", "pkt-dstaddr")

    assert read_bytes(tmp_path, to_text(header, REQUEST)).messages == [REQUEST]


def test_what_a_format_lacks_of_the_helpful_fields_is_noted_once(tmp_path: Path) -> None:
    read = read_bytes(tmp_path, to_text(HEADER, REQUEST, HEADER, REQUEST))

    [note] = read.counts.formats.values()
    assert note is not None
    assert re.findall(r"([a-z-]+): ", note) == ["tcp-flags", "flow-direction", "pkt-srcaddr", "pkt-dstaddr"]


def test_an_inventory_is_no_flow_log_even_as_a_bare_array(tmp_path: Path) -> None:
    with pytest.raises(AnalyzeError, match="holds no log events"):
        read_bytes(tmp_path, json.dumps([{"NetworkInterfaceId": "eni-0a"}]).encode())


@pytest.mark.parametrize("name", ["missing.log", "empty"])
def test_paths_without_any_file_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(AnalyzeError, match=name):
        find_files([tmp_path / name])
