"""How the page of a security group is used: filter, keyboard, screen reader, print, no scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.report_page import ReportLinks, render_report_page
from tests.pages.opened_report import REPORT_URL, open_report_page
from tests.pages.reports import make_shop, make_tight


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with open_report_page(browser, make_shop()) as opened:
        yield opened.page


KINDS = {
    "unused": ["sgr-0004", "sgr-0009"],
    "redundant": ["sgr-0005"],
    "too wide": ["sgr-0001", "sgr-0006", "sgr-000a"],
    "used": ["sgr-0002", "sgr-0003"],
    "too new": ["sgr-0008"],
    "no evidence": ["sgr-0007"],
}


def read_rules(page: Page) -> list[str]:
    return page.locator(".rule-row .sub .id").all_inner_texts()


def test_rules_of_one_verdict_can_be_chosen(page: Page) -> None:
    for kind, rule_ids in KINDS.items():
        page.get_by_role("radio", name=f"{kind} {len(rule_ids)}", exact=True).check()

        assert (kind, read_rules(page)) == (kind, rule_ids)
        expect(page.locator("#found")).to_have_text(f"{len(rule_ids)} of 10 rules")
    page.get_by_role("radio", name="All 10").check()
    assert len(read_rules(page)) == 10


def test_only_verdicts_that_occur_can_be_chosen(browser: Browser) -> None:
    with open_report_page(browser, make_tight()) as opened:
        labels = opened.page.locator("#shows label").all_inner_texts()

        assert labels == ["All 1", "used 1"]


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the conclusion")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#conclusion")).to_be_focused()
    page.locator("#shows input").first.focus()
    page.keyboard.press("ArrowRight")
    assert read_rules(page) == KINDS["unused"]
    page.locator(".expand").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("tr.detail")).to_be_visible()


def test_each_part_can_be_reached_from_the_top(page: Page) -> None:
    for name in ("Proposal", "Rules", "Pictures", "Traffic", "Evidence"):
        page.get_by_role("link", name=name, exact=True).click()

        top = page.get_by_role("heading", name=name, level=2, exact=True).bounding_box()
        bar = page.locator(".sections").bounding_box()
        assert top
        assert bar
        assert bar["y"] + bar["height"] <= top["y"] + 1, name


def test_an_address_with_a_part_opens_there(browser: Browser) -> None:
    with open_report_page(browser, make_shop(), fragment="#rules") as opened:
        top = opened.page.get_by_role("heading", name="Rules", level=2, exact=True).bounding_box()

        assert top
        assert 0 < top["y"] < 200


def test_a_narrow_page_is_a_table_to_a_screen_reader_all_the_same(browser: Browser) -> None:
    with open_report_page(browser, make_shop(), width=400) as opened:
        table = opened.page.get_by_role("table", name="Rules", exact=True)

        assert table.get_by_role("row").count() == 11
        assert table.get_by_role("row").nth(1).get_by_role("cell").count() == 7


def test_a_picture_is_drawn_anew_as_wide_as_the_page(page: Page) -> None:
    for width in (1_600, 400, 1_280):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(
            """() => [...document.querySelectorAll('.talk')].every(
                (svg) => Math.abs(svg.viewBox.baseVal.width - svg.parentElement.clientWidth) <= 1)"""
        )


def test_no_name_in_a_picture_runs_into_another(page: Page) -> None:
    for width in (360, 400, 768, 1_280):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(
            "() => [...document.querySelectorAll('.talk')].every((svg) => svg.viewBox.baseVal.width"
            " === Math.floor(svg.parentElement.clientWidth))"
        )

        over = page.evaluate(
            """() => [...document.querySelectorAll('.talk')].flatMap((svg) => {
              const texts = [...svg.querySelectorAll('.node text')];
              const boxes = texts.map((text) => [text.textContent, text.getBBox()]);
              const isOver = (a, b) => a.x < b.x + b.width && a.y + 3 < b.y + b.height;
              return boxes.filter(([, a], place) =>
                boxes.slice(place + 1).some(([, b]) => isOver(a, b) && isOver(b, a)));
            })"""
        )
        assert (width, over) == (width, [])


def test_print_has_everything_and_no_controls(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 720, "height": 900})  # of A4 within its margins

    assert page.evaluate("document.documentElement.scrollWidth") <= 720
    for details in page.locator("details").all():
        expect(details).to_have_attribute("open", "")
    for hidden in (".sections", ".controls", ".skip"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator(".change")).to_have_count(5)
    expect(page.locator(".change").first).to_be_visible()
    assert page.locator("td.peers").first.evaluate("cell => getComputedStyle(cell).display") == "table-cell"


def test_without_scripts_the_page_says_so_and_leads_to_the_data(browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        html = render_report_page(make_shop(), ReportLinks())
        page.route(
            REPORT_URL, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
        )
        page.goto(REPORT_URL)

        expect(page.locator("noscript p")).to_be_visible()
        expect(page.locator("#rules")).to_be_hidden()
    finally:
        context.close()
