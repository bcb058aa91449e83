"""The estimate of costs follows the stack, and the price of what watches it is no secret."""

import pytest

from bench import costs
from stacks.domain_size import SIZES
from tests.stacks.emitted import COUNT
from tests.stacks.synthesis import Templates


@pytest.mark.parametrize(
    ("resource_type", "counted"),
    [
        ("AWS::CloudWatch::Alarm", costs.ALARMS),
        ("AWS::CloudWatch::Dashboard", costs.DASHBOARDS),
        ("AWS::SecretsManager::Secret", costs.SECRETS),
    ],
)
def test_what_has_a_price_a_month_is_counted_as_often_as_it_is_made(
    templates: Templates, resource_type: str, counted: int
) -> None:
    made = [each for each in templates.all_resources() if each["Type"] == resource_type]

    assert len(made) == counted


def test_every_metric_of_our_own_is_counted() -> None:
    assert costs.METRICS == COUNT


def test_each_size_has_its_price() -> None:
    assert SIZES.keys() >= {"small", "medium", "large"}
    assert {size.instance_type for size in SIZES.values()} == costs.INSTANCE_HOUR.keys()


def test_the_first_row_adds_up() -> None:
    """By hand: two nodes and their volumes, then secrets, alarms, metrics and the dashboard."""
    nodes = 2 * (0.073 * 730 + 50 * 0.122)
    besides = 0.80 + 1.60 + 6.00 + 3.00

    assert costs.estimate(SIZES["small"]).standing == pytest.approx(nodes + besides)
