"""Whatever is missing from an inventory, or wrong in it, is named."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from local.analyze.error import AnalyzeError
from local.analyze.inventory_folder import read_inventory_folder
from tests.domain.examples import INVENTORY
from tests.local.analyze.answers import write_inventory
from tests.local.analyze.recorded_inventory import (
    GROUPS,
    INTERFACES,
    PREFIX_LIST,
    RULES,
    copy_recorded,
    rewrite,
    to_bare_array,
)

Change = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_recorded(tmp_path)


def remove(*names: str) -> Change:
    def change(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return change


def put_file_for_folder(folder: Path) -> None:
    shutil.rmtree((folder / PREFIX_LIST).parent)
    (folder / PREFIX_LIST).parent.touch()


WRONG: dict[str, tuple[Change, str]] = {
    "interfaces missing": (
        remove(INTERFACES),
        "has no describe-network-interfaces.json: make it with `aws ec2 describe-network-interfaces",
    ),
    "rules missing": (remove(RULES), "has no describe-security-group-rules.json"),
    "all missing": (
        remove(INTERFACES, GROUPS, RULES),
        "holds neither describe-network-interfaces.json, describe-security-groups.json, ",
    ),
    "another answer": (
        lambda folder: shutil.copy(folder / GROUPS, folder / INTERFACES),
        "it has no list NetworkInterfaces, but SecurityGroups",
    ),
    "rules as groups": (
        lambda folder: (folder / GROUPS).write_bytes(to_bare_array((folder / RULES).read_bytes())),
        "describe-security-groups.json, item 1 of SecurityGroups: it is known by a SecurityGroupRuleId",
    ),
    "groups as rules": (
        lambda folder: (folder / RULES).write_bytes(to_bare_array((folder / GROUPS).read_bytes())),
        "describe-security-group-rules.json, item 1 of SecurityGroupRules: it is known by a GroupId instead",
    ),
    "cut down": (
        lambda folder: (folder / INTERFACES).write_text('[{"Id": "eni-0a"}]'),
        "item 1 of NetworkInterfaces: it is not known by anything instead of a NetworkInterfaceId",
    ),
    "cut down to values": (
        lambda folder: (folder / INTERFACES).write_text('[["eni-0a", "10.0.1.10"]]'),
        "item 1 of NetworkInterfaces: ['eni-0a', '10.0.1.10'] is no object",
    ),
    "a value of another type": (
        lambda folder: (folder / INTERFACES).write_text(
            '[{"NetworkInterfaceId": "eni-0a", "VpcId": "vpc-0a", "PrivateIpAddress": "here"}]'
        ),
        "item 1 of NetworkInterfaces: EC2 answered 'here' for PrivateIpAddress, expected an IP address",
    ),
    "a protocol that there isn't": (
        lambda folder: rewrite(folder / RULES, lambda content: content.replace(b'"tcp"', b'"tpc"', 1)),
        "item 1 of SecurityGroupRules: 'tpc' is neither the name nor the number (0 to 255) of an IP protocol",
    ),
    "nested too deep": (lambda folder: (folder / RULES).write_text("[" * 100_000), "rules.json is no JSON: "),
    "table": (
        lambda folder: (folder / RULES).write_text("-----------\n|  DescribeSecurityGroupRules  |\n"),
        "what the AWS CLI writes with --output table: add --output json",
    ),
    "text": (
        lambda folder: (folder / RULES).write_text("SECURITYGROUPRULES\t-1\tsg-0a\n"),
        "what the AWS CLI writes with --output text",
    ),
    "yaml": (
        lambda folder: (folder / RULES).write_text("SecurityGroupRules:\n- CidrIpv4: 0.0.0.0/0\n"),
        "what the AWS CLI writes with --output yaml",
    ),
    "empty": (lambda folder: (folder / RULES).write_text("\n"), "is empty: has the command failed?"),
    "cut off": (
        lambda folder: rewrite(folder / RULES, lambda content: content[:-20]),
        "describe-security-group-rules.json is no JSON: ",
    ),
    "the first page alone": (
        lambda folder: (folder / RULES).write_text('{"SecurityGroupRules": [], "NextToken": "more"}'),
        "is not all of the answer, it has a NextToken: leave out --max-items",
    ),
    "no answer at all": (lambda folder: (folder / RULES).write_text("{}"), "but nothing"),
    "a prefix list of another name": (
        lambda folder: (folder / PREFIX_LIST).rename(folder / PREFIX_LIST.replace("pl-0a", "offices-")),
        "is not named by a prefix list's id, as pl-….json",
    ),
    "prefix lists in one file": (
        put_file_for_folder,
        "has to be a folder with one file for each prefix list",
    ),
    "a time beside the answers": (
        lambda folder: (folder / "2026-11-24T00-00-00Z").mkdir(),
        "holds both answers and folders named by a time",
    ),
}


@pytest.mark.parametrize(("change", "message"), WRONG.values(), ids=WRONG.keys())
def test_what_is_missing_or_wrong_is_named(folder: Path, change: Change, message: str) -> None:
    change(folder)

    with pytest.raises(AnalyzeError) as error:
        read_inventory_folder(folder)

    assert message in str(error.value)
    assert str(folder) in str(error.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [("2026-13-24T00-00-00Z", "there is no such time"), ("yesterday", "is not named by a UTC time")],
)
def test_a_folder_among_times_has_to_be_named_by_one(tmp_path: Path, name: str, message: str) -> None:
    write_inventory(tmp_path / "2026-11-24T00-00-00Z", INVENTORY)
    write_inventory(tmp_path / name, INVENTORY)

    with pytest.raises(AnalyzeError, match=rf"{name}.*{message}"):
        read_inventory_folder(tmp_path)


def test_two_folders_of_the_same_time_are_refused(tmp_path: Path) -> None:
    for name in ("2026-11-24T00-00-00Z", "2026-11-24T00:00:00Z"):
        write_inventory(tmp_path / name, INVENTORY)

    with pytest.raises(AnalyzeError, match="are of the same time"):
        read_inventory_folder(tmp_path)


def test_a_time_whose_folder_lacks_an_answer_is_named(tmp_path: Path) -> None:
    write_inventory(tmp_path / "2026-11-24T00-00-00Z", INVENTORY)
    (tmp_path / "2026-11-24T00-00-00Z" / GROUPS).unlink()

    with pytest.raises(AnalyzeError, match=r"2026-11-24T00-00-00Z has no describe-security-groups\.json"):
        read_inventory_folder(tmp_path)


@pytest.mark.parametrize(
    ("name", "message"), [("file", "is a file, not a folder"), ("none", "doesn't exist")]
)
def test_the_inventory_is_a_folder(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(AnalyzeError, match=message):
        read_inventory_folder(tmp_path / name)
