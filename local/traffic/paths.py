"""The network interfaces that a conversation passes, and how each of them sees it."""

from dataclasses import dataclass, replace

from local.sample.interfaces import SUBNETS
from local.sample.types import Direction, SampleInterface
from local.traffic.hosts import INTERFACE, WAREHOUSE
from local.traffic.types import Conversation, Host, Initiator

NAT = INTERFACE["nat"]
PUBLIC_SUBNETS = {subnet.name for subnet in SUBNETS if subnet.tier == "public"}

# Numbers of AWS's field traffic-path, as Nitro instances write them.
WITHIN_VPC = 1
INTRA_REGION_PEERING = 4
GATEWAY_ENDPOINT = 7
INTERNET_GATEWAY = 8


@dataclass(frozen=True, slots=True)
class Leg:
    """A conversation as one interface sees it; `packet_local_addr` is what the packets bear themselves."""

    interface: SampleInterface
    initiator: Initiator
    packet_local_addr: str
    local_port: int
    peer_addr: str
    peer_port: int
    traffic_path: int = WITHIN_VPC
    peer_service: str | None = None

    @property
    def direction(self) -> Direction:
        """Of the connection, seen from the interface."""
        return "egress" if self.initiator == "local" else "ingress"

    @property
    def local_addr(self) -> str:
        """Flow logs show an interface's primary IPv4 address for each of its own."""
        if ":" in self.packet_local_addr:
            return self.packet_local_addr
        return self.interface.private_addrs[0]


def legs(conversation: Conversation) -> tuple[Leg, ...]:
    """In the order in which the first packet passes them."""
    client, server = conversation.client, conversation.server
    path: list[Leg] = []
    if client.interface is not None:
        path.append(_client_leg(conversation, INTERFACE[client.interface]))
        if _goes_through_nat(INTERFACE[client.interface], server):
            path = [replace(path[0], traffic_path=WITHIN_VPC), *_nat_legs(conversation)]
    if server.interface is not None:
        path.append(_server_leg(conversation, INTERFACE[server.interface]))
    return tuple(path)


def _client_leg(conversation: Conversation, interface: SampleInterface) -> Leg:
    server = conversation.server
    return Leg(
        interface,
        "local",
        conversation.client.addr,
        conversation.client_port,
        server.addr,
        conversation.server_port,
        _traffic_path(server),
        server.aws_service,
    )


def _server_leg(conversation: Conversation, interface: SampleInterface) -> Leg:
    client = conversation.client
    return Leg(
        interface,
        "peer",
        conversation.server.addr,
        conversation.server_port,
        client.addr,
        conversation.client_port,
        _traffic_path(client),
        client.aws_service,
    )


def _nat_legs(conversation: Conversation) -> tuple[Leg, Leg]:
    """Towards the instance the gateway's packets bear the server's address, towards the server its own.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-records-examples.html#flow-log-example-nat
    """
    server = conversation.server
    inner = Leg(
        NAT,
        "peer",
        server.addr,
        conversation.server_port,
        conversation.client.addr,
        conversation.client_port,
    )
    outer = Leg(
        NAT,
        "local",
        NAT.private_addrs[0],
        _translated_port(conversation.client_port),
        server.addr,
        conversation.server_port,
        INTERNET_GATEWAY,
        server.aws_service,
    )
    return inner, outer


def _translated_port(port: int) -> int:
    return 1024 + (port * 7919) % 64512


def _goes_through_nat(client: SampleInterface, server: Host) -> bool:
    outside = server.interface is None and server.aws_service is None and ":" not in server.addr
    return outside and client.subnet not in PUBLIC_SUBNETS


def _traffic_path(peer: Host) -> int:
    if peer.interface is not None:
        return WITHIN_VPC
    if peer in WAREHOUSE:
        return INTRA_REGION_PEERING
    return GATEWAY_ENDPOINT if peer.aws_service == "S3" else INTERNET_GATEWAY
