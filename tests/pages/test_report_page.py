"""What the page of a security group shows, in a real browser."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from domain.report import GroupReport
from tests.pages.opened import DASHBOARDS
from tests.pages.opened_report import REPORT_URL, open_report_page
from tests.pages.report_parts import make_report, make_security_group
from tests.pages.reports import make_empty, make_refusing, make_shop, make_tight, make_unattached


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with open_report_page(browser, make_shop()) as opened:
        yield opened.page


def find_change(page: Page, rule_id: str) -> Locator:
    return page.locator(".change", has=page.get_by_text(rule_id, exact=True))


def find_rule(page: Page, rule_id: str) -> Locator:
    return page.locator(".rule-row", has=page.get_by_text(rule_id, exact=True))


def test_the_page_is_of_one_group(page: Page) -> None:
    expect(page).to_have_title("app · SG Lens")
    expect(page.get_by_role("heading", level=1)).to_have_text("app")
    for text in ("sg-0a01", "vpc-0a", "eu-central-1", "team=shop"):
        expect(page.locator("#identity")).to_contain_text(text)
    expect(page.locator("#description")).to_have_text("Application servers of the shop")


def test_it_says_what_the_group_protects(page: Page) -> None:
    protects = page.locator("#protects")

    expect(protects).to_contain_text("Carried by 4 interfaces 2 ec21 elb1 lambda")
    expect(protects).to_contain_text("Named by 2 rules of 2 other groups")


def test_a_group_on_nothing_names_what_may_use_it_unseen(browser: Browser) -> None:
    with open_report_page(browser, make_unattached()) as opened:
        protects = opened.page.locator("#protects")

        expect(opened.page.locator("#attachment")).to_have_text("unattached")
        for text in ("Launch templates", "Lambda", "Batch", "CodeBuild", "ECS"):
            expect(protects).to_contain_text(text)


def test_a_group_that_is_only_referenced_says_so_and_warns_of_nothing(browser: Browser) -> None:
    report = replace(make_shop(), attachment="referenced", interfaces=())
    with open_report_page(browser, report) as opened:
        expect(opened.page.locator("#attachment")).to_have_text("no interface, but referenced")
        expect(opened.page.locator("#protects")).not_to_contain_text("Launch templates")


def test_the_conclusion_is_one_line(page: Page) -> None:
    expect(page.locator("#conclusion-text")).to_have_text(
        "Revoke 2 rules and narrow 3. "
        "5 stay: 2 used, 1 kept by a tag, 1 too new to judge, 1 without evidence."
    )
    expect(page.locator("#proof")).to_have_text(
        "Replayed: none of 48,112 recorded connections would be refused."
    )
    for text in ("10", "9 ingress, 1 egress", "38 %", "171 bits", "99 %", "1,843,201"):
        expect(page.locator("#figures")).to_contain_text(text)


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (make_tight(), "Nothing to change. Rules: 1 used."),
        (make_unattached(), "Nothing to change. Rules: 1 without evidence."),
        (make_empty(), "The group has no rules: there is nothing to narrow."),
    ],
    ids=["tight", "unattached", "empty"],
)
def test_where_nothing_is_to_do_the_conclusion_says_so(
    browser: Browser, report: GroupReport, text: str
) -> None:
    with open_report_page(browser, report) as opened:
        expect(opened.page.locator("#conclusion-text")).to_have_text(text)
        expect(opened.page.locator(".change")).to_have_count(0)


def test_a_change_is_a_diff(page: Page) -> None:
    lines = find_change(page, "sgr-000a").locator(".line").all_inner_texts()

    assert [re.sub(r"\s+", " ", line) for line in lines] == [
        "− Revoke: egress all traffic to 0.0.0.0/0 sgr-000a",
        "+ Add: egress tcp 443 to 0.0.0.0/0",
        "+ Add: egress tcp 5432 to database sg-0d04",
        "+ Add: egress udp 123 to 0.0.0.0/0",
    ]


def test_a_change_says_what_it_means(page: Page) -> None:
    change = find_change(page, "sgr-0001")

    for text in ("4.29 billion", "31 bits less", "all 60", "medium", "Coverage is 99 %", "too wide"):
        expect(change).to_contain_text(text)
    expect(change).to_contain_text("What could go wrong")
    expect(change).to_contain_text("a job that runs monthly would not be seen")
    expect(change).to_contain_text("is a member of the group bastion")


def test_the_bars_of_a_change_are_on_a_log_scale(page: Page) -> None:
    before, after = (
        find_change(page, "sgr-000a").locator(f".shrink .{part}").bounding_box()
        for part in ("before", "after")
    )

    assert before
    assert after
    assert after["width"] / before["width"] == pytest.approx(33 / 49, abs=0.02)


def test_the_replay_is_told_with_its_figures(page: Page) -> None:
    for text in ("48,112", "1,838,895 records", "210,334 raw flow records", "none refused", "7 connections"):
        expect(page.locator("#replay")).to_contain_text(text)
    expect(page.locator("#left-out")).to_contain_text("sgr-0002 needs 41 blocks")


def test_what_would_be_refused_is_listed_with_both_ends_and_the_last_time(browser: Browser) -> None:
    with open_report_page(browser, make_refusing()) as opened:
        page = opened.page
        expect(page.locator("#proof")).to_have_text("Would have refused 2 recorded connections.")
        row = page.locator("#replay tbody tr").first
        for text in (
            "reports-1",
            "10.20.7.15",
            "app-1",
            "eni-0001",
            "tcp 5432",
            "3",
            "2026-11-21 12:00",
            "sgr-0004",
        ):
            expect(row).to_contain_text(text)


def test_the_files_beside_the_page_are_linked(page: Page) -> None:
    found = page.eval_on_selector_all(".files a", "all => all.map((link) => link.href)")

    folder = REPORT_URL.removesuffix("index.html")
    names = ["fix.sh", "undo.sh", "rules.tf", "rules.yaml", "report.json"]
    assert found == [folder + name for name in names]
    expect(page.locator(".crumb a")).to_have_js_property("href", "https://site.example.com/index.html")


@pytest.mark.parametrize("width", [400, 900, 1280])
def test_a_rule_tells_its_verdict_and_why(browser: Browser, width: int) -> None:
    with open_report_page(browser, make_shop(), width=width) as opened:
        rule = find_rule(opened.page, "sgr-0002")

        for text in ("used", "ingress", "tcp 443", "0.0.0.0/0", "https", "214 scattered clients"):
            expect(rule).to_contain_text(text)
        for text in ("5,055", "214", "2026-11-24 10:53"):
            expect(rule).to_contain_text(text)
        expect(rule.get_by_role("img", name="Used on 31 of 31 days; most on")).to_be_visible()


def test_a_rule_that_a_tag_keeps_says_why(page: Page) -> None:
    expect(find_rule(page, "sgr-0009")).to_contain_text("kept audit until March")


def test_a_rule_folds_out_its_peers_ports_and_interfaces(browser: Browser) -> None:
    with open_report_page(browser, make_shop()) as opened:
        page = opened.page
        button = find_rule(page, "sgr-0003").get_by_role("button")
        button.click()

        detail = page.locator("#detail-sgr-0003")
        for text in ("ELB app/shop/1", "10.20.0.9", "tcp 8080", "app-1", "nightly-import", "4,044", "1,011"):
            expect(detail).to_contain_text(text)
        expect(button).to_have_attribute("aria-expanded", "true")
        button.click()
        expect(detail).to_have_count(0)


def test_dashboards_open_on_the_groups_traffic_of_the_window(page: Page) -> None:
    links = page.locator("#dashboards a")

    assert links.all_inner_texts() == ["All", "Ingress", "Rejects", "No rule", "Use by day"]
    href = unquote(links.first.get_attribute("href") or "")
    assert href.startswith(DASHBOARDS)
    for text in ('group_ids:"sg-0a01"', "2026-10-25T12:00:00.000Z", "2026-11-24T12:00:00.000Z"):
        assert text in href


def test_dashboards_open_on_the_groups_usage_from_the_first_day_of_the_window_on(page: Page) -> None:
    """Whose usage stands at its midnight, and counts whole."""
    link = page.locator("#dashboards").get_by_role("link", name="Use by day")

    href = unquote(link.get_attribute("href") or "")
    for text in ("#/view/rule-usage-dash?", "2026-10-25T00:00:00.000Z", "2026-11-24T12:00:00.000Z"):
        assert text in href
    assert "query:'group_id:\"sg-0a01\"'" in href


def test_a_rule_leads_to_its_own_traffic(browser: Browser) -> None:
    with open_report_page(browser, make_shop()) as opened:
        find_rule(opened.page, "sgr-0003").get_by_role("button").click()
        link = opened.page.get_by_role("link", name="Its traffic in Dashboards: ingress tcp 8080 from web-lb")

        assert 'rule_ids:"sgr-0003"' in unquote(link.get_attribute("href") or "")


def test_without_dashboards_there_are_no_links_to_them(browser: Browser) -> None:
    with open_report_page(browser, make_shop(), dashboards_url=None) as opened:
        find_rule(opened.page, "sgr-0003").get_by_role("button").click()

        expect(opened.page.get_by_text("Dashboards")).not_to_be_visible()
        assert opened.page.locator("a[href*=dashboards]").count() == 0


def test_a_group_without_a_name_is_called_by_its_id(browser: Browser) -> None:
    with open_report_page(browser, make_report(group=make_security_group(name=" "))) as opened:
        expect(opened.page.get_by_role("heading", level=1)).to_have_text("sg-0a01")
