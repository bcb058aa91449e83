from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from stacks import context_keys as keys
from stacks.advice_config import AdviceConfig
from stacks.config_reader import ConfigReader
from stacks.domain_size import SIZES, DomainSize
from stacks.network_ranges import IpNetwork, covered_families, is_public


@dataclass(frozen=True, slots=True)
class AppConfig:
    """`vpc_ids` holds ids of VPCs and of subnets."""

    vpc_ids: tuple[str, ...]
    allowed_cidrs: tuple[IpNetwork, ...]
    allow_public: bool
    size: DomainSize
    engine_version: str
    retention_days: int
    aggregation_interval: int
    traffic_type: str
    advice: AdviceConfig
    retain_data: bool
    alarm_email: str | None

    @classmethod
    def from_context(cls, context: Mapping[str, object]) -> Self:
        """Takes the whole context, so that unknown keys show. Raises ConfigError with all mistakes."""
        reader = ConfigReader(context)
        config = cls(
            vpc_ids=_read_vpc_ids(reader),
            allowed_cidrs=tuple(dict.fromkeys(reader.read_list(keys.ALLOWED_CIDRS))),
            allow_public=reader.read(keys.ALLOW_PUBLIC),
            size=_read_size(reader),
            engine_version=reader.read(keys.ENGINE_VERSION),
            retention_days=reader.read(keys.RETENTION_DAYS),
            aggregation_interval=reader.read(keys.AGGREGATION_INTERVAL),
            traffic_type=reader.read(keys.TRAFFIC_TYPE),
            advice=AdviceConfig.read(reader),
            retain_data=reader.read(keys.RETAIN_DATA),
            alarm_email=reader.read(keys.ALARM_EMAIL),
        )
        if not config.allow_public:
            _refuse_public_ranges(reader, config.allowed_cidrs)
        reader.refuse_unknown_keys(keys.KEYS)
        reader.raise_mistakes()
        return config


def _read_vpc_ids(reader: ConfigReader) -> tuple[str, ...]:
    vpc_ids = reader.read_list(keys.VPC_IDS)
    for vpc_id, count in Counter(vpc_ids).items():
        if count > 1:
            reader.refuse(keys.VPC_IDS, vpc_id, f"given {count} times")
    return vpc_ids


def _read_size(reader: ConfigReader) -> DomainSize:
    preset = SIZES[reader.read(keys.SIZE)]
    size = replace(
        preset,
        instance_type=reader.read(keys.INSTANCE_TYPE) or preset.instance_type,
        instance_count=reader.read(keys.INSTANCE_COUNT) or preset.instance_count,
        volume_gib=reader.read(keys.VOLUME_GIB) or preset.volume_gib,
        shards=reader.read(keys.SHARDS) or preset.shards,
    )
    largest = size.largest_volume_gib
    if largest is not None and size.volume_gib > largest:
        problem = f"more than the {largest} GiB that {size.instance_type} takes"
        reader.refuse(keys.VOLUME_GIB, size.volume_gib, problem)
    return size


def _refuse_public_ranges(reader: ConfigReader, networks: tuple[IpNetwork, ...]) -> None:
    wide = [network for network in networks if is_public(network)]
    for network in wide:
        reader.refuse(keys.ALLOWED_CIDRS, str(network), "so wide that it lets the public in")
    if not wide:
        for family in covered_families(networks):
            reader.refuse(keys.ALLOWED_CIDRS, list(map(str, networks)), f"all of {family}, taken together")
