import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.toolchain import node, node_modules

_SCRIPT = Path(__file__).with_suffix(".js")


class DashboardsUrlError(Exception):
    """OpenSearch Dashboards could not read the text; shows it with rison-node's reason."""


class DashboardsUrl:
    """A browser's and OpenSearch Dashboards' reading of a URL, in Node.js with rison-node."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def decode(self, rison: str) -> object:
        return self._ask("decode", rison)

    def open(self, url: str) -> dict[str, Any]:
        """What a dashboard's link holds: `page`, `view`, `global_state`, `app_state` and `others`."""
        opened: dict[str, Any] = self._ask("open", url)
        return opened

    def _ask(self, action: str, text: str) -> Any:  # noqa: ANN401 - RISON holds what JSON holds
        self._process.stdin.write(json.dumps({"action": action, "text": text}) + "\n")  # type: ignore[union-attr]
        self._process.stdin.flush()  # type: ignore[union-attr]
        answer = json.loads(self._process.stdout.readline())  # type: ignore[union-attr]
        if "error" in answer:
            raise DashboardsUrlError(f"{answer['error']}: {text!r}")
        return answer["value"]


@contextmanager
def open_dashboards_url() -> Iterator[DashboardsUrl]:
    command = [str(node()), "--no-deprecation", str(_SCRIPT), str(node_modules() / "rison-node")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            yield DashboardsUrl(process)
        finally:
            # At the end of its input it ends.
            process.communicate()
