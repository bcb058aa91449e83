from collections.abc import Iterator
from contextlib import ExitStack
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page

from domain.group_index import GroupIndex
from tests.pages.opened import DASHBOARDS, OpenedPage, open_index_page
from tests.pages.worlds import make_judged, make_shop


class OpenIndex(Protocol):
    def __call__(
        self,
        index: GroupIndex,
        fragment: str = "",
        *,
        width: int = 1280,
        height: int = 900,
        dashboards: str | None = DASHBOARDS,
    ) -> OpenedPage: ...


@pytest.fixture
def open_index(browser: Browser) -> Iterator[OpenIndex]:
    """Opens the page of an index; afterwards it must have done nothing wrong."""
    with ExitStack() as pages:
        opened: list[OpenedPage] = []

        def open_one(
            index: GroupIndex,
            fragment: str = "",
            *,
            width: int = 1280,
            height: int = 900,
            dashboards: str | None = DASHBOARDS,
        ) -> OpenedPage:
            context = open_index_page(
                browser, index, fragment, width=width, height=height, dashboards=dashboards
            )
            opened.append(pages.enter_context(context))
            return opened[-1]

        yield open_one
        for each in opened:
            assert each.log.errors == []
            assert [url for url in each.log.requests if not url.startswith(("data:", each.url))] == []


@pytest.fixture
def shop(open_index: OpenIndex) -> Page:
    return open_index(make_shop()).page


@pytest.fixture
def judged(open_index: OpenIndex) -> Page:
    return open_index(make_judged()).page
