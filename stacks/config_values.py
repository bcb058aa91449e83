"""Context values to typed ones. `-c KEY=VALUE` always gives a string, cdk.json a value of its JSON type."""

import ipaddress
import json
import re
from collections.abc import Callable

from stacks.network_ranges import IpNetwork

_RESOURCE_ID = re.compile(r"(vpc|subnet)-([0-9a-f]{8}|[0-9a-f]{17})")
_ENGINE_VERSION = re.compile(r"(\d{1,3})\.(\d{1,3})")
_OLDEST_ENGINE = (2, 19)
# Nodes with encrypted EBS volumes; those with disks of their own (i3, r6gd, ...) need other settings.
_INSTANCE_TYPE = re.compile(
    r"(t3\.(small|medium)|([cmr][5-9][gi]?|or[12]|om2)\.(medium|large|\d{0,2}xlarge))\.search"
)
_EMAIL = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+")
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
_TAG_KEY = re.compile(r"(?!aws:)[\w .:/=+@-]{1,128}", re.IGNORECASE)


class RefusedError(Exception):
    """A value that its key does not allow; the text says what is wrong with it."""


def parse_list(value: object) -> list[str]:
    if isinstance(value, str):
        value = _parse_json(value) if value.lstrip().startswith("[") else value.split(",")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise RefusedError("neither a list of strings nor a comma-separated string")
    return [item.strip() for item in value]


def _parse_json(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise RefusedError(f"begins like a JSON list but is none ({error.msg})") from error


def parse_resource_id(text: str) -> str:
    return _parse_matching(_RESOURCE_ID, text, "not the id of a VPC or a subnet")


def parse_cidr(text: str) -> IpNetwork:
    address, slash, _ = text.partition("/")
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise RefusedError("not a CIDR range") from error
    if not slash:
        raise RefusedError(f"no prefix length; for this one address write {network}")
    if ipaddress.ip_address(address) != network.network_address:
        raise RefusedError(f"has host bits set; the range that holds it is {network}")
    return network


def parse_bool(value: object) -> bool:
    words = {"true": True, "false": False}
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.lower() not in words:
        raise RefusedError("neither true nor false")
    return words[value.lower()]


def parse_int(lowest: int, highest: int) -> Callable[[object], int]:
    def parse(value: object) -> int:
        number = _parse_whole_number(value)
        if not lowest <= number <= highest:
            raise RefusedError(f"not between {lowest} and {highest}")
        return number

    return parse


def _parse_whole_number(value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value.strip()):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise RefusedError("not a whole number")


def parse_interval(value: object) -> int:
    seconds = _parse_whole_number(value)
    if seconds not in (60, 600):
        raise RefusedError("not an interval that flow logs know")
    return seconds


def parse_choice(*choices: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise RefusedError("not one of the choices")
        return value

    return parse


def parse_instance_count(value: object) -> int:
    count = parse_int(1, 80)(value)
    if count > 1 and count % 2:
        raise RefusedError("odd: the nodes can't be spread evenly over two zones")
    return count


def parse_instance_type(value: object) -> str:
    return _parse_matching(_INSTANCE_TYPE, value, "not an instance type that this domain can use")


def parse_email(value: object) -> str:
    return _parse_matching(_EMAIL, value, "not an e-mail address")


def parse_tag_key(value: object) -> str:
    return _parse_matching(_TAG_KEY, value, "not the key of a tag that one may give")


def _parse_matching(pattern: re.Pattern[str], value: object, problem: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise RefusedError(problem)
    return value


def parse_engine_version(value: object) -> str:
    """A number is refused: JSON's 2.20 is 2.2."""
    if not isinstance(value, str):
        raise RefusedError("not a string; put the version in quotes")
    match = _ENGINE_VERSION.fullmatch(value)
    if not match:
        raise RefusedError("not a version of the form MAJOR.MINOR")
    if (int(match[1]), int(match[2])) < _OLDEST_ENGINE:
        raise RefusedError("older than 2.19")
    return value
