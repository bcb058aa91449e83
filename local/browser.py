"""A Chromium without a window, for tests and for the demo's own check and pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright

from local import toolchain

# Containers and root lack what the sandbox needs; only pages of our own are opened.
ARGUMENTS = ("--no-sandbox",)


class BrowserError(Exception):
    """The browser does not start; says why, and how to choose another."""


@dataclass(frozen=True, slots=True)
class PageLog:
    """What a page has done so far: `errors` of its console and its scripts, `requests` as URLs."""

    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@contextmanager
def open_browser(executable: Path | None = None) -> Iterator[Browser]:
    """The toolchain's browser where none is named.

    As always with Playwright's sync API: it belongs to the thread that opened it, a thread has one at a time,
    and none while it runs an asyncio loop.
    """
    path = executable or toolchain.browser()
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error as error:
            raise BrowserError(
                f"{path} does not start: {error.message}\n"
                "Name another Chromium or Chrome in the environment variable SG_LENS_BROWSER."
            ) from error
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(
    browser: Browser, *, width: int = 1280, height: int = 900, dark: bool = False
) -> Iterator[tuple[Page, PageLog]]:
    """An empty page with a storage of its own, and the log of all that it does from now on."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        # The front door's authority is known to the local cloud's own clients alone.
        ignore_https_errors=True,
    )
    try:
        page, log = context.new_page(), PageLog()
        page.on("console", lambda message: _keep_error(message, log))
        page.on("pageerror", lambda error: log.errors.append(str(error)))
        page.on("request", lambda request: log.requests.append(request.url))
        yield page, log
    finally:
        context.close()


def _keep_error(message: ConsoleMessage, log: PageLog) -> None:
    if message.type == "error":
        log.errors.append(message.text)
