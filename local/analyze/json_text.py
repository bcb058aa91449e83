import json
from collections.abc import Iterator
from typing import Final

# Too long a number is a ValueError too, though no JSONDecodeError.
NOT_JSON: Final = (ValueError, RecursionError)
_BLANK: Final = " \t\r\n\ufeff"


def looks_like_json(text: str) -> bool:
    return text.lstrip(_BLANK).startswith(("{", "["))


def decode_values(text: str) -> Iterator[object]:
    """The values of which the text consists: one, or several without anything in between, as pages are when
    each is appended to the same file. NOT_JSON has what it raises.
    """
    decoder = json.JSONDecoder()
    position = _skip_blank(text, 0)
    while position < len(text):
        value, position = decoder.raw_decode(text, position)
        yield value
        position = _skip_blank(text, position)


def _skip_blank(text: str, position: int) -> int:
    while position < len(text) and text[position] in _BLANK:
        position += 1
    return position
