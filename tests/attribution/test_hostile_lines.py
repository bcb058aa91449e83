"""Lines and ids that nobody expects: the reader refuses or reads each as the readable definition does."""

import json
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import FlowRecordError
from domain.flow_document import index_name, to_document
from domain.flow_log_format import FlowLogFormat
from domain.flow_reader import FlowReader, FlowReading
from domain.flow_record import FlowRecord, parse_flow_record
from domain.subscription_event import LogEvent, document_id
from tests.attribution.flows import Line, World, worlds
from tests.attribution.history import Record
from tests.attribution.log_formats import Format
from tests.attribution.oracle import find_paired
from tests.attribution.readings import Inventories
from tests.attribution.test_oracle import EXAMPLES, many

STRANGE: Final = (
    *("-", "", "--", "0", "00", "+6", "06", "6.0", "-1", "1e3", "1_0", " 6", "6\t", "٣", "²", "0x6", "nan"),
    *("255", "256", "65535", "65536", "070", "999999999999999999", "1000000000000000000"),
    *("9223372036854775807", "9223372036854775808", "1" * 5000, "1767229200000", "253402300800"),
    *("010.0.0.4", "10.0.0.4/32", "10.0.4", "2001:DB8::4", "2001:db8:0::4", "2001:db8:0:0:0:0:0:4"),
    *("::ffff:10.0.0.4", "::ffff:a00:4", "fe80::1%eth0", "10.0.0.4%1", "255.255.255.255", "::"),
    *(
        '"',
        '",',
        "\\",
        "\\n",
        "{}",
        "%s",
        "${version}",
        "\x00",
        "\n",
        "\x7f",
        "é",
        "\u2028",
        "\ufeff",
        "\ud800",
    ),
    *("ACCEPT", "accept", "REJECT", "OK", "OK\r", "NODATA", "SKIPDATA", "unknown", "ingress", "Egress"),
)
EVENT_IDS: Final = st.one_of(
    st.integers(0, 10**56 - 1).map(lambda number: f"{number:056}"),
    st.sampled_from(('a"b', "a\\b", "a\nb", "é\u2028", "{}%s", "1", "1" * 57, "٣" * 56, "0" * 55 + "\n")),
)
LATE: Final = (0, 0, 0, 0, -86_400, -86_401, 86_400, 86_401)
"""How much later than the record its event may be."""


class Hostile(NamedTuple):
    world: World
    batches: list[list[LogEvent]]


@st.composite
def messages(draw: st.DrawFn, message: str, log_format: Format) -> str:
    """A good line, sometimes with strange values in some fields, or damaged as a whole."""
    values = message.split(" ")
    changes = draw(st.dictionaries(st.integers(0, len(log_format) - 1), st.sampled_from(STRANGE), max_size=2))
    changed = " ".join(changes.get(place, value) for place, value in enumerate(values))
    damaged = (f" {changed}", f"{changed} ", f"{changed}\r", f"\ufeff{changed}", f"{changed} -", changed[:-1])
    return draw(st.sampled_from((changed, changed, changed, message, message, message, *damaged, "", "-")))


@st.composite
def hostile_worlds(draw: st.DrawFn) -> Hostile:
    """Good lines stand among the strange ones: what the reader keeps of them is tried too."""
    world = draw(worlds())
    batches = []
    for lines in world.batches:
        events = [draw(hostile_events(line, world.log_format)) for line in (*lines, *lines)]
        batches.append(events)
    return Hostile(world, batches)


@st.composite
def hostile_events(draw: st.DrawFn, line: Line, log_format: Format) -> LogEvent:
    logged = max(0, line.logged + draw(st.sampled_from(LATE)))
    return LogEvent(draw(EVENT_IDS), logged * 1000 + 999, draw(messages(line.message, log_format)))


class Defined(NamedTuple):
    """What a reading must be, by the readable definition."""

    lines: list[tuple[object, object]]
    unreadable: list[tuple[LogEvent, str]]


def define(
    events: Sequence[LogEvent], world: World, known: list[Record], inventories: Inventories
) -> Defined:
    log_format = FlowLogFormat(world.log_format)
    records, unreadable = [], []
    for event in events:
        try:
            record = parse_flow_record(event.message, log_format)
            records.append((event, record, index_name(record, event.timestamp)))
        except FlowRecordError as error:
            unreadable.append((event, str(error)))
    known += [fields_of(record) for _, record, _ in records]
    lines: list[tuple[object, object]] = []
    for event, record, index in records:
        view = inventories.find_view(record, event.timestamp)
        document = to_document(record, view, event.timestamp, find_paired(fields_of(record), known))
        lines.append(({"create": {"_index": index, "_id": document_id(event.id)}}, document))
    return Defined(lines, unreadable)


def fields_of(record: FlowRecord) -> Record:
    """As a line has them, in canonical spelling."""
    values = {name.replace("_", "-"): getattr(record, name) for name in FlowRecord.__slots__}
    return {name: str(value) for name, value in values.items() if value is not None}


def summarise(reading: FlowReading) -> Defined:
    lines = []
    for document in reading.documents:
        action, source, rest = document.lines.split("\n")
        assert rest == ""
        assert source == document.source
        lines.append((json.loads(action), json.loads(source)))
        assert document.document_id == json.loads(action)["create"]["_id"]
    return Defined(lines, [(event, reason) for event, reason in reading.unreadable])


def read(hostile: Hostile) -> Iterator[tuple[Defined, Defined]]:
    world, known, inventories = hostile.world, list[Record](), Inventories()
    reader = FlowReader(FlowLogFormat(world.log_format), inventories.find_view)
    for events, observed in zip(hostile.batches, world.observed, strict=True):
        inventories.history = world.history[:observed]
        yield summarise(reader.read(events)), define(events, world, known, inventories)


@settings(many, max_examples=EXAMPLES // 2)
@given(hostile=hostile_worlds())
def test_a_strange_line_is_refused_or_read_as_the_readable_definition_does(hostile: Hostile) -> None:
    for reading, defined in read(hostile):
        assert reading == defined
