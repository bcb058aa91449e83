"""Figures in the sentences that a person reads."""

from datetime import UTC, datetime
from math import floor, log2


def counted(number: int, noun: str, plural: str = "") -> str:
    """ "1 peer", "1,024 peers"."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def figure(number: int) -> str:
    """In full as long as a person reads it at a glance: "65,536", "2^32", "about 2^49"."""
    if number < 10_000_000:
        return f"{number:,}"
    return f"2^{number.bit_length() - 1}" if number.bit_count() == 1 else f"about 2^{log2(number):.0f}"


def once_in(days: int) -> str:
    return "once a day" if days == 1 else f"once in {days} days"


def percent(share: float) -> str:
    """Rounded down: 99.96 % is not all of it."""
    tenths = floor(round(share * 1000, 6))
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths / 10} %"


def moment(second: int) -> str:
    return f"{datetime.fromtimestamp(second, tz=UTC):%Y-%m-%d %H:%M} UTC"


def listed(texts: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
