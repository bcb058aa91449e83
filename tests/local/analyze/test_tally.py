"""What is counted of documents is what a plain count of them gives."""

from collections.abc import Callable, Collection, Iterator, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.attributed_flow import PlainFlow
from domain.usage_day import RuleOwner
from local.analyze.counted import CountedHead
from local.analyze.owners import find_owners
from local.analyze.tally import Tallies
from local.analyze.tally_store import TallyStore
from tests.attribution.flows import World, worlds
from tests.attribution.readings import read
from tests.attribution.sweeps import sweeps
from tests.attribution.worlds import make_view
from tests.domain.examples import ENI, GROUP, RULE, VPC_ID
from tests.local.analyze.counting import (
    EXACT,
    UNLIMITED,
    Owners,
    count,
    count_plainly,
    file_documents,
    open_store,
    parse_lines,
    take_documents,
)

OWNERS = {RULE.rule_id: RuleOwner(VPC_ID, GROUP.group_id, "ingress")}
GROUPS = [GROUP.group_id]
many = settings(max_examples=150, deadline=None, suppress_health_check=[*HealthCheck])

USE: dict[str, object] = {
    "interface_id": ENI.interface_id,
    "group_ids": GROUPS,
    "log_status": "OK",
    "action": "ACCEPT",
    "protocol": 6,
    "protocol_name": "tcp",
    "peer_name": "client",
    "initiator_evidence": "handshake",
    "rule_match": "sole",
    "attribution": "rules",
    "rule_ids": [RULE.rule_id],
    "initiator": "peer",
    "direction": "ingress",
    "is_response": False,
}
TIMES = {"@timestamp": 1_795_521_600, "end": 1_795_521_660}
ENDS = {"srcaddr": "203.0.113.9", "dstaddr": "10.0.1.10", "srcport": 49_152, "dstport": 443}
SIDES = {"local_addr": "10.0.1.10", "local_port": 443, "peer_addr": "203.0.113.9", "peer_port": 49_152}
TAIL = {**TIMES, **ENDS, "packets": 10, "bytes": 8_400, "tcp_flags": 2, **SIDES, "service_port": 443}


def file(document: dict[str, object], day: str = "2026.11.24") -> PlainFlow:
    return PlainFlow("A" * 32, f"flows-{day}", document)


def read_world(world: World) -> tuple[list[PlainFlow], Owners, list[str]]:
    flows = [flow for reading in read(world) for flow in parse_lines(reading.lines)]
    view = make_view(world.history)
    owners = find_owners({VPC_ID: (view.day,)} if view else {})
    known = {group_id for each in file_documents(flows) for group_id in each.document.get("group_ids", ())}
    return flows, owners, sorted(known | {owner.group_id for owner in owners.values()})


def feed(world: World) -> Callable[[Tallies], None]:
    """As the reader gives them, some of them quickly."""

    def take(tallies: Tallies) -> None:
        for _ in read(world, tallies):
            pass

    return take


@many
@given(world=worlds(), max_keys=st.sampled_from([0, 30, UNLIMITED]))
def test_any_records_are_counted_as_a_plain_count_has_them(world: World, max_keys: int) -> None:
    read_ = read_world(world)

    assert count(*read_, feed=feed(world), max_keys=max_keys) == count_plainly(*read_)


@settings(many, max_examples=15)
@given(world=sweeps())
def test_hundreds_of_records_of_one_vpc_are_counted_as_a_plain_count_has_them(world: World) -> None:
    read_ = read_world(world)

    assert count(*read_, feed=feed(world), max_keys=50) == count_plainly(*read_)


@many
@given(world=worlds())
def test_documents_are_counted_as_the_records_that_they_are_of(world: World) -> None:
    read_ = read_world(world)

    assert count(*read_) == count(*read_, feed=feed(world))


def shapes() -> Iterator[tuple[str, dict[str, object]]]:
    """Documents that have less than most."""
    for name in TAIL:
        if name not in {"@timestamp", "peer_addr"}:
            yield f"no {name}", USE | {key: value for key, value in TAIL.items() if key != name}
    yield "no log status", {key: value for key, value in USE.items() if key != "log_status"} | TAIL
    yield "the service's port before the times", USE | {"service_port": 443} | TAIL
    yield (
        "no ports",
        USE
        | {"protocol": 50, "protocol_name": "esp"}
        | {key: value for key, value in TAIL.items() if "port" not in key},
    )
    yield "other packet addresses", USE | TAIL | {"pkt_srcaddr": "203.0.113.9", "service_port": 443}
    unknown = {
        key: value for key, value in USE.items() if key not in {"initiator", "direction", "is_response"}
    }
    yield (
        "nobody knows who began",
        unknown | {"rule_match": "possible", "initiator_evidence": "unknown"} | TAIL,
    )


@pytest.mark.parametrize(("name", "document"), list(shapes()))
def test_whatever_a_document_lacks_all_that_it_has_is_counted(name: str, document: dict[str, object]) -> None:
    usual = [file(USE | TAIL), file(USE | TAIL | {"bytes": 1})]
    flows = [*usual, file(document), *usual, file(document | {"packets": 3})]

    assert count(flows, OWNERS, GROUPS) == count_plainly(flows, OWNERS, GROUPS), name


def test_sums_that_no_database_holds_don_t_stop_anything() -> None:
    most = 2**63 - 1
    flows = [file(USE | TAIL | {"bytes": most})] * 60

    [(_, [usage], _)] = count(flows, OWNERS, GROUPS, max_keys=0)

    assert usage.request_bytes == EXACT
    assert usage.sole == 60


def test_a_rule_that_no_inventory_knows_is_counted_as_unknown() -> None:
    with open_store({}) as store:
        tallies = Tallies(store)
        take_documents(tallies, [file(USE | TAIL)] * 2)
        tallies.flush()
        store.sort()

        assert store.unknown_rules == {RULE.rule_id: 2}
        assert store.days_of_rule(RULE.rule_id) == []


def test_no_more_is_kept_in_memory_than_the_limit_and_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each record is of a peer of its own, which makes a key."""
    kept: list[int] = []
    add = TallyStore.add

    def note(store: TallyStore, heads: Collection[CountedHead]) -> None:
        kept.append(sum(len(head.counts) for head in heads))
        add(store, heads)

    monkeypatch.setattr(TallyStore, "add", note)
    with open_store(OWNERS) as store:
        tallies = Tallies(store, max_keys=100)
        for batch in range(50):
            tallies.begin_batch([""] * 40)
            for number in range(40):
                tallies.take_plainly(file(USE | TAIL | {"peer_addr": f"2001:db8::{batch:x}:{number:x}"}))
        tallies.flush()
        store.sort()
        counted = sum(tally.sole for tally in store.tallies(RULE.rule_id, "2026-11-24"))

    assert max(kept) <= 100 + 40
    assert counted == 50 * 40


@pytest.mark.parametrize(
    ("ends", "latest"),
    [
        ([1_795_521_660, 1_795_521_700, 1_795_521_650], 1_795_521_700),
        ([999_999_999, 1_795_521_660], 1_795_521_660),
        ([1_795_521_660, 10_000_000_000], 10_000_000_000),
        ([5], 5),
        ([None, 1_795_521_590], 1_795_521_600),
    ],
)
def test_the_latest_end_is_that_of_all_records(ends: Sequence[int | None], latest: int) -> None:
    """A record without an end counts by its start."""
    documents = [USE | TAIL | {"end": end} for end in ends]
    plain = [{key: value for key, value in each.items() if value is not None} for each in documents]
    with open_store(OWNERS) as store:
        tallies = Tallies(store)
        take_documents(tallies, map(file, plain))

        assert tallies.latest_end == latest


def test_records_of_other_days_than_the_window_s_are_told() -> None:
    with open_store(OWNERS) as store:
        tallies = Tallies(store, max_keys=0)
        for day, number in (("2026.11.22", 1), ("2026.11.23", 2), ("2026.11.24", 4)):
            take_documents(tallies, [file(USE | TAIL, day)] * number)
        tallies.flush()

        assert tallies.count_records_outside(["2026-11-23", "2026-11-24"]) == 1


def test_who_began_is_counted_by_its_evidence() -> None:
    nodata = {"interface_id": ENI.interface_id, "group_ids": GROUPS, "log_status": "NODATA", **TIMES}
    with open_store(OWNERS) as store:
        tallies = Tallies(store)
        take_documents(tallies, [file(USE | TAIL)] * 2 + [file(nodata)])
        tallies.flush()

        assert tallies.initiator_evidence == {"handshake": 2}


def test_a_group_that_an_interface_names_twice_counts_once() -> None:
    twice = USE | {"group_ids": GROUPS * 2, "rule_ids": [RULE.rule_id] * 2}
    reject = {"action": "REJECT", "attribution": "reject", "rule_ids": [], "rule_match": "none"}

    [(_, [usage], [evidence])] = count([file(twice | TAIL), file(twice | reject | TAIL)], OWNERS, GROUPS)

    assert (usage.sole, evidence.records, evidence.unattributed["reject"]) == (1, 2, 1)
    assert [knock.records for knock in evidence.knocks] == [1]
