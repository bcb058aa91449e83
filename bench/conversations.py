"""Who talks to whom in a world: mostly TCP for the web, both halves of it, in one or several windows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final, NamedTuple

from bench.worlds import BUSY_FROM, BUSY_UNTIL, World
from domain.inventory import NetworkInterface

WINDOW: Final = 60
TCP, UDP, ICMP = 6, 17, 1
SYN, SYN_ACK, FIN = 2, 18, 1

End = tuple[str, int]
"""Address and port."""


class FlowValues(NamedTuple):
    """What an interface sees of one direction of a conversation in one aggregation window."""

    eni: NetworkInterface
    is_egress: bool
    local: End
    peer: End
    protocol: int
    packets: int
    bytes: int
    start: int
    end: int
    action: str
    tcp_flags: int
    peer_service: str = "-"
    pkt_local: str = ""
    """The packet's own address, where it is not the interface's."""


class _Talk(NamedTuple):
    client: End
    server: End
    client_eni: NetworkInterface | None
    server_eni: NetworkInterface | None
    protocol: int = TCP
    windows: int = 1
    begins: bool = True
    """Whether the handshake is in the first window."""
    answered: bool = True
    service: str = "-"
    pkt_server: str = ""


@dataclass(slots=True)
class Conversations:
    world: World
    rng: Random
    peers: int
    records: int
    """About how many flows fill the busy hours."""
    _kinds: dict[str, list[NetworkInterface]] = field(default_factory=dict)
    _members: dict[str, list[NetworkInterface]] = field(default_factory=dict)
    _calls: list[tuple[str, NetworkInterface, int]] = field(default_factory=list)
    """Group of the caller, interface that its rule lets it reach, port."""
    _behind_load_balancers: list[tuple[str, NetworkInterface, int]] = field(default_factory=list)

    def flows(self) -> Iterator[FlowValues]:
        """Endless; the time goes on from conversation to conversation."""
        self._sort_interfaces()
        scripts = [script for script, weight in self._scripts() for _ in range(weight)]
        made = 0
        while True:
            at = BUSY_FROM + made * (BUSY_UNTIL - BUSY_FROM) // self.records
            for flow in self._watch(self.rng.choice(scripts)(), at):
                made += 1
                yield flow

    def _sort_interfaces(self) -> None:
        for eni in self.world.interfaces:
            self._kinds.setdefault(eni.name.rsplit("-", 1)[0], []).append(eni)
            for group_id in eni.group_ids:
                self._members.setdefault(group_id, []).append(eni)
        for rule in self.world.rules:
            caller = rule.peer.referenced_group_id
            if rule.direction == "ingress" and caller in self._members and rule.from_port is not None:
                self._calls += [(caller, eni, rule.from_port) for eni in self._members.get(rule.group_id, ())]
        balanced = {group_id for eni in self._kinds["network_load_balancer"] for group_id in eni.group_ids}
        self._behind_load_balancers = [call for call in self._calls if call[0] in balanced]

    def _scripts(self) -> list[tuple[Callable[[], _Talk], int]]:
        """With how many of a hundred conversations are of each kind."""
        return [
            (self._visit, 36),
            (self._call, 17),
            (self._pooled, 5),
            (self._api, 5),
            (self._name_query, 4),
            (self._time_query, 2),
            (self._ping, 2),
            (self._through_nat, 3),
            (self._through_load_balancer, 2),
            (self._probe, 24),
        ]

    def _visit(self) -> _Talk:
        server = self._choose("edge")
        windows = self.rng.choice((1, 1, 1, 2, 3))
        if self.rng.random() < 0.05:
            client = f"2001:db8:{self.rng.randrange(1, 200):x}::{self.rng.randrange(1, 9):x}"
            return _Talk(self._from(client), (server.private_addrs[-1], 443), None, server, TCP, windows)
        port = self.rng.choice((443, 443, 443, 80))
        return _Talk(self._from(self._outside()), (server.private_addrs[0], port), None, server, TCP, windows)

    def _call(self) -> _Talk:
        caller, server, port = self.rng.choice(self._calls)
        client = self.rng.choice(self._members[caller])
        client_addr, server_addr = client.private_addrs[0], self._any_ipv4(server)
        return _Talk(self._from(client_addr), (server_addr, port), client, server)

    def _pooled(self) -> _Talk:
        """It began before, or goes on for long: later windows have no SYN."""
        windows, begins = self.rng.randint(3, 8), self.rng.random() < 0.5
        return self._call()._replace(windows=windows, begins=begins)

    def _api(self) -> _Talk:
        client = self._choose("service")
        in_s3 = f"192.0.2.{self.rng.randrange(192)}"
        server, service = self.rng.choice(((self._outside(), "-"), (in_s3, "S3")))
        return _Talk(self._from(client.private_addrs[0]), (server, 443), client, None, service=service)

    def _name_query(self) -> _Talk:
        client, server = self._choose("service"), self.rng.choice(self._kinds["data"][:4])
        ends = self._from(client.private_addrs[0]), (server.private_addrs[0], 53)
        return _Talk(*ends, client, server, UDP)

    def _time_query(self) -> _Talk:
        client = self._choose("service")
        server = f"203.0.113.{self.rng.randrange(8)}"
        return _Talk((client.private_addrs[0], 123), (server, 123), client, None, UDP)

    def _ping(self) -> _Talk:
        client, server = self._choose("service"), self._choose("data")
        return _Talk((client.private_addrs[0], 0), (server.private_addrs[0], 0), client, server, ICMP)

    def _through_nat(self) -> _Talk:
        """As the gateway's interface sees it, which has no groups: packets for others come to its address."""
        nat, client = self._choose("nat_gateway"), self._choose("service")
        ends = self._from(client.private_addrs[0]), (nat.private_addrs[0], 443)
        return _Talk(*ends, None, nat, pkt_server=self._outside())

    def _through_load_balancer(self) -> _Talk:
        """A Network Load Balancer preserves its client's address: the target's rule names its group."""
        _, target, port = self.rng.choice(self._behind_load_balancers)
        return _Talk(self._from(self._outside()), (target.private_addrs[0], port), None, target)

    def _probe(self) -> _Talk:
        server = self._choose("edge" if self.rng.random() < 0.5 else "service")
        port = self.rng.choice((22, 23, 3389, 445, self.rng.randrange(1, 65_536)))
        scanner = self._from(self._outside())
        return _Talk(scanner, (server.private_addrs[0], port), None, server, answered=False)

    def _choose(self, kind: str) -> NetworkInterface:
        return self.rng.choice(self._kinds[kind])

    def _outside(self) -> str:
        """The documentation's networks are too small for so many: the range for benchmarks has 131,072."""
        number = self.rng.randrange(self.peers)
        return f"198.{18 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"

    def _any_ipv4(self, eni: NetworkInterface) -> str:
        return self.rng.choice([addr for addr in eni.private_addrs if ":" not in addr])

    def _from(self, addr: str) -> End:
        return addr, self.rng.randint(32_768, 60_999)

    def _watch(self, talk: _Talk, at: int) -> Iterator[FlowValues]:
        start = at + self.rng.randrange(WINDOW)
        for window in range(talk.windows):
            for eni, local, peer in (
                (talk.client_eni, talk.client, talk.server),
                (talk.server_eni, talk.server, talk.client),
            ):
                if eni is not None:
                    yield from self._watch_window(talk, eni, local, peer, window, start + window * WINDOW)

    def _watch_window(
        self, talk: _Talk, eni: NetworkInterface, local: End, peer: End, window: int, start: int
    ) -> Iterator[FlowValues]:
        opens = talk.begins and window == 0
        action = "ACCEPT" if talk.answered else "REJECT"
        for is_answer in (False, True)[: 1 + talk.answered]:
            packets = self.rng.randint(1, 40)
            yield FlowValues(
                eni=eni,
                is_egress=(local == talk.client) != is_answer,
                local=local,
                peer=peer,
                protocol=talk.protocol,
                packets=packets,
                bytes=packets * self.rng.randint(52, 1500),
                start=start,
                end=start + self.rng.randrange(WINDOW),
                action=action,
                tcp_flags=self._flags(talk, is_answer, opens, window == talk.windows - 1),
                peer_service=talk.service,
                pkt_local=talk.pkt_server,
            )

    def _flags(self, talk: _Talk, is_answer: bool, opens: bool, closes: bool) -> int:
        if talk.protocol != TCP:
            return 0
        opening = (SYN_ACK if is_answer else SYN) if opens else 0
        return opening | (FIN if closes and talk.answered else 0)
