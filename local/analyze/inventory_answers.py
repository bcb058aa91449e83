"""The EC2 API's answers in one folder, each in a file named as the command of the AWS CLI that gives it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from domain.ec2_answer import Answer
from domain.errors import InventoryError
from domain.inventory import (
    NetworkInterface,
    PrefixListEntry,
    SecurityGroup,
    SecurityGroupRule,
    parse_network_interface,
    parse_prefix_list_entry,
    parse_security_group,
    parse_security_group_rule,
)
from domain.protocols import protocol_number
from domain.text import shorten
from local.analyze.error import AnalyzeError
from local.analyze.json_text import NOT_JSON, decode_values, looks_like_json
from local.analyze.text_file import read_text

T = TypeVar("T")

PREFIX_LISTS: Final = "get-managed-prefix-list-entries"
_ALL_PROTOCOLS: Final = "-1"
_PREFIX_LIST_FILE: Final = re.compile(r"(pl-[0-9a-f]+)\.json", re.ASCII)
# What the AWS CLI writes with --output table, text and yaml.
_OTHER_OUTPUTS: Final = {
    "table": re.compile(r"\s*[-|+]{2}"),
    "text": re.compile(r"[A-Z0-9]+\t"),
    "yaml": re.compile(r"(- )?[A-Za-z]+:( |$)", re.MULTILINE),
}


@dataclass(frozen=True, slots=True)
class _Command(Generic[T]):
    name: str
    member: str
    """The answer's list."""
    identity: str
    """What each of the list has, and no other command's: the first of these keys that it has is this one."""
    parse: Callable[[Answer], T]


def _parse_rule(answer: Answer) -> SecurityGroupRule:
    """Raises InventoryError also for a protocol that there isn't, which else only a record would show."""
    rule = parse_security_group_rule(answer)
    if rule.ip_protocol != _ALL_PROTOCOLS:
        protocol_number(rule.ip_protocol)
    return rule


# In this order a rule, which has a GroupId too, is no group.
_IDENTITIES: Final = ("NetworkInterfaceId", "SecurityGroupRuleId", "GroupId", "Cidr")
_INTERFACES: Final = _Command(
    "describe-network-interfaces", "NetworkInterfaces", "NetworkInterfaceId", parse_network_interface
)
_GROUPS: Final = _Command("describe-security-groups", "SecurityGroups", "GroupId", parse_security_group)
_RULES: Final = _Command(
    "describe-security-group-rules", "SecurityGroupRules", "SecurityGroupRuleId", _parse_rule
)
COMMANDS: Final = (_INTERFACES.name, _GROUPS.name, _RULES.name)


@dataclass(frozen=True, slots=True)
class InventoryAnswers:
    """Of all VPCs that were asked for."""

    network_interfaces: tuple[NetworkInterface, ...]
    security_groups: tuple[SecurityGroup, ...]
    security_group_rules: tuple[SecurityGroupRule, ...]
    prefix_list_entries: tuple[PrefixListEntry, ...]


def read_answers(folder: Path) -> InventoryAnswers:
    """AnalyzeError names the file that is missing or wrong."""
    return InventoryAnswers(
        _read(folder, _INTERFACES),
        _read(folder, _GROUPS),
        _read(folder, _RULES),
        tuple(entry for file in _find_prefix_lists(folder) for entry in _read_prefix_list(file)),
    )


def _read(folder: Path, command: _Command[T]) -> tuple[T, ...]:
    return _parse_file(_find(folder, command.name), command)


def _find(folder: Path, command: str) -> Path:
    file = folder / f"{command}.json"
    if not file.exists():
        raise AnalyzeError(
            f"{folder} has no {file.name}: make it with `aws ec2 {command} --output json > {file.name}`"
        )
    return file


def _find_prefix_lists(folder: Path) -> list[Path]:
    lists = folder / PREFIX_LISTS
    if not lists.exists():
        return []
    if not lists.is_dir():
        raise AnalyzeError(f"{lists} has to be a folder with one file for each prefix list, as pl-….json")
    return sorted(file for file in lists.iterdir() if not file.name.startswith("."))


def _read_prefix_list(file: Path) -> tuple[PrefixListEntry, ...]:
    name = _PREFIX_LIST_FILE.fullmatch(file.name)
    if name is None:
        raise AnalyzeError(f"{file} is not named by a prefix list's id, as pl-….json")
    prefix_list = {"PrefixListId": name[1]}
    return _parse_file(
        file,
        _Command(PREFIX_LISTS, "Entries", "Cidr", lambda entry: parse_prefix_list_entry(prefix_list, entry)),
    )


def _parse_file(file: Path, command: _Command[T]) -> tuple[T, ...]:
    return tuple(_parse_item(file, number, item, command) for number, item in _number(file, command))


def _number(file: Path, command: _Command[T]) -> list[tuple[int, object]]:
    pages = _read_pages(file)
    # Each page but the last says that there is more.
    if pages and all(isinstance(page, Mapping) and page.get("NextToken") for page in pages):
        raise AnalyzeError(
            f"{file} is not all of the answer, it has a NextToken: leave out --max-items and --no-paginate"
        )
    return list(enumerate((item for page in pages for item in _find_items(file, page, command)), 1))


def _read_pages(file: Path) -> list[object]:
    text = read_text(file)
    if not text.strip():
        raise AnalyzeError(f"{file} is empty: has the command failed?")
    try:
        return list(decode_values(text))
    except NOT_JSON as error:
        raise AnalyzeError(f"{file} is no JSON{_explain(text, error)}") from error


def _explain(text: str, error: Exception) -> str:
    if not looks_like_json(text):
        for output, pattern in _OTHER_OUTPUTS.items():
            if pattern.match(text):
                return f", but what the AWS CLI writes with --output {output}: add --output json"
    return f": {error}; is it cut off?"


def _find_items(file: Path, page: object, command: _Command[T]) -> list[object]:
    if isinstance(page, list):
        return page
    items = page.get(command.member) if isinstance(page, Mapping) else None
    if not isinstance(items, list):
        found = ", ".join(map(str, page)) if isinstance(page, Mapping) else shorten(page)
        raise AnalyzeError(
            f"{file} is not what `aws ec2 {command.name} --output json` answers: it has no list"
            f" {command.member}, but {found or 'nothing'}"
        )
    return items


def _parse_item(file: Path, number: int, item: object, command: _Command[T]) -> T:
    if not isinstance(item, Mapping):
        raise AnalyzeError(f"{file}, item {number} of {command.member}: {shorten(item)} is no object")
    identity = next((key for key in _IDENTITIES if key in item), None)
    if identity != command.identity:
        found = f"is known by a {identity}" if identity else "is not known by anything"
        raise AnalyzeError(
            f"{file}, item {number} of {command.member}: it {found} instead of a {command.identity}; is this"
            " another command's answer, or one cut down with --query?"
        )
    try:
        return command.parse(item)
    except InventoryError as error:
        raise AnalyzeError(f"{file}, item {number} of {command.member}: {error}") from error
