import pytest

from domain.errors import EnvironmentVariableError
from domain.flow_log_format import DEFAULT_FORMAT, FlowLogFormat
from flow_ingest.environment import Environment

VARIABLES = {
    "SEARCH_ENDPOINT": "search.example.com",
    "LOG_FORMAT": DEFAULT_FORMAT,
    "DATA_BUCKET": "data",
    "AWS_REGION": "eu-central-1",
}


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)


def test_the_environment_is_read() -> None:
    assert Environment.from_env() == Environment(
        search_endpoint="search.example.com",
        log_format=FlowLogFormat.parse(DEFAULT_FORMAT),
        data_bucket="data",
        region="eu-central-1",
    )


@pytest.mark.parametrize("name", VARIABLES)
def test_a_missing_variable_is_named_with_the_function(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(EnvironmentVariableError, match=f"flow_ingest.*{name} is missing"):
        Environment.from_env()


def test_an_unknown_field_of_the_format_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_FORMAT", "${version} ${colour}")

    with pytest.raises(EnvironmentVariableError, match=r"LOG_FORMAT is wrong: .*colour"):
        Environment.from_env()
