import pytest

from domain.rule_quota import MAX_RULES, find_exceeded
from tests.domain.judged import rule
from tests.domain.rule_shapes import APP, CONTEXT, HOMES, OFFICES, UNKNOWN_LIST


@pytest.mark.parametrize(
    ("peer", "versions"),
    [
        (OFFICES, {4}),
        (HOMES, {6}),
        (UNKNOWN_LIST, {4, 6}),
        (APP.removeprefix("sg-"), {4, 6}),
        ("192.0.2.0/24", {4}),
        ("2001:db8::/32", {6}),
    ],
)
def test_a_rule_counts_in_the_families_that_its_peer_has(peer: str, versions: set[int]) -> None:
    rules = [rule(str(port), "db", f"tcp {port}", peer) for port in range(MAX_RULES + 1)]

    assert find_exceeded((), rules, CONTEXT) == {("ingress", version) for version in versions}


def test_a_prefix_list_counts_with_its_entries() -> None:
    rules = [rule(str(port), "db", f"tcp {port}", OFFICES) for port in range(MAX_RULES // 2 + 1)]

    assert find_exceeded((), rules[1:], CONTEXT) == set()
    assert find_exceeded((), rules, CONTEXT) == {("ingress", 4)}
