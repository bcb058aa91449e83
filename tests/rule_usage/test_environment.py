import pytest

from domain.errors import EnvironmentVariableError
from rule_usage.environment import Environment

VARIABLES = {
    "SEARCH_ENDPOINT": "search.example.com",
    "DATA_BUCKET": "data",
    "RETENTION_DAYS": "30",
    "AWS_REGION": "us-east-1",
}


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)


def test_every_variable_is_read() -> None:
    assert Environment.from_env() == Environment("search.example.com", "data", 30, "us-east-1")


@pytest.mark.parametrize("name", VARIABLES)
def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(EnvironmentVariableError, match=f"rule_usage.*{name}"):
        Environment.from_env()


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "a month", "٣"])
def test_a_retention_that_is_no_number_of_days_drops_nothing(
    monkeypatch: pytest.MonkeyPatch, days: str
) -> None:
    monkeypatch.setenv("RETENTION_DAYS", days)

    with pytest.raises(EnvironmentVariableError, match=r"RETENTION_DAYS.*1 or more"):
        Environment.from_env()
