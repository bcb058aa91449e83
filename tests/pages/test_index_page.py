"""What the index page shows, in a real browser."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.dashboard_link import link_to_group, link_to_ingress, link_to_no_rule, link_to_rejects
from pages.index_page import render_index_page
from tests.pages.conftest import OpenIndex
from tests.pages.opened import DASHBOARDS, URL, find_row, read_names
from tests.pages.worlds import make_empty, make_group, make_index, make_interface, make_shop


def test_the_busiest_group_comes_first(shop: Page) -> None:
    assert read_names(shop) == ["web", "ssh", "old batch", "name not known", "never attached"]


@pytest.mark.parametrize("width", [400, 768, 1280])
def test_a_row_tells_the_figures_of_its_group(open_index: OpenIndex, width: int) -> None:
    row = find_row(open_index(make_shop(), width=width).page, "sg-0001")

    for text in ("vpc-0a", "about 1", "2 interfaces", "1 instance", "1 ingress", "1 egress"):
        assert text in row
    for text in ("1,200", "200", "17 %", "1.2 MB", "2026-11-24 09:36"):
        assert text in row
    for text in ("100", "900 by rules"):
        assert text in row


def test_a_group_out_of_the_ordinary_says_so_in_words(shop: Page) -> None:
    never_attached, gone, unknown = (find_row(shop, f"sg-000{number}") for number in (3, 4, 5))

    assert "no interface" in never_attached
    assert "not in 7 days" in never_attached
    assert "gone since 2026-11-23 12:00 UTC" in gone
    assert "not known" in gone
    assert "not in the inventory" in unknown
    assert "only its traffic tells of it" in unknown


@pytest.mark.parametrize(
    "words",
    [
        "1,200 records, 200 rejected; most in the 6 hours from 2026-11-24 06:00 UTC: 1,200",
        "No records",
    ],
)
def test_the_bars_are_told_in_words_too(shop: Page, words: str) -> None:
    expect(shop.get_by_role("img", name=words)).to_be_visible()


def test_accepted_bars_stand_on_the_line_and_rejected_ones_hang_below_it(shop: Page) -> None:
    drawn = shop.locator("tr.group", has_text="sg-0001").locator("svg path")

    accepted, rejected, axis = (drawn.nth(place).bounding_box() for place in range(3))

    assert accepted
    assert rejected
    assert axis
    assert accepted["y"] + accepted["height"] <= axis["y"] + 1 <= rejected["y"] + 1
    assert accepted["height"] == pytest.approx(5 * rejected["height"], rel=0.1)


def test_the_interfaces_of_a_group_fold_out_and_in(shop: Page) -> None:
    button = shop.get_by_role("button", name="2 interfaces")
    detail = shop.locator("tr.detail")

    button.click()
    for text in ("ELB app/shop/50dc6c495c0c9188", "elb", "eni-0002", "web-1", "i-0001", "10.20.0.1"):
        expect(detail).to_contain_text(text)
    expect(button).to_have_attribute("aria-expanded", "true")
    button.click()
    expect(detail).to_have_count(0)
    expect(button).to_have_attribute("aria-expanded", "false")


def test_interfaces_that_are_folded_out_stay_so_while_one_searches_and_sorts(shop: Page) -> None:
    shop.get_by_role("button", name="2 interfaces").click()

    shop.get_by_role("searchbox").fill("nothing has this")
    expect(shop.locator("tr.detail")).to_have_count(0)
    shop.get_by_role("searchbox").fill("")
    shop.get_by_role("columnheader", name="Records").get_by_role("button").click()

    assert shop.locator("tr.detail").evaluate("row => row.previousSibling.innerText").startswith("web")


def test_a_group_on_very_many_interfaces_lists_a_hundred_and_then_the_rest(open_index: OpenIndex) -> None:
    interfaces = [make_interface(number) for number in range(250)]
    ids = tuple(each.interface_id for each in interfaces)
    page = open_index(make_index([replace(make_group(1, "default"), interface_ids=ids)], interfaces)).page

    page.get_by_role("button", name="250 interfaces").click()
    expect(page.locator("tr.detail li")).to_have_count(100)
    page.get_by_role("button", name="Show 150 more").click()
    expect(page.locator("tr.detail li")).to_have_count(250)


def test_each_link_opens_its_dashboard_with_the_group(shop: Page) -> None:
    row = shop.locator("tr.group").first
    names = ("All", "Ingress", "Rejects", "No rule")
    links = [row.get_by_role("link", name=f"{name}: traffic of web") for name in names]

    makers = (link_to_group, link_to_ingress, link_to_rejects, link_to_no_rule)
    assert [link.get_attribute("href") for link in links] == [
        make_link("sg-0001").to_url(DASHBOARDS) for make_link in makers
    ]
    assert {link.get_attribute("rel") for link in links} == {"noopener"}


def test_only_a_group_with_records_by_no_rule_links_to_them(shop: Page) -> None:
    assert shop.get_by_role("link", name="No rule").count() == 1


def test_the_page_says_when_and_from_what_it_was_made(shop: Page) -> None:
    expect(shop.locator("#made")).to_contain_text("Made 2026-11-24 12:00 UTC")
    shop.get_by_text("Inventory of 2 VPCs, last changed 2026-11-24 11:59 UTC").click()
    expect(shop.locator("#vpcs")).to_contain_text("vpc-0a last changed 2026-11-24 11:50 UTC")


def test_how_old_the_page_is_comes_from_the_readers_clock(shop: Page) -> None:
    seconds = [-5, 300, 2 * 3600, 3 * 86_400]

    read = (
        "seconds => seconds.map((each) => (Date.now = () => (page.made_at + each) * 1000, age(page.made_at)))"
    )
    assert shop.evaluate(read, seconds) == ["just now", "5 min ago", "2 h ago", "3 days ago"]


def test_an_open_page_grows_older(shop: Page) -> None:
    shop.evaluate("(Date.now = () => (page.made_at + 86_400 * 4) * 1000, refreshAges())")

    expect(shop.locator("#made")).to_contain_text("4 days ago")


def test_before_the_first_inventory_the_page_says_what_comes(open_index: OpenIndex) -> None:
    page = open_index(make_empty()).page

    expect(page.locator("#empty")).to_contain_text("No inventory yet: the first pass comes within a minute")
    expect(page.locator("#sources-title")).to_contain_text("No inventory yet")
    expect(page.get_by_role("table")).to_be_hidden()
    expect(page.get_by_role("searchbox")).to_be_hidden()


def test_without_its_script_the_page_says_why_it_is_empty(browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False).new_page() as page:
        html = render_index_page(make_shop(), DASHBOARDS)
        page.route(URL, lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto(URL)

        expect(page.locator("noscript p")).to_contain_text("scripts are switched off here")
        expect(page.locator("noscript p")).to_be_visible()
        expect(page.get_by_role("searchbox")).to_be_hidden()


def test_bytes_are_told_in_steps_of_a_thousand(shop: Page) -> None:
    values = [0, 999, 1_000, 99_960, 1_234_567_890]

    texts = ["0 B", "999 B", "1.0 kB", "100 kB", "1.2 GB"]
    assert shop.evaluate("values => values.map(size)", values) == texts


def test_figures_are_told_in_full_up_to_ten_millions(shop: Page) -> None:
    values = [0, 9_999_999, 10_000_000, 99_960_000, 7_123_456_789]

    texts = ["0", "9,999,999", "10.0 M", "100 M", "7,123 M"]
    assert shop.evaluate("values => values.map(figure)", values) == texts


def test_a_share_is_never_rounded_to_none_or_all(shop: Page) -> None:
    parts = [0, 1, 500, 999, 1_000]

    texts = ["0 %", "< 1 %", "50 %", "> 99 %", "100 %"]
    assert shop.evaluate("parts => parts.map((part) => share(part, 1000))", parts) == texts


def test_a_vpc_is_named_where_there_are_several(open_index: OpenIndex, shop: Page) -> None:
    one = replace(make_index([make_group(1, "web")]), vpcs=make_shop().vpcs[:1])

    assert "vpc-0a" in find_row(shop, "sg-0001")
    assert "vpc-0a" not in find_row(open_index(one).page, "sg-0001")


def test_every_link_and_control_has_a_name(shop: Page) -> None:
    for role in ("link", "button", "combobox", "searchbox", "radio"):
        for element in shop.get_by_role(role).all():
            expect(element).to_have_accessible_name(re.compile(r"\w"))
