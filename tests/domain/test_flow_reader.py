import gc
import json
import weakref
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import FlowRecordError
from domain.flow_document import index_name, to_document
from domain.flow_log_format import DEFAULT_FORMAT, FlowLogFormat
from domain.flow_reader import FlowReader, FlowReading, find_document_id
from domain.flow_record import FlowRecord, parse_flow_record
from domain.inventory import Peer
from domain.inventory_day import observe
from domain.inventory_view import InventoryView
from domain.subscription_event import LogEvent, document_id
from tests.domain.examples import ENI, GROUP, INVENTORY, PEER, RULE, START
from tests.flow_ingest.events import event_id

FORMAT = FlowLogFormat.parse(f"{DEFAULT_FORMAT} ${{tcp-flags}} ${{ecs-task-id}}")
INVENTORY_OF_BOTH = replace(INVENTORY, network_interfaces=(replace(ENI, name='{"web"} %s ü'), PEER))
VIEW = InventoryView(observe(None, INVENTORY_OF_BOTH))
GOOD = (
    f"2 123456789012 {ENI.interface_id} 203.0.113.9 10.0.1.10 49152 443 6 10 1000 {START} {START + 60}"
    " ACCEPT OK 0 -"
)
HOSTILE = ("-", "0", "07", "+5", "1_0", "٣", "70000", "10.0.1.10", "2001:DB8::1", "010.0.1.1", "NODATA")
TEXTS = st.one_of(
    st.sampled_from(HOSTILE), st.integers().map(str), st.ip_addresses().map(str), st.text(max_size=5)
)


def vary(changes: dict[int, str]) -> str:
    return " ".join(changes.get(position, field) for position, field in enumerate(GOOD.split(" ")))


def with_flags(flags: int, line: str = GOOD) -> str:
    return line.replace(" ACCEPT OK 0 ", f" ACCEPT OK {flags} ")


def other_half(line: str) -> str:
    return line.replace("203.0.113.9 10.0.1.10 49152 443", "10.0.1.10 203.0.113.9 443 49152")


def find_view(_record: FlowRecord, _event_timestamp_ms: int) -> InventoryView:
    return VIEW


def read(reader: FlowReader, lines: Sequence[str]) -> FlowReading:
    return reader.read([LogEvent(event_id(number), START * 1000, line) for number, line in enumerate(lines)])


def define(line: str) -> list[object]:
    """The action and the document; nothing where there is none."""
    try:
        record = parse_flow_record(line, FORMAT)
        index = index_name(record, START * 1000)
    except FlowRecordError:
        return []
    action = {"create": {"_index": index, "_id": document_id(event_id(0))}}
    return [action, to_document(record, VIEW, START * 1000)]


def evidence(reading: FlowReading) -> list[str]:
    return [json.loads(document.source)["initiator_evidence"] for document in reading.documents]


VARIED = st.dictionaries(st.integers(0, 15), TEXTS, max_size=3).map(vary)


@settings(max_examples=500, deadline=None)
@given(st.one_of(VARIED, st.text()))
def test_a_line_becomes_the_document_that_defines_it_or_is_unreadable(line: str) -> None:
    reading = read(FlowReader(FORMAT, find_view), [line])

    assert [json.loads(text) for lines in reading.lines for text in lines.splitlines()] == define(line)
    assert len(reading.lines) + len(reading.unreadable) == 1


def test_a_line_ends_where_the_next_begins() -> None:
    lines = read(FlowReader(FORMAT, find_view), [GOOD, GOOD]).lines

    assert [text.count("\n") for text in lines] == [2, 2]
    assert all(text.endswith("}\n") for text in lines)


def test_a_reading_counts_what_became_of_the_records() -> None:
    no_data = f"2 123456789012 {ENI.interface_id} - - - - - - - {START - 60} {START} - NODATA - -"
    lines = [GOOD, vary({12: "REJECT"}), vary({2: PEER.interface_id}), no_data, "junk"]

    reading = read(FlowReader(FORMAT, find_view), lines)

    assert reading.outcomes == {"rules": 1, "reject": 1, "no_rule": 1, "nodata": 1}
    assert [unreadable.event.message for unreadable in reading.unreadable] == ["junk"]
    assert reading.oldest_end == START


def test_a_handshake_tells_who_began_in_the_same_batch() -> None:
    reading = read(FlowReader(FORMAT, find_view), [GOOD, with_flags(2), other_half(GOOD)])

    assert evidence(reading) == ["paired", "handshake", "paired"]


def test_a_handshake_tells_who_began_in_later_batches() -> None:
    reader = FlowReader(FORMAT, find_view)
    read(reader, [other_half(with_flags(18))])

    assert evidence(read(reader, [GOOD, other_half(GOOD)])) == ["paired", "paired"]
    assert evidence(read(FlowReader(FORMAT, find_view), [GOOD])) == ["rules"]


def test_a_handshake_in_a_record_that_goes_the_long_way_tells_it_too() -> None:
    padded = vary({11: str(START + 60), 14: "2", 8: "0"})

    assert evidence(read(FlowReader(FORMAT, find_view), [padded, GOOD])) == ["handshake", "paired"]


def test_a_changed_inventory_holds_from_the_next_batch_on() -> None:
    views = [VIEW, InventoryView(observe(None, replace(INVENTORY, security_group_rules=())))]
    reader = FlowReader(FORMAT, lambda _record, _timestamp: views[0])

    before = read(reader, [GOOD]).outcomes
    del views[0]

    assert (before, read(reader, [GOOD]).outcomes) == ({"rules": 1}, {"no_rule": 1})


def test_an_inventory_that_is_no_longer_used_is_let_go() -> None:

    views = [InventoryView(observe(None, INVENTORY))]
    old = weakref.ref(views[0])
    reader = FlowReader(FORMAT, lambda _record, _timestamp: views[0])
    read(reader, [GOOD, vary({12: "REJECT"})])

    views[0] = VIEW
    read(reader, [GOOD])
    gc.collect()

    assert old() is None


def test_a_peer_is_described_as_of_the_time_that_knows_each_interface() -> None:
    renamed, second = replace(PEER, name="new"), replace(ENI, interface_id="eni-0dddddddddddddddd")
    before = replace(INVENTORY, network_interfaces=(ENI, replace(PEER, name="old")))
    after = replace(INVENTORY, observed_at=START + 30, network_interfaces=(ENI, second, renamed))
    view = InventoryView(observe(observe(None, before), after))
    to_peer = GOOD.replace("203.0.113.9", PEER.private_addrs[0])
    late = to_peer.replace(ENI.interface_id, second.interface_id)

    reading = read(FlowReader(FORMAT, lambda _record, _timestamp: view), [to_peer, late, to_peer])

    names = [json.loads(document.source)["peer_name"] for document in reading.documents]
    assert names == ["old", "new", "old"]


def test_a_load_balancer_that_comes_later_changes_what_its_group_lets_in() -> None:
    rule = replace(RULE, peer=Peer(referenced_group_id=PEER.group_ids[0]))
    groups = (GROUP, replace(GROUP, group_id=PEER.group_ids[0]))
    before = replace(INVENTORY, security_groups=groups, security_group_rules=(rule,))
    balancer = replace(PEER, interface_type="network_load_balancer")
    after = replace(before, observed_at=START + 90, network_interfaces=(ENI, balancer))
    view = InventoryView(observe(observe(None, before), after))
    later = GOOD.replace(f"{START} {START + 60}", f"{START + 100} {START + 160}")

    reading = read(FlowReader(FORMAT, lambda _record, _timestamp: view), [GOOD, later])

    assert [json.loads(document.source)["rule_match"] for document in reading.documents] == [
        "none",
        "possible",
    ]


def test_an_id_that_is_not_cloudwatchs_is_kept() -> None:
    reading = FlowReader(FORMAT, find_view).read([LogEvent('"1"', START * 1000, GOOD)])

    assert find_document_id(reading.lines[0]) == '"1"'


def test_no_events_make_no_documents() -> None:
    assert FlowReader(FORMAT, find_view).read([]) == FlowReading()
