import re
from pathlib import Path

import pytest

from domain import verdict_reasons as reasons
from domain.report import Evidence
from domain.wording import counted, figure, listed, moment, once_in, percent, sentence
from tests.domain.judged import SETTINGS, WINDOW_START, rule

CHECKOUT = Path(__file__).parents[2]
EVIDENCE = Evidence(WINDOW_START, WINDOW_START + 86_400, 0.5, 48, 24, 0, (), 0, {}, (), {})


def codes() -> set[str]:
    sources = (CHECKOUT / "lambdas/domain" / f"{name}_reasons.py" for name in ("verdict", "proposal"))
    return {code for source in sources for code in re.findall(r'Reason\(\s*"(\w+)"', source.read_text())}


def test_every_code_is_told_of_in_the_documentation() -> None:
    documented = set(re.findall(r"`(\w+)`", (CHECKOUT / "docs/verdicts.md").read_text()))

    assert len(codes()) == 20
    assert codes() <= documented


def test_a_width_that_no_one_can_read_is_told_in_bits() -> None:
    assert reasons.too_wide(2**32, 3).text == (
        "It permits 2^32 pairs of address and port; the narrowest rules for what was seen permit 3: it is"
        " about 2^30 times as wide."
    )


def test_coverage_is_told_with_its_hours() -> None:
    assert reasons.coverage(EVIDENCE, SETTINGS).text == (
        "No connection was seen to use it, but flow logs cover 50 % of its group's 48 interface hours, less"
        " than the 90 % that it takes to call a rule unused."
    )


def test_a_type_of_icmp_is_told_with_what_may_be_of_it() -> None:
    ping = rule("ping", "db", "icmp 8", "10.0.0.0/8")

    assert reasons.icmp_type(ping, 0).text == (
        "It permits type 8, which flow logs don't show, and no icmp was seen that only it would let in."
    )
    assert reasons.icmp_type(ping, 1).text == (
        "It permits type 8, which flow logs don't show; 1 record of icmp may or may not be of it."
    )


def test_a_tag_without_a_reason_is_told_too() -> None:
    assert reasons.protected("sg-lens:keep", " ").text.endswith("keeps it as it is, without saying why.")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (counted(1, "peer"), "1 peer"),
        (counted(1_024, "address", "addresses"), "1,024 addresses"),
        (figure(65_536), "65,536"),
        (figure(2**128), "2^128"),
        (figure(3 * 2**40), "about 2^42"),
        (once_in(1), "once a day"),
        (once_in(30), "once in 30 days"),
        (percent(0.9996), "99.9 %"),
        (percent(0.57), "57 %"),
        (percent(1), "100 %"),
        (listed(["a"]), "a"),
        (listed(["a", "b", "c"]), "a, b and c"),
        (sentence("an ENI came"), "An ENI came."),
        (moment(1_795_521_600), "2026-11-24 12:00 UTC"),
    ],
)
def test_figures_read_as_a_person_would_write_them(told: str, expected: str) -> None:
    assert told == expected
