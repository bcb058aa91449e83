"""What the index page is without reports, without traffic, and without Dashboards."""

from dataclasses import replace

from playwright.sync_api import Page, expect

from tests.pages.conftest import OpenIndex
from tests.pages.opened import read_headings, read_names, read_totals
from tests.pages.worlds import make_group, make_index, make_judged, make_offline


def test_without_reports_the_page_is_as_it_was(shop: Page) -> None:
    assert "Verdicts" not in read_headings(shop)
    assert len(read_totals(shop)) == 6
    assert shop.locator("a.name, #reports").count() == 0
    assert shop.get_by_role("radio", name="To narrow").count() == 0
    expect(shop.locator("footer")).not_to_contain_text("Score")


def test_where_traffic_is_not_counted_nothing_is_said_of_it(open_index: OpenIndex) -> None:
    page = open_index(make_offline()).page

    headings = ["Security group", "Interfaces", "Rules", "Verdicts", "Worth doing", "Score"]
    assert read_headings(page) == [*headings, "Open in Dashboards"]
    assert list(read_totals(page))[:3] == ["Security groups", "Interfaces", "Rules with a verdict"]
    text = page.locator("body").inner_text()
    for word in ("records", "7 days", "rejected", "traffic", "NaN", "undefined"):
        assert word not in text
    expect(page.get_by_role("table", name="rules with their verdicts")).to_be_visible()


def test_without_dashboards_there_are_no_links_to_them(open_index: OpenIndex) -> None:
    page = open_index(make_judged(), dashboards=None).page

    assert page.locator(".links a").count() == 0
    assert "Open in Dashboards" not in read_headings(page)
    page.locator("#sources-title").click()
    expect(page.locator("#sources")).not_to_contain_text("made anew each hour")
    expect(page.locator("td.records").first).to_be_visible()


def test_without_traffic_and_reports_the_groups_come_by_name(open_index: OpenIndex) -> None:
    rows = [make_group(1, "web"), make_group(2, "app 10"), make_group(3, "app 9")]

    page = open_index(replace(make_index(rows), window=None), dashboards=None).page

    assert read_names(page) == ["app 9", "app 10", "web"]
    page.get_by_role("columnheader", name="Security group").get_by_role("button").click()
    assert read_names(page) == ["web", "app 10", "app 9"]
    page.wait_for_url("**/*order=descending")


def test_without_traffic_the_interfaces_of_a_group_fold_out_still(open_index: OpenIndex) -> None:
    page = open_index(make_offline(), dashboards=None).page

    page.get_by_role("button", name="2 interfaces").click()

    expect(page.locator("tr.detail li")).to_have_count(2)
    assert page.locator("tr.detail dl").count() == 0
