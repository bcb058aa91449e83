import json
from ipaddress import ip_network

import pytest

from domain.advice_settings import AdviceSettings
from stacks.advice_config import AdviceConfig
from stacks.app_config import AppConfig
from stacks.config_error import ConfigError, Mistake
from stacks.context_keys import KEYS, OPTIONAL
from stacks.domain_size import SIZES, DomainSize
from tests.stacks.synthesis import REPOSITORY

VPC_ID = "vpc-0123456789abcdef0"
REQUIRED = {"vpc_ids": VPC_ID, "allowed_cidrs": "203.0.113.0/24"}


def get_mistakes(**context: object) -> tuple[Mistake, ...]:
    with pytest.raises(ConfigError) as caught:
        AppConfig.from_context({**REQUIRED, **context})
    return caught.value.mistakes


def read(**context: object) -> AppConfig:
    return AppConfig.from_context({**REQUIRED, **context})


def test_the_required_keys_are_enough() -> None:
    config = read()

    assert config == AppConfig(
        vpc_ids=(VPC_ID,),
        allowed_cidrs=(ip_network("203.0.113.0/24"),),
        allow_public=False,
        size=SIZES["small"],
        engine_version="2.19",
        retention_days=30,
        aggregation_interval=60,
        traffic_type="ALL",
        advice=AdviceConfig(30, 90, 256, 5, 20, "sg-lens:keep"),
        retain_data=False,
        alarm_email=None,
    )


def test_the_advisor_has_the_same_defaults() -> None:
    advice, own = read().advice, AdviceSettings()

    assert advice == AdviceConfig(
        window_days=own.window_days,
        min_coverage_percent=round(100 * own.min_coverage),
        too_wide_factor=own.too_wide_factor,
        max_cidrs=own.max_cidrs,
        public_peers=own.public_peers,
        keep_tag=own.keep_tag,
    )


def test_cdk_json_lists_every_key_with_its_default() -> None:
    context = json.loads((REPOSITORY / "cdk.json").read_text())["context"]

    listed = {key: value for key, value in context.items() if ":" not in key}

    assert listed == {
        "vpc_ids": [],
        "allowed_cidrs": [],
        **{setting.key: setting.default for setting in OPTIONAL},
    }
    assert set(listed) == KEYS


def test_what_the_cli_gives_as_strings_is_read_as_what_it_means() -> None:
    config = read(
        vpc_ids=f'["{VPC_ID}", "subnet-0a1b2c3d"]',
        allowed_cidrs="203.0.113.0/24, 2001:DB8::/32",
        size="large",
        instance_count="6",
        retention_days="90",
        aggregation_interval="600",
        retain_data="true",
        allow_public="False",
    )

    assert config.vpc_ids == (VPC_ID, "subnet-0a1b2c3d")
    assert config.allowed_cidrs == (ip_network("203.0.113.0/24"), ip_network("2001:db8::/32"))
    assert config.size == DomainSize("r6g.2xlarge.search", 6, 1000, 4)
    assert (config.retention_days, config.aggregation_interval) == (90, 600)
    assert (config.retain_data, config.allow_public) == (True, False)


def test_a_list_and_a_comma_separated_string_are_the_same() -> None:
    as_list = read(vpc_ids=["vpc-0a1b2c3d", "vpc-1a1b2c3d"])
    as_string = read(vpc_ids="vpc-0a1b2c3d,vpc-1a1b2c3d")

    assert as_list == as_string


def test_each_part_of_a_size_can_be_given_alone() -> None:
    assert read(instance_type="t3.small.search").size == DomainSize("t3.small.search", 2, 50, 1)
    assert read(instance_count=1).size == DomainSize("t3.medium.search", 1, 50, 1)
    assert read(volume_gib=200).size == DomainSize("t3.medium.search", 2, 200, 1)
    assert read(shards=3).size == DomainSize("t3.medium.search", 2, 50, 3)


@pytest.mark.parametrize("key", ["vpc_ids", "allowed_cidrs"])
@pytest.mark.parametrize("absent", [None, "", []])
def test_a_required_key_must_be_given(key: str, absent: object) -> None:
    (mistake,) = get_mistakes(**{key: absent})

    assert (mistake.key, mistake.problem) == (key, "required, and not given")


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("vpc_ids", "vpc-0123456789ABCDEF0", "not the id of a VPC or a subnet"),
        ("vpc_ids", "vpc-0123456789abcdef", "not the id of a VPC or a subnet"),
        ("vpc_ids", "eni-0123456789abcdef0", "not the id of a VPC or a subnet"),
        ("vpc_ids", 5, "neither a list of strings nor a comma-separated string"),
        ("vpc_ids", [5], "neither a list of strings nor a comma-separated string"),
        ("vpc_ids", '["vpc-0a1b2c3d"', "begins like a JSON list but is none"),
        ("vpc_ids", f"{VPC_ID},{VPC_ID}", "given 2 times"),
        ("allowed_cidrs", "office", "not a CIDR range"),
        ("allowed_cidrs", "203.0.113.0/33", "not a CIDR range"),
        ("allowed_cidrs", "203.0.113.7", "for this one address write 203.0.113.7/32"),
        ("allowed_cidrs", "2001:db8::7", "for this one address write 2001:db8::7/128"),
        ("allowed_cidrs", "203.0.113.7/24", "host bits set; the range that holds it is 203.0.113.0/24"),
        ("allowed_cidrs", "2001:db8::7/64", "host bits set; the range that holds it is 2001:db8::/64"),
        ("allowed_cidrs", "0.0.0.0/0", "lets the public in"),
        ("allowed_cidrs", "::/0", "lets the public in"),
        ("allowed_cidrs", "198.0.0.0/7", "lets the public in"),
        ("allow_public", "yes", "neither true nor false"),
        ("allow_public", 1, "neither true nor false"),
        ("size", "huge", "not one of the choices"),
        ("instance_type", "t3.medium", "not an instance type that this domain can use"),
        ("instance_type", "r6gd.large.search", "not an instance type that this domain can use"),
        ("instance_type", "t2.small.search", "not an instance type that this domain can use"),
        ("instance_count", 3, "odd"),
        ("instance_count", 0, "not between 1 and 80"),
        ("instance_count", "two", "not a whole number"),
        ("volume_gib", 9, "not between 10 and 24576"),
        ("volume_gib", 201, "more than the 200 GiB that t3.medium.search takes"),
        ("volume_gib", 50.5, "not a whole number"),
        ("shards", True, "not a whole number"),
        ("engine_version", "2.17", "older than 2.19"),
        ("engine_version", "1.30", "older than 2.19"),
        ("engine_version", "2.19.1", "not a version of the form MAJOR.MINOR"),
        ("engine_version", 2.19, "put the version in quotes"),
        ("retention_days", 0, "not between 1 and 3650"),
        ("retention_days", "30d", "not a whole number"),
        ("aggregation_interval", 300, "not an interval that flow logs know"),
        ("traffic_type", "all", "not one of the choices"),
        ("window_days", 401, "not between 1 and 400"),
        ("min_coverage_percent", 0, "not between 1 and 100"),
        ("min_coverage_percent", "90%", "not a whole number"),
        ("too_wide_factor", 0, "not between 1 and"),
        ("max_cidrs", 21, "not between 1 and 20"),
        ("public_peers", -1, "not between 1 and 2000"),
        ("keep_tag", "aws:keep", "not the key of a tag"),
        ("keep_tag", "k" * 129, "not the key of a tag"),
        ("keep_tag", "keep;", "not the key of a tag"),
        ("keep_tag", 5, "not the key of a tag"),
        ("retain_data", "1", "neither true nor false"),
        ("alarm_email", "network-team", "not an e-mail address"),
    ],
)
def test_a_wrong_value_is_refused(key: str, value: object, problem: str) -> None:
    (mistake,) = get_mistakes(**{key: value})

    assert mistake.key == key
    assert problem in mistake.problem


def test_only_the_wrong_items_of_a_list_are_reported() -> None:
    mistakes = get_mistakes(vpc_ids=[VPC_ID, "vpc-1", "subnet-1"], allowed_cidrs="203.0.113.0/24,0.0.0.0/0,x")

    assert [mistake.value for mistake in mistakes] == ["vpc-1", "subnet-1", "x", "0.0.0.0/0"]


@pytest.mark.parametrize("version", ["2.19", "2.21", "3.1"])
def test_engine_versions_from_2_19_on_are_taken(version: str) -> None:
    assert read(engine_version=version).engine_version == version


def test_ranges_that_leave_nothing_out_together_are_refused() -> None:
    halves = [f"{first}.0.0.0/8" for first in range(256)]

    (mistake,) = get_mistakes(allowed_cidrs=halves)

    assert mistake.problem == "all of IPv4, taken together"


def test_the_public_is_let_in_where_the_configuration_says_so() -> None:
    config = read(allowed_cidrs="0.0.0.0/1,128.0.0.0/1,::/0", allow_public=True)

    assert len(config.allowed_cidrs) == 3


def test_a_range_given_twice_counts_once() -> None:
    assert len(read(allowed_cidrs="203.0.113.0/24,203.0.113.0/24").allowed_cidrs) == 1


@pytest.mark.parametrize("key", ["vpc_id", "vpc-ids", "VPC_IDS"])
def test_an_unknown_key_is_refused_with_the_one_that_was_meant(key: str) -> None:
    (mistake,) = get_mistakes(**{key: VPC_ID})

    assert mistake.key == key
    assert mistake.problem == "no key of SG Lens; did you mean vpc_ids?"


def test_an_unknown_key_that_resembles_none_is_refused_without_a_guess() -> None:
    (mistake,) = get_mistakes(colour="blue")

    assert mistake.problem == "no key of SG Lens"
    assert mistake.allowed.split(", ") == sorted(KEYS)


def test_the_keys_of_the_cdk_itself_are_none_of_ours() -> None:
    config = read(
        **{
            "aws:cdk:bundling-stacks": ["**"],
            "@aws-cdk/core:checkSecretUsage": True,
            "vpc-provider:account=123456789012": {},
            "acknowledged-issue-numbers": [34892],
            "cli-telemetry": False,
        }
    )

    assert config == read()


def test_all_mistakes_are_told_at_once_each_with_what_is_allowed_and_an_example() -> None:
    with pytest.raises(ConfigError) as caught:
        AppConfig.from_context({"allowed_cidrs": "203.0.113.7/24", "size": "huge", "vpc_id": VPC_ID})

    assert str(caught.value) == (
        "SG Lens: 4 mistakes in the context (the keys of cdk.json, or -c KEY=VALUE)\n"
        "\n"
        "  vpc_ids = null: required, and not given\n"
        "      allowed: VPCs or subnets, each once: vpc- or subnet- and 8 or 17 hexadecimal digits\n"
        "      example: -c vpc_ids=vpc-0123456789abcdef0,subnet-0123456789abcdef0\n"
        "\n"
        '  allowed_cidrs = "203.0.113.7/24": has host bits set; the range that holds it is 203.0.113.0/24\n'
        "      allowed: IPv4 ranges from /8 and IPv6 ranges from /32 on; wider ones only with "
        "allow_public=true\n"
        "      example: -c allowed_cidrs=203.0.113.0/24,2001:db8::/48\n"
        "\n"
        '  size = "huge": not one of the choices\n'
        "      allowed: small, medium, large\n"
        "      example: -c size=medium\n"
        "\n"
        f'  vpc_id = "{VPC_ID}": no key of SG Lens; did you mean vpc_ids?\n'
        f"      allowed: {', '.join(sorted(KEYS))}\n"
        "      example: -c vpc_ids=..."
    )


def test_every_example_is_right() -> None:
    examples = {mistake.key: mistake.example for mistake in get_mistakes(**_wrong_everywhere())}

    values = {key: example.removeprefix(f"-c {key}=") for key, example in examples.items()}

    assert set(values) == KEYS
    assert AppConfig.from_context(values).alarm_email == "network-team@example.com"


def _wrong_everywhere() -> dict[str, object]:
    return {key: {"not": "allowed"} for key in KEYS}
