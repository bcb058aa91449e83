from local.traffic.send import EVENT_OVERHEAD_BYTES, make_batches
from local.traffic.types import SampleRecord
from tests.local.sample.in_moto import NOON
from tests.local.traffic.sample_traffic import DAY


def test_batches_stay_within_the_limits_of_a_call() -> None:
    records = [SampleRecord(NOON + second, "x" * 300, None) for second in range(25_000)]

    batches = list(make_batches(records))

    assert sum(map(len, batches)) == len(records)
    for batch in batches:
        size = sum(len(event["message"]) + EVENT_OVERHEAD_BYTES for event in batch)
        assert len(batch) <= 10_000
        assert size <= 1_048_576


def test_a_batch_spans_a_day_at_most() -> None:
    records = [SampleRecord(NOON + second, "x", None) for second in (0, DAY, DAY + 1)]

    assert [len(batch) for batch in make_batches(records)] == [2, 1]


def test_many_short_records_are_split_by_their_number() -> None:
    records = [SampleRecord(NOON, "x", None)] * 10_001

    assert [len(batch) for batch in make_batches(records)] == [10_000, 1]
