"""How much is sent when: the day's curve, and bytes as packets with TCP's flags."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi
from random import Random

from local.sample.groups import HOUR
from local.traffic.types import (
    FIN,
    ICMP,
    NO_PORT,
    NOTHING,
    SYN,
    SYN_ACK,
    TCP,
    UDP,
    Burst,
    Conversation,
    Host,
    Load,
)

DAY = 24 * HOUR
SEGMENT_BYTES = 1448
HEADER_BYTES = 52
HANDSHAKE = Load(2, 112)
HANDSHAKE_ANSWER = Load(1, 60)
QUIETEST_HOUR = 3
LONGEST_PAUSE = 20


@dataclass(frozen=True, slots=True)
class Scene:
    """The day to fill, with the chance that fills it: the same seed gives the same day."""

    start: int
    """Epoch second at which the sample day starts."""
    rng: Random
    scale: float

    def busy_moments(self, per_day: int) -> Iterator[int]:
        """More of them in the afternoon than in the night (UTC)."""
        for _ in range(round(per_day * self.scale)):
            moment = self.rng.randrange(DAY)
            while self.rng.random() > self._busyness(moment):
                moment = self.rng.randrange(DAY)
            yield moment

    def every(self, period: int) -> Iterator[int]:
        """About each `period` seconds, from a moment of its own on."""
        moment = self.rng.randrange(period)
        while moment < DAY:
            yield moment
            moment += period + self.rng.randint(-2, 2)

    def at_clock(self, hour: int, minute: int) -> int:
        """The first moment of the day at which clocks (UTC) show that time."""
        return (hour * HOUR + minute * 60 - self.start) % DAY

    def _busyness(self, moment: int) -> float:
        hours = (self.start + moment) % DAY / HOUR - QUIETEST_HOUR
        return 0.55 - 0.45 * cos(hours * 2 * pi / 24)

    def around(self, typical: int) -> int:
        """Log-normal: most are near `typical`, some many times as large."""
        return max(1, round(typical * self.rng.lognormvariate(0, 0.7)))

    def tcp(
        self, kind: str, client: Host, server: Host, server_port: int, bursts: Sequence[Burst]
    ) -> Conversation:
        """From a port that the client's system chose."""
        return Conversation(kind, client, server, TCP, self._ephemeral_port(), server_port, tuple(bursts))

    def udp(
        self, kind: str, client: Host, server: Host, server_port: int, bursts: Sequence[Burst]
    ) -> Conversation:
        return Conversation(kind, client, server, UDP, self._ephemeral_port(), server_port, tuple(bursts))

    def _ephemeral_port(self) -> int:
        return self.rng.randint(32768, 60999)


def tcp_exchange(at: int, seconds: int, request_bytes: int, response_bytes: int) -> tuple[Burst, ...]:
    """A whole connection, from SYN to FIN."""
    pauses = -(-seconds // LONGEST_PAUSE)
    moments = [at + seconds * turn // max(pauses, 1) for turn in range(pauses + 1)]
    talk = tcp_talk(moments, request_bytes // len(moments), response_bytes // len(moments))
    return close_tcp(open_tcp(talk))


def tcp_talk(moments: Sequence[int], request_bytes: int, response_bytes: int) -> tuple[Burst, ...]:
    """A part of a connection in which it neither begins nor ends; the bytes are those of each moment."""
    segments = _segments(request_bytes), _segments(response_bytes)
    sent = _load(segments[0] + segments[1] // 2, request_bytes)
    answered = _load(segments[1] + segments[0] // 2, response_bytes)
    return tuple(Burst(at, sent, answered) for at in moments)


def open_tcp(bursts: Sequence[Burst]) -> tuple[Burst, ...]:
    first, *others = bursts
    opening = Burst(
        first.at,
        _plus(first.sent, HANDSHAKE),
        _plus(first.answered, HANDSHAKE_ANSWER),
        first.sent_flags | SYN,
        first.answered_flags | SYN_ACK,
    )
    return (opening, *others)


def close_tcp(bursts: Sequence[Burst]) -> tuple[Burst, ...]:
    *others, last = bursts
    closing = Burst(
        last.at,
        _plus(last.sent, _load(2, 0)),
        _plus(last.answered, _load(2, 0)),
        last.sent_flags | FIN,
        last.answered_flags | FIN,
    )
    return (*others, closing)


def datagrams(at: int, sent_bytes: int, answered_bytes: int, count: int = 1) -> tuple[Burst, ...]:
    """UDP or ICMP packets of that many bytes each, headers included; 0 for no answer."""
    answered = Load(count, count * answered_bytes) if answered_bytes else NOTHING
    return (Burst(at, Load(count, count * sent_bytes), answered),)


def icmp(
    kind: str, client: Host, server: Host, icmp_type: tuple[int, int], bursts: tuple[Burst, ...]
) -> Conversation:
    return Conversation(kind, client, server, ICMP, NO_PORT, NO_PORT, bursts, icmp_type=icmp_type)


def _segments(payload: int) -> int:
    return max(1, -(-payload // SEGMENT_BYTES))


def _load(packets: int, payload: int) -> Load:
    return Load(packets, packets * HEADER_BYTES + payload)


def _plus(load: Load, other: Load) -> Load:
    return Load(load.packets + other.packets, load.bytes + other.bytes)
