import json
from collections.abc import Iterable, Iterator

import pytest

from local.search.engine import Engine
from tests.dashboards.content import Json, read_template
from tests.dashboards.plain import Document
from tests.dashboards.sample import pick_documents
from tests.dashboards.usage_sample import make_usage_documents

INDEX = "flows-template-test"
SAMPLE_INDEX = "flows-dashboards-test"
USAGE_INDEX = "rule-usage"


@pytest.fixture
def flows_index(engine: Engine) -> Iterator[str]:
    """An index that is not there yet, and will be made by the template."""
    engine.request("PUT", "/_index_template/flows", read_template("flows"))
    yield INDEX
    engine.request("DELETE", f"/{INDEX}")


@pytest.fixture(scope="module")
def sample_documents() -> list[Document]:
    return [document.source for document in pick_documents()]


@pytest.fixture(scope="module")
def sample_index(engine: Engine, sample_documents: list[Document]) -> Iterator[str]:
    """One index for all days: in several, the engine would estimate the busiest values."""
    engine.request("PUT", "/_index_template/flows", read_template("flows"))
    create_all(engine, SAMPLE_INDEX, sample_documents)
    yield SAMPLE_INDEX
    engine.request("DELETE", f"/{SAMPLE_INDEX}")


@pytest.fixture(scope="module")
def usage_documents() -> list[Json]:
    return make_usage_documents()


@pytest.fixture(scope="module")
def usage_index(engine: Engine, usage_documents: list[Json]) -> Iterator[str]:
    engine.request("PUT", "/_index_template/rule-usage", read_template("rule-usage"))
    create_all(engine, USAGE_INDEX, usage_documents)
    yield USAGE_INDEX
    engine.request("DELETE", f"/{USAGE_INDEX}")


def create_all(engine: Engine, index: str, documents: Iterable[Document]) -> None:
    body = "".join(f'{{"create": {{}}}}\n{json.dumps(document)}\n' for document in documents)
    answer = engine.request("POST", f"/{index}/_bulk?refresh=true", body.encode())
    assert json.loads(answer.data)["errors"] is False
