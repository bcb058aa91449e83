import pytest

from domain.errors import InventoryError
from domain.protocols import protocol_name, protocol_number


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (0, "hopopt"),
        (1, "icmp"),
        (6, "tcp"),
        (17, "udp"),
        (47, "gre"),
        (50, "esp"),
        (58, "icmpv6"),
        (132, "sctp"),
    ],
)
def test_a_protocol_has_the_name_that_iana_or_ec2_gives_it(number: int, name: str) -> None:
    assert protocol_name(number) == name
    assert protocol_number(name) == number


def test_a_protocol_without_a_name_is_named_by_its_number() -> None:
    assert protocol_name(253) == "protocol-253"


def test_every_name_leads_back_to_its_number() -> None:
    assert [protocol_number(protocol_name(number)) for number in range(256)] == list(range(256))


def test_a_rules_protocol_may_be_a_number() -> None:
    assert protocol_number("50") == 50


@pytest.mark.parametrize("name", ["-1", "all", "", "256", "protocol-", "protocol-999", "1 ", "٣", "9" * 5000])
def test_what_names_no_protocol_is_refused(name: str) -> None:
    with pytest.raises(InventoryError, match="neither the name nor the number"):
        protocol_number(name)
