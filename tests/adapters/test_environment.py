import pytest

from adapters.environment import read_list, read_variable
from domain.errors import EnvironmentVariableError


def test_a_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_BUCKET", "data")

    assert read_variable("DATA_BUCKET", function="flow_ingest") == "data"


def test_a_missing_variable_is_an_error_that_names_it_and_the_function(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DATA_BUCKET", raising=False)

    with pytest.raises(EnvironmentVariableError, match=r"flow_ingest.*DATA_BUCKET is missing"):
        read_variable("DATA_BUCKET", function="flow_ingest")


def test_an_empty_variable_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_BUCKET", " ")

    with pytest.raises(EnvironmentVariableError, match=r"flow_ingest.*DATA_BUCKET is empty"):
        read_variable("DATA_BUCKET", function="flow_ingest")


@pytest.mark.parametrize(
    ("text", "parts"), [("", ()), ("vpc-1", ("vpc-1",)), (" vpc-1, vpc-2 ,", ("vpc-1", "vpc-2"))]
)
def test_a_list_is_separated_by_commas_and_may_be_empty(
    text: str, parts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VPC_IDS", text)

    assert read_list("VPC_IDS", function="inventory_sync") == parts


def test_a_missing_list_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VPC_IDS", raising=False)

    with pytest.raises(EnvironmentVariableError, match=r"inventory_sync.*VPC_IDS is missing"):
        read_list("VPC_IDS", function="inventory_sync")
