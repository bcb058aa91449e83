import random
from collections import Counter
from ipaddress import ip_address

from domain.errors import FlowRecordError
from domain.flow_document import index_name, to_document
from domain.flow_log_format import FlowLogFormat
from domain.flow_record import FlowRecord, parse_flow_record
from tests.domain.recorded import FLOW_RECORDS, Recorded

LINES = 10_000
STRANGE = (
    "-",
    "",
    " ",
    "  ",
    "\t",
    "\n",
    "\x00",
    "\ud800",
    "é",
    "٣",
    "0",
    "-1",
    "1e3",
    "+1",
    "9" * 30,
    "::1%1",
)
ADDRS = ("srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr")


def mutate(line: str, source: random.Random) -> str:
    place = source.randrange(len(line))
    fields = line.split(" ")
    number = source.randrange(len(fields))
    return source.choice(
        [
            line,
            line[:place],
            line[:place] + source.choice(STRANGE) + line[place:],
            line[:place] + chr(source.randrange(0x2FF)) + line[place + 1 :],
            line[:place] + line[place + 1 :],
            " ".join([*fields[:number], source.choice(STRANGE), *fields[number + 1 :]]),
            " ".join([*fields[:number], source.choice(fields), *fields[number + 1 :]]),
            " ".join([*fields[:number], str(source.randrange(2**70)), *fields[number + 1 :]]),
            " ".join(source.sample(fields, len(fields))),
        ]
    )


def fuzzed_lines() -> list[tuple[str, FlowLogFormat]]:
    source = random.Random(20260101)
    recorded = [Recorded.read(path.name) for path in sorted(FLOW_RECORDS.glob("*.txt"))]
    chosen = (source.choice(recorded) for _ in range(LINES))
    return [(mutate(source.choice(one.lines), source), one.log_format) for one in chosen]


def says_the_same(record: FlowRecord, field: str, text: str) -> bool:
    value: object = getattr(record, field.replace("-", "_"))
    if field in ADDRS and text != "-":
        return str(ip_address(text)) == value
    return text == ("-" if value is None else str(value))


def test_any_line_is_a_record_that_says_what_the_line_says_or_a_flow_record_error() -> None:
    outcomes: Counter[str] = Counter()
    for line, log_format in fuzzed_lines():
        try:
            record = parse_flow_record(line, log_format)
        except FlowRecordError:
            outcomes["refused"] += 1
            continue
        outcomes["read"] += 1
        fields = zip(log_format.fields, line.split(" "), strict=True)

        assert all(says_the_same(record, field, text) for field, text in fields), line

    assert outcomes.total() == LINES
    assert min(outcomes["read"], outcomes["refused"]) > LINES // 10


def test_any_record_that_is_read_has_a_document_and_an_index() -> None:
    for line, log_format in fuzzed_lines():
        try:
            record = parse_flow_record(line, log_format)
        except FlowRecordError:
            continue

        logged = record.end or record.start or 1_767_229_200
        assert index_name(record, logged * 1000).startswith("flows-")
        assert None not in to_document(record, None, 1_767_229_200_000).values()
