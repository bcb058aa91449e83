"""A Vega panel of the dashboards, drawn in a browser as OpenSearch Dashboards draws it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from local import toolchain

_SCRIPT = Path(__file__).with_suffix(".js")
_LIBRARIES = ("vega/build/vega.min.js", "vega-interpreter/build/vega-interpreter.min.js")

Json = dict[str, Any]


def draw_vega_panel(
    page: Page,
    spec: Json,
    answer: Json,
    data_sets: Mapping[str, Sequence[str]],
    *,
    width: int = 980,
    height: int = 540,
    theme: str = "light",
) -> Json:
    """`answer` is the engine's to the request in `spec`.

    Gives the warnings and errors as `trouble`, and the rows of each of Vega's `data_sets`, with its fields.
    """
    page.set_content('<body style="margin: 0"><div id="view"></div></body>')
    for library in _LIBRARIES:
        page.add_script_tag(path=toolchain.node_modules() / library)
    of_panel = {"spec": spec, "width": width, "height": height, "theme": theme}
    given = {**of_panel, "answer": answer, "dataSets": {name: [*each] for name, each in data_sets.items()}}
    # As a text: Playwright is slow with large objects.
    drawn: Json = page.evaluate(_SCRIPT.read_text(), json.dumps(given))
    return drawn
