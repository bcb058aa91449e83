from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from adapters.usage_index import UsageWindow
from advisor.own_rules import replay_own_rules
from advisor.request import AdviceRequest
from tests.adapters.aws import BUCKET
from tests.domain.examples import GROUP

if TYPE_CHECKING:
    from tests.advisor.advised import World

HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IsEgress": False}
OFFICE = HTTPS | {"CidrIpv4": "203.0.113.0/24"}
OTHERS = HTTPS | {"CidrIpv4": "198.51.100.0/24"}


def replay(world: World, *rules: dict[str, object]) -> dict[str, Any]:
    event = {"replay": {"group_id": GROUP.group_id, "rules": list(rules)}}
    request = AdviceRequest.parse(json.loads(json.dumps(event))).replay
    assert request
    return replay_own_rules(world.advisor(), request)


def test_rules_that_permit_what_was_seen_refuse_nothing(world: World) -> None:
    answer = replay(world, OFFICE)

    assert (answer["refused_count"], answer["refused"]) == (0, [])
    assert answer["connections"] > 0


def test_what_rules_would_refuse_is_told_with_names_and_the_last_time(world: World) -> None:
    answer = replay(world, OTHERS)

    (refused,) = (each for each in answer["refused"] if each["port"] == 443)
    assert (refused["peer_addr"], refused["interface_name"]) == ("203.0.113.7", "web-1")
    assert refused["last_seen"] > 0
    assert answer["refused_count"] == len(answer["refused"])


def test_the_answer_can_be_sent_as_json_and_leaves_nothing_behind(world: World) -> None:
    before = world.keys(BUCKET)

    assert json.dumps(replay(world, OTHERS))

    assert (world.keys(BUCKET), world.folders()) == (before, {})


def test_usage_of_other_groups_is_not_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(UsageWindow, "groups")

    assert replay(world, OTHERS)["refused_count"] > 0


def test_only_the_first_thousand_refusals_are_listed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("advisor.own_rules._MOST_REFUSED", 0)

    answer = replay(world, OTHERS)

    assert answer["refused"] == []
    assert answer["refused_count"] > 0
