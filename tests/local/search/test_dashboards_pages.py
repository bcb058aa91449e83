"""What somebody sees who follows a link to Dashboards in the local run."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from domain.dashboard_link import DashboardLink, link_to_rejects
from local import toolchain
from local.browser import open_page
from search_setup.saved_objects import SavedObjectSource
from tests.dashboards.content import DASHBOARDS
from tests.local.search.callers import Callers

APP = "/_dashboards/app/dashboards"
GROUP = "sg-0123456789abcdef0"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1",
    "!'!!);!(),:=&_a=(query:(query:x))#?/",
    "%3Cb%3E + %",
    "\u202egnirts \U0001f600 ünï\nzwei",
]


@dataclass(frozen=True, slots=True)
class Shown:
    parts: dict[str, str]
    is_shown: bool
    there: str
    command: str


def read_parts(page: Page) -> dict[str, str]:
    names, values = page.locator("dt").all_text_contents(), page.locator("dd").all_text_contents()
    return dict(zip(names, values, strict=True))


def show(browser: Browser, url: str) -> Shown:
    """Fails where the page has an error, or asks for anything but itself."""
    with open_page(browser) as (page, log):
        page.goto(url)
        assert log.errors == []
        assert log.requests == [url.partition("#")[0]]
        return Shown(
            read_parts(page),
            page.locator("#link").is_visible(),
            page.locator("#there").get_attribute("href") or "",
            page.locator("pre").text_content() or "",
        )


def show_link(browser: Browser, callers: Callers, link: DashboardLink) -> Shown:
    return show(browser, link.to_url(f"{callers.url}/_dashboards"))


@pytest.mark.parametrize("path", ["/_dashboards", "/_dashboards/", APP, "/_dashboards/app/home"])
def test_a_browser_gets_the_page_without_signing_in(callers: Callers, path: str) -> None:
    answer = callers.nobody().get(path)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "OpenSearch Dashboards is not part of the local run" in answer.text


def test_an_address_that_the_access_policy_does_not_allow_gets_no_page(callers: Callers) -> None:
    answer = callers.nobody().from_outside().get(APP)

    assert answer.status_code == 403
    assert answer.json()["Message"].startswith("User: anonymous is not authorized to perform: es:ESHttpGet")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", APP), ("GET", "/_dashboards/application"), ("GET", "/_dashboards/api/status")],
)
def test_everything_else_wants_a_login_as_before(callers: Callers, method: str, path: str) -> None:
    answer = callers.nobody().request(method, path)

    assert answer.status_code == 401


def test_the_page_lets_nothing_in_but_its_own_script_and_style(callers: Callers) -> None:
    policy = callers.nobody().get(APP).headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda dashboard: dashboard.id)
def test_each_dashboard_is_called_by_its_title(
    browser: Browser, callers: Callers, dashboard: SavedObjectSource
) -> None:
    shown = show_link(browser, callers, DashboardLink(dashboard.id, "x"))

    assert shown.parts["Dashboard"] == f"{dashboard.attributes['title']} {dashboard.id}"


def test_a_link_is_shown_in_its_parts(browser: Browser, callers: Callers) -> None:
    shown = show_link(browser, callers, link_to_rejects(GROUP))

    assert shown.is_shown
    assert shown.parts == {
        "Dashboard": "Rejects rejects",
        "Query": f'group_ids:"{GROUP}" AND action:"REJECT"',
        "Time": "now-7d to now",
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_link_is_shown_as_the_text_that_it_is(
    browser: Browser, callers: Callers, text: str
) -> None:
    shown = show_link(browser, callers, DashboardLink(text, text, text, text))

    assert shown.parts == {"Dashboard": text, "Query": text, "Time": f"{text} to {text}"}


@pytest.mark.parametrize("fragment", ["#/view/x?_g=(time:", "#/view/%E0%A4%A?_a=()", "#/view/x?_a=(a:b)c"])
def test_a_link_that_nobody_can_read_is_shown_as_it_came(
    browser: Browser, callers: Callers, fragment: str
) -> None:
    shown = show(browser, f"{callers.url}{APP}{fragment}")

    assert shown.parts == {"Link": fragment}


@pytest.mark.parametrize("fragment", ["", "#", "#/list"])
def test_a_link_to_no_dashboard_explains_nothing(browser: Browser, callers: Callers, fragment: str) -> None:
    shown = show(browser, f"{callers.url}{APP}{fragment}")

    assert (shown.parts, shown.is_shown) == ({}, False)


def test_another_link_in_the_same_window_is_shown_instead(browser: Browser, callers: Callers) -> None:
    links = [DashboardLink(name, name).to_url(f"{callers.url}/_dashboards") for name in ("one", "two")]

    with open_page(browser) as (page, _):
        for link in links:
            page.goto(link)
        page.locator("dd", has_text="two").first.wait_for()
        parts = read_parts(page)

    assert parts["Query"] == "two"


def test_the_page_leads_to_a_dashboards_of_ones_own(browser: Browser, callers: Callers) -> None:
    link = link_to_rejects(GROUP)

    shown = show_link(browser, callers, link)

    assert shown.there == link.to_url("http://localhost:5601")
    assert f"https://127.0.0.1:{callers.port}" in shown.command


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_can_be_read_by_everybody(
    browser: Browser, callers: Callers, width: int, dark: bool
) -> None:
    """By axe-core's rules, and without scrolling sideways."""
    axe = (toolchain.node_modules() / "axe-core" / "axe.min.js").read_text()

    with open_page(browser, width=width, dark=dark) as (page, _):
        page.goto(link_to_rejects(GROUP).to_url(f"{callers.url}/_dashboards"))
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        page.evaluate(axe)
        violations = page.evaluate("axe.run().then((result) => result.violations.map((one) => one.id))")

    assert (overflow, violations) == (0, [])
