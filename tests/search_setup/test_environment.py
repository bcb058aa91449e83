import pytest

from domain.errors import EnvironmentVariableError
from search_setup.environment import Environment

VARIABLES = {
    "SEARCH_ENDPOINT": "flows.example.com",
    "MASTER_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:123456789012:secret:master",
    "VIEWER_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:123456789012:secret:viewer",
    "INDEX_PAGE_FUNCTION": "index-page",
    "AWS_REGION": "us-east-1",
}


def test_the_environment_is_read_from_the_function_s_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)

    assert Environment.from_env() == Environment(
        search_endpoint="flows.example.com",
        master_secret_arn="arn:aws:secretsmanager:us-east-1:123456789012:secret:master",
        viewer_secret_arn="arn:aws:secretsmanager:us-east-1:123456789012:secret:viewer",
        index_page_function="index-page",
        region="us-east-1",
    )


@pytest.mark.parametrize("missing", VARIABLES)
def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(missing)

    with pytest.raises(EnvironmentVariableError, match=f"search_setup.*{missing}"):
        Environment.from_env()
