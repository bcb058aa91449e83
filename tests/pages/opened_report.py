from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser

from domain.report import GroupReport
from local.browser import open_page
from pages.report_page import ReportLinks, render_report_page
from tests.pages.opened import DASHBOARDS, OpenedPage

REPORT_URL = "https://site.example.com/groups/sg-0a01/index.html"


@contextmanager
def open_report_page(
    browser: Browser,
    report: GroupReport,
    *,
    width: int = 1280,
    height: int = 900,
    dark: bool = False,
    dashboards_url: str | None = DASHBOARDS,
    fragment: str = "",
    may_err: bool = False,
) -> Iterator[OpenedPage]:
    """Afterwards the page must have done nothing wrong."""
    with open_page(browser, width=width, height=height, dark=dark) as (page, log):
        html = render_report_page(report, ReportLinks(dashboards_url))
        page.set_default_timeout(5_000)
        page.route(
            REPORT_URL, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
        )
        page.goto(REPORT_URL + fragment)
        yield OpenedPage(page, log, REPORT_URL)
        assert may_err or log.errors == []
        assert [url for url in log.requests if not url.startswith(("data:", REPORT_URL))] == []
