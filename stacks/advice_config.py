from dataclasses import dataclass
from typing import Self

from stacks import context_keys as keys
from stacks.config_reader import ConfigReader


@dataclass(frozen=True, slots=True)
class AdviceConfig:
    """By which limits `advisor` judges; its own code has the same defaults."""

    window_days: int
    min_coverage_percent: int
    too_wide_factor: int
    max_cidrs: int
    public_peers: int
    keep_tag: str

    @classmethod
    def read(cls, reader: ConfigReader) -> Self:
        return cls(
            window_days=reader.read(keys.WINDOW_DAYS),
            min_coverage_percent=reader.read(keys.MIN_COVERAGE_PERCENT),
            too_wide_factor=reader.read(keys.TOO_WIDE_FACTOR),
            max_cidrs=reader.read(keys.MAX_CIDRS),
            public_peers=reader.read(keys.PUBLIC_PEERS),
            keep_tag=reader.read(keys.KEEP_TAG),
        )
