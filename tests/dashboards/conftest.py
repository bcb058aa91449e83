import json
from collections.abc import Iterator

import pytest

from local.search.engine import Engine
from tests.dashboards.content import read_template
from tests.dashboards.plain import Document
from tests.dashboards.sample import pick_documents

INDEX = "flows-template-test"
SAMPLE_INDEX = "flows-dashboards-test"


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
    body = "".join(f'{{"create": {{}}}}\n{json.dumps(document)}\n' for document in sample_documents)
    answer = engine.request("POST", f"/{SAMPLE_INDEX}/_bulk?refresh=true", body.encode())
    assert json.loads(answer.data)["errors"] is False
    yield SAMPLE_INDEX
    engine.request("DELETE", f"/{SAMPLE_INDEX}")
