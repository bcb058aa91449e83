"""The context keys of SG Lens. cdk.json lists each with the default that stands here."""

from stacks.config_reader import ContextKey, RequiredList, Setting
from stacks.config_values import (
    parse_bool,
    parse_choice,
    parse_cidr,
    parse_email,
    parse_engine_version,
    parse_instance_count,
    parse_instance_type,
    parse_int,
    parse_interval,
    parse_resource_id,
    parse_tag_key,
)
from stacks.domain_size import SIZES
from stacks.network_ranges import IpNetwork

VPC_IDS: RequiredList[str] = RequiredList(
    key="vpc_ids",
    parse_item=parse_resource_id,
    allowed="VPCs or subnets, each once: vpc- or subnet- and 8 or 17 hexadecimal digits",
    example="vpc-0123456789abcdef0,subnet-0123456789abcdef0",
)
ALLOWED_CIDRS: RequiredList[IpNetwork] = RequiredList(
    key="allowed_cidrs",
    parse_item=parse_cidr,
    allowed="IPv4 ranges from /8 and IPv6 ranges from /32 on; wider ones only with allow_public=true",
    example="203.0.113.0/24,2001:db8::/48",
)
ALLOW_PUBLIC: Setting[bool] = Setting(
    key="allow_public",
    parse=parse_bool,
    default=False,
    allowed="true or false",
    example="true",
)
SIZE: Setting[str] = Setting(
    key="size",
    parse=parse_choice(*SIZES),
    default="small",
    allowed=", ".join(SIZES),
    example="medium",
)
INSTANCE_TYPE: Setting[str | None] = Setting(
    key="instance_type",
    parse=parse_instance_type,
    default=None,
    allowed="t3.small, t3.medium, or a type of c, m, r (generation 5 or later), or1, or2, om2; with .search",
    example="r6g.xlarge.search",
)
INSTANCE_COUNT: Setting[int | None] = Setting(
    key="instance_count",
    parse=parse_instance_count,
    default=None,
    allowed="1, or an even number up to 80",
    example="4",
)
VOLUME_GIB: Setting[int | None] = Setting(
    key="volume_gib",
    parse=parse_int(10, 24576),
    default=None,
    allowed="10 to 24576 GiB per node; t3.small up to 100, t3.medium up to 200",
    example="100",
)
SHARDS: Setting[int | None] = Setting(
    key="shards",
    parse=parse_int(1, 100),
    default=None,
    allowed="1 to 100 primary shards per day",
    example="2",
)
ENGINE_VERSION: Setting[str] = Setting(
    key="engine_version",
    parse=parse_engine_version,
    default="2.19",
    allowed="a version of OpenSearch from 2.19 on, as a string",
    example="2.19",
)
RETENTION_DAYS: Setting[int] = Setting(
    key="retention_days",
    parse=parse_int(1, 3650),
    default=30,
    allowed="1 to 3650 days",
    example="90",
)
AGGREGATION_INTERVAL: Setting[int] = Setting(
    key="aggregation_interval",
    parse=parse_interval,
    default=60,
    allowed="60 or 600 seconds",
    example="600",
)
TRAFFIC_TYPE: Setting[str] = Setting(
    key="traffic_type",
    parse=parse_choice("ALL", "ACCEPT", "REJECT"),
    default="ALL",
    allowed="ALL, ACCEPT or REJECT",
    example="ACCEPT",
)
WINDOW_DAYS: Setting[int] = Setting(
    key="window_days",
    parse=parse_int(1, 400),
    default=30,
    allowed="1 to 400 days: for so long it is kept what used a rule",
    example="90",
)
MIN_COVERAGE_PERCENT: Setting[int] = Setting(
    key="min_coverage_percent",
    parse=parse_int(1, 100),
    default=90,
    allowed="1 to 100 percent",
    example="95",
)
TOO_WIDE_FACTOR: Setting[int] = Setting(
    key="too_wide_factor",
    parse=parse_int(1, 2**32),
    default=256,
    allowed="1 to 4294967296",
    example="16",
)
MAX_CIDRS: Setting[int] = Setting(
    key="max_cidrs",
    parse=parse_int(1, 20),
    default=5,
    allowed="1 to 20 CIDR blocks in the place of one",
    example="3",
)
PUBLIC_PEERS: Setting[int] = Setting(
    key="public_peers",
    parse=parse_int(1, 2000),
    default=20,
    allowed="1 to 2000 addresses: so many are kept of a rule and day",
    example="50",
)
KEEP_TAG: Setting[str] = Setting(
    key="keep_tag",
    parse=parse_tag_key,
    default="sg-lens:keep",
    allowed="the key of a tag: 1 to 128 characters, not beginning with aws:",
    example="sg-lens:keep",
)
RETAIN_DATA: Setting[bool] = Setting(
    key="retain_data",
    parse=parse_bool,
    default=False,
    allowed="true or false",
    example="true",
)
ALARM_EMAIL: Setting[str | None] = Setting(
    key="alarm_email",
    parse=parse_email,
    default=None,
    allowed="one e-mail address",
    example="network-team@example.com",
)

REQUIRED: tuple[ContextKey, ...] = (VPC_IDS, ALLOWED_CIDRS)
OPTIONAL: tuple[
    Setting[bool] | Setting[str] | Setting[int] | Setting[str | None] | Setting[int | None], ...
] = (
    ALLOW_PUBLIC,
    SIZE,
    INSTANCE_TYPE,
    INSTANCE_COUNT,
    VOLUME_GIB,
    SHARDS,
    ENGINE_VERSION,
    RETENTION_DAYS,
    AGGREGATION_INTERVAL,
    TRAFFIC_TYPE,
    WINDOW_DAYS,
    MIN_COVERAGE_PERCENT,
    TOO_WIDE_FACTOR,
    MAX_CIDRS,
    PUBLIC_PEERS,
    KEEP_TAG,
    RETAIN_DATA,
    ALARM_EMAIL,
)
KEYS = frozenset(key.key for key in (*REQUIRED, *OPTIONAL))
