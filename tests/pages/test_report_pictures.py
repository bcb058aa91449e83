"""The pictures, the traffic and the evidence on the page of a security group; and a large group."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.group_index import InterfaceRow
from domain.inventory import Peer
from pages.report_page import ReportLinks, render_report_page
from tests.pages.opened import DASHBOARDS
from tests.pages.opened_report import open_report_page
from tests.pages.report_parts import make_change, make_report, make_rule, make_rule_report, tcp
from tests.pages.reports import make_large, make_shop, make_tight
from tests.pages.shop_rules import ANYWHERE


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with open_report_page(browser, make_shop()) as opened:
        yield opened.page


def test_the_pictures_are_told_in_words_too(page: Page) -> None:
    for words in (
        "Connections come in from 34 peers, on 6 services, at 3 interfaces; most with prometheus-1: 5,066",
        "Connections go out to 3 peers, on 1 service, at 3 interfaces; most with orders-db: 1,689",
        "Allowed 65.5 million, used 4, after the proposal 4",
    ):
        expect(page.get_by_role("img", name=words)).to_be_visible()


@pytest.mark.parametrize("width", [1280, 400])
def test_a_rule_is_drawn_as_wide_as_one_of_the_other_family(browser: Browser, width: int) -> None:
    families = (Peer(cidr_ipv6="::/0"), 1 << 128), (ANYWHERE, 1 << 32)
    rules = [
        make_rule_report(make_rule(number, tcp(22), peer), "unused", space=space, width=32)
        for number, (peer, space) in enumerate(families)
    ]
    changes = tuple(make_change(each, []) for each in rules)
    report = make_report(rules)
    with open_report_page(
        browser, replace(report, proposal=replace(report.proposal, changes=changes)), width=width
    ) as opened:
        page = opened.page
        for bars in (".spaces .allowed", ".shrink .before"):
            assert read_widths(page, bars) == ["100.00%", "100.00%"]
            one, other = page.locator(bars).evaluate_all(
                "all => all.map((each) => each.getBoundingClientRect().width)"
            )
            assert one == other
        assert page.locator(".change").get_by_text("32 bits less").count() == 2
        assert page.locator(".glance-head .scale").last.locator("text").all_text_contents() == [
            "0",
            *(f"{bits} bits" for bits in (8, 16, 24)),
        ]


def read_widths(page: Page, selector: str) -> list[str]:
    widths: list[str] = page.locator(selector).evaluate_all(
        "all => all.map((each) => `${parseFloat(each.getAttribute('width')).toFixed(2)}%`)"
    )
    return widths


def test_ribbons_join_peers_services_and_interfaces(page: Page) -> None:
    titles = page.locator("#talks .ribbon title").all_text_contents()

    assert (
        "bastion → tcp 22: 60 connections" not in titles
    )  # among "26 more": eight peers stand for themselves
    assert "prometheus-1 → tcp 9100: 2,533 connections" in titles
    assert "tcp 22 → app-1: 39 connections" in titles
    assert "tcp 5432 + 2 → orders-db: 1,689 connections" in titles


def test_the_cells_of_a_day_tell_its_connections(page: Page) -> None:
    titles = page.locator(".glance li").first.locator(".heat title").all_text_contents()

    assert titles == [f"2026-{day}: 12 connections" for day in ("10-27", "11-03", "11-10", "11-17", "11-24")]


def test_peers_ports_and_knocks_are_listed_the_most_frequent_first(page: Page) -> None:
    for place, texts in {
        "#top-peers": ("prometheus-1", "ingress tcp 9100", "5,066"),
        "#top-ports": ("ingress tcp 9100", "9,046"),
        "#knocks": ("198.51.100.1", "tcp 23", "900", "2026-11-24 10:36"),
    }.items():
        row = page.locator(f"{place} tbody tr").first
        for text in texts:
            expect(row).to_contain_text(text)


def test_the_evidence_is_laid_open(page: Page) -> None:
    evidence = page.locator("#evidence")

    for text in (
        "2026-10-25 12:00 to 2026-11-24 12:00 UTC",
        "99 %: 2,445 of 2,472",
        "9 records",
        "4,210 rejected",
    ):
        expect(evidence).to_contain_text(text)
    for text in ("96 accepted, but by no rule", "312 of which nobody knows", "Interfaces that never logged"):
        expect(evidence).to_contain_text(text)
    worst = evidence.locator(".hours-list li").first
    assert worst.locator(".label").inner_text() == "app-1 eni-0001"
    assert worst.locator(".numbers").inner_text() == "728 of 744 hours, 7 SKIPDATA"
    expect(evidence.locator(".hours-list li").last.locator("rect.none")).to_have_count(21)


def test_an_interface_that_is_gone_is_called_by_its_id(browser: Browser) -> None:
    with open_report_page(browser, replace(make_shop(), interfaces=())) as opened:
        titles = opened.page.locator("#talks .ribbon title").all_text_contents()

        assert "tcp 22 → eni-0001: 39 connections" in titles


def test_a_large_group_stays_small_and_lists_the_rest_on_demand(browser: Browser) -> None:
    large = make_large()
    assert len(render_report_page(large, ReportLinks(DASHBOARDS))) < 1_000_000
    with open_report_page(browser, large) as opened:
        page = opened.page
        assert page.locator("*").count() < 12_000
        expect(page.locator(".rule-row")).to_have_count(120)
        expect(page.locator(".glance li")).to_have_count(40)
        page.get_by_role("button", name="Show 80 more").click()
        expect(page.locator(".glance li")).to_have_count(120)
        page.get_by_text("Carried by 500 interfaces").click()
        page.get_by_role("button", name="Show 490 more").click()
        expect(page.locator("#protects tbody tr")).to_have_count(500)


def test_what_repeats_stands_once_in_the_pages_data() -> None:
    html = render_report_page(make_large(rules=2, interfaces=3), ReportLinks()).decode()
    data = json.loads(re.findall('id="data">(.*?)</script>', html)[0])

    assert len(data["interface_ids"]) == len(set(data["interface_ids"])) == 3
    assert len(data["hours"]) < 3 * 31
    assert "links" in data
    assert data["links"] is None


def test_every_interface_has_a_row_of_hours_or_none(browser: Browser) -> None:
    row = InterfaceRow("eni-0009", "idle", "ec2", None, ("10.20.0.9",))
    with open_report_page(browser, replace(make_tight(), interfaces=(row,))) as opened:
        expect(opened.page.locator("#evidence-hours")).to_contain_text("No interface was expected to log")
