"""The index page as a person meets it: in a browser, from the site bucket, under its policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from local.browser import open_page
from local.dashboards_url import open_dashboards_url
from local.demo.error import DemoError
from local.demo.page_counts import check_counts
from local.demo.page_reports import check_page_reports

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from playwright.sync_api import Browser, Page

    from local.browser import PageLog
    from local.cloud import LocalCloud
    from local.dashboards_url import DashboardsUrl
    from local.demo.search import IndexedDocument

CLICKED_GROUPS: Final = 3
BUSIEST_FIRST: Final = "#sort=records"
READ_LINKS: Final = """[...document.querySelectorAll('tr.group .links a')].map(
  (link) => [link.closest('tr').querySelector('.id').textContent, link.textContent, link.href])"""

SHOWN: Final[Mapping[str, Mapping[str, str]]] = {
    "All": {},
    "Ingress": {"direction": "ingress"},
    "Rejects": {"action": "REJECT"},
    "No rule": {"attribution": "no_rule"},
}
"""By a link's text, what the records of its group must say to be among those that it finds."""


class Finder(Protocol):
    def find_ids(self, query: str, time_from: str, time_to: str) -> set[str]:
        """The ids of the documents that Dashboards shows for a query and a time."""


@dataclass(frozen=True, slots=True)
class CheckedPage:
    groups: int
    links: int
    """To dashboards."""
    reports: int
    """That the page links to."""


def page_url(cloud: LocalCloud, outputs: Mapping[str, str]) -> str:
    """Where the emulator's S3 has what the output IndexPage names."""
    return f"{cloud.endpoint_url}/{outputs['SiteBucket']}/index.html"


def check_page(
    browser: Browser,
    url: str,
    group_ids: Collection[str],
    finder: Finder,
    documents: Sequence[IndexedDocument],
) -> CheckedPage:
    """Raises DemoError unless the page has the groups, says of each how its records were attributed and what
    its report says, and each link finds its group's records and no others.

    Some links are clicked and read where the browser lands, the others from the page.
    """
    with open_dashboards_url() as dashboards_url:
        read, reports = _read_page(browser, url, group_ids, documents)
        links = [*_click_links(browser, url), *read]
        for link in links:
            _check_link(link, dashboards_url, finder, documents)
    return CheckedPage(len(group_ids), len(links), reports)


@dataclass(frozen=True, slots=True)
class _Link:
    group_id: str
    text: str
    url: str


def _read_page(
    browser: Browser, url: str, group_ids: Collection[str], documents: Sequence[IndexedDocument]
) -> tuple[list[_Link], int]:
    """Its links to dashboards, and how many there are to reports."""
    with open_page(browser) as (page, log):
        page.goto(url)
        _draw_all_rows(page)
        links = list(_find_links(page))
        _refuse_missing(group_ids, links)
        check_counts(page, documents)
        reports = check_page_reports(page)
        _refuse_errors(log, url)
    return links, reports


def _draw_all_rows(page: Page) -> None:
    """The page draws the first ones only, until somebody scrolls or asks for all."""
    button = page.get_by_role("button", name="Show all rows")
    if button.is_visible():
        button.click()


def _refuse_missing(group_ids: Collection[str], links: Sequence[_Link]) -> None:
    missing = set(group_ids) - {link.group_id for link in links}
    if missing:
        raise DemoError(f"The index page lacks the groups {', '.join(sorted(missing))}")


def _find_links(page: Page) -> Iterator[_Link]:
    for group_id, text, url in page.evaluate(READ_LINKS):
        yield _Link(group_id, text, url)


def _click_links(browser: Browser, url: str) -> Iterator[_Link]:
    """Of the busiest groups."""
    with open_page(browser) as (page, log):
        for number in range(CLICKED_GROUPS):
            page.goto(url + BUSIEST_FIRST)
            row = page.locator("tr.group").nth(number)
            group_id = row.locator(".id").first.text_content() or ""
            for text in row.locator(".links a").all_text_contents():
                page.goto(url + BUSIEST_FIRST)
                row.locator(".links").get_by_text(text, exact=True).click()
                page.wait_for_url("**/_dashboards/**")
                yield _Link(group_id, text, page.url)
        _refuse_errors(log, url)


def _refuse_errors(log: PageLog, url: str) -> None:
    if log.errors:
        raise DemoError(f"{url} or what it links to has errors in the browser:\n" + "\n".join(log.errors))


def _check_link(
    link: _Link, dashboards_url: DashboardsUrl, finder: Finder, documents: Sequence[IndexedDocument]
) -> None:
    state = dashboards_url.open(link.url)
    query, time = state["app_state"]["query"]["query"], state["global_state"]["time"]
    found = finder.find_ids(query, time["from"], time["to"])
    expected = {document.id for document in documents if _is_meant(document, link)}
    if found != expected:
        raise DemoError(
            f"The link {link.text} of {link.group_id} finds {len(found - expected)} records that are not its"
            f" group's and lacks {len(expected - found)} that are. Its query is {query}"
        )


def _is_meant(document: IndexedDocument, link: _Link) -> bool:
    source = document.source
    said = SHOWN[link.text].items()
    return link.group_id in source["group_ids"] and all(source.get(name) == value for name, value in said)
