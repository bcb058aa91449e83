"""Pictures of what people look at, of the demo's own data, for the README."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from local.browser import open_browser, open_page
from local.vega_panel import draw_vega_panel

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from local.demo.search import FlowsReader

SAVED_OBJECTS: Final = Path(__file__).resolve().parents[2] / "dashboards" / "saved_objects"
PAGES: Final = (("light", 1280, False), ("dark", 1280, True), ("phone", 400, False))
REPORTED: Final = "instances-ssh"
FLOW_WIDTH: Final = 1100
FLOW_HEIGHT: Final = 540

Json = dict[str, Any]


def take_pictures(url: str, reader: FlowsReader, folder: Path) -> None:
    """The index page at `url`, a group's report, and the flow picture of FlowLogDash for the last day."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        for name, width, dark in PAGES:
            with open_page(browser, width=width, dark=dark) as (page, _):
                page.goto(url)
                page.screenshot(path=folder / f"index-page-{name}.png")
                page.locator("tr.group a[href^='groups/']", has_text=REPORTED).first.click()
                page.wait_for_url("**/groups/**")
                page.screenshot(path=folder / f"report-{name}.png")
        _take_flow_picture(browser, reader, folder / "flow-picture.png")


def _take_flow_picture(browser: Browser, reader: FlowsReader, path: Path) -> None:
    spec = _read_source("visualization/flow-picture.json")["attributes"]["visState"]["params"]["spec"]
    answer = reader.search({**spec["data"][0]["url"]["body"], "query": _without_replies()})
    with open_page(browser, width=FLOW_WIDTH, height=FLOW_HEIGHT) as (page, _):
        draw_vega_panel(page, spec, answer, {}, width=FLOW_WIDTH, height=FLOW_HEIGHT)
        page.screenshot(path=path)


def _without_replies() -> Json:
    """As the dashboard's own filter and its time have it."""
    dashboard = _read_source("dashboard/flow-log-dash.json")["attributes"]
    (replies,) = dashboard["kibanaSavedObjectMeta"]["searchSourceJSON"]["filter"]
    within = {"range": {"@timestamp": {"gte": dashboard["timeFrom"], "lte": dashboard["timeTo"]}}}
    return {"bool": {"filter": [within], "must_not": [replies["query"]]}}


def _read_source(name: str) -> Json:
    source: Json = json.loads((SAVED_OBJECTS / name).read_text())
    return source
