from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from adapters.report_store import NotPublishedError
from advisor.request import AdviceRequest
from tests.adapters.aws import BUCKET
from tests.adapters.flow_days import ADVISOR_ARN, make_reader, put_flows
from tests.advisor.advised import DATABASE, DAY, FILES, GROUP_IDS, SITE, UNUSED
from tests.domain.examples import GROUP, MIDNIGHT, PEER, RULE

if TYPE_CHECKING:
    from tests.advisor.advised import World

FLOW = {
    "@timestamp": MIDNIGHT + 2 * DAY + 60,
    "log_status": "OK",
    "action": "ACCEPT",
    "interface_id": PEER.interface_id,
    "group_ids": [DATABASE.group_id],
    "rule_ids": [UNUSED.rule_id],
    "rule_match": "sole",
    "is_response": False,
    "protocol_name": "tcp",
    "service_port": 443,
    "bytes": 40,
    "packets": 1,
}


def test_every_group_gets_its_folder_and_its_summary(world: World) -> None:
    outcome = world.run()

    assert world.folders() == dict.fromkeys(GROUP_IDS, FILES)
    assert [each.group_id for each in outcome.summaries] == world.summarized() == list(GROUP_IDS)
    assert (outcome.left, outcome.gone, outcome.failures) == (0, 0, {})


def test_a_report_says_what_inventory_and_usage_tell(world: World) -> None:
    world.run()

    (used,), (unused,) = (world.report(id_)["rules"] for id_ in (GROUP.group_id, DATABASE.group_id))
    assert (used["rule"]["rule_id"], used["verdict"]) == (RULE.rule_id, "used")
    assert used["use"]["sole"] == 9
    assert (unused["rule"]["rule_id"], unused["verdict"]) == (UNUSED.rule_id, "unused")
    assert world.report()["made_at"] == int(world.clock.now)
    assert world.report()["region"] == "us-east-1"


def put_flow(world: World, peer_addr: str) -> None:
    """A record that the rule let in of which no usage is told: it came after the last summing-up."""
    put_flows(world.engine, "2026-01-03", [{**FLOW, "peer_addr": peer_addr}])


def test_a_proposal_is_checked_against_the_raw_flows_besides(world: World) -> None:
    world.run()

    proposal = world.report(DATABASE.group_id)["proposal"]
    assert [change["ways"] for change in proposal["changes"]] == [["revoke"]]
    assert proposal["replay"]["raw_records"] == 0


def test_what_the_raw_flows_refute_is_not_proposed(world: World) -> None:
    put_flow(world, "203.0.113.8")

    world.run()

    proposal = world.report(DATABASE.group_id)["proposal"]
    assert proposal["changes"] == []
    assert "203.0.113.8" in proposal["not_proposed"][0]["text"]


def test_without_time_for_the_raw_flows_reports_are_made_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_flow(world, "203.0.113.8")
    monkeypatch.setattr("advisor.publish._SECONDS_FOR_REPORTS", world.seconds)

    outcome = world.run()

    assert len(outcome.summaries) == len(GROUP_IDS)
    assert world.report(DATABASE.group_id)["proposal"]["replay"]["raw_records"] is None


def test_a_second_run_with_the_same_input_changes_nothing(world: World) -> None:
    world.run()
    before = world.stores.reports.list_all()
    etag = world.stores.summaries.get_etag()

    world.run()

    assert world.stores.reports.list_all() == before
    assert world.stores.summaries.get_etag() == etag


def test_nothing_appears_in_an_emptied_bucket(world: World) -> None:
    world.s3.delete_object(Bucket=SITE, Key="index.html")

    with pytest.raises(NotPublishedError):
        world.run()

    assert world.keys(SITE) == []
    assert [key for key in world.keys(BUCKET) if key.startswith("advisor/")] == []


def test_a_run_whose_bucket_is_emptied_meanwhile_ends_and_brings_nothing_back(world: World) -> None:
    def empty_after_the_first() -> float:
        if world.folders():
            for key in world.keys(SITE):
                world.s3.delete_object(Bucket=SITE, Key=key)
        return 800.0

    pace = replace(world.clock.pace(0), remaining=empty_after_the_first)
    advisor = world.advisor(make_reader(world.engine, ADVISOR_ARN, pace))

    with pytest.raises(NotPublishedError):
        advisor.run(AdviceRequest())

    assert world.keys(SITE) == []
    assert [key for key in world.keys(BUCKET) if key.startswith("advisor/")] == []
