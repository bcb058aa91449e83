"""The index page of a large account in headless Chromium: `python -m bench.index_page`.

2,500 groups with 20,000 rules on 10,000 interfaces. Paint times are the browser's own; a keystroke is counted
from its event to the frame that shows its result.
"""

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from time import perf_counter

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "lambdas"))

from local.browser import open_browser, open_page  # noqa: E402
from pages.index_page import render_index_page  # noqa: E402
from tests.pages.worlds import make_large  # noqa: E402

DASHBOARDS = "https://search.example.com/_dashboards"
ROUNDS = 5
SETTLED_MS = 300
TYPED = "team-42 service"
# The callback runs before the paint that shows the change, the message after it.
KEYSTROKE = """text => new Promise((resolve) => {
  const search = document.getElementById('search');
  const started = performance.now();
  search.value = text;
  search.dispatchEvent(new Event('input', {bubbles: true}));
  const {port1, port2} = new MessageChannel();
  port1.onmessage = () => resolve(performance.now() - started);
  requestAnimationFrame(() => port2.postMessage(0));
})"""
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def main() -> None:
    index = make_large()
    started = perf_counter()
    html = render_index_page(index, DASHBOARDS)
    rendered = perf_counter() - started
    paints, keystrokes = measure(html)
    groups, interfaces = len(index.groups), len(index.interfaces)
    print(f"{groups:,} groups on {interfaces:,} interfaces, {ROUNDS} rounds in headless Chromium")
    print(f"  rendered by Python         {rendered:8.2f} s")
    print(f"  size, gzipped              {len(html) / 1e6:8.2f} MB, {len(gzip.compress(html)) / 1e6:.2f} MB")
    print(f"  first contentful paint     {median(paints):8.0f} ms, at most {max(paints):.0f} ms")
    print(f"  keystroke to its paint     {median(keystrokes):8.0f} ms, at most {max(keystrokes):.0f} ms")


def measure(html: bytes) -> tuple[list[float], list[float]]:
    """First paints and keystrokes, in milliseconds."""
    paints: list[float] = []
    keystrokes: list[float] = []
    with serve(gzip.compress(html)) as url, open_browser() as browser:
        for _ in range(ROUNDS):
            with open_page(browser) as (page, _log):
                page.goto(url)
                paints.append(_read_paint(page))
                page.wait_for_timeout(SETTLED_MS)  # nobody types while the page still comes
                prefixes = [TYPED[: length + 1] for length in range(len(TYPED))]
                keystrokes += [
                    page.evaluate(KEYSTROKE, text) for text in [*prefixes, *reversed(prefixes), ""]
                ]
    return paints, keystrokes


@contextmanager
def serve(gzipped: bytes) -> Iterator[str]:
    """As S3 serves the page."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(gzipped)))
            self.end_headers()
            self.wfile.write(gzipped)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()


def _read_paint(page: Page) -> float:
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    return float(page.evaluate(FIRST_PAINT))


if __name__ == "__main__":
    main()
