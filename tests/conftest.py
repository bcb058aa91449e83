"""What tests of several parts share: one real engine for all of them."""

from collections.abc import Iterator

import pytest

from local.search.engine import Engine


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(tmp_path_factory.mktemp("engine") / "engine") as engine:
        yield engine
