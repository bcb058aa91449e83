import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks

from tests.stacks.synthesis import make_app


def add_checks(app: cdk.App) -> cdk.App:
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"size": "large", "retain_data": True, "alarm_email": "network-team@example.com"},
        {"instance_count": 1, "allowed_cidrs": "0.0.0.0/0,2001:db8::/32", "allow_public": True},
    ],
)
def test_every_finding_is_mended_or_acknowledged(context: dict[str, object]) -> None:
    app = add_checks(make_app(**context))

    app.synth()  # raises for any other finding


def test_a_new_finding_would_stop_the_synthesis() -> None:
    app = add_checks(make_app())
    stack = app.node.find_child("SgLens")

    assert isinstance(stack, cdk.Stack)
    s3.Bucket(stack, "Careless")

    with pytest.raises(RuntimeError, match="AwsSolutions-S10"):
        app.synth()
