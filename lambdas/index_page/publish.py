from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.flow_totals import get_traffic
from adapters.log import write_log
from domain.errors import IndexPageError, OvertakenError
from domain.group_index import build_group_index
from index_page.inventories import load_days
from pages.index_page import render_index_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.inventory_store import InventoryStore
    from adapters.search_reader import SearchReader
    from adapters.site_store import SiteStore
    from adapters.summary_store import SummaryStore
    from adapters.traffic_store import TrafficStore
    from domain.traffic import TrafficWindow
    from index_page.request import PublishRequest

PAGE = "index.html"
_ATTEMPTS = 3
# Renewed each hour: one run may fail, and the changes until the next still find it.
_STORED_SECONDS = 2 * 3600
_NO_PAGE = (
    f"there is no {PAGE} in the site bucket, and a renewal makes none; to have it back, run the command in "
    'the stack\'s output RenewIndexPage, which invokes this function with {"create": true}'
)


@dataclass(frozen=True, slots=True)
class Publisher:
    """Builds the index page from inventories, traffic and reports, and puts it where people read it."""

    inventories: InventoryStore
    traffic: TrafficStore
    summaries: SummaryStore
    site: SiteStore
    reader: SearchReader
    dashboards_url: str
    clock: Callable[[], float] = time.time

    def publish(self, request: PublishRequest) -> bool:
        """Whether there is a page now; IndexPageError where others were always faster."""
        for _ in range(_ATTEMPTS):
            # Before all else is read: a page of older things never replaces that of newer ones.
            etag = self.site.get_etag(PAGE)
            if not self._may_write(request, etag):
                return False
            traffic = self._get_traffic(request)
            try:
                self.site.put_page(PAGE, self._build(traffic), etag)
            except OvertakenError as error:
                write_log("info", "the page is built again", reason=str(error))
            else:
                return True
        raise IndexPageError(
            f"{PAGE} was written by others {_ATTEMPTS} times while this run built it; theirs stands, and the "
            "next renewal takes up what it lacks"
        )

    def _may_write(self, request: PublishRequest, etag: str | None) -> bool:
        if etag is None and not request.create:
            write_log("warning", _NO_PAGE)
            return False
        return True

    def _build(self, traffic: TrafficWindow) -> bytes:
        days = load_days(self.inventories, traffic)
        index = build_group_index(days, traffic, int(self.clock()), self.summaries.load())
        html = render_index_page(index, self.dashboards_url)
        reports = sum(group.summary is not None for group in index.groups)
        size = {"days": len(days), "groups": len(index.groups), "reports": reports, "bytes": len(html)}
        write_log("info", "built the page", **size)
        return html

    def _get_traffic(self, request: PublishRequest) -> TrafficWindow:
        etag = self.traffic.get_etag()
        now = int(self.clock())
        if request.stored_traffic and etag:
            stored = self.traffic.load()
            # None yet is no traffic to go by: the first records should show before an hour has passed.
            if stored and stored.records and now - stored.end < _STORED_SECONDS:
                return stored
        window = get_traffic(self.reader, now)
        if etag or request.create:
            self._keep(window, etag)
        return window

    def _keep(self, window: TrafficWindow, etag: str | None) -> None:
        try:
            self.traffic.save(window, etag)
        except OvertakenError as error:
            # Another run has just counted it too.
            write_log("info", "the traffic is not kept", reason=str(error))
