"""How the index page is used: search, filters, order, keyboard, and an address that keeps the view."""

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import OpenIndex
from tests.pages.opened import URL, read_names
from tests.pages.worlds import VPC_B, make_large, make_shop

BUSIEST_FIRST = ["web", "ssh", "old batch", "name not known", "never attached"]
BY_NAME = ["never attached", "old batch", "name not known", "ssh", "web"]


FOUND = {
    "BATCH": ["old batch"],
    "sg-0003": ["never attached"],
    "about 3": ["never attached"],
    "web-1 elb": ["web"],
    "eni-0002": ["web"],
    "i-0001": ["web", "ssh"],
    "10.20.0.1": ["web", "ssh"],
}
"""By what is typed: names, ids, descriptions, and what the interfaces have."""


def test_a_search_finds_names_ids_and_interfaces(shop: Page) -> None:
    for typed, names in FOUND.items():
        shop.get_by_role("searchbox").fill(typed)

        assert (typed, read_names(shop)) == (typed, names)
        expect(shop.get_by_role("status")).to_have_text(f"{len(names)} of 5 groups")


def test_what_nothing_matches_says_so(shop: Page) -> None:
    shop.get_by_role("searchbox").fill("nothing has this")

    expect(shop.locator("#empty")).to_contain_text("No security group matches")
    expect(shop.get_by_role("table")).to_be_hidden()


def test_one_vpc_can_be_chosen(shop: Page) -> None:
    shop.get_by_role("combobox", name="VPC").select_option(VPC_B)

    assert read_names(shop) == ["never attached"]


KINDS = {
    "With traffic": BUSIEST_FIRST[:4],
    "Without traffic": ["never attached"],
    "With rejects": ["web"],
    "With unattributed": ["web", "ssh"],
    "No interface": ["never attached"],
    "Gone or not known": ["old batch", "name not known"],
    "All": BUSIEST_FIRST,
}


def test_groups_of_one_kind_can_be_chosen(shop: Page) -> None:
    for kind, names in KINDS.items():
        shop.get_by_role("radio", name=f"{kind} {len(names)}").check()

        assert (kind, read_names(shop)) == (kind, names)


def test_the_kinds_are_counted_among_what_is_found(shop: Page) -> None:
    shop.get_by_role("searchbox").fill("sg-0004")

    expect(shop.get_by_role("radio", name="All 1")).to_be_visible()
    expect(shop.get_by_role("radio", name="Gone or not known 1")).to_be_visible()
    expect(shop.get_by_role("radio", name="With rejects 0")).to_be_visible()


# By one click each, in this order; where groups are equal, names decide.
SORTED = {
    "Interfaces": "web",
    "Rules": "name not known",
    "Records": "web",
    "Rejected": "web",
    "Unattributed": "web",
    "Bytes": "web",
    "Last seen (UTC)": "old batch",
    "Security group": "never attached",
}


def test_every_column_sorts(shop: Page) -> None:
    for column, first in SORTED.items():
        shop.get_by_role("columnheader", name=column).get_by_role("button").click()

        assert (column, read_names(shop)[0]) == (column, first)


def test_a_column_sorts_by_its_heading_and_back(shop: Page) -> None:
    heading = shop.get_by_role("columnheader", name="Security group")

    heading.get_by_role("button").click()
    upwards = read_names(shop)
    expect(heading).to_have_attribute("aria-sort", "ascending")
    heading.get_by_role("button").click()

    assert upwards == BY_NAME
    assert read_names(shop) == BY_NAME[::-1]
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert shop.locator("th[aria-sort]").count() == 1


def test_a_narrow_page_sorts_by_a_list_and_a_button(open_index: OpenIndex) -> None:
    page = open_index(make_shop(), width=400).page

    page.get_by_role("combobox", name="Sort by").select_option("Security group")
    assert read_names(page) == BY_NAME
    page.get_by_role("button", name="Order: ascending").click()

    assert read_names(page) == BY_NAME[::-1]
    expect(page.get_by_role("button", name="Order: descending")).to_be_visible()


def test_a_view_can_be_passed_on_by_its_address(open_index: OpenIndex) -> None:
    page = open_index(make_shop()).page
    page.get_by_role("searchbox").fill("a & b # ö")
    page.wait_for_url("**/*%C3%B6*")
    page.get_by_role("searchbox").fill("sg")
    page.get_by_role("radio", name="Gone or not known").check()
    page.get_by_role("button", name="Rejected").click()
    page.wait_for_url("**/*sort=rejected*")

    other = open_index(make_shop(), page.url.removeprefix(URL)).page

    assert read_names(other) == read_names(page) == ["name not known", "old batch"][::-1]
    expect(other.get_by_role("searchbox")).to_have_value("sg")
    expect(other.get_by_role("radio", name="Gone or not known")).to_be_checked()
    expect(other.get_by_role("columnheader", name="Rejected")).to_have_attribute("aria-sort", "descending")


def test_an_address_is_as_it_was_once_the_view_is(shop: Page) -> None:
    shop.get_by_role("searchbox").fill("web")
    shop.wait_for_url(f"{URL}#q=web")
    shop.get_by_role("searchbox").fill("")

    shop.wait_for_url(URL)


def test_another_address_on_the_same_page_shows_its_view(shop: Page) -> None:
    shop.evaluate("location.hash = '#q=old&order=ascending'")

    expect(shop.get_by_role("status")).to_have_text("1 of 5 groups")
    assert read_names(shop) == ["old batch"]


def test_an_address_that_asks_for_what_there_is_not_shows_everything(open_index: OpenIndex) -> None:
    page = open_index(make_shop(), "#show=nonsense&sort=nonsense&vpc=nonsense&order=nonsense").page

    assert read_names(page) == BUSIEST_FIRST


def test_the_keyboard_alone_is_enough(shop: Page) -> None:
    shop.keyboard.press("/")
    shop.keyboard.type("sg-0001/")
    assert read_names(shop) == []
    shop.keyboard.press("Escape")
    assert read_names(shop) == BUSIEST_FIRST

    shop.get_by_role("button", name="2 interfaces").focus()
    shop.keyboard.press("Enter")
    expect(shop.locator("tr.detail")).to_be_visible()
    shop.get_by_role("button", name="Security group").focus()
    shop.keyboard.press("Enter")
    assert read_names(shop) == BY_NAME


def test_the_keyboard_comes_by_everything_in_the_order_of_the_page(open_index: OpenIndex) -> None:
    page = open_index(make_shop(), "#q=sg-0001").page
    stops = []
    for _ in range(20):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))

    headings = ["Security group", "Interfaces", "Rules", "Records", "Rejected", "Unattributed"]
    assert stops == [
        "skip",
        "sources-title",
        "attribution-title",
        "search",
        "vpc",
        "show-all",
        *headings,
        "Bytes",
        "Last seen (UTC)",
        "2 interfaces",
        "100",
        "All",
        "Ingress",
        "Rejects",
        "No rule",
    ]


def test_the_first_stop_of_the_keyboard_skips_to_the_groups(open_index: OpenIndex) -> None:
    page = open_index(make_shop(), "#q=sg-0001").page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the security groups")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("table")).to_be_focused()
    assert read_names(page) == ["web"]


def test_a_narrow_page_is_a_table_to_a_screen_reader_all_the_same(open_index: OpenIndex) -> None:
    page = open_index(make_shop(), width=400).page

    expect(page.get_by_role("table", name="Security groups, the network interfaces")).to_be_visible()
    assert page.get_by_role("row").count() == 6
    assert page.get_by_role("row").nth(1).get_by_role("cell").count() == 10


def test_many_groups_are_drawn_in_portions_and_all_on_demand(open_index: OpenIndex) -> None:
    page = open_index(make_large(groups=1_000, interfaces=2_000)).page
    assert 30 <= len(read_names(page)) < 500

    page.get_by_role("button", name="Show all rows").click()

    assert len(read_names(page)) == 1_000
    expect(page.get_by_role("button", name="Show all rows")).to_be_hidden()


@pytest.mark.parametrize("height", [900, 6_000])
def test_more_groups_are_drawn_than_the_window_shows(open_index: OpenIndex, height: int) -> None:
    page = open_index(make_large(groups=1_000, interfaces=2_000), height=height).page

    page.wait_for_function("height => document.getElementById('rows').offsetHeight > height", arg=height)


def test_more_groups_are_drawn_as_one_scrolls(open_index: OpenIndex) -> None:
    page = open_index(make_large(groups=1_000, interfaces=2_000)).page
    before = len(read_names(page))

    page.evaluate("scrollTo(0, document.body.scrollHeight)")

    page.wait_for_function("before => document.querySelectorAll('tr.group').length > before", arg=before)


def test_print_has_every_group_that_was_found_and_says_so(open_index: OpenIndex) -> None:
    page = open_index(make_large(groups=1_000, interfaces=2_000), "#q=team-4").page

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    found = sum("team-4" in f"team-{number % 97}" for number in range(1_000))
    assert len(read_names(page)) == found
    expect(page.get_by_role("status")).to_have_text(f"{found} of 1,000 groups")
    expect(page.get_by_role("searchbox")).to_be_hidden()
    expect(page.locator("#vpcs")).to_be_visible()
    expect(page.locator("#attribution dl")).to_be_visible()
    assert page.locator("td.records").first.evaluate("cell => getComputedStyle(cell).display") == "table-cell"
