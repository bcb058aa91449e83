"""One self-contained HTML file: its own style, script and data, and a policy that lets nothing else in."""

import json
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import quote

_FOLDER: Final = Path(__file__).parent
_FRAME: Final = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>$title</title>
<link rel="icon" href="$icon">
<style>$style</style>
</head>
<body>
$body
<script type="application/json" id="data">$data</script>
<script>$script</script>
</body>
</html>
""")
# A lens; without one each browser would ask the host for a favicon.ico.
_ICON: Final = "data:image/svg+xml," + quote(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#3457d5"'
    ' stroke-width="2.4" stroke-linecap="round"><circle cx="10" cy="10" r="7"/>'
    '<path d="M15.5 15.5 21 21"/></svg>'
)
# What would end the element, or begin a comment in it; in JSON it can only stand inside strings.
_ESCAPED: Final = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}


@dataclass(frozen=True, slots=True)
class PageSource:
    """Files of this folder; they go into the page as they are."""

    title: str
    body: str
    styles: tuple[str, ...]
    scripts: tuple[str, ...]


def render_page(source: PageSource, data: object) -> bytes:
    """UTF-8. The script finds `data`, anything that JSON can hold, in the element with the id "data"."""
    style = "\n".join(map(_read, source.styles))
    script = "\n".join(map(_read, source.scripts))
    page = _FRAME.substitute(
        policy=build_policy(script, style),
        title=escape(source.title),
        icon=_ICON,
        style=style,
        body=_read(source.body),
        data=encode_data(data),
        script=script,
    )
    return page.encode()


def build_policy(script: str, style: str) -> str:
    """Only this script and this style run; nothing is loaded, and no text becomes markup.

    https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
    """
    directives = (
        "default-src 'none'",
        f"script-src '{_hash(script)}'",
        f"style-src '{_hash(style)}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    return "; ".join(directives)


def encode_data(data: object) -> str:
    """JSON that may stand inside a script element, whatever the strings in it are."""
    return json.dumps(data, separators=(",", ":")).translate(_ESCAPED)


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
