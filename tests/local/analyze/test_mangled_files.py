"""However a good flow log is mangled, its documents are those of the function's reader for clean lines."""

import codecs
import gzip
import io
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.flow_log_format import FlowLogFormat
from domain.flow_reader import FlowReader
from domain.inventory_day import observe
from domain.inventory_view import InventoryView
from domain.subscription_event import LogEvent
from local.analyze.analysis import Analysis, Takers, analyze
from local.analyze.documents import Documents
from local.analyze.inventory_folder import FolderInventory
from local.analyze.inventory_gaps import InventoryGaps
from tests.domain.examples import ENI, INVENTORY, PEER, START, VPC_ID
from tests.local.analyze.flow_logs import FIELDS

HELPFUL = ("tcp-flags", "flow-direction", "pkt-srcaddr", "pkt-dstaddr", "vpc-id", "type", "traffic-path")
UNUSED = ("ecs-cluster-name", "reject-reason", "resource-id", "instance-tag-2", "next-hop-az-id")
DAY = observe(None, replace(INVENTORY, observed_at=0, network_interfaces=(ENI, PEER)))
INVENTORY_OF_FOLDER = FolderInventory({VPC_ID: (DAY,)}, None, 1, InventoryGaps())
ENCODINGS = {
    "utf-8": b"",
    "utf-8-sig": b"",
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
# None of them is a record, in any format.
NO_RECORDS = ("OK", "2 123456789012 eni-0aaaaaaaaaaaaaaaa", "Ω " * 14, "- " * 40, '{"a": 1}', '",', "\x00 2")

Values = dict[str, str]


@dataclass(frozen=True)
class Mangling:
    fields: Sequence[str]
    prefix: str
    has_header: bool
    repeats_header: bool
    is_table: bool
    newline: str
    space: str
    blank: str
    encoding: str
    is_gzipped: bool
    ends_with_newline: bool
    no_records: Sequence[str]
    lines_after: int
    """How many lines, if there are as many, stand after those that are no records; one stands before them."""


@st.composite
def records(draw: st.DrawFn) -> Values:
    start = START + draw(st.integers(0, 3000))
    is_egress = draw(st.booleans())
    ends = [("10.0.1.10", "443"), (draw(st.sampled_from(["203.0.113.9", "10.0.2.20"])), "49152")]
    (srcaddr, srcport), (dstaddr, dstport) = ends if is_egress else reversed(ends)
    flow = {
        "srcaddr": srcaddr,
        "dstaddr": dstaddr,
        "srcport": srcport,
        "dstport": dstport,
        "protocol": draw(st.sampled_from(["6", "17", "1"])),
        "packets": str(draw(st.integers(0, 2**40))),
        "bytes": "840",
        "action": draw(st.sampled_from(["ACCEPT", "REJECT"])),
        "tcp-flags": draw(st.sampled_from(["0", "2", "18", "3", "-"])),
        "flow-direction": draw(st.sampled_from(["egress" if is_egress else "ingress", "-"])),
        "pkt-srcaddr": draw(st.sampled_from([srcaddr, "-"])),
        "pkt-dstaddr": dstaddr,
        "type": "IPv4",
    }
    status = draw(st.sampled_from(["OK", "OK", "OK", "NODATA", "SKIPDATA"]))
    return {
        **(flow if status == "OK" else {}),
        "version": "2",
        "account-id": draw(st.sampled_from(["123456789012", "unknown"])),
        "interface-id": draw(st.sampled_from([ENI.interface_id, PEER.interface_id, "eni-0f"])),
        "start": str(start),
        "end": str(start + 60),
        "log-status": status,
        "vpc-id": draw(st.sampled_from([VPC_ID, "-"])),
        "instance-tag-2": "web%20tier",
    }


@st.composite
def manglings(draw: st.DrawFn) -> Mangling:
    more = draw(st.lists(st.sampled_from(HELPFUL + UNUSED), unique=True))
    without_version = draw(st.booleans())
    fields = [field for field in (*FIELDS, *more) if not (without_version and field == "version")]
    has_order = draw(st.booleans())
    return Mangling(
        fields=fields if has_order else draw(st.permutations(fields)),
        prefix=draw(
            st.sampled_from(
                ["", "{time}Z ", "{time}+00:00 {stream} ", "/logs {stream}   ", "logs {stream} {time}.000Z "]
            )
        ),
        has_header=draw(st.booleans()),
        repeats_header=draw(st.booleans()),
        is_table=draw(st.booleans()),
        newline=draw(st.sampled_from(["\n", "\r\n"])),
        space=draw(st.sampled_from([" ", " ", "  ", "\t"])),
        blank=draw(st.sampled_from(["", "", "\n", "  \n\t\n"])),
        encoding=draw(st.sampled_from(sorted(ENCODINGS))),
        is_gzipped=draw(st.booleans()),
        ends_with_newline=draw(st.booleans()),
        no_records=draw(st.lists(st.sampled_from(NO_RECORDS), max_size=3)),
        lines_after=draw(st.integers(0, 8)),
    )


def to_line(record: Values, fields: Sequence[str], space: str = " ") -> str:
    return space.join(record.get(field, "-") for field in fields)


def write_lines(records: Sequence[Values], mangling: Mangling) -> list[str]:
    header = [" ".join(mangling.fields)]
    lines = [*header] if mangling.has_header else []
    lines += ["timestamp,message"] if mangling.is_table else []
    for record in records:
        if mangling.has_header and mangling.repeats_header and not mangling.is_table:
            lines += header
        lines += [write_record(record, mangling)]
    return lines


def write_record(record: Values, mangling: Mangling) -> str:
    line = to_line(record, mangling.fields, mangling.space)
    if mangling.is_table:
        return f'{record["start"]}000,"{line}"'
    time = f"{datetime.fromtimestamp(int(record['start']), tz=UTC):%Y-%m-%dT%H:%M:%S}"
    return mangling.prefix.format(time=time, stream=f"{record['interface-id']}-all") + line


def mangle(records: Sequence[Values], mangling: Mangling) -> bytes:
    lines = write_lines(records, mangling)
    place = max(len(lines) - mangling.lines_after, 1)
    lines[place:place] = mangling.no_records
    text = "".join(f"{line}\n{mangling.blank}" for line in lines).replace("\n", mangling.newline)
    if not mangling.ends_with_newline:
        text = text.removesuffix(mangling.newline)
    content = ENCODINGS[mangling.encoding] + text.encode(mangling.encoding)
    return gzip.compress(content) if mangling.is_gzipped else content


def read_clean(records: Sequence[Values], fields: Sequence[str]) -> list[object]:
    """In the fields' own order, as CloudWatch Logs would deliver them."""
    in_order = [field for field in (*FIELDS, *HELPFUL, *UNUSED) if field in fields]
    view = InventoryView(DAY)
    reader = FlowReader(
        FlowLogFormat(tuple(in_order)),
        lambda record, _: view if record.vpc_id or knows(view, record.interface_id) else None,
    )
    events = [
        LogEvent(str(number), int(record["start"]) * 1000, to_line(record, in_order))
        for number, record in enumerate(records)
    ]
    return [json.loads(document.source) for document in reader.read(events).documents]


def knows(view: InventoryView, interface_id: str | None) -> bool:
    return interface_id is not None and view.network_interface(interface_id, START) is not None


def analyze_file(content: bytes, log_format: FlowLogFormat | None) -> tuple[Analysis, list[object]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "flow.log"
        file.write_bytes(content)
        out = io.BytesIO()
        analysis = analyze([file], log_format, INVENTORY_OF_FOLDER, Takers(Documents(file, out)))
    return analysis, [json.loads(line) for line in out.getvalue().splitlines()]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(records(), min_size=1, max_size=8), manglings())
def test_a_mangled_file_gives_the_documents_of_the_clean_lines(
    records: list[Values], mangling: Mangling
) -> None:
    given = None if mangling.has_header else FlowLogFormat(tuple(mangling.fields))

    analysis, documents = analyze_file(mangle(records, mangling), given)

    assert documents == read_clean(records, mangling.fields)
    assert analysis.counts.unreadable == len(mangling.no_records)
    assert sorted(line.line.strip() for line in analysis.counts.shown) == sorted(
        " ".join(line.split()) for line in mangling.no_records
    )
