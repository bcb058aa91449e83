import codecs
import gzip
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from domain.inventory import Inventory
from domain.inventory_day import observe
from local.analyze.inventory_folder import read_inventory_folder
from tests.domain.examples import ENI, ENTRY, GROUP, INVENTORY, MIDNIGHT, PEER, RULE, VPC_ID
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

OTHER_VPC_ID = "vpc-0b1b2c3d4e5f60718"
OTHER = Inventory(
    OTHER_VPC_ID,
    INVENTORY.observed_at,
    (replace(ENI, interface_id="eni-0ccccccccccccccccc", vpc_id=OTHER_VPC_ID, group_ids=("sg-0d",)),),
    (replace(GROUP, group_id="sg-0d", vpc_id=OTHER_VPC_ID),),
    (replace(RULE, rule_id="sgr-0d", group_id="sg-0d"),),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_recorded(tmp_path)


def to_pages(content: bytes) -> bytes:
    """Each but the last says that there is more."""
    [(member, items)] = json.loads(content).items()
    pages = [{member: [item], "NextToken": "more"} for item in items]
    pages[-1].pop("NextToken")
    return "\n".join(json.dumps(page, indent=4) for page in pages).encode()


def to_utf16(content: bytes) -> bytes:
    return codecs.BOM_UTF16_LE + content.replace(b"\n", b"\r\n").decode().encode("utf-16-le")


def test_the_answers_of_the_aws_cli_are_in_force_at_all_times(folder: Path) -> None:
    inventory = read_inventory_folder(folder)

    [day] = inventory.days["vpc-0a1b2c3d4e5f60718"]
    assert [eni.fact.private_addrs for eni in day.network_interfaces] == [
        ("10.0.1.10", "2001:db8:20::10"),
        ("10.0.2.20", "2001:db8:20::20"),
    ]
    assert [group.fact.group_name for group in day.security_groups] == ["web", "database"]
    assert [rule.fact.direction for rule in day.security_group_rules] == ["ingress", "egress", "ingress"]
    assert [entry.fact.key for entry in day.prefix_list_entries] == [
        "pl-0aaaaaaaaaaaaaaaa 203.0.113.0/26",
        "pl-0aaaaaaaaaaaaaaaa 203.0.113.64/26",
    ]
    assert {interval.seen_from for interval in day.network_interfaces} == {0}


@pytest.mark.parametrize(
    "change",
    [to_bare_array, to_pages, to_utf16, gzip.compress, lambda content: codecs.BOM_UTF8 + content],
    ids=["bare array", "pages", "UTF-16", "gzip", "byte order mark"],
)
def test_the_answers_are_read_in_each_form_that_they_come_in(
    folder: Path, change: Callable[[bytes], bytes]
) -> None:
    expected = read_inventory_folder(folder)
    for name in (INTERFACES, GROUPS, RULES, PREFIX_LIST):
        rewrite(folder / name, change)

    assert read_inventory_folder(folder) == expected


def test_prefix_lists_are_optional_and_their_lack_is_told(folder: Path) -> None:
    shutil.rmtree(folder / "get-managed-prefix-list-entries")

    assert read_inventory_folder(folder).gaps.prefix_lists == {"pl-0aaaaaaaaaaaaaaaa"}


def test_interfaces_of_several_vpcs_make_an_inventory_for_each(tmp_path: Path) -> None:
    write_inventory(tmp_path, INVENTORY, OTHER)

    inventory = read_inventory_folder(tmp_path)

    assert inventory.days == {
        VPC_ID: (observe(None, replace(INVENTORY, observed_at=0, prefix_list_entries=())),),
        OTHER_VPC_ID: (observe(None, replace(OTHER, observed_at=0)),),
    }


def test_a_vpc_has_the_groups_of_other_vpcs_that_its_interfaces_carry_and_the_lists_of_its_rules(
    tmp_path: Path,
) -> None:
    shared = replace(GROUP, group_id="sg-0d", vpc_id=OTHER_VPC_ID)
    carrying = replace(ENI, group_ids=("sg-0d",))
    listing = replace(RULE, group_id="sg-0d", peer=replace(RULE.peer, cidr_ipv4=None, prefix_list_id="pl-0a"))
    entry = replace(ENTRY, prefix_list_id="pl-0a", prefix_list_name="")
    mine = Inventory(VPC_ID, 0, (carrying,), (shared,), (listing,), (entry,))
    write_inventory(tmp_path, mine)

    assert read_inventory_folder(tmp_path).days[VPC_ID] == (observe(None, mine),)


def test_folders_named_by_their_time_are_a_history(tmp_path: Path) -> None:
    changed = replace(INVENTORY, network_interfaces=(ENI, PEER), prefix_list_entries=())
    first = replace(INVENTORY, prefix_list_entries=())
    times = {"2026-01-01T01-00-00Z": (first,), "2026-01-01T02:30:00Z": (changed,), "2026-01-03T00-00-00Z": ()}
    for name, inventories in times.items():
        write_inventory(tmp_path / name, *inventories)

    inventory = read_inventory_folder(tmp_path)

    first_day = observe(
        observe(None, replace(first, observed_at=MIDNIGHT + 3600)),
        replace(changed, observed_at=MIDNIGHT + 9000),
    )
    nothing = Inventory(VPC_ID, MIDNIGHT + 2 * 86_400)
    assert inventory.days == {VPC_ID: (first_day, observe(first_day, nothing))}
    assert inventory.observed_from == MIDNIGHT + 3600
    assert inventory.folders == 3


def test_what_the_inventory_speaks_of_and_lacks_is_told(tmp_path: Path) -> None:
    referring = replace(RULE.peer, cidr_ipv4=None, referenced_group_id="sg-0e")
    write_inventory(
        tmp_path,
        Inventory(
            VPC_ID,
            0,
            (replace(ENI, group_ids=("sg-0d", "sg-0f")),),
            (GROUP, replace(GROUP, group_id="sg-0f")),
            (replace(RULE, peer=referring),),
        ),
    )

    gaps = read_inventory_folder(tmp_path).gaps

    assert gaps.carried_groups == {"sg-0d"}
    assert gaps.groups_without_rules == {"sg-0f"}
    assert gaps.referenced_groups == {"sg-0e"}
