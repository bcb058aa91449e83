from collections.abc import Iterator

import pytest

from local.search.engine import Engine
from tests.dashboards.content import read_template

INDEX = "flows-template-test"


@pytest.fixture
def flows_index(engine: Engine) -> Iterator[str]:
    """An index that is not there yet, and will be made by the template."""
    engine.request("PUT", "/_index_template/flows", read_template("flows"))
    yield INDEX
    engine.request("DELETE", f"/{INDEX}")
