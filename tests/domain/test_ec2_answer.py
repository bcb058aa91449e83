from collections.abc import Callable

import pytest

from domain.ec2_answer import (
    Answer,
    flag,
    member,
    members,
    optional_addr,
    optional_cidr,
    optional_number,
    optional_text,
    required_text,
    text_or_empty,
)
from domain.errors import InventoryError


@pytest.mark.parametrize(
    ("read", "nothing"),
    [
        (optional_text, None),
        (text_or_empty, ""),
        (optional_number, None),
        (flag, False),
        (optional_addr, None),
        (optional_cidr, None),
        (member, {}),
        (members, []),
    ],
)
def test_what_ec2_leaves_out_reads_as_nothing(read: Callable[[Answer, str], object], nothing: object) -> None:
    assert read({}, "Key") == nothing


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (required_text, ""),
        (required_text, None),
        (optional_text, 1),
        (optional_number, "22"),
        (flag, "true"),
        (optional_addr, "192.0.2.256"),
        (optional_cidr, "192.0.2.1/24"),
        (member, "text"),
        (members, {"a": 1}),
        (members, ["text"]),
    ],
)
def test_a_value_of_the_wrong_kind_is_an_error_that_names_the_key(
    read: Callable[[Answer, str], object], value: object
) -> None:
    with pytest.raises(InventoryError, match="for Key, expected"):
        read({"Key": value}, "Key")


def test_addresses_and_blocks_come_in_canonical_spelling() -> None:
    answer = {"Addr": "2001:DB8::0001", "Cidr": "2001:DB8::/32"}

    assert (optional_addr(answer, "Addr"), optional_cidr(answer, "Cidr")) == ("2001:db8::1", "2001:db8::/32")
