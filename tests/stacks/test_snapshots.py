"""The whole templates, without hashes of code. Run with UPDATE_SNAPSHOTS=1 to accept what has changed."""

import copy
import json
import os
from typing import Any

import pytest

from tests.stacks.synthesis import REPOSITORY, VPC_ID, Templates

SNAPSHOTS = REPOSITORY / "tests" / "data" / "snapshots"


@pytest.mark.parametrize("name", ["sg_lens", "vpc"])
def test_a_template_is_as_it_was_last_accepted(templates: Templates, name: str) -> None:
    template = {"sg_lens": templates.root, "vpc": templates.nested[VPC_ID]}[name]
    text = json.dumps(_without_hashes(template), indent=2, sort_keys=True) + "\n"

    path = SNAPSHOTS / f"{name}.json"
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        path.write_text(text)

    assert json.loads(text) == json.loads(path.read_text())


def _without_hashes(template: dict[str, Any]) -> dict[str, Any]:
    """Of code, of nested templates, and of what the set-up applies or reports are made by: they change with
    every edit there."""
    plain = copy.deepcopy(template)
    for resource in plain["Resources"].values():
        properties = resource.get("Properties", {})
        for key in {"Code", "TemplateURL", "ContentHash"} & set(properties):
            properties[key] = "..."
        variables = properties.get("Environment", {}).get("Variables", {})
        if "CONTENT_HASH" in variables:
            variables["CONTENT_HASH"] = "..."
        resource.pop("Metadata", None)
    return plain
