import io
from collections.abc import Mapping

import pytest

from local.demo.console import Console
from local.demo.search import Bucket, FlowsReader
from local.demo.show import readable_size, show_attribution

TCP = {"term": {"protocol_name": "tcp"}}


class AnsweringReader(FlowsReader):
    """Three rows of one rule, and of TCP alone three by ports and one unknown."""

    def __init__(self) -> None:
        """Without an engine."""

    def top(self, field: str, query: Mapping[str, object] | None = None, size: int = 8) -> list[Bucket]:
        if field == "initiator_evidence":
            rows = [Bucket("ports", 3, 90), Bucket("unknown", 1, 10)] if query == TCP else []
            return rows[:size]
        return [Bucket("sgr-0a" if field == "rule_ids" else field, 3, 90)]


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (5_250_000, "5.2 MB"), (3 * 10**15, "3000.0 TB")],
)
def test_a_size_is_shown_in_the_unit_that_fits(size: int, shown: str) -> None:
    assert readable_size(size) == shown


def test_rules_are_shown_by_the_samples_names_and_evidence_by_its_share_of_a_protocol() -> None:
    out = io.StringIO()

    show_attribution(Console(out), AnsweringReader(), {"sgr-0a": "web-https"})

    rows = [line.split() for line in out.getvalue().splitlines()]
    assert ["web-https", "3", "90", "B"] in rows
    assert ["tcp", "ports", "3", "75.0%"] in rows
    assert ["tcp", "unknown", "1", "25.0%"] in rows
