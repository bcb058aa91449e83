"""What flow_ingest tells of a batch in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from adapters.flows_index import IndexOutcome, RefusedDocument
from domain.attribution import Reason
from domain.errors import SearchUnavailableError
from flow_ingest.ingest import count_batch
from tests.adapters.fake_search import FakeSearch, status
from tests.flow_ingest.events import NOON, batch, document, line, no_data

if TYPE_CHECKING:
    from flow_ingest.ingest import Counts, Ingest
    from tests.adapters.fake_time import FakeTime

NOTHING = IndexOutcome(written=0, already_there=0, refused=(), retries=0)
REFUSED = (400, "strict_dynamic_mapping_exception")


def ignore(_counts: Counts) -> None:
    """For tests that read the answer."""


def test_all_that_happens_is_counted(ingest: Ingest, search: FakeSearch, time: FakeTime) -> None:
    ingest.ingest_batch(batch(line()), time.pace(60), ignore)
    unknown = line(vpc_id="vpc-0bbbbbbbbbbbbbbbb")
    delivered = batch(line(), line(), no_data(), no_data("SKIPDATA"), unknown, "bogus line", line())
    search.item_errors[document(6)[1]] = iter([REFUSED])
    search.fail(status(429))

    counts = ingest.ingest_batch(delivered, time.pace(60), ignore)

    assert counts == {
        "Records": 7,
        "Written": 4,
        "AlreadyThere": 1,
        "Rejected": 2,
        "Attributed": 3,
        "UnattributedNoRule": 0,
        "UnattributedNoInventory": 1,
        "NotFiltered": 0,
        "Rejects": 0,
        "NoData": 1,
        "Skipped": 1,
        "BulkRetries": 1,
        "LagSeconds": int(time.now) - (NOON + 60),
    }


def test_no_attribution_goes_uncounted() -> None:
    counted = [count_batch({reason: 1}, None, 0.0, 0, NOTHING) for reason in get_args(Reason)]

    assert [sum(counts.values()) - counts["Records"] for counts in counted] == [1] * len(counted)
    assert len({str(counts) for counts in counted}) == len(counted)


def test_each_record_counts_once_under_what_is_told_of_it() -> None:
    outcomes = {
        "rules": 1,
        "no_rule": 2,
        "no_inventory": 3,
        "not_filtered": 4,
        "reject": 5,
        "nodata": 6,
        "skipdata": 7,
        "no_action": 8,
    }
    refused = (RefusedDocument("a", "why"), RefusedDocument("b", "why"))

    counts = count_batch(outcomes, None, 0.0, 5, IndexOutcome(34, 0, refused, 9))

    assert counts == {
        "Records": 36 + 3,
        "Written": 34,
        "AlreadyThere": 0,
        "Rejected": 5,
        "Attributed": 1,
        "UnattributedNoRule": 2,
        "UnattributedNoInventory": 3,
        "NotFiltered": 4,
        "Rejects": 5,
        "NoData": 6,
        "Skipped": 7,
        "BulkRetries": 9,
    }


def test_the_lag_is_that_of_the_record_which_ended_first(ingest: Ingest, time: FakeTime) -> None:
    delivered = batch(line(), line(start=NOON - 3600), line(start=NOON + 60))
    time.now = NOON + 300

    counts = ingest.ingest_batch(delivered, time.pace(60), ignore)

    assert counts["LagSeconds"] == 3600 + 300 - 60


def test_the_lag_counts_the_time_that_the_domain_keeps_us_waiting(
    ingest: Ingest, search: FakeSearch, time: FakeTime
) -> None:
    search.fail(status(503), status(503))

    counts = ingest.ingest_batch(batch(line()), time.pace(60), ignore)

    assert counts["LagSeconds"] == int(300 + sum(time.slept)) - 60
    assert sum(time.slept) > 1


def test_a_batch_that_was_there_already_tells_no_lag(ingest: Ingest, time: FakeTime) -> None:
    ingest.ingest_batch(batch(line()), time.pace(60), ignore)
    time.now += 86_400

    assert "LagSeconds" not in ingest.ingest_batch(batch(line()), time.pace(60), ignore)


def test_a_record_that_ends_after_our_clock_has_no_negative_lag(ingest: Ingest, time: FakeTime) -> None:
    time.now = NOON

    assert ingest.ingest_batch(batch(line()), time.pace(60), ignore)["LagSeconds"] == 0


def test_an_attempt_in_vain_tells_its_retries_and_how_long_the_batch_has_waited_so_far(
    ingest: Ingest, search: FakeSearch, time: FakeTime
) -> None:
    search.standing_fault = status(429)
    reports: list[Counts] = []

    with pytest.raises(SearchUnavailableError):
        ingest.ingest_batch(batch(line(), "bogus line"), time.pace(60), reports.append)

    assert reports == [{"BulkRetries": len(time.slept), "LagSeconds": int(time.now) - (NOON + 60)}]
    assert len(time.slept) > 3


def test_a_batch_that_waited_is_counted_once_when_it_is_written(
    ingest: Ingest, search: FakeSearch, time: FakeTime
) -> None:
    search.standing_fault = status(503)
    reports: list[Counts] = []
    with pytest.raises(SearchUnavailableError):
        ingest.ingest_batch(batch(line()), time.pace(60), reports.append)
    search.standing_fault = None

    ingest.ingest_batch(batch(line()), time.pace(60), reports.append)

    assert sum(report.get("Records", 0) for report in reports) == 1
