"""What the random worlds hold: an oracle that is never asked the hard questions would prove nothing."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.attribution.asking import Asked, ask_oracle
from tests.attribution.flows import World, worlds
from tests.attribution.history import History, find_times, text
from tests.attribution.oracle import Answer, permitting

VALUES: Final = {
    "attribution": ("reject", "no_inventory", "not_filtered", "rules", "no_rule", None),
    "initiator_evidence": ("handshake", "paired", "rules", "ports", "unknown", None),
    "rule_match": ("sole", "shared", "possible", "none", None),
    "initiator": ("local", "peer", None),
    "direction": ("ingress", "egress", None),
    "is_response": (True, False, None),
}
CASES: Final = (
    *(f"by {evidence}" for evidence in ("handshake", "paired", "rules", "ports", "unknown")),
    *(f"protocol {protocol}" for protocol in ("1", "6", "17", "50", "58", "132", None)),
    *(f"{match} for {peer}" for match in ("sole", "possible") for peer in ("group", "prefix list", "block")),
    *("an answer", "only at the end", "a secondary address"),
)
"""Of accepted records with rules."""

Counts = Counter[str]
SAME_EACH_TIME: Final = settings(
    max_examples=400,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[*HealthCheck],
)


@pytest.fixture(scope="module")
def counts() -> Counts:
    counted = Counts()

    @SAME_EACH_TIME
    @seed(20260101)
    @given(world=worlds())
    def count(world: World) -> None:
        for asked in chain.from_iterable(ask_oracle(world)):
            counted.update(f"{name} {asked.answer.get(name)}" for name in VALUES)
            if "rule_ids" in asked.answer:
                counted.update(describe(asked))

    count()
    return counted


def describe(asked: Asked) -> Iterator[str]:
    record, logged, history, answer = asked
    yield f"by {answer['initiator_evidence']}"
    yield f"protocol {text(record, 'protocol')}"
    yield from (f"{answer['rule_match']} for {peer}" for peer in find_peer_kinds(answer, history))
    if answer.get("is_response"):
        yield "an answer"
    if text(record, "pkt-srcaddr") not in {None, text(record, "srcaddr")}:
        yield "a secondary address"
    first, _ = find_times(record, logged)
    readings = [permitting(history, record, logged, initiator, first) for initiator in ("local", "peer")]
    if not any(readings):
        yield "only at the end"


def find_peer_kinds(answer: Answer, history: History) -> set[str]:
    """Of the only rule, if there is one alone."""
    if not isinstance(answer["rule_ids"], list) or len(answer["rule_ids"]) > 1:
        return set()
    rules = [rule for seen in history for rule in seen["rules"] if rule["id"] in answer["rule_ids"]]
    names = {"sg-": "group", "pl-": "prefix list"}
    return {names.get(rule["peer"][:3], "block") for rule in rules}


@pytest.mark.parametrize("name", VALUES)
def test_each_answer_is_given_to_many_records(counts: Counts, name: str) -> None:
    given_to = {value: counts[f"{name} {value}"] for value in VALUES[name]}

    assert min(given_to.values()) >= 10, given_to


def test_each_hard_case_is_met_by_records_with_rules(counts: Counts) -> None:
    met = {case: counts[case] for case in CASES}

    assert all(met.values()), [case for case in CASES if not met[case]]
