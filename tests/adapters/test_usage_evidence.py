"""Counted by the real engine under the function's own role, and compared with a plain count."""

from collections.abc import Iterable, Iterator
from itertools import groupby

import pytest

from adapters.usage_evidence import UsageEvidence
from domain.usage import GroupEvidence, Knock
from domain.usage_day import make_evidence
from local.search.engine import Engine
from tests.adapters.flow_days import (
    DAY,
    INTERFACES,
    MIDNIGHT,
    Document,
    drop_all,
    make_flows,
    make_reader,
    put_flows,
    set_up_roles,
)
from tests.domain.examples import VPC_ID
from tests.domain.plain_usage import count_group

EXPECTED = {INTERFACES[0]: 0b111, INTERFACES[1]: 1 << 23, "eni-00000000000000fff": 0b11}


@pytest.fixture(scope="module", autouse=True)
def _domain(engine: Engine) -> None:
    set_up_roles(engine)


@pytest.fixture(autouse=True)
def _no_flows(engine: Engine) -> Iterator[None]:
    yield
    drop_all(engine)


def get_evidence(engine: Engine, **sizes: int) -> list[GroupEvidence]:
    counted = UsageEvidence(make_reader(engine), DAY, **sizes)
    logs, groups = counted.get_logs(), counted.count_groups()
    knocks: dict[str, list[Knock]] = {}
    for group_id, of_group in groupby(counted.get_knocks(groups), key=lambda each: each[0]):
        assert group_id not in knocks, "all knocks of a group come together"
        knocks[group_id] = [knock for _, knock in of_group]
    assert list(knocks) == sorted(knocks)
    return [
        make_evidence(
            *(VPC_ID, group_id, DAY),
            expected=EXPECTED,
            logs=logs,
            records=found.records,
            unattributed=found.unattributed,
            knocks=knocks.get(group_id, []),
        )
        for group_id, found in groups.items()
    ]


def count_plainly(documents: Iterable[Document]) -> list[GroupEvidence]:
    flows = list(documents)
    ok = [each for each in flows if each["log_status"] == "OK"]
    group_ids = sorted({group_id for each in ok for group_id in each["group_ids"]})
    return [count_group(flows, EXPECTED, VPC_ID, group_id, DAY, MIDNIGHT) for group_id in group_ids]


@pytest.mark.parametrize("seed", range(3))
def test_the_engine_finds_of_each_group_what_a_plain_count_finds(engine: Engine, seed: int) -> None:
    flows = make_flows(seed, 1_500)
    put_flows(engine, DAY, flows)

    assert get_evidence(engine) == count_plainly(flows)


@pytest.mark.parametrize(("page_size", "slice_records"), [(1, 100), (7, 5), (1_000, 1)])
def test_neither_pages_nor_slices_change_what_is_found(
    engine: Engine, page_size: int, slice_records: int
) -> None:
    flows = make_flows(9, 400)
    put_flows(engine, DAY, flows)

    assert get_evidence(engine, page_size=page_size, slice_records=slice_records) == count_plainly(flows)


def test_nodata_is_a_log_and_skipdata_is_none(engine: Engine) -> None:
    statuses = (("NODATA", 0), ("SKIPDATA", 1), ("OK", 2), ("SKIPDATA", 2), ("SKIPDATA", 2))
    put_flows(
        engine,
        DAY,
        [
            {"@timestamp": MIDNIGHT + 3_600 * hour, "interface_id": INTERFACES[0], "log_status": status}
            for status, hour in statuses
        ],
    )

    logs = UsageEvidence(make_reader(engine), DAY).get_logs()

    assert (logs.logged, logs.skipdata) == ({INTERFACES[0]: 0b101}, {INTERFACES[0]: 3})
