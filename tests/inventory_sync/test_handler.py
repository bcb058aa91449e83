from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.inventory_store import InventoryStore
from domain.errors import EnvironmentVariableError, InventoryError
from index_page.request import PublishRequest
from inventory_sync.handler import lambda_handler, make_clients
from tests.adapters.aws import BUCKET, Ec2
from tests.adapters.fake_lambda import FakeLambda
from tests.adapters.networks import Network, make_network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

INDEX_PAGE = "index-page"


@pytest.fixture
def network(ec2: Ec2) -> Network:
    return make_network(ec2.client)


@pytest.fixture
def functions() -> Iterator[FakeLambda]:
    with FakeLambda({INDEX_PAGE: lambda _payload: None}) as functions:
        yield functions


@pytest.fixture(autouse=True)
def function(
    s3: S3Client,  # noqa: ARG001 - for its effect
    network: Network,
    functions: FakeLambda,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The function in a fresh container."""
    monkeypatch.setenv("DATA_BUCKET", BUCKET)
    monkeypatch.setenv("INDEX_PAGE_FUNCTION", INDEX_PAGE)
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", functions.endpoint_url)
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


def test_a_pass_that_wrote_has_the_index_page_renewed_and_does_not_wait_for_it(
    functions: FakeLambda,
) -> None:
    lambda_handler({}, None)

    assert (functions.kinds, functions.payloads) == (["Event"], [{"traffic": "stored"}])
    assert PublishRequest.parse(functions.payloads[0]) == PublishRequest(stored_traffic=True)


def test_a_pass_without_a_change_leaves_the_index_page_alone(functions: FakeLambda) -> None:
    lambda_handler({}, None)
    functions.payloads.clear()

    lambda_handler({}, None)

    assert functions.payloads == []


def test_what_a_pass_with_failures_wrote_is_on_the_index_page_too(
    functions: FakeLambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUBNET_IDS", "subnet-0123456789abcdef0")

    with pytest.raises(InventoryError):
        lambda_handler({}, None)

    assert len(functions.payloads) == 1


def test_a_pass_succeeds_where_the_index_page_can_not_be_renewed(
    network: Network, functions: FakeLambda, capsys: pytest.CaptureFixture[str]
) -> None:
    functions.functions.clear()

    assert lambda_handler({}, None)["written"] == [network.vpc_id]
    assert '"warning", "message": "the index page is not renewed now"' in capsys.readouterr().out


@pytest.mark.parametrize("name", ["DATA_BUCKET", "INDEX_PAGE_FUNCTION", "VPC_IDS", "SUBNET_IDS"])
def test_a_missing_variable_is_named_with_the_function(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(EnvironmentVariableError, match=f"inventory_sync.*{name} is missing"):
        lambda_handler({}, None)
