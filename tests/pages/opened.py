from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from domain.group_index import GroupIndex
from local.browser import PageLog, open_page
from pages.index_page import render_index_page

DASHBOARDS = "https://search.example.com/_dashboards"
URL = "https://site.example.com/index.html"


@dataclass(frozen=True, slots=True)
class OpenedPage:
    page: Page
    log: PageLog
    url: str = URL


@contextmanager
def open_index_page(
    browser: Browser,
    index: GroupIndex,
    fragment: str = "",
    *,
    width: int = 1280,
    height: int = 900,
    dark: bool = False,
) -> Iterator[OpenedPage]:
    with open_page(browser, width=width, height=height, dark=dark) as (page, log):
        html = render_index_page(index, DASHBOARDS)
        page.set_default_timeout(5_000)
        page.route(URL, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        page.goto(URL + fragment)
        yield OpenedPage(page, log)


def read_names(page: Page) -> list[str]:
    """The rows' names in their order on the page."""
    return page.locator("tr.group .name").all_inner_texts()


def find_row(page: Page, group_id: str) -> str:
    """All that the group's row says."""
    return page.locator("tr.group", has=page.get_by_text(group_id, exact=True)).inner_text()
