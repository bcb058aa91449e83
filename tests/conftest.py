"""What tests of several parts share: one real engine for all of them, and one browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from local.browser import open_browser
from local.search.engine import Engine


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(tmp_path_factory.mktemp("engine") / "engine") as engine:
        yield engine


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Its pages are opened by `local.browser.open_page`."""
    with open_browser() as browser:
        yield browser
