import pytest

from domain.errors import EnvironmentVariableError
from index_page.environment import Environment

VARIABLES = {
    "SEARCH_ENDPOINT": "flows.example.com",
    "DATA_BUCKET": "data",
    "SITE_BUCKET": "site",
    "DASHBOARDS_URL": "https://flows.example.com/_dashboards",
    "AWS_REGION": "us-east-1",
}


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)


def test_the_environment_is_read_from_the_function_s_variables() -> None:
    assert Environment.from_env() == Environment(*VARIABLES.values())


@pytest.mark.parametrize("missing", VARIABLES)
def test_a_missing_variable_is_named_with_the_function(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.delenv(missing)

    with pytest.raises(EnvironmentVariableError, match=f"index_page.*{missing}"):
        Environment.from_env()
