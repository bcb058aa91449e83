"""How many records were attributed to rules, how many not, and why, as the page tells it."""

from dataclasses import replace

from playwright.sync_api import Locator, Page, expect

from domain.traffic import RuleMatches
from tests.domain.made_traffic import NO_MATCHES, make_traffic
from tests.pages.conftest import OpenIndex
from tests.pages.worlds import LAST_SEEN, make_empty, make_group, make_index, make_shop

UNATTRIBUTED = "unattributed: how the records of"


def read_outcomes(place: Locator) -> dict[str, str]:
    """What is told, with its number."""
    names = place.locator("dl.outcomes dt").all_inner_texts()
    numbers = place.locator("dl.outcomes dd").evaluate_all("all => all.map((each) => each.firstChild.data)")
    return dict(zip(names, numbers, strict=True))


def open_group(open_index: OpenIndex, records: int, rejected: int, matches: RuleMatches) -> Page:
    traffic = make_traffic("sg-0001", records, rejected, last_seen=LAST_SEEN, matches=matches)
    return open_index(make_index([replace(make_group(1, "web"), traffic=traffic)])).page


def test_a_group_tells_how_its_records_were_attributed(shop: Page) -> None:
    shop.get_by_role("button", name=f"100 {UNATTRIBUTED} web").click()
    detail = shop.locator("tr.detail")

    expect(detail).to_contain_text("900 of 1,000 accepted records (90 %) attributed to rules")
    assert read_outcomes(detail) == {
        "One rule": "600",
        "Several rules": "280",
        "Possibly a rule": "20",
        "No rule": "100",
        "Rejected": "200",
        "Not known who began": "30",
    }
    expect(detail).to_contain_text("Of a rule since removed, or of a tracked connection")


def test_either_button_of_a_group_folds_the_same_out_and_in(shop: Page) -> None:
    buttons = shop.locator("tr.group").first.locator("button.expand")
    assert buttons.count() == 2

    buttons.first.click()
    expect(shop.locator("tr.detail li")).to_have_count(2)
    expect(shop.locator("tr.detail dl")).to_be_visible()
    expect(buttons.last).to_have_attribute("aria-expanded", "true")
    buttons.last.click()

    expect(shop.locator("tr.detail")).to_have_count(0)
    expect(buttons.first).to_have_attribute("aria-expanded", "false")


def test_what_an_earlier_version_indexed_is_told_apart(shop: Page) -> None:
    shop.get_by_role("button", name=f"4 {UNATTRIBUTED} ssh").click()

    assert read_outcomes(shop.locator("tr.detail")) == {"One rule": "36", "Not looked at": "4"}


def test_a_group_whose_records_are_all_attributed_tells_of_none_that_is_not(open_index: OpenIndex) -> None:
    page = open_group(open_index, 50, 0, replace(NO_MATCHES, shared=50))

    page.get_by_role("button", name=f"0 {UNATTRIBUTED} web").click()

    expect(page.locator("tr.detail")).to_contain_text("50 of 50 accepted records (100 %) attributed")
    assert read_outcomes(page.locator("tr.detail")) == {"Several rules": "50"}
    expect(page.get_by_role("radio", name="With unattributed 0")).to_be_visible()


def test_of_a_group_with_rejects_alone_nothing_is_unattributed(open_index: OpenIndex) -> None:
    page = open_group(open_index, 5, 5, NO_MATCHES)

    page.get_by_role("button", name=f"0 {UNATTRIBUTED} web").click()

    assert read_outcomes(page.locator("tr.detail")) == {"Rejected": "5"}
    expect(page.locator("#attribution-title")).to_have_text("5 records, none accepted")


def test_the_page_tells_of_all_records_whether_they_have_a_group_or_not(shop: Page) -> None:
    title = shop.locator("#attribution-title")

    expect(title).to_have_text(
        "946 of 1,067 accepted records (89 %) attributed to rules; not attributed: 100 by no rule in force,"
        " 12 of unknown interfaces, 5 of interfaces without groups, 4 not looked at"
    )
    title.click()
    assert read_outcomes(shop.locator("#attribution")) == {
        "One rule": "646",
        "Several rules": "280",
        "Possibly a rule": "20",
        "No rule": "100",
        "Unknown interface": "12",
        "Interface without groups": "5",
        "Not looked at": "4",
        "Rejected": "200",
        "Not known who began": "30",
    }


def test_the_figures_at_the_top_add_up_to_what_was_accepted(shop: Page) -> None:
    totals = shop.locator("#totals")

    expect(totals.locator("div", has_text="Attributed to rules")).to_contain_text("946")
    expect(totals.locator("div", has_text="Unattributed")).to_contain_text("121")


def test_before_the_first_record_there_is_nothing_to_attribute(open_index: OpenIndex) -> None:
    expect(open_index(make_empty()).page.locator("#attribution")).to_be_hidden()


def test_the_group_with_the_most_unattributed_records_can_be_put_first(open_index: OpenIndex) -> None:
    page = open_index(make_shop(), "#sort=unattributed&show=unattributed").page

    assert page.locator("td.unattributed .some").all_inner_texts() == ["100", "4"]
