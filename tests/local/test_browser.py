import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from local import toolchain
from local.browser import BrowserError, open_browser, open_page

WIDTH = "document.documentElement.clientWidth"
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"


def test_a_page_has_the_width_and_the_colour_scheme_that_it_is_opened_with(browser: Browser) -> None:
    with open_page(browser, width=400, dark=True) as (page, _):
        narrow = page.evaluate(WIDTH), page.evaluate(IS_DARK)
    with open_page(browser) as (page, _):
        wide = page.evaluate(WIDTH), page.evaluate(IS_DARK)

    assert (narrow, wide) == ((400, True), (1280, False))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("<script>console.error('from the console')</script>", "from the console"),
        ("<script>throw new Error('from a script')</script>", "from a script"),
        (
            "<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\"><script>1</script>",
            "Content Security Policy",
        ),
    ],
)
def test_an_error_is_kept(browser: Browser, content: str, error: str) -> None:
    with open_page(browser) as (page, log):
        page.set_content(content)

    assert len(log.errors) == 1
    assert error in log.errors[0]


def test_a_page_without_errors_keeps_none(browser: Browser) -> None:
    with open_page(browser) as (page, log):
        page.set_content("<script>console.log('x'); console.warn('y')</script>")

    assert log.errors == []


def test_each_request_is_kept(browser: Browser) -> None:
    with open_page(browser) as (page, log):
        page.route("**/*", lambda route: route.fulfill(body=""))
        page.goto("http://192.0.2.1/")
        page.set_content('<img src="http://198.51.100.7/pixel.png">')

    assert log.requests == ["http://192.0.2.1/", "http://198.51.100.7/pixel.png"]


def test_pages_share_no_storage(browser: Browser) -> None:
    with open_page(browser) as (page, _):
        _visit(page)
        page.evaluate("localStorage.setItem('theme', 'dark')")
    with open_page(browser) as (page, _):
        _visit(page)
        theme = page.evaluate("localStorage.getItem('theme')")

    assert theme is None


def _visit(page: Page) -> None:
    page.route("**/*", lambda route: route.fulfill(body=""))
    page.goto("http://192.0.2.1/")


def test_another_thread_opens_a_browser_of_its_own(browser: Browser) -> None:
    with ThreadPoolExecutor(1) as pool:
        version = pool.submit(_open, None).result(timeout=60)

    assert version == browser.version


def test_an_executable_that_is_no_browser_is_an_error_that_says_what_to_do() -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(BrowserError, match="SG_LENS_BROWSER"):
        pool.submit(_open, Path("/bin/false")).result(timeout=60)


def _open(executable: Path | None) -> str:
    with open_browser(executable) as browser:
        return browser.version


@pytest.mark.skipif(sys.platform != "linux", reason="the package is for Linux on x86-64")
def test_the_packaged_browser_shows_text_in_the_font_that_it_brings() -> None:
    with ThreadPoolExecutor(1) as pool:
        own, other = pool.submit(_measure_text, toolchain.packaged_browser()).result(timeout=60)

    assert own > 0
    assert own != other


def _measure_text(executable: Path) -> tuple[float, float]:
    """The width of a text in the packaged font, and in the one that takes its place where it's missing."""
    with open_browser(executable) as browser, open_page(browser) as (page, _):
        page.set_content("""
            <span style="font-family: 'Open Sans', monospace">sg-0123</span>
            <span style="font-family: monospace">sg-0123</span>""")
        widths = page.evaluate("Array.from(document.querySelectorAll('span'), (one) => one.offsetWidth)")
    return widths[0], widths[1]
