import pytest

from advisor.environment import Environment
from domain.advice_settings import AdviceSettings
from domain.errors import EnvironmentVariableError

VARIABLES = {
    "SEARCH_ENDPOINT": "flows.example.com",
    "DATA_BUCKET": "data",
    "SITE_BUCKET": "site",
    "INDEX_PAGE_FUNCTION": "index-page",
    "DASHBOARDS_URL": "https://flows.example.com/_dashboards",
    "AWS_REGION": "us-east-1",
    "CONTENT_HASH": "0123",
}
LIMITS = {
    "WINDOW_DAYS": "90",
    "MIN_COVERAGE_PERCENT": "95",
    "TOO_WIDE_FACTOR": "16",
    "MAX_CIDRS": "3",
    "PUBLIC_PEERS": "50",
    "KEEP_TAG": "team:keep",
}


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (VARIABLES | LIMITS).items():
        monkeypatch.setenv(name, value)


def test_the_environment_is_read_from_the_function_s_variables() -> None:
    settings = AdviceSettings(90, 0.95, 16, 3, 50, "team:keep")

    assert Environment.from_env() == Environment(
        search_endpoint="flows.example.com",
        data_bucket="data",
        site_bucket="site",
        index_page_function="index-page",
        dashboards_url="https://flows.example.com/_dashboards",
        region="us-east-1",
        content_hash="0123",
        settings=settings,
    )


@pytest.mark.parametrize("missing", VARIABLES | LIMITS)
def test_a_missing_variable_is_named_with_the_function(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.delenv(missing)

    with pytest.raises(EnvironmentVariableError, match=f"advisor.*{missing}"):
        Environment.from_env()


@pytest.mark.parametrize("text", ["many", "-1", "1.5", "٣"])
def test_a_limit_that_is_no_number_is_named_with_the_function(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("WINDOW_DAYS", text)

    with pytest.raises(EnvironmentVariableError, match=r"advisor.*WINDOW_DAYS"):
        Environment.from_env()
