from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rison import encode_rison
from local.dashboards_url import DashboardsUrl, open_dashboards_url

TEXTS = st.text()
# JavaScript takes an object's member of this name for its prototype, and loses it.
KEYS = TEXTS.filter(lambda key: key != "__proto__")
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def dashboards_url() -> Iterator[DashboardsUrl]:
    with open_dashboards_url() as reader:
        yield reader


@given(value=VALUES)
@settings(deadline=None, max_examples=500)
def test_dashboards_reads_back_what_was_written(dashboards_url: DashboardsUrl, value: object) -> None:
    assert dashboards_url.decode(encode_rison(value)) == value


@given(text=st.text(alphabet=" !'():,@$*-_.~/0123456789ntfe%&#+\"\\", max_size=12))
@settings(deadline=None, max_examples=500)
def test_text_of_risons_own_characters_survives(dashboards_url: DashboardsUrl, text: str) -> None:
    assert dashboards_url.decode(encode_rison({text: [text, text]})) == {text: [text, text]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!n",
        "'",
        "!",
        "-1",
        "0",
        "7d",
        "a b",
        "true",
        "null",
        "now-7d",
        "\n\r\t\x00\x7f",
        "\u2028\u202e\ufeff",
        "\U0001f600" * 255,
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' OR 1=1",
        ");!(",
    ],
)
def test_text_stays_text_whatever_it_looks_like(dashboards_url: DashboardsUrl, text: str) -> None:
    assert dashboards_url.decode(encode_rison(text)) == text


def test_a_tuple_is_a_list(dashboards_url: DashboardsUrl) -> None:
    assert dashboards_url.decode(encode_rison((1, ("a",), ()))) == [1, ["a"], []]


def test_a_plain_word_stands_without_quotes() -> None:
    assert encode_rison({"time": {"from": "now-7d"}, "pause": True}) == "(time:(from:now-7d),pause:!t)"


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**30])
def test_a_number_that_javascript_would_round_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match=f"can't read {number} exactly"):
        encode_rison([number])


@pytest.mark.parametrize("value", [1.5, b"bytes", {1}, object()])
def test_a_value_that_rison_has_no_form_for_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="RISON"):
        encode_rison({"a": value})
