import json

import pytest

from advisor.error import AdvisorError
from advisor.request import AdviceRequest


def test_an_empty_event_asks_for_everything() -> None:
    assert AdviceRequest.parse({}) == AdviceRequest()


def test_the_schedule_s_event_asks_for_what_is_due() -> None:
    assert AdviceRequest.parse({"only_due": True}) == AdviceRequest(only_due=True)


def test_vpcs_and_groups_can_be_named() -> None:
    request = AdviceRequest.parse({"vpc_ids": ["vpc-1", "vpc-1"], "group_ids": ["sg-1"]})

    assert request == AdviceRequest(vpc_ids=frozenset({"vpc-1"}), group_ids=frozenset({"sg-1"}))


def test_a_person_s_own_rules_are_handed_on_as_they_came() -> None:
    own = {"group_id": "sg-1", "rules": [{"IpProtocol": "tcp"}]}

    request = AdviceRequest.parse({"replay": own})

    assert request.replay
    assert request.replay.group_id == "sg-1"
    assert json.loads(request.replay.content) == own


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ({"only_due": "yes"}, "only_due"),
        ({"vpc_ids": "vpc-1"}, "vpc_ids"),
        ({"group_ids": [1]}, "group_ids"),
        ({"group_ids": [""]}, "group_ids"),
        ({"replay": []}, "replay"),
        ({"replay": {"rules": []}}, "replay"),
    ],
)
def test_an_event_that_means_nothing_is_refused(event: dict[str, object], named: str) -> None:
    with pytest.raises(AdvisorError, match=named):
        AdviceRequest.parse(event)
