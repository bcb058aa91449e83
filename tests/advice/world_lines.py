"""All that flow logs write of a random world: both halves of connections, knocks, hours without traffic."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from random import Random
from typing import Final

from domain.inventory import NetworkInterface
from local.traffic.lines import ALL_FIELDS
from local.traffic.types import SYN, SYN_ACK, TCP, SampleRecord, Traffic
from tests.advice.oracle_traffic import DAY, HOUR, Recorded, addrs_of
from tests.advice.worlds import World
from tests.domain.examples import ACCOUNT_ID

CLIENT_PORT: Final = 32_768
UNTOLD_PORT: Final = 8_192
"""Of a client of which no port tells that it is one."""
UNKNOWN_ADDRS: Final = {4: "10.0.0.99", 6: "2001:db8::99"}
"""Of an interface, as far as the inventory goes."""
Ends = tuple[tuple[str, int], tuple[str, int]]
"""Addresses and ports of source and destination."""


@dataclass(slots=True)
class WorldWriter:
    world: World
    source: Random
    numbers: Iterator[int]
    """Of connections, below 20,000: clients' ports go by them, and no two connections have the same ends."""
    fields: Sequence[str] = ALL_FIELDS
    streams: dict[str, list[SampleRecord]] = field(default_factory=lambda: defaultdict(list))

    def write(self) -> Traffic:
        for recorded in self.world.recorded:
            for _ in range(recorded.records):
                self._write_connection(self._move_to_midnight(recorded))
        for eni_number, interface_id in enumerate(_interface_ids(self.world)):
            self._write_silence(interface_id, eni_number)
        return Traffic(
            {stream: tuple(sorted(records, key=_start)) for stream, records in self.streams.items()}
        )

    def _move_to_midnight(self, recorded: Recorded) -> Recorded:
        """Some: such a record starts on one day and ends on the next."""
        return recorded._replace(at=recorded.at - recorded.at % DAY - 10) if self._happens(0.1) else recorded

    def _write_connection(self, recorded: Recorded) -> None:
        """All of it in one interval, so that it reaches flow_ingest in one batch."""
        eni = find_interface(recorded, self.world)
        request = self._make_ends(recorded, eni)
        action = "REJECT" if self._happens(0.1) else "ACCEPT"
        is_told = recorded.protocol == TCP and recorded.is_known and self._happens(0.7)
        self._write_half(recorded, eni, request, action, SYN if is_told else 0)
        if action == "ACCEPT" and self._happens(0.6):
            self._write_half(recorded, eni, request[::-1], action, SYN_ACK if is_told else 0)
        if action == "ACCEPT" and self._happens(0.2):
            self._write_half(recorded, eni, request, action, 0)

    def _make_ends(self, recorded: Recorded, eni: NetworkInterface | None) -> Ends:
        peer, local = recorded.peer_addr, self._choose_local(recorded, eni)
        client, server = (peer, local) if recorded.direction == "ingress" else (local, peer)
        if recorded.port is None:
            return (client, 0), (server, 0)
        client_port = (CLIENT_PORT if recorded.is_known else UNTOLD_PORT) + next(self.numbers)
        return (client, client_port), (server, recorded.port)

    def _choose_local(self, recorded: Recorded, eni: NetworkInterface | None) -> str:
        version = ip_address(recorded.peer_addr).version
        own = [addr for addr in (addrs_of(eni) if eni else ()) if ip_address(addr).version == version]
        return self.source.choice(own or [UNKNOWN_ADDRS[version]])

    def _write_half(
        self, recorded: Recorded, eni: NetworkInterface | None, ends: Ends, action: str, flags: int
    ) -> None:
        (source, source_port), (target, target_port) = ends
        is_from_peer = source == recorded.peer_addr
        packets = self.source.randint(1, 50)
        values: dict[str, object] = {
            "srcaddr": source if is_from_peer else _primary(source, eni),
            "dstaddr": _primary(target, eni) if is_from_peer else target,
            "pkt-srcaddr": source,
            "pkt-dstaddr": target,
            "srcport": source_port,
            "dstport": target_port,
            "protocol": recorded.protocol,
            "packets": packets,
            "bytes": packets * self.source.randint(40, 1500),
            "action": action,
            "vpc-id": self.world.now.vpc_id,
            "tcp-flags": flags,
            "type": f"IPv{ip_address(source).version}",
            "flow-direction": ("ingress" if is_from_peer else "egress") if self._happens(0.9) else "-",
        }
        self._add(recorded.interface_id, recorded.at, self.source.randint(0, 59), "OK", values)

    def _write_silence(self, interface_id: str, number: int) -> None:
        """NODATA of the hours that the interface logged, and some SKIPDATA."""
        world = self.world
        _, logged = world.hours[number % len(world.hours)] if world.hours else (0, 0)
        begun = world.made_at - world.settings.window_days * DAY
        for start in range(begun - begun % DAY, world.made_at - HOUR, HOUR):
            if logged >> (start % DAY // HOUR) & 1:
                self._add(interface_id, start + self.source.randint(0, HOUR - 60), 59, "NODATA", {})
            if self._happens(0.02):
                self._add(interface_id, start, 59, "SKIPDATA", {})

    def _add(
        self, interface_id: str, start: int, seconds: int, status: str, values: dict[str, object]
    ) -> None:
        known = {"version": 5, "account-id": ACCOUNT_ID, "interface-id": interface_id, "log-status": status}
        told = {**values, **known, "start": start, "end": start + seconds}
        line = " ".join(str(told.get(name, "-")) for name in self.fields)
        self.streams[f"{interface_id}-all"].append(SampleRecord(start, line, None))

    def _happens(self, share: float) -> bool:
        return self.source.random() < share


def _start(record: SampleRecord) -> int:
    return record.start


def _interface_ids(world: World) -> list[str]:
    return sorted({eni.interface_id for each in world.observations for eni in each.network_interfaces})


def _primary(addr: str, eni: NetworkInterface | None) -> str:
    """What the plain fields show for an interface's other IPv4 addresses."""
    return eni.private_addrs[0] if eni and ip_address(addr).version == 4 else addr


def find_interface(recorded: Recorded, world: World) -> NetworkInterface | None:
    inventory = world.at(recorded.at)
    enis = inventory.network_interfaces if inventory else ()
    return next((eni for eni in enis if eni.interface_id == recorded.interface_id), None)
