"""axe-core over the page of a security group."""

import pytest
from playwright.sync_api import Browser

from domain.report import GroupReport
from tests.pages.opened_report import open_report_page
from tests.pages.reports import make_empty, make_hostile, make_refusing, make_shop, make_unattached
from tests.pages.test_accessibility import _run_axe as run_axe


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
def test_a_report_is_accessible(browser: Browser, width: int, *, dark: bool) -> None:
    assert find_violations(browser, make_shop(), width, dark=dark) == []


@pytest.mark.parametrize(
    ("report", "width", "dark"),
    [
        (make_hostile(), 400, True),
        (make_hostile(), 1280, False),
        (make_refusing(), 400, False),
        (make_unattached(), 1280, True),
        (make_empty(), 400, True),
    ],
    ids=["hostile-400", "hostile-1280", "refusing", "unattached", "empty"],
)
def test_so_is_what_is_rare(browser: Browser, report: GroupReport, width: int, *, dark: bool) -> None:
    assert find_violations(browser, report, width, dark=dark) == []


def find_violations(browser: Browser, report: GroupReport, width: int, *, dark: bool) -> list[str]:
    with open_report_page(browser, report, width=width, dark=dark) as opened:
        for part in opened.page.locator("summary, .expand").all()[:5]:
            part.click()
        return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in run_axe(opened.page)]
