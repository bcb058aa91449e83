"""The page that stands in for OpenSearch Dashboards' own: it says what a link would open."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Template

from local.search.http_message import Request, Response

ROOT = "/_dashboards"
FOLDER = Path(__file__).with_name("dashboards_page")


def is_page(request: Request) -> bool:
    """Does a browser ask for a page rather than for the API?"""
    is_app = request.path in (ROOT, f"{ROOT}/", f"{ROOT}/app") or request.path.startswith(f"{ROOT}/app/")
    return request.method == "GET" and is_app


@cache
def make_page(version: str) -> Response:
    """For `version` of Dashboards. The page is the same for every link: its script reads the fragment."""
    style, script = _read("page.css"), _read("page.js")
    page = Template(_read("page.html")).substitute(style=style, script=script, version=version)
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", _policy(style, script)),
        ("Cache-Control", "no-cache"),
        ("Referrer-Policy", "no-referrer"),
    )
    return Response(200, headers, page.encode())


def _policy(style: str, script: str) -> str:
    own = f"script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:"
    return f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
