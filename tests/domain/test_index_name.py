from dataclasses import replace

import pytest

from domain.errors import FlowRecordError
from domain.flow_document import index_name
from tests.domain.examples import MIDNIGHT, RECORD


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        (MIDNIGHT - 60, MIDNIGHT - 1, "flows-2025.12.31"),
        (MIDNIGHT - 60, MIDNIGHT, "flows-2026.01.01"),
        (MIDNIGHT - 60, None, "flows-2025.12.31"),
        (None, None, "flows-2026.01.01"),
    ],
)
def test_a_record_belongs_to_the_index_of_the_day_of_its_end(
    start: int | None, end: int | None, name: str
) -> None:
    event_timestamp_ms = (MIDNIGHT + 3_600) * 1000

    assert index_name(replace(RECORD, start=start, end=end), event_timestamp_ms) == name


@pytest.mark.parametrize("end", [0, MIDNIGHT - 86_401, MIDNIGHT + 86_401, 253_402_300_799])
def test_a_record_far_from_the_time_of_its_event_has_no_index(end: int) -> None:
    with pytest.raises(FlowRecordError, match="over a day apart"):
        index_name(replace(RECORD, start=None, end=end), MIDNIGHT * 1000)
