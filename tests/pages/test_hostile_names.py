"""Names, descriptions and tags come from the account: they are shown as text, whatever they are."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from domain.dashboard_link import link_to_group
from domain.group_index import GroupIndex
from tests.pages.conftest import OpenIndex
from tests.pages.opened import DASHBOARDS
from tests.pages.sample_index import make_sample
from tests.pages.worlds import HOSTILE, make_busy, make_hostile, make_judged, make_offline, make_shop

READ_TOO_WIDE = """cells => cells
  .filter((cell) => cell.scrollWidth > cell.clientWidth + 1)
  .map((cell) => cell.innerText)"""


@pytest.fixture
def hostile(open_index: OpenIndex) -> Page:
    """With everything folded out. A script that the policy stops is an error, which `open_index` refuses."""
    page = open_index(make_hostile()).page
    for button in page.locator(".interfaces button.expand").all():
        button.click()
    return page


def read_texts(page: Page, selector: str) -> list[str]:
    texts: list[str] = page.eval_on_selector_all(selector, "all => all.map((each) => each.textContent)")
    return texts


def test_names_are_text(hostile: Page) -> None:
    assert read_texts(hostile, "tr.group .name") == [name or "no name" for name in reversed(HOSTILE)]
    assert read_texts(hostile, "tr.group .words") == [name for name in reversed(HOSTILE) if name]
    assert read_texts(hostile, "tr.detail bdi") == [name or "server 9" for name in reversed(HOSTILE)]


def test_names_make_no_elements(hostile: Page) -> None:
    assert hostile.locator("main script, main img").count() == 0


def test_links_stay_intact(hostile: Page) -> None:
    found = hostile.eval_on_selector_all(".links a:first-child", "all => all.map((link) => link.href)")

    ids = [f"sg-{number:04x}" for number in range(len(HOSTILE), 0, -1)]
    assert found == [link_to_group(group_id).to_url(DASHBOARDS) for group_id in ids]


def test_every_name_can_be_searched_for(hostile: Page) -> None:
    for name in filter(None, HOSTILE):
        hostile.get_by_role("searchbox").fill(name)

        assert read_texts(hostile, "tr.group .name") == [name]


def test_a_direction_mark_turns_nothing_but_its_name(hostile: Page) -> None:
    isolation = hostile.eval_on_selector_all(
        "tr.group .name bdi, tr.group .words bdi, tr.detail bdi",
        "all => all.map((each) => getComputedStyle(each).unicodeBidi)",
    )

    assert set(isolation) == {"isolate"}
    assert len(isolation) == 3 * len(HOSTILE) - 2  # an empty name and description have no element


@pytest.mark.parametrize(
    "make_world", [make_shop, make_judged, make_offline, make_hostile, make_sample, make_busy]
)
def test_no_width_scrolls_sideways_and_nothing_runs_out_of_its_cell(
    open_index: OpenIndex, make_world: Callable[[], GroupIndex]
) -> None:
    page = open_index(make_world()).page
    page.locator("button.expand").first.click()

    for width in (360, 400, 640, 768, 1_100, 1_120, 1_265, 1_280, 1_600):
        page.set_viewport_size({"width": width, "height": 900})

        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert (width, page.eval_on_selector_all("#rows td, th", READ_TOO_WIDE)) == (width, [])
