"""The stack's functions, invoked as a person would, rather than wait for their schedules."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local.demo.error import DemoError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.cloud import LocalCloud


def invoke(cloud: LocalCloud, package: str, event: Mapping[str, object]) -> object:
    """What the function answers; DemoError where it failed."""
    answer = cloud.client("lambda").invoke(
        FunctionName=_find_function(cloud, f"{package}.handler.lambda_handler"),
        Payload=json.dumps(event).encode(),
    )
    content: object = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise DemoError(f"{package} failed: {content}")
    return content


def _find_function(cloud: LocalCloud, handler: str) -> str:
    for page in cloud.client("lambda").get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            if function.get("Handler") == handler:
                return function["FunctionName"]
    raise DemoError(f"No function has the handler {handler}")
