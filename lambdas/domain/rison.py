"""RISON, in which OpenSearch Dashboards keeps a page's state in its URL.

It reads it with rison-node: https://github.com/w33ble/rison-node
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

# RISON lets far more stand without quotes; these are what no reader of a URL takes for anything else.
_BARE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.~-]*")
_ESCAPED: Final = re.compile("[!']")
_HIGHEST_NUMBER: Final = 2**53 - 1


def encode_rison(value: object) -> str:
    """Text, whole numbers, booleans, None, and lists and mappings of them; TypeError for anything else."""
    if value is None:
        return "!n"
    if isinstance(value, bool):
        return "!t" if value else "!f"
    if isinstance(value, int):
        return _encode_number(value)
    if isinstance(value, str):
        return _encode_text(value)
    if isinstance(value, Mapping):
        return _encode_mapping(value)
    if isinstance(value, list | tuple):
        return _encode_list(value)
    raise TypeError(f"RISON is written here of text, whole numbers and what holds them, not {type(value)}")


def _encode_number(number: int) -> str:
    if abs(number) > _HIGHEST_NUMBER:
        raise ValueError(f"JavaScript can't read {number} exactly: give it as text")
    return str(number)


def _encode_text(text: str) -> str:
    if _BARE.fullmatch(text):
        return text
    return "'" + _ESCAPED.sub(r"!\g<0>", text) + "'"


def _encode_mapping(mapping: Mapping[object, object]) -> str:
    members = (f"{_encode_text(str(key))}:{encode_rison(value)}" for key, value in mapping.items())
    return f"({','.join(members)})"


def _encode_list(values: Iterable[object]) -> str:
    return f"!({','.join(map(encode_rison, values))})"
