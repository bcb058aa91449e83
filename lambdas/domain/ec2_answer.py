"""Typed reading of the nested dicts that boto3 and `aws ec2 describe-*` give.

What EC2 leaves out reads as None, "", False or nothing; a value of the wrong type raises InventoryError.
"""

from collections.abc import Mapping

from domain.addresses import canonical_addr, parse_cidr
from domain.errors import InventoryError
from domain.text import shorten, well_formed

Answer = Mapping[str, object]


def required_text(answer: Answer, key: str) -> str:
    value = optional_text(answer, key)
    if not value:
        raise _unusable(answer, key, "text")
    return value


def optional_text(answer: Answer, key: str) -> str | None:
    value = answer.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _unusable(answer, key, "text")
    return well_formed(value)


def text_or_empty(answer: Answer, key: str) -> str:
    return optional_text(answer, key) or ""


def optional_number(answer: Answer, key: str) -> int | None:
    value = answer.get(key)
    if value is None or isinstance(value, int):
        return value
    raise _unusable(answer, key, "a number")


def flag(answer: Answer, key: str) -> bool:
    value = answer.get(key, False)
    if not isinstance(value, bool):
        raise _unusable(answer, key, "true or false")
    return value


def optional_addr(answer: Answer, key: str) -> str | None:
    value = optional_text(answer, key)
    if not value:
        return None
    try:
        return canonical_addr(value)
    except ValueError as error:
        raise _unusable(answer, key, "an IP address") from error


def optional_cidr(answer: Answer, key: str) -> str | None:
    value = optional_text(answer, key)
    if not value:
        return None
    try:
        return str(parse_cidr(value))
    except ValueError as error:
        raise _unusable(answer, key, "a CIDR block") from error


def member(answer: Answer, key: str) -> Answer:
    """The object under `key`, an empty one where EC2 gives none."""
    value = answer.get(key, {})
    if not isinstance(value, Mapping):
        raise _unusable(answer, key, "an object")
    return value


def members(answer: Answer, key: str) -> list[Answer]:
    """The objects in the list under `key`, none where EC2 gives no list."""
    value = answer.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise _unusable(answer, key, "a list of objects")
    return value


def _unusable(answer: Answer, key: str, expected: str) -> InventoryError:
    return InventoryError(
        f"EC2 answered {shorten(answer.get(key))} for {key}, expected {expected}, in {shorten(dict(answer))}"
    )
