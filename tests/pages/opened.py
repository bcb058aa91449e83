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
    dashboards: str | None = DASHBOARDS,
) -> Iterator[OpenedPage]:
    with open_page(browser, width=width, height=height, dark=dark) as (page, log):
        html = render_index_page(index, dashboards)
        page.set_default_timeout(5_000)
        page.route(URL, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        page.goto(URL + fragment)
        yield OpenedPage(page, log)


def read_names(page: Page) -> list[str]:
    """The rows' names in their order on the page."""
    return page.locator("tr.group .name").all_text_contents()


def find_row(page: Page, group_id: str) -> str:
    """All that the group's row says; out of sight it has no inner text."""
    return page.locator("tr.group", has=page.get_by_text(group_id, exact=True)).text_content() or ""


def read_totals(page: Page) -> dict[str, str]:
    """The figures at the top, by their names."""
    names = page.locator("#totals dt").all_inner_texts()
    return dict(zip(names, page.locator("#totals dd").all_inner_texts(), strict=True))


def read_headings(page: Page) -> list[str]:
    texts: list[str] = page.locator("th").evaluate_all("all => all.map((each) => each.textContent)")
    return texts
