import json
from collections import Counter
from collections.abc import Mapping
from itertools import groupby

import pytest

from domain.flow_document import to_document
from domain.flow_reader import FlowReader, FlowReading
from domain.flow_record import parse_flow_record
from tests.domain.attribution_cases import CASES, RecordedCase, RecordedLine, expected_fields, read_case
from tests.domain.recorded import FLOW_RECORDS, Recorded

NAMES = sorted(path.stem for path in CASES.glob("*.toml"))


def pick(document: Mapping[str, object], line: RecordedLine) -> dict[str, object]:
    names = expected_fields(line.document)
    return {name: value for name, value in document.items() if name in names}


def read_in_batches(case: RecordedCase) -> list[FlowReading]:
    reader = FlowReader(case.log_format, lambda _record, _timestamp: case.view)
    batches = groupby(case.lines, key=lambda line: line.batch)
    return [reader.read([line.event for line in lines]) for _, lines in batches]


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_line_becomes_the_document_that_aws_documentation_lets_expect(name: str) -> None:
    case = read_case(name)

    for line in case.lines:
        record = parse_flow_record(line.event.message, case.log_format)
        document = to_document(record, case.view, line.event.timestamp, line.paired)
        assert pick(document, line) == line.document, (case.shows, line.event.message)


@pytest.mark.parametrize("name", NAMES)
def test_the_reader_writes_the_same_document(name: str) -> None:
    case = read_case(name)

    readings = read_in_batches(case)

    sources = [json.loads(document.source) for reading in readings for document in reading.documents]
    assert not any(reading.unreadable for reading in readings)
    assert [pick(*pair) for pair in zip(sources, case.lines, strict=True)] == [
        line.document for line in case.lines
    ]
    counted = sum((reading.outcomes for reading in readings), Counter[str]())
    assert counted == Counter(line.outcome for line in case.lines)


@pytest.mark.parametrize("name", NAMES)
def test_a_case_says_what_it_shows_and_from_where(name: str) -> None:
    case = read_case(name)

    assert case.shows.endswith(".")
    assert case.source.startswith("https://docs.aws.amazon.com/")


def test_each_of_aws_recorded_examples_has_its_case() -> None:
    told = {line.event.message for name in NAMES for line in read_case(name).lines}

    recorded = {line for path in FLOW_RECORDS.glob("*.txt") for line in Recorded.read(path.name).lines}

    assert len(recorded) > 20
    assert recorded <= told
