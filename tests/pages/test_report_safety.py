"""Names come from the account: they are text. Nothing is loaded, and nothing runs out of its place."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from domain.report import GroupReport
from pages.report_page import ReportLinks, render_report_page
from tests.pages.opened import DASHBOARDS
from tests.pages.opened_report import open_report_page
from tests.pages.reports import (
    make_empty,
    make_hostile,
    make_large,
    make_refusing,
    make_shop,
    make_unattached,
)
from tests.pages.worlds import HOSTILE

READ_TOO_WIDE = """parts => parts
  .filter((part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).clipPath === 'none')
  .map((part) => `${part.className}: ${part.innerText}`)"""
NAMES = [name or "?" for name in HOSTILE]


def unfold(page: Page) -> None:
    for part in page.locator("summary, .expand").all():
        part.click()


@pytest.fixture(scope="module")
def hostile(browser: Browser) -> Iterator[Page]:
    """With everything folded out. What the policy stops is an error, which `open_report_page` refuses."""
    with open_report_page(browser, make_hostile()) as opened:
        unfold(opened.page)
        yield opened.page


def read_texts(page: Page, selector: str) -> list[str]:
    texts: list[str] = page.eval_on_selector_all(selector, "all => all.map((each) => each.textContent)")
    return texts


def test_names_are_text(hostile: Page) -> None:
    assert read_texts(hostile, "h1") == [HOSTILE[1]]
    assert hostile.title() == f"{HOSTILE[1]} · SG Lens"
    assert read_texts(hostile, "#description") == [HOSTILE[0]]
    assert read_texts(hostile, "#identity .tag") == [f"{HOSTILE[4]}={HOSTILE[7]}"]
    assert read_texts(hostile, "#protects details:first-of-type tbody .called") == NAMES
    assert read_texts(hostile, "#knocks tbody .called") == NAMES
    assert read_texts(hostile, "#replay td:first-child .called") == NAMES
    assert read_texts(hostile, "#left-out li") == [HOSTILE[0]]
    described = [name for name in HOSTILE if name]
    assert read_texts(hostile, ".minus .about") == read_texts(hostile, ".rule-row .about") == described
    assert read_texts(hostile, ".plus .called") == described


def test_names_make_no_elements(hostile: Page) -> None:
    assert hostile.locator("main script, main img").count() == 0


def test_a_direction_mark_turns_nothing_but_its_name(hostile: Page) -> None:
    """Of every element that holds one, in HTML as in a picture."""
    turned = hostile.evaluate(
        """() => [...document.querySelectorAll('main *')]
          .filter((each) => [...each.childNodes].some((node) => /[\\u202e\\u200f]/.test(node.data ?? '')))
          .filter((each) => each.localName !== 'title' && getComputedStyle(each).unicodeBidi !== 'isolate')
          .map((each) => each.outerHTML)"""
    )

    assert turned == []


@pytest.mark.parametrize(
    "make_world", [make_shop, make_refusing, make_hostile, make_unattached, make_empty, make_large]
)
def test_no_width_scrolls_sideways_and_nothing_runs_out_of_its_place(
    browser: Browser, make_world: Callable[[], GroupReport]
) -> None:
    with open_report_page(browser, make_world()) as opened:
        page = opened.page
        for part in page.locator("summary, .expand").all()[:4]:
            part.click()
        for width in (360, 400, 640, 768, 1_100, 1_190, 1_280, 1_600):
            page.set_viewport_size({"width": width, "height": 900})

            assert page.evaluate("document.documentElement.scrollWidth") <= width
            too_wide = page.eval_on_selector_all("td, th, .card, .line, dd, li, p", READ_TOO_WIDE)
            assert (width, too_wide) == (width, [])


def test_the_policy_names_the_pages_own_script_and_style() -> None:
    html = render_report_page(make_shop(), ReportLinks(DASHBOARDS)).decode()

    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in html


def test_the_page_names_no_other_host_and_has_no_inline_style() -> None:
    html = render_report_page(make_hostile(), ReportLinks(DASHBOARDS)).decode()

    assert set(re.findall(r"https?://([^/\"'<> ]+)", html)) == {"search.example.com", "www.w3.org"}
    assert 'style="' not in html


@pytest.mark.parametrize(
    "attack",
    [
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = true'}))",
        "document.body.innerHTML = '<img src=x onerror=\"window.ran = true\">'",
        "eval('window.ran = true')",
    ],
    ids=["inline-script", "markup", "eval"],
)
def test_the_policy_stops_what_is_not_the_pages_own(browser: Browser, attack: str) -> None:
    with open_report_page(browser, make_shop(), may_err=True) as opened:
        # In a timer the attack is the page's own, not the debugger's, which no policy binds.
        opened.page.evaluate(f"void setTimeout(() => {{ {attack} }})")
        opened.page.wait_for_timeout(200)

        assert opened.page.evaluate("window.ran") is None
        assert opened.log.errors


def test_a_lone_surrogate_does_no_harm(browser: Browser) -> None:
    shop = make_shop()
    broken = replace(shop, group=replace(shop.group, group_name="bad \ud800 name"))
    with open_report_page(browser, broken) as opened:
        assert opened.page.locator("h1").inner_text().startswith("bad ")
