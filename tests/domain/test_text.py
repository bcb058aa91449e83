import json

from domain.text import shorten, well_formed


def test_half_of_a_surrogate_pair_becomes_a_replacement_character() -> None:
    text = json.loads(r'"before \ud83d after"')

    assert well_formed(text) == "before � after"


def test_a_whole_surrogate_pair_stays_one_character() -> None:
    assert well_formed(json.loads(r'"\ud83d\ude00"')) == "😀"


def test_a_short_value_is_shown_whole_and_quoted() -> None:
    assert shorten("a\tb") == r"'a\tb'"


def test_a_long_value_is_cut() -> None:
    assert shorten("x" * 100, limit=10) == "'xxxxxxxxx…"
