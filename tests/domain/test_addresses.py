import pytest

from domain.addresses import canonical_addr, parse_addr, parse_cidr


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("2001:db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
    ],
)
def test_every_spelling_of_an_address_has_one_canonical_form(text: str, canonical: str) -> None:
    assert canonical_addr(text) == canonical


@pytest.mark.parametrize("text", ["", "192.0.2", "192.0.2.256", "192.0.2.01", "fe80::1%eth0", "192.0.2.1/32"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"does not appear to be|has a zone"):
        parse_addr(text)


def test_a_cidr_block_with_host_bits_is_refused() -> None:
    with pytest.raises(ValueError, match="host bits"):
        parse_cidr("192.0.2.1/24")
