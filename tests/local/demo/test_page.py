from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser

from local.demo.error import DemoError
from local.demo.page import check_page
from local.demo.search import IndexedDocument
from pages.index_page import render_index_page
from tests.pages.worlds import make_group, make_index

GROUP_IDS = ["sg-0001", "sg-0002", "sg-0003"]


@dataclass
class Site:
    """The index page, and something where its links lead."""

    html: bytes = b""
    url: str = ""


@dataclass
class Records:
    """An index that answers the links' queries by comparing texts, and what is in it."""

    documents: list[IndexedDocument] = field(default_factory=list)

    def add(self, id_: str, group_id: str, **source: str) -> None:
        self.documents.append(IndexedDocument("flows", id_, {"group_ids": [group_id], **source}))

    def find_ids(self, query: str, time_from: str, time_to: str) -> set[str]:
        assert (time_from, time_to) == ("now-7d", "now")
        terms = [term.split(":", 1) for term in query.split(" AND ")]
        return {each.id for each in self.documents if all(_has(each, *term) for term in terms)}


def _has(document: IndexedDocument, name: str, quoted: str) -> bool:
    value = document.source.get(name)
    return quoted.strip('"') in (value if isinstance(value, list) else [value])


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.html if self.path == "/index.html" else b'<link rel="icon" href="data:,">'
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    site.html = _render(site)
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture
def records() -> Records:
    records = Records()
    records.add("a", "sg-0001", action="ACCEPT", flow_direction="ingress")
    records.add("b", "sg-0001", action="REJECT", flow_direction="ingress")
    records.add("c", "sg-0002", action="ACCEPT", flow_direction="egress")
    return records


def _render(site: Site, group_ids: list[str] = GROUP_IDS) -> bytes:
    groups = [
        replace(make_group(number, f"group {number}", records=number), group_id=group_id)
        for number, group_id in enumerate(group_ids, start=1)
    ]
    return render_index_page(make_index(groups), f"{site.url}/_dashboards")


def test_a_page_whose_links_find_their_groups_records_passes(
    browser: Browser, site: Site, records: Records
) -> None:
    checked = check_page(browser, f"{site.url}/index.html", GROUP_IDS, records, records.documents)

    assert (checked.groups, checked.links) == (3, 3 * 3 + 3 * 3)


def test_a_link_that_finds_another_groups_record_is_told(
    browser: Browser, site: Site, records: Records
) -> None:
    site.html = site.html.replace(b"sg-0001%22", b"sg-0002%22")

    with pytest.raises(DemoError, match=r"of sg-0001 finds 1 records .* and lacks 2 that are"):
        check_page(browser, f"{site.url}/index.html", GROUP_IDS, records, records.documents)


def test_a_group_that_the_page_lacks_is_told(browser: Browser, site: Site, records: Records) -> None:
    with pytest.raises(DemoError, match="lacks the groups sg-0004"):
        check_page(browser, f"{site.url}/index.html", [*GROUP_IDS, "sg-0004"], records, records.documents)


def test_an_error_in_the_browser_is_told(browser: Browser, site: Site, records: Records) -> None:
    site.html = site.html.replace(b"</body>", b"<script>not the page's own</script></body>")

    with pytest.raises(DemoError, match="errors in the browser"):
        check_page(browser, f"{site.url}/index.html", GROUP_IDS, records, records.documents)
