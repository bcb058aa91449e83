from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.inventory_store import InventoryStore
from domain.errors import EnvironmentVariableError, InventoryError
from inventory_sync.handler import lambda_handler, make_clients
from tests.adapters.aws import BUCKET, Ec2
from tests.adapters.networks import Network, make_network

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.fixture
def network(ec2: Ec2) -> Network:
    return make_network(ec2.client)


@pytest.fixture(autouse=True)
def function(s3: S3Client, network: Network, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - for its effect
    """The function in a fresh container."""
    monkeypatch.setenv("DATA_BUCKET", BUCKET)
    monkeypatch.setenv("VPC_IDS", network.vpc_id)
    monkeypatch.setenv("SUBNET_IDS", "")
    make_clients.cache_clear()


def test_a_pass_says_which_vpcs_it_wrote(network: Network) -> None:
    assert lambda_handler({}, None) == {"written": [network.vpc_id], "unchanged": []}
    assert lambda_handler({}, None) == {"written": [], "unchanged": [network.vpc_id]}


def test_a_pass_with_failures_is_an_error_that_names_them_after_all_others_are_written(
    s3: S3Client, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUBNET_IDS", f"{network.subnet_id},subnet-0123456789abcdef0")

    with pytest.raises(InventoryError, match=r"SUBNET_IDS: .*subnet-0123456789abcdef0"):
        lambda_handler({}, None)

    assert InventoryStore(s3, BUCKET).list_vpc_ids() == (network.vpc_id,)


@pytest.mark.parametrize("name", ["DATA_BUCKET", "VPC_IDS", "SUBNET_IDS"])
def test_a_missing_variable_is_named_with_the_function(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(EnvironmentVariableError, match=f"inventory_sync.*{name} is missing"):
        lambda_handler({}, None)
