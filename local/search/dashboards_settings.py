"""A tenant's settings in OpenSearch Dashboards, which are its saved object config/VERSION.

The rules are those of opensearch-project/OpenSearch-Dashboards, src/core/server/ui_settings, and of the
setting's own schema in src/plugins/data/server/ui_settings.ts.
"""

from collections.abc import Mapping

from local.search.http_message import RefusedError
from local.search.saved_object_import import SavedObject

PATH = "/api/opensearch-dashboards/settings"
# Others have schemas of their own: they are refused until they are needed.
KNOWN = frozenset({"defaultIndex"})

Changes = Mapping[str, str | None]


def parse_changes(body: Mapping[str, object]) -> Changes:
    """`changes` of the request's body: the new values by setting, None for the setting's default."""
    for name in body:
        if name != "changes":
            raise RefusedError(400, f"[request body.{name}]: definition for this key is missing")
    changes = body.get("changes", {})
    if not isinstance(changes, dict):
        raise RefusedError(400, "[request body.changes]: expected a plain object value")
    for setting, value in changes.items():
        _check(setting, value)
    return changes


def _check(setting: str, value: object) -> None:
    if setting not in KNOWN:
        raise RefusedError(400, f"the local Dashboards knows no setting {setting}")
    if value is not None and not isinstance(value, str):
        raise RefusedError(400, f"[validation [{setting}]]: expected value of type [string]")


def change_config(config: SavedObject | None, version: str, changes: Changes) -> SavedObject:
    attributes = {**(config.attributes if config else {}), **changes}
    return SavedObject("config", version, attributes)


def to_settings(config: SavedObject | None) -> Mapping[str, object]:
    """As the API answers: what somebody has set, without the defaults."""
    values = config.attributes if config else {}
    return {"settings": {name: {"userValue": value} for name, value in values.items() if value is not None}}
