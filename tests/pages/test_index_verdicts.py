"""What the index page tells of the groups' reports."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from domain.group_index import GroupIndex
from tests.pages.conftest import OpenIndex
from tests.pages.opened import URL, find_row, read_names, read_totals
from tests.pages.worlds import (
    MADE_AT,
    VPC_B,
    make_busy,
    make_group,
    make_hostile,
    make_index,
    make_judged,
    make_offline,
    make_shop,
    make_summary,
)

WORTH_FIRST = ["ssh", "web", "never attached", "new", "old batch", "name not known"]


@pytest.mark.parametrize("width", [400, 768, 1280])
@pytest.mark.parametrize("make_world", [make_judged, make_offline])
def test_a_row_tells_what_the_report_of_its_group_says(
    open_index: OpenIndex, make_world: Callable[[], GroupIndex], width: int
) -> None:
    page = open_index(make_world(), width=width).page
    row = find_row(page, "sg-0002")

    for text in ("2 unused", "1 redundant", "1 too wide", "1 used"):
        assert text in row
    for text in ("64 bits", "3 to revoke, 1 to narrow"):
        assert text in row
    assert page.locator(".score .points").first.text_content() == "7"


def test_verdicts_that_no_rule_has_are_left_out(judged: Page) -> None:
    badges = judged.locator("tr.group", has_text="sg-0001").locator(".verdicts .verdict")

    assert badges.all_text_contents() == ["1 too wide", "4 used", "1 too new"]


def test_the_bar_of_a_score_is_as_long_as_the_score_is_high(judged: Page) -> None:
    bar = judged.locator("tr.group", has_text="sg-0001").locator(".score svg rect")

    whole, part = bar.nth(0).bounding_box(), bar.nth(1).bounding_box()

    assert whole
    assert part
    assert part["width"] / whole["width"] == pytest.approx(0.82, abs=0.01)


def test_a_group_without_a_score_or_a_report_says_so(judged: Page) -> None:
    cells = {
        group_id: judged.locator("tr.group", has_text=group_id).locator(".verdicts, .worth, .score")
        for group_id in ("sg-0003", "sg-0006")
    }

    assert cells["sg-0003"].all_text_contents() == ["4 no evidence", "nothing to do", "–"]
    assert cells["sg-0006"].all_text_contents() == ["no report", "–", "–"]


def test_a_group_without_rules_says_so(open_index: OpenIndex) -> None:
    row = replace(make_group(1, "bare"), summary=make_summary(1, {}))

    assert "no rules" in find_row(open_index(make_index([row])).page, "sg-0001")


def test_a_group_s_name_opens_its_report_where_there_is_one(judged: Page) -> None:
    links = judged.locator("tr.group a.name")

    assert [link.get_attribute("href") for link in links.all()] == [
        f"groups/sg-000{number}/index.html" for number in (2, 1, 3)
    ]
    expect(judged.get_by_role("link", name="ssh: report of sg-0002")).to_be_visible()


def test_a_report_lies_beside_the_page(judged: Page) -> None:
    link = judged.get_by_role("link", name="web: report of sg-0001")

    assert link.evaluate("link => link.href") == URL.replace("index.html", "groups/sg-0001/index.html")


def test_a_group_without_a_name_opens_its_report_too(open_index: OpenIndex) -> None:
    page = open_index(make_hostile()).page

    expect(page.get_by_role("link", name="no name: report of sg-0009")).to_be_visible()


def test_what_is_worth_doing_comes_first_and_groups_without_a_report_last(judged: Page) -> None:
    assert read_names(judged) == WORTH_FIRST
    expect(judged.get_by_role("columnheader", name="Worth doing")).to_have_attribute(
        "aria-sort", "descending"
    )


def test_groups_without_a_report_or_a_score_come_last_in_either_order(judged: Page) -> None:
    worth = judged.get_by_role("columnheader", name="Worth doing").get_by_role("button")
    score = judged.get_by_role("columnheader", name="Score").get_by_role("button")
    found = []
    for button in (worth, score, score):
        button.click()
        found.append(read_names(judged)[:3])

    assert found == [
        ["never attached", "web", "ssh"],
        ["ssh", "web", "never attached"],
        ["web", "ssh", "never attached"],
    ]


def test_a_narrow_page_can_be_sorted_by_score(open_index: OpenIndex) -> None:
    page = open_index(make_judged(), width=400).page
    expect(page.get_by_role("combobox", name="Sort by")).to_have_value("worth")

    page.get_by_role("combobox", name="Sort by").select_option("Score")

    assert read_names(page)[:2] == ["ssh", "web"]
    expect(page.get_by_role("button", name="Order: ascending")).to_be_visible()


KINDS = {
    "To narrow": ["ssh", "web"],
    "Unattached": ["never attached"],
    "No interface": ["never attached", "new"],
    "All": WORTH_FIRST,
}


def test_groups_with_something_to_do_can_be_chosen(judged: Page) -> None:
    for kind, names in KINDS.items():
        judged.get_by_role("radio", name=f"{kind} {len(names)}").check()

        assert (kind, read_names(judged)) == (kind, names)


def test_a_group_that_has_an_interface_since_its_report_is_unattached_no_more(open_index: OpenIndex) -> None:
    summary = make_summary(1, {"no_evidence": 1}, attachment="unattached")
    shop = make_shop()
    page = open_index(replace(shop, groups=(replace(shop.groups[0], summary=summary),))).page

    expect(page.get_by_role("radio", name="Unattached 0")).to_be_visible()
    assert page.locator("tr.group .title .badge").count() == 0


def test_a_group_that_a_rule_of_another_names_is_not_called_unattached(open_index: OpenIndex) -> None:
    row = replace(make_group(1, "named"), summary=make_summary(1, {"used": 1}, attachment="referenced"))

    page = open_index(make_index([row])).page

    assert page.locator("tr.group .title .badge").all_text_contents() == ["no interface"]


def test_the_figures_at_the_top_tell_of_all_rules(judged: Page) -> None:
    assert list(read_totals(judged).items())[6:] == [
        ("Rules with a verdict", "15"),
        ("Unused rules", "2"),
        ("Redundant rules", "1"),
        ("Too wide rules", "2"),
        ("Rules to revoke", "3"),
        ("Rules to narrow", "2"),
    ]


def test_the_page_says_when_its_oldest_report_was_made(judged: Page) -> None:
    judged.evaluate("(Date.now = () => page.made_at * 1000, refreshAges())")

    expect(judged.locator("#reports")).to_have_text(
        "3 reports, the oldest made 2026-11-24 09:00 UTC · 3 h ago"
    )


def test_of_each_vpc_it_says_so_too(judged: Page) -> None:
    judged.locator("#sources-title").click()

    own, other = judged.locator("#vpcs li").all_inner_texts()
    assert "2 reports, the oldest made 2026-11-24 09:00 UTC" in own
    assert f"{VPC_B} last changed" in other
    assert "1 report made 2026-11-24 09:00 UTC" in other


def test_reports_of_one_time_have_no_oldest(open_index: OpenIndex) -> None:
    rows = [replace(make_group(n, f"{n}"), summary=make_summary(n, {}, made_at=MADE_AT - 60)) for n in (1, 2)]

    page = open_index(make_index(rows)).page

    expect(page.locator("#reports")).to_contain_text("2 reports made 2026-11-24 11:59 UTC")


def test_each_column_stands_under_its_heading(judged: Page) -> None:
    places = judged.evaluate(
        """() => [...document.querySelectorAll('th')].map((heading) => {
          const cell = document.querySelector(`#rows tr.group td.${heading.className}`);
          return [heading, cell].map((each) => each.getBoundingClientRect().right);
        })"""
    )

    assert [heading for heading, _ in places] == [cell for _, cell in places]


def test_the_headings_stay_in_sight_as_one_scrolls(open_index: OpenIndex) -> None:
    page = open_index(make_hostile(), height=500).page

    page.evaluate("document.querySelector('tr.group:last-child').scrollIntoView({block: 'end'})")

    top = page.get_by_role("columnheader", name="Security group").bounding_box()
    assert top
    assert 0 <= top["y"] < 60


def test_the_keyboard_reaches_the_report_before_the_rest_of_the_row(open_index: OpenIndex) -> None:
    page = open_index(make_judged(), "#q=sg-0001").page

    page.get_by_role("button", name="Last seen").focus()
    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="web: report of sg-0001")).to_be_focused()


def test_a_screen_reader_has_a_cell_for_each_heading(judged: Page) -> None:
    assert judged.get_by_role("columnheader").count() == 13
    assert judged.get_by_role("row").nth(1).get_by_role("cell").count() == 13


def test_a_view_of_verdicts_falls_back_where_there_are_none(open_index: OpenIndex) -> None:
    page = open_index(make_shop(), "#sort=worth&show=narrow").page

    assert read_names(page)[0] == "web"
    expect(page.get_by_role("radio", name="All 5")).to_be_checked()


@pytest.mark.parametrize("make_world", [make_judged, make_busy, make_hostile, make_offline])
def test_print_has_the_verdicts_on_one_page_s_width(
    open_index: OpenIndex, make_world: Callable[[], GroupIndex]
) -> None:
    page = open_index(make_world(), width=1_040).page  # A4 on its side, less its margins

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")

    expect(page.locator("td.verdicts .verdict").first).to_be_visible()
    assert page.locator("td.score").first.evaluate("cell => getComputedStyle(cell).display") == "table-cell"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1_040
