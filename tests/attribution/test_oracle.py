"""The product against the oracle, over random worlds: each flow's document says what the oracle says.

SG_LENS_EXAMPLES=100000 makes a long run of it.
"""

import json
import os
from collections import Counter
from datetime import UTC, datetime
from typing import Final

from hypothesis import HealthCheck, given, settings

from tests.attribution.asking import Asked, ask_oracle
from tests.attribution.flows import World, worlds
from tests.attribution.history import find_times
from tests.attribution.readings import answer_of, define, documents_of, read
from tests.attribution.sweeps import sweeps

EXAMPLES: Final = int(os.environ.get("SG_LENS_EXAMPLES", "300"))
many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[*HealthCheck])


@many
@given(world=worlds())
def test_the_readable_definition_says_what_the_oracle_says(world: World) -> None:
    for documents, asked in zip(define(world), ask_oracle(world), strict=True):
        assert [answer_of(document) for document in documents] == [one.answer for one in asked]


@many
@given(world=worlds())
def test_the_reader_says_what_the_oracle_and_the_readable_definition_say(world: World) -> None:
    for reading, asked, documents in zip(read(world), ask_oracle(world), define(world), strict=True):
        read_ = documents_of(reading)

        assert [answer_of(document) for document in read_] == [one.answer for one in asked]
        assert read_ == documents


@settings(many, max_examples=EXAMPLES // 10)
@given(world=sweeps())
def test_they_all_agree_on_hundreds_of_flows_of_one_vpc(world: World) -> None:
    for reading, asked, documents in zip(read(world), ask_oracle(world), define(world), strict=True):
        for document, defined, one in zip(documents_of(reading), documents, asked, strict=True):
            assert (document, answer_of(defined)) == (defined, one.answer), one.record


@settings(many, max_examples=EXAMPLES // 10)
@given(world=sweeps())
def test_each_document_goes_into_the_index_of_the_day_on_which_its_record_ends(world: World) -> None:
    for reading, asked in zip(read(world), ask_oracle(world), strict=True):
        for document, one in zip(reading.documents, asked, strict=True):
            action = json.loads(document.lines.split("\n")[0])

            assert action == {"create": {"_index": name_index(one), "_id": document.document_id}}


def name_index(asked: Asked) -> str:
    _, last = find_times(asked.record, asked.logged)
    return f"flows-{datetime.fromtimestamp(last, tz=UTC):%Y.%m.%d}"


@settings(many, max_examples=EXAMPLES // 4)
@given(world=worlds())
def test_the_reader_counts_what_became_of_the_records(world: World) -> None:
    for reading, asked in zip(read(world), ask_oracle(world), strict=True):
        ends = [int(one.record["end"]) for one in asked if one.record.get("end", "-") != "-"]

        assert reading.unreadable == []
        assert reading.outcomes == Counter(name_outcome(one) for one in asked)
        assert reading.oldest_end == min(ends, default=None)


def name_outcome(asked: Asked) -> str:
    status = asked.record.get("log-status", "-")
    if status in {"NODATA", "SKIPDATA"}:
        return status.lower()
    return str(asked.answer.get("attribution", "no_action"))
