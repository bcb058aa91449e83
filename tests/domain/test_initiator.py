from dataclasses import replace

import pytest

from domain.initiator import End, find_client_by_handshake, find_client_by_ports
from domain.services import SERVICE_PORTS, is_ephemeral, is_service
from tests.domain.examples import RECORD


@pytest.mark.parametrize(
    ("tcp_flags", "client"),
    [
        (2, "source"),
        (3, "source"),
        (6, "source"),
        (18, "destination"),
        (19, "destination"),
        (22, "destination"),
        (0, None),
        (1, None),
        (4, None),
        (16, None),
        (None, None),
    ],
)
def test_who_sends_syn_ack_is_the_server(tcp_flags: int | None, client: End | None) -> None:
    assert find_client_by_handshake(6, tcp_flags) == client


def test_only_tcp_has_a_handshake() -> None:
    assert find_client_by_handshake(17, 2) is None


@pytest.mark.parametrize(
    ("source", "destination", "client"),
    [
        (49152, 443, "source"),
        (443, 49152, "destination"),
        (32768, 5432, "source"),
        (32767, 5432, None),
        (49152, 50000, None),
        (123, 123, None),
        (22, 443, None),
        (None, 443, None),
        (49152, None, None),
    ],
)
def test_a_service_and_a_port_that_systems_choose_tell_the_client(
    source: int | None, destination: int | None, client: End | None
) -> None:
    record = replace(RECORD, srcport=source, dstport=destination)

    assert find_client_by_ports(record) == client
    assert find_client_by_ports(replace(record, protocol=17)) == client


def test_other_protocols_have_no_ports_to_tell_by() -> None:
    assert find_client_by_ports(replace(RECORD, protocol=1, srcport=49152, dstport=0)) is None


def test_no_service_is_among_the_ports_that_systems_choose() -> None:
    assert not [port for port in SERVICE_PORTS if is_ephemeral(port)]
    assert not [port for port in SERVICE_PORTS if port < 1024]


@pytest.mark.parametrize("port", [22, 1023, 2049, 3306, 5432, 6379, 9200, 10050])
def test_ports_of_common_services_are_known(port: int) -> None:
    assert is_service(port)


@pytest.mark.parametrize("port", [1024, 8079, 32767, 49152])
def test_any_other_port_is_no_service(port: int) -> None:
    assert not is_service(port)
