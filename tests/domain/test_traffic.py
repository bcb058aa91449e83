import gzip
import json
from dataclasses import replace

import pytest

from domain.errors import TrafficError
from domain.traffic import (
    BAR_SECONDS,
    BARS,
    WINDOW_SECONDS,
    GroupTraffic,
    RuleMatches,
    TrafficWindow,
    from_json,
    to_json,
)
from tests.domain.examples import GROUP, MIDNIGHT

TRAFFIC = GroupTraffic(
    group_id=GROUP.group_id,
    records=30,
    rejected=2,
    matches=RuleMatches(sole=20, shared=5, possible=2, no_rule=1),
    unknown_initiator=3,
    bytes=2**53 + 1,
    last_seen=MIDNIGHT - 60,
    accepted_bars=(*range(7), *[0] * 20, 7),
    rejected_bars=(2, *[0] * 27),
)
WINDOW = TrafficWindow(
    start=MIDNIGHT - WINDOW_SECONDS,
    end=MIDNIGHT,
    records=40,
    rejected=3,
    matches=RuleMatches(sole=21, shared=6, possible=3, no_rule=2),
    no_inventory=4,
    not_filtered=1,
    unknown_initiator=5,
    groups=(TRAFFIC, replace(TRAFFIC, group_id="sg-0bbbbbbbbbbbbbbbb")),
)


BEFORE_ATTRIBUTION = gzip.compress(
    b'{"end":1767225600,"groups":[{"accepted_bars":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,28],'
    b'"bytes":4000,"group_id":"sg-0aaaaaaaaaaaaaaaa","last_seen":1767225540,"records":30,"rejected":2,'
    b'"rejected_bars":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,2]}],"no_inventory":3,"records":40,'
    b'"start":1766620800}'
)
"""What the first version kept."""


def damaged(**changes: object) -> bytes:
    content = json.loads(gzip.decompress(to_json(WINDOW)))
    return gzip.compress(json.dumps({**content, **changes}).encode())


def test_the_bars_are_six_hours_each_and_fill_the_window() -> None:
    assert (BAR_SECONDS, BAR_SECONDS * BARS) == (6 * 3600, WINDOW_SECONDS)


def test_a_window_is_the_same_after_json() -> None:
    assert from_json(to_json(WINDOW)) == WINDOW


def test_a_window_without_groups_is_the_same_after_json() -> None:
    window = replace(WINDOW, groups=())

    assert from_json(to_json(window)) == window


def test_the_same_window_gives_the_same_bytes() -> None:
    assert to_json(from_json(to_json(WINDOW))) == to_json(WINDOW)
    assert to_json(WINDOW)[4:8] == bytes(4), "gzip's time of writing"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not gzip",
        to_json(WINDOW)[:-9],
        to_json(WINDOW)[:10] + b"\xff" * 20,
        gzip.compress(b"not json"),
        gzip.compress(b"\xff"),
        gzip.compress(b"[]"),
        gzip.compress(b"{}"),
        gzip.compress(b"null"),
        damaged(groups=None),
        damaged(groups=[1]),
        damaged(groups=[{}]),
        damaged(groups=[{"group_id": GROUP.group_id, "accepted_bars": [], "rejected_bars": []}]),
        damaged(unheard_of=1),
        damaged(matches=None),
        damaged(matches={"sole": 1}),
        BEFORE_ATTRIBUTION,
        damaged(end="soon"),
    ],
)
def test_bytes_that_hold_no_window_are_refused(data: bytes) -> None:
    with pytest.raises(TrafficError, match=f"{len(data)} bytes hold no traffic window.*delete them"):
        from_json(data)


def test_a_window_of_another_length_is_refused() -> None:
    with pytest.raises(TrafficError, match=f"from {MIDNIGHT} to {MIDNIGHT + 1} is not {WINDOW_SECONDS} s"):
        replace(WINDOW, start=MIDNIGHT, end=MIDNIGHT + 1)


@pytest.mark.parametrize("bars", [(), (0,) * (BARS + 1)])
def test_traffic_with_another_number_of_bars_is_refused(bars: tuple[int, ...]) -> None:
    with pytest.raises(TrafficError, match=f"{GROUP.group_id} has .* bars instead of 28"):
        replace(TRAFFIC, rejected_bars=bars)


def test_a_stored_window_that_no_longer_fits_is_refused() -> None:
    group = {**json.loads(gzip.decompress(to_json(WINDOW)))["groups"][0], "accepted_bars": [1] * 24}

    with pytest.raises(TrafficError, match="bars instead of 28"):
        from_json(damaged(groups=[group]))
