from ipaddress import ip_network

import pytest

from stacks.network_ranges import covered_families, is_private, is_public


@pytest.mark.parametrize(
    ("cidr", "public"),
    [("198.0.0.0/7", True), ("10.0.0.0/8", False), ("2000::/31", True), ("2001:db8::/32", False)],
)
def test_a_range_is_public_where_s3_calls_it_so(cidr: str, public: bool) -> None:
    assert is_public(ip_network(cidr)) is public


@pytest.mark.parametrize(
    ("cidr", "private"),
    [
        ("10.1.0.0/16", True),
        ("172.16.0.0/12", True),
        ("172.0.0.0/8", False),
        ("203.0.113.0/24", False),
        ("fd00::/8", True),
        ("2001:db8::/32", False),
    ],
)
def test_a_range_is_private_where_all_of_it_is(cidr: str, private: bool) -> None:
    assert is_private(ip_network(cidr)) is private


@pytest.mark.parametrize(
    ("cidrs", "families"),
    [
        (["0.0.0.0/1", "128.0.0.0/1"], ["IPv4"]),
        (["0.0.0.0/1", "128.0.0.0/2"], []),
        (["::/1", "8000::/1", "192.0.2.0/24"], ["IPv6"]),
        (["0.0.0.0/0", "::/0"], ["IPv4", "IPv6"]),
        ([], []),
    ],
)
def test_ranges_may_cover_a_family_only_together(cidrs: list[str], families: list[str]) -> None:
    assert covered_families(map(ip_network, cidrs)) == families
