"""Written and read under the functions' own roles in the real engine."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from adapters.search_reader import Json, OutOfTimeError, SearchReader
from adapters.usage_bulk import send_bulk
from adapters.usage_index import INDEX, DaySummary, UsageIndex, UsageWindow
from domain.errors import SearchRefusedError, SearchUnavailableError
from domain.usage import GroupEvidence, RuleUsage
from domain.usage_document import to_usage_document
from local.search.engine import Engine
from tests.adapters.answering_server import Answer, AnsweringServer
from tests.adapters.fake_time import FakeTime
from tests.adapters.flow_days import (
    ADVISOR_ARN,
    drop_all,
    make_reader,
    read_usage,
    reader_of,
    set_up_roles,
)
from tests.domain.examples import VPC_ID
from tests.domain.made_usage import DAY, EVIDENCE, USAGE

LATER = "2026-01-02"


@pytest.fixture(scope="module", autouse=True)
def _domain(engine: Engine) -> None:
    set_up_roles(engine)


@pytest.fixture(autouse=True)
def _no_usage(engine: Engine) -> Iterator[None]:
    yield
    drop_all(engine)


@pytest.fixture
def index(engine: Engine) -> UsageIndex:
    return UsageIndex(make_reader(engine), page_size=2)


def write(index: UsageIndex, *usages: RuleUsage | GroupEvidence, records: int = 1) -> set[str]:
    return index.write(map(to_usage_document, usages), records)


def rule(number: int, day: str = DAY) -> RuleUsage:
    return replace(USAGE, rule_id=f"sgr-{number}", day=day)


def test_what_is_written_is_found_at_once_and_as_it_was(index: UsageIndex, engine: Engine) -> None:
    write(index, USAGE, EVIDENCE)

    window = UsageWindow(make_reader(engine, ADVISOR_ARN), VPC_ID, DAY, DAY)

    assert list(window.groups()) == [(USAGE.group_id, [USAGE], [EVIDENCE])]


@pytest.mark.parametrize("page_size", [1, 2, 5, 100])
def test_a_window_gives_group_after_group_whatever_its_pages(
    index: UsageIndex, engine: Engine, page_size: int
) -> None:
    usages = [
        replace(USAGE, group_id=f"sg-{group}", rule_id=f"sgr-{group}-{number}", day=day)
        for group in "cab"
        for number in range(2)
        for day in (LATER, DAY)
    ]
    evidence = [replace(EVIDENCE, group_id=f"sg-{group}", day=day) for group in "bd" for day in (LATER, DAY)]
    write(index, *usages, *evidence)

    window = UsageWindow(make_reader(engine, ADVISOR_ARN), VPC_ID, DAY, LATER, page_size)
    found = list(window.groups())

    assert [group_id for group_id, _, _ in found] == ["sg-a", "sg-b", "sg-c", "sg-d"]
    for group_id, rules, days in found:
        own = [usage for usage in usages if usage.group_id == group_id]
        assert rules == sorted(own, key=lambda usage: (usage.rule_id, usage.day))
        own_days = [each for each in evidence if each.group_id == group_id]
        assert days == sorted(own_days, key=lambda each: each.day)
    assert list(window.groups()) == found, "each call asks anew"


def test_a_window_is_of_one_vpc_and_of_its_days(index: UsageIndex, engine: Engine) -> None:
    write(index, rule(1, "2025-12-31"), rule(2), rule(3, LATER), rule(4, "2026-01-03"))
    write(index, replace(USAGE, vpc_id="vpc-0f", rule_id="sgr-5"))
    index.save_day(DAY, DaySummary(1))

    window = UsageWindow(make_reader(engine, ADVISOR_ARN), VPC_ID, DAY, LATER)

    assert [usage.rule_id for _, rules, _ in window.groups() for usage in rules] == ["sgr-2", "sgr-3"]


def test_of_one_group_no_other_document_is_read(
    index: UsageIndex, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at, group_id in enumerate(("sg-a", "sg-b", "sg-c")):
        write(index, *(replace(rule(10 * at + number), group_id=group_id) for number in range(10)))
        write(index, replace(EVIDENCE, group_id=group_id))
    write(index, replace(rule(30, "2026-01-03"), group_id="sg-b"))
    read: list[str] = []
    monkeypatch.setattr(SearchReader, "search", count_read(SearchReader.search, read))
    window = UsageWindow(make_reader(engine, ADVISOR_ARN), VPC_ID, DAY, LATER, page_size=20)

    found = window.of_group("sg-b")

    assert read == ["sg-b"] * 11
    assert [("sg-b", *found)] == [each for each in window.groups() if each[0] == "sg-b"]
    assert window.of_group("sg-d") == ([], [])


def count_read(search: Callable[..., Json], read: list[str]) -> Callable[..., Json]:
    """`read` gets the group of each document that comes."""

    def count(*asked: object) -> Json:
        answer = search(*asked)
        read.extend(hit["_source"]["group_id"] for hit in answer["hits"]["hits"])
        return answer

    return count


def test_before_the_first_document_there_is_nothing(index: UsageIndex, engine: Engine) -> None:
    assert list(UsageWindow(make_reader(engine, ADVISOR_ARN), VPC_ID, DAY, DAY).groups()) == []
    assert index.load_days() == {}
    assert index.delete_before(DAY) == 0
    assert index.delete_others(DAY, set(), 1) == 0


def test_documents_that_the_day_does_not_justify_any_more_are_deleted(
    index: UsageIndex, engine: Engine
) -> None:
    write(index, *map(rule, range(5)), EVIDENCE, rule(1, LATER))
    index.save_day(DAY, DaySummary(1))
    ids = write(index, rule(2), records=2)

    assert index.delete_others(DAY, ids, records=2) == 5
    assert set(read_usage(engine)) == {*ids, f"day|{DAY}", to_usage_document(rule(1, LATER))[0]}


def test_what_was_found_of_fewer_records_replaces_and_deletes_nothing(
    index: UsageIndex, engine: Engine
) -> None:
    write(index, rule(1), rule(2), records=10)
    before = read_usage(engine)

    ids = write(index, replace(rule(1), sole=99), records=9)
    index.delete_others(DAY, ids, records=9)

    assert read_usage(engine) == before


def test_the_same_number_of_records_may_be_summed_up_again(index: UsageIndex, engine: Engine) -> None:
    write(index, rule(1), records=10)
    write(index, replace(rule(1), sole=99), records=10)

    (document,) = read_usage(engine).values()
    assert '"sole": 99' in document


def test_days_are_known_by_how_many_records_they_were_made_of(index: UsageIndex) -> None:
    index.save_day(DAY, DaySummary(None, None, unfinished=1))
    index.save_day(LATER, DaySummary(7, 3))
    index.save_day(LATER, DaySummary(5))

    assert index.load_days() == {DAY: DaySummary(None, None, unfinished=1), LATER: DaySummary(7, 3)}


def test_usage_of_early_days_is_deleted(index: UsageIndex, engine: Engine) -> None:
    write(index, *map(rule, range(5)), EVIDENCE, rule(1, LATER), records=7)
    index.save_day(DAY, DaySummary(7))

    assert index.delete_before(LATER) == 7
    assert list(read_usage(engine)) == [to_usage_document(rule(1, LATER))[0]]


def test_many_documents_go_in_several_requests(index: UsageIndex) -> None:
    ids = write(index, *map(rule, range(2_100)))

    assert len(ids) == 2_100
    assert index.delete_others(DAY, set(), 1) == 2_100


def test_a_document_that_the_template_does_not_have_is_refused_loudly(index: UsageIndex) -> None:
    with pytest.raises(SearchRefusedError, match=r"strict_dynamic_mapping.*index template"):
        index.write([("rule|x", {"kind": "rule", "surprise": 1})], 1)


def test_what_is_told_of_a_refused_document_quotes_nothing_of_it(index: UsageIndex) -> None:
    with pytest.raises(SearchRefusedError) as error:
        index.write([("a", {"kind": "rule", "peer_addrs": "203.0.113.7 of Ann"})], 1)
    assert "mapper_parsing_exception" in str(error.value)
    assert "203.0.113.7" not in str(error.value)


def test_a_role_without_the_right_is_told_how_to_mend_it(engine: Engine) -> None:
    with pytest.raises(SearchRefusedError, match=r"(?i)deploy again"):
        write(UsageIndex(make_reader(engine, ADVISOR_ARN)), USAGE)


def item(status: int, kind: str = "index") -> dict[str, object]:
    return {kind: {"status": status, "error": {"type": "x", "reason": "y"}}}


def test_only_the_actions_that_a_busy_domain_left_are_sent_again() -> None:
    first = Answer(content={"items": [item(201), item(429), item(409)]})
    second = Answer(content={"items": [item(200)]})

    with AnsweringServer(first, second) as server:
        send_bulk(reader_of(server.url), INDEX, ['{"index":{}}\n{"a":1}\n', "b\n", "c\n"])

    assert [received.body.decode() for received in server.received][1] == "b\n"
    assert {received.path.split("?")[0] for received in server.received} == {f"/{INDEX}/_bulk"}


def test_a_domain_that_stays_busy_is_told_as_something_that_passes() -> None:
    busy = Answer(content={"items": [item(429)]})

    with AnsweringServer(busy) as server, pytest.raises(SearchUnavailableError, match="1 actions"):
        send_bulk(reader_of(server.url), INDEX, ["a\n"])


def test_without_time_nothing_is_asked(engine: Engine) -> None:
    clock = FakeTime()
    reader = make_reader(engine, pace=clock.pace(10))
    clock.sleep(10)

    with pytest.raises(OutOfTimeError):
        UsageIndex(reader).load_days()
