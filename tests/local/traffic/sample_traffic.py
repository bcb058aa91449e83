"""The sample's traffic of one day, and its lines read the plain way."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from local.sample.interfaces import INTERFACES
from local.traffic.generate import generate
from local.traffic.lines import ALL_FIELDS
from tests.local.sample.in_moto import NOON, make_sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.traffic.types import SampleRecord, Traffic, Truth

SEED = 7
DAY = 86_400


class Written(NamedTuple):
    interface: str
    fields: dict[str, str]
    truth: Truth

    @property
    def second(self) -> int:
        return int(self.fields["start"]) - NOON


@cache
def make_traffic() -> Traffic:
    return generate(make_sample().sample, SEED, NOON, NOON + DAY)


def read_flows(traffic: Traffic) -> Iterator[Written]:
    sample = make_sample().sample
    names = {f"{sample.interface_id(interface)}-all": interface.name for interface in INTERFACES}
    for stream, records in traffic.streams.items():
        for record in records:
            if record.truth is not None:
                fields = dict(zip(ALL_FIELDS, record.line.split(), strict=True))
                yield Written(names[stream], fields, record.truth)


def records_of(traffic: Traffic, name: str) -> tuple[SampleRecord, ...]:
    interface = next(interface for interface in INTERFACES if interface.name == name)
    return traffic.streams.get(f"{make_sample().sample.interface_id(interface)}-all", ())


def lines(traffic: Traffic) -> list[str]:
    return [record.line for records in traffic.streams.values() for record in records]


def count_log_statuses(records: tuple[SampleRecord, ...]) -> Counter[str]:
    position = ALL_FIELDS.index("log-status")
    return Counter(record.line.split()[position] for record in records)
