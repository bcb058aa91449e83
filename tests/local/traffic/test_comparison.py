from dataclasses import replace
from typing import Any

import pytest

from local.traffic.comparison import attribution_differences
from local.traffic.types import Truth

TRUTH = Truth(
    kind="query",
    initiator="peer",
    is_response=False,
    direction="ingress",
    attribution="rules",
    rule_names=("web-https",),
    is_possible=False,
    group_names=("web",),
)
DOCUMENT: dict[str, Any] = {
    "protocol": 6,
    "srcport": 50_000,
    "dstport": 443,
    "initiator": "peer",
    "initiator_evidence": "handshake",
    "direction": "ingress",
    "is_response": False,
    "service_port": 443,
    "rule_ids": ["sgr-0a"],
    "rule_match": "sole",
    "attribution": "rules",
}
UNKNOWN: dict[str, Any] = {
    "protocol": 17,
    "srcport": 7946,
    "dstport": 7946,
    "initiator_evidence": "unknown",
    "rule_ids": ["sgr-0a", "sgr-0b"],
    "rule_match": "possible",
    "attribution": "rules",
}
PING: dict[str, Any] = {
    **{name: value for name, value in DOCUMENT.items() if name != "service_port"},
    "protocol": 1,
    "srcport": 0,
    "dstport": 0,
    "rule_ids": ["sgr-0a", "sgr-0b"],
    "rule_match": "possible",
}
NAMES = {"sgr-0a": "web-https", "sgr-0b": "web-http"}


def differ(document: dict[str, Any], truth: Truth = TRUTH) -> bool:
    return any(attribution_differences(document, truth, NAMES))


def test_a_document_that_says_what_was_planted_passes() -> None:
    assert not differ(DOCUMENT)


@pytest.mark.parametrize(
    "other",
    [
        {"attribution": "no_rule"},
        {"initiator": "local"},
        {"direction": "egress"},
        {"is_response": True},
        {"service_port": 50_000},
        {"rule_ids": ["sgr-0b"]},
        {"rule_ids": ["sgr-0a", "sgr-0b"]},
        {"rule_ids": []},
        {"rule_match": "possible"},
    ],
)
def test_anything_else_is_told(other: dict[str, Any]) -> None:
    assert differ(DOCUMENT | other)


def test_nothing_of_tcp_may_be_unknown() -> None:
    assert differ({**UNKNOWN, "protocol": 6})


def test_what_is_marked_unknown_may_name_more_rules_than_the_one() -> None:
    assert not differ(UNKNOWN)


@pytest.mark.parametrize(
    "other",
    [{"rule_ids": ["sgr-0b"]}, {"rule_match": "shared"}, {"is_response": False}, {"initiator": "peer"}],
)
def test_what_is_marked_unknown_may_say_nothing_false_and_nothing_sure(other: dict[str, Any]) -> None:
    assert differ(UNKNOWN | other)


def test_the_rules_of_a_ping_are_possible_and_the_true_one_is_among_them() -> None:
    truth = replace(TRUTH, is_possible=True)

    assert not differ(PING, truth)
    assert differ({**PING, "rule_ids": ["sgr-0b"]}, truth)


def test_a_rule_that_the_record_does_not_prove_is_told_as_possible() -> None:
    truth = replace(TRUTH, is_possible=True)

    assert differ(DOCUMENT, truth)
    assert not differ({**DOCUMENT, "rule_match": "possible"}, truth)
