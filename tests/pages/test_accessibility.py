"""axe-core, which knows the rules of WCAG 2.2 that a program can check."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from domain.group_index import GroupIndex
from local.toolchain import node_modules
from tests.pages.opened import open_index_page
from tests.pages.worlds import make_empty, make_hostile, make_judged, make_offline, make_shop

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("index", [make_shop(), make_judged()], ids=["traffic", "verdicts"])
def test_every_kind_of_group_is_accessible(
    browser: Browser, index: GroupIndex, width: int, *, dark: bool
) -> None:
    assert _find_violations(browser, index, width, dark=dark) == []


@pytest.mark.parametrize(("width", "dark"), [(400, True), (1280, False)], ids=["400-dark", "1280-light"])
@pytest.mark.parametrize(
    "index", [make_hostile(), make_empty(), make_offline()], ids=["hostile", "empty", "offline"]
)
def test_so_is_what_is_rare(browser: Browser, index: GroupIndex, width: int, *, dark: bool) -> None:
    assert _find_violations(browser, index, width, dark=dark) == []


def test_axe_would_find_what_is_wrong(browser: Browser) -> None:
    with open_index_page(browser, make_shop()) as opened:
        opened.page.evaluate("document.querySelector('label.search span').remove()")
        opened.page.evaluate("document.getElementById('search').removeAttribute('placeholder')")

        assert "label" in {each["id"] for each in _run_axe(opened.page)}


def _find_violations(browser: Browser, index: GroupIndex, width: int, *, dark: bool) -> list[str]:
    with open_index_page(browser, index, width=width, dark=dark) as opened:
        for button in opened.page.locator(".interfaces button.expand").all()[:4]:
            button.click()
        for summary in opened.page.locator("summary:visible").all():
            summary.click()
        return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in _run_axe(opened.page)]


def _run_axe(page: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - what it evaluates to is untyped
    # Evaluated by the debugger, which the page's policy doesn't bind.
    page.evaluate((node_modules() / "axe-core" / "axe.min.js").read_text())
    result = page.evaluate("rules => axe.run(document, rules)", RULES)
    violations: list[dict[str, Any]] = result["violations"]
    return violations
