import re

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def well_formed(text: str) -> str:
    """The text with U+FFFD for each lone surrogate, which JSON can carry and UTF-8 can't.

    opensearch-py 3.2.0 raises UnicodeEncodeError for a whole bulk request that holds one.
    """
    return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def shorten(value: object, limit: int = 200) -> str:
    """The value for an error message: quoted, and cut so that a log line stays readable."""
    shown = repr(value)
    return shown if len(shown) <= limit else f"{shown[:limit]}…"
