import json
from dataclasses import replace

import pytest
from hypothesis import given

from domain.usage import GroupEvidence, RuleUsage, SeenPeer, SeenPort
from domain.usage_document import SHOWN, UsageDocumentError, from_usage_document, to_usage_document
from tests.dashboards.content import read_properties
from tests.domain.examples import GROUP, RULE, VPC_ID
from tests.domain.made_usage import DAY, EVIDENCE, USAGE, evidences, usages

PROPERTIES = read_properties("rule-usage")


@given(usage=usages())
def test_a_rule_s_usage_comes_back_as_it_was(usage: RuleUsage) -> None:
    _, document = to_usage_document(usage)

    assert from_usage_document(json.loads(json.dumps(document))) == usage


@given(evidence=evidences())
def test_a_group_s_evidence_comes_back_as_it_was(evidence: GroupEvidence) -> None:
    _, document = to_usage_document(evidence)

    assert from_usage_document(json.loads(json.dumps(document))) == evidence


def test_the_id_says_what_the_document_is_of() -> None:
    assert to_usage_document(USAGE)[0] == f"rule|{VPC_ID}|{DAY}|{RULE.rule_id}"
    assert to_usage_document(EVIDENCE)[0] == f"group|{VPC_ID}|{DAY}|{GROUP.group_id}"


@pytest.mark.parametrize("usage", [USAGE, EVIDENCE], ids=lambda usage: type(usage).__name__)
def test_every_field_is_in_the_index_template(usage: RuleUsage | GroupEvidence) -> None:
    _, document = to_usage_document(usage)

    assert document.keys() <= PROPERTIES.keys()


def test_peers_and_ports_can_be_looked_for_the_most_used_first() -> None:
    _, document = to_usage_document(USAGE)

    assert document["peer_addrs"] == ["203.0.113.7", "2001:db8::7"]
    assert document["peer_names"] == ["web-2"]
    assert document["service_ports"] == [443]


def test_a_few_peers_and_ports_are_enough_to_look_for() -> None:
    many = range(200)
    usage = replace(
        USAGE,
        peers=tuple(SeenPeer(f"192.0.2.{number}", f"host-{number}", (), number, 0) for number in many),
        ports=tuple(SeenPort(6, number, number) for number in many),
        connections=(),
    )

    _, document = to_usage_document(usage)

    assert document["peer_addrs"] == [f"192.0.2.{number}" for number in range(199, 199 - SHOWN, -1)]
    assert document["service_ports"] == list(range(199, 199 - SHOWN, -1))
    assert len(document["peer_names"]) == SHOWN


def test_a_rule_s_caps_are_told() -> None:
    _, document = to_usage_document(replace(USAGE, peer_count=5_000))

    assert (document["peers_capped"], document["ports_capped"], document["peer_count"]) == (
        True,
        False,
        5_000,
    )


def test_a_group_s_hours_can_be_summed_up() -> None:
    _, document = to_usage_document(EVIDENCE)

    figures = ("interface_count", "expected_hours", "logged_hours", "silent_interface_count", "skipdata")
    assert [document[name] for name in figures] == [2, 4, 2, 1, 2]


@pytest.mark.parametrize("content", [{}, {"kind": "rule"}, {"kind": "group", "detail": []}, {"kind": "day"}])
def test_a_document_of_another_version_says_what_to_do(content: dict[str, object]) -> None:
    with pytest.raises(UsageDocumentError, match="recompute its day"):
        from_usage_document(content)
