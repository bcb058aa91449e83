"""The Vega panel of the dashboards, drawn in a browser as OpenSearch Dashboards draws it."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from local import toolchain

_SCRIPT = Path(__file__).with_suffix(".js")
_LIBRARIES = ("vega/build/vega.min.js", "vega-interpreter/build/vega-interpreter.min.js")

Json = dict[str, Any]


def draw_flow_picture(
    page: Page, spec: Json, answer: Json, *, width: int = 980, height: int = 540, theme: str = "light"
) -> Json:
    """`answer` is the engine's to the request in `spec`.

    Gives the warnings and errors as `trouble`, and the rows of Vega's data sets `nodes` and `links`.
    """
    page.set_content('<body style="margin: 0"><div id="view"></div></body>')
    for library in _LIBRARIES:
        page.add_script_tag(path=toolchain.node_modules() / library)
    given = {"spec": spec, "answer": answer, "width": width, "height": height, "theme": theme}
    # As a text: Playwright is slow with large objects.
    drawn: Json = page.evaluate(_SCRIPT.read_text(), json.dumps(given))
    return drawn
