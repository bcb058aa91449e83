import gzip
import json
from dataclasses import replace

import pytest

from domain.group_summary import GroupSummary, SummaryError, from_json, summarize, to_json
from domain.report import GroupReport
from tests.domain.examples import GROUP, MIDNIGHT, VPC_ID
from tests.pages.reports import make_empty, make_shop

SUMMARY = GroupSummary(
    group_id=GROUP.group_id,
    made_at=MIDNIGHT,
    verdicts={"used": 3, "too_wide": 1, "unused": 2},
    score=40,
    worth=66,
    attachment="attached",
    changes=3,
    vpc_id=VPC_ID,
    revokes=2,
)
UNATTACHED = replace(
    SUMMARY, group_id="sg-0bbbbbbbbbbbbbbbb", verdicts={}, score=None, worth=0, attachment="unattached"
)


def damaged(**changes: object) -> bytes:
    (row,) = json.loads(gzip.decompress(to_json([SUMMARY])))["groups"]
    return gzip.compress(json.dumps({"groups": [{**row, **changes}]}).encode())


def test_a_report_is_summed_up_by_what_the_index_page_shows() -> None:
    report = replace(make_shop(), score=40, worth=66)

    summary = summarize(report)

    assert (summary.group_id, summary.vpc_id, summary.made_at) == (
        report.group.group_id,
        report.vpc_id,
        report.made_at,
    )
    assert summary.verdicts == report.verdicts()
    assert (summary.score, summary.worth, summary.attachment) == (40, 66, report.attachment)


def test_a_change_that_makes_no_rule_is_a_revoke() -> None:
    report = make_shop()
    ways = [change.ways for change in report.proposal.changes]
    assert 0 < ways.count(("revoke",)) < len(ways), "the example has both kinds"

    summary = summarize(report)

    assert (summary.changes, summary.revokes) == (len(ways), ways.count(("revoke",)))


@pytest.mark.parametrize("report", [make_shop(), make_empty()])
def test_the_summary_of_a_report_is_the_same_after_json(report: GroupReport) -> None:
    assert from_json(to_json([summarize(report)])) == (summarize(report),)


def test_summaries_come_back_sorted_by_group() -> None:
    assert from_json(to_json([UNATTACHED, SUMMARY])) == (SUMMARY, UNATTACHED)
    assert from_json(to_json([])) == ()


def test_the_same_summaries_give_the_same_bytes_in_whichever_order() -> None:
    reordered = replace(SUMMARY, verdicts={"unused": 2, "too_wide": 1, "used": 3})

    assert to_json([UNATTACHED, reordered]) == to_json([SUMMARY, UNATTACHED])
    assert to_json([SUMMARY])[4:8] == bytes(4), "gzip's time of writing"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not gzip",
        to_json([SUMMARY])[:-9],
        to_json([SUMMARY])[:10] + b"\xff" * 20,
        gzip.compress(b"not json"),
        gzip.compress(b"\xff"),
        gzip.compress(b"[]"),
        gzip.compress(b"{}"),
        gzip.compress(b"null"),
        gzip.compress(b'{"groups": null}'),
        gzip.compress(b'{"groups": [1]}'),
        gzip.compress(b'{"groups": [{}]}'),
        damaged(unheard_of=1),
        damaged(verdicts=None),
        damaged(verdicts=["used"]),
        damaged(verdicts={"used": "3"}),
        damaged(made_at="soon"),
        damaged(worth=None),
        damaged(score="high"),
    ],
)
def test_bytes_that_hold_no_summaries_are_refused(data: bytes) -> None:
    with pytest.raises(SummaryError, match=f"{len(data)} bytes hold no summaries.*delete them"):
        from_json(data)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"verdicts": {"innocent": 1}}, "verdicts innocent"), ({"attachment": "lost"}, "attachment lost")],
)
def test_a_word_that_is_none_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(SummaryError, match=f"{GROUP.group_id} has .*{words}"):
        from_json(damaged(**changes))
