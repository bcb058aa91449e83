from __future__ import annotations

import json
from itertools import repeat
from typing import TYPE_CHECKING

import pytest

from adapters.rejected_store import make_key
from domain.errors import NothingIndexedError, SearchUnavailableError
from flow_ingest.ingest import Counts, Ingest
from tests.adapters.aws import BUCKET
from tests.adapters.fake_search import FakeSearch, cut_after_writing, status
from tests.adapters.fake_time import FakeTime
from tests.domain.examples import ENI
from tests.flow_ingest.events import NOON, batch, document, event_id, line, no_data

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from domain.subscription_event import SubscriptionBatch

REFUSED = (400, "strict_dynamic_mapping_exception")


def ignore(_counts: Counts) -> None:
    """For tests that read the answer."""


def rejected(s3: S3Client, delivered: SubscriptionBatch) -> list[dict[str, object]]:
    body = s3.get_object(Bucket=BUCKET, Key=make_key(delivered))["Body"].read()
    return [json.loads(text) for text in body.splitlines()]


def has_rejected(s3: S3Client) -> bool:
    return s3.list_objects_v2(Bucket=BUCKET, Prefix="rejected/")["KeyCount"] > 0


def test_a_record_is_indexed_with_the_groups_of_its_interface(
    ingest: Ingest, search: FakeSearch, time: FakeTime
) -> None:
    ingest.ingest_batch(batch(line()), time.pace(60), ignore)

    fields = search.documents[document(0)]
    assert fields["group_ids"] == list(ENI.group_ids)
    assert fields["group_names"] == ["web"]
    assert fields["local_addr"] == "10.0.1.10"
    assert fields["srcport"] == 40000


def test_a_good_batch_leaves_nothing_in_rejected(ingest: Ingest, s3: S3Client, time: FakeTime) -> None:
    ingest.ingest_batch(batch(line(), no_data()), time.pace(60), ignore)

    assert not has_rejected(s3)


def test_a_line_that_is_no_record_is_kept_and_the_others_are_indexed(
    ingest: Ingest, search: FakeSearch, s3: S3Client, time: FakeTime
) -> None:
    delivered = batch(line(), line(srcport="70000"), line())

    ingest.ingest_batch(delivered, time.pace(60), ignore)

    assert set(search.documents) == {document(0), document(2)}
    (kept,) = rejected(s3, delivered)
    assert "srcport" in str(kept.pop("reason"))
    assert kept == {
        "event_id": event_id(1),
        "timestamp": NOON * 1000,
        "message": line(srcport="70000"),
        "log_group": "FlowLogGroup",
        "log_stream": "eni-0aaaaaaaaaaaaaaaa-all",
        "owner": "123456789012",
    }


def test_unparsable_and_refused_lines_are_kept_in_the_order_of_the_batch(
    ingest: Ingest, search: FakeSearch, s3: S3Client, time: FakeTime
) -> None:
    delivered = batch(line(), line(), "bogus line", line())
    for number in (0, 3):
        search.item_errors[document(number)[1]] = iter([REFUSED])

    ingest.ingest_batch(delivered, time.pace(60), ignore)

    kept = rejected(s3, delivered)
    assert [item["event_id"] for item in kept] == [event_id(number) for number in (0, 2, 3)]
    assert "strict_dynamic_mapping_exception" in str(kept[0]["reason"])


def test_the_same_batch_five_times_gives_the_same_documents_and_the_same_object(
    ingest: Ingest, search: FakeSearch, s3: S3Client, time: FakeTime
) -> None:
    delivered = batch(line(), "bogus line", line(), line())
    search.item_errors[document(2)[1]] = repeat(REFUSED)
    etags = set()

    for _ in range(5):
        ingest.ingest_batch(delivered, time.pace(60), ignore)
        etags.add(s3.head_object(Bucket=BUCKET, Key=make_key(delivered))["ETag"])

    assert set(search.documents) == {document(0), document(3)}
    assert len(etags) == 1
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="rejected/")["KeyCount"] == 1


def test_a_batch_whose_connection_was_cut_after_writing_is_indexed_once(
    ingest: Ingest, search: FakeSearch, time: FakeTime
) -> None:
    search.fail(cut_after_writing)

    counts = ingest.ingest_batch(batch(line(), line()), time.pace(60), ignore)

    assert counts["AlreadyThere"] == 2
    assert set(search.documents) == {document(0), document(1)}


def test_while_the_domain_is_down_unparsable_lines_are_kept_and_the_batch_fails(
    ingest: Ingest, search: FakeSearch, s3: S3Client, time: FakeTime
) -> None:
    delivered = batch(line(), "bogus line")
    search.standing_fault = status(503)

    with pytest.raises(SearchUnavailableError, match="1 were not written"):
        ingest.ingest_batch(delivered, time.pace(60), ignore)

    assert [item["message"] for item in rejected(s3, delivered)] == ["bogus line"]


def test_while_the_domain_is_down_a_good_batch_leaves_nothing_in_rejected(
    ingest: Ingest, search: FakeSearch, s3: S3Client, time: FakeTime
) -> None:
    search.standing_fault = status(503)

    with pytest.raises(SearchUnavailableError):
        ingest.ingest_batch(batch(line()), time.pace(60), ignore)

    assert not has_rejected(s3)


def test_a_batch_that_is_refused_whole_is_an_error_after_it_is_kept_and_counted(
    ingest: Ingest, search: FakeSearch, s3: S3Client, time: FakeTime
) -> None:
    delivered = batch(line(), line())
    for number in (0, 1):
        search.item_errors[document(number)[1]] = iter([REFUSED])
    reports: list[Counts] = []

    with pytest.raises(NothingIndexedError, match=make_key(delivered)):
        ingest.ingest_batch(delivered, time.pace(60), reports.append)

    assert len(rejected(s3, delivered)) == 2
    assert [report["Rejected"] for report in reports] == [2]


def test_a_batch_without_any_record_is_an_error_after_it_is_kept(
    ingest: Ingest, s3: S3Client, time: FakeTime
) -> None:
    delivered = batch("bogus line", "another")

    with pytest.raises(NothingIndexedError):
        ingest.ingest_batch(delivered, time.pace(60), ignore)

    assert len(rejected(s3, delivered)) == 2


def test_a_batch_that_is_there_already_is_no_error(ingest: Ingest, time: FakeTime) -> None:
    ingest.ingest_batch(batch(line()), time.pace(60), ignore)

    assert ingest.ingest_batch(batch(line()), time.pace(60), ignore)["AlreadyThere"] == 1


def test_a_message_that_is_no_unicode_is_kept(ingest: Ingest, s3: S3Client, time: FakeTime) -> None:
    delivered = batch(line(), "bogus \ud800 line")

    ingest.ingest_batch(delivered, time.pace(60), ignore)

    assert [item["event_id"] for item in rejected(s3, delivered)] == [event_id(1)]
