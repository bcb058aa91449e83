import pytest

from domain.flow_classes import PORT_KINDS, AddrClasses, Ports, StateNumbers
from domain.inventory_day import observe
from domain.services import is_ephemeral, is_service
from tests.domain.examples import ENI, INVENTORY, RULE

CLASSES = AddrClasses(observe(None, INVENTORY))


def test_a_ports_kind_is_what_it_says_about_who_began() -> None:
    assert [*PORT_KINDS] == [is_service(port) + 2 * is_ephemeral(port) for port in range(65_536)]


@pytest.mark.parametrize("text", ["-", "", "65536", "-1", "07", "+7", " 7", "1_0", "٣", "²"])
def test_a_port_in_any_other_spelling_is_none(text: str) -> None:
    ports = Ports()

    with pytest.raises(ValueError, match=r".*"):
        ports[text]
    assert not ports


def test_addresses_in_the_same_blocks_of_the_rules_are_of_one_class() -> None:
    assert RULE.peer.cidr_ipv4 == "203.0.113.0/24"
    assert CLASSES["203.0.113.1"] == CLASSES["203.0.113.200"]
    assert CLASSES["192.0.2.1"] == CLASSES["2001:db8::1"]
    assert len({CLASSES["203.0.113.1"], CLASSES["198.51.100.1"], CLASSES["192.0.2.1"]}) == 3


def test_an_address_of_an_interface_has_a_class_at_a_time_only() -> None:
    addr = ENI.private_addrs[0]

    assert CLASSES[addr] == AddrClasses.INTERFACE
    assert CLASSES.classify(addr, (ENI.group_ids, None)) != CLASSES.classify(addr, (None, ENI.group_ids))


@pytest.mark.parametrize(
    "text", ["-", "", "10.0.1", "010.0.1.1", "10.0.1.1 ", "2001:DB8::1", "2001:db8:0::1", "fe80::1%eth0"]
)
def test_an_address_in_any_other_spelling_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        CLASSES[text]
    assert text not in CLASSES


def test_a_state_lasts_from_one_change_to_the_next() -> None:
    states = StateNumbers([1_000_000_000, 1_000_000_060])

    assert [states[str(second)] for second in (999_999_999, 1_000_000_000, 1_000_000_059)] == [0, 1, 1]
    assert states["1000000060"] == 2
    assert states.bounds(1) == ("1000000000", "1000000060")
    assert states.bounds(0)[0] <= "0999999999" < states.bounds(0)[1]
    assert states.bounds(2)[1] > "9999999998"
