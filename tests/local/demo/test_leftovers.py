import pytest

from local.cloud import LocalCloud
from local.demo.error import DemoError
from local.demo.leftovers import list_resources, prove_nothing_is_left


def test_what_was_there_before_may_stay(cloud: LocalCloud) -> None:
    cloud.client("s3").create_bucket(Bucket="cdk-assets")

    prove_nothing_is_left(cloud, list_resources(cloud))


def test_what_is_left_is_named(cloud: LocalCloud) -> None:
    before = list_resources(cloud)
    cloud.client("logs").create_log_group(logGroupName="/aws/lambda/left")
    cloud.client("s3").create_bucket(Bucket="left-data")

    with pytest.raises(DemoError) as error:
        prove_nothing_is_left(cloud, before)

    assert str(error.value).splitlines()[1:] == ["  bucket left-data", "  log group /aws/lambda/left"]
