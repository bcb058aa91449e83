"""MiniStack, which carries no types: the local run takes every one of its modules from here.

MiniStack reads its environment when it is imported, so this module belongs in the emulator's own process only
(`local.cloud` starts that with the right environment).
"""

from typing import Any, TypeAlias

from ministack import app  # type: ignore[import-untyped]
from ministack.core import (  # type: ignore[import-untyped]
    iam_actions,
    iam_evaluator,
    lambda_runtime,
    responses,
    router,
    sigv4,
)
from ministack.services import (  # type: ignore[import-untyped]
    cloudformation,
    cloudwatch,
    cloudwatch_logs,
    ec2,
    eventbridge,
    iam,
    lambda_svc,
    opensearch,
    s3,
    secretsmanager,
)
from ministack.services.cloudformation import (  # type: ignore[import-untyped]
    custom_resource,
    provisioners,
    stacks,
)

__all__ = [
    "MiniStackChangedError",
    "Properties",
    "Provisioned",
    "Record",
    "Response",
    "app",
    "cloudformation",
    "cloudwatch",
    "cloudwatch_logs",
    "custom_resource",
    "ec2",
    "eventbridge",
    "iam",
    "iam_actions",
    "iam_evaluator",
    "lambda_runtime",
    "lambda_svc",
    "opensearch",
    "provisioners",
    "replace",
    "replace_handler",
    "responses",
    "router",
    "s3",
    "secretsmanager",
    "sigv4",
    "stacks",
]

# A record of MiniStack's state, an answer of an API, a resource's properties in a template.
Record: TypeAlias = dict[str, Any]
Properties: TypeAlias = dict[str, Any]
# Physical id and what Fn::GetAtt can ask for.
Provisioned: TypeAlias = tuple[str, Record]
# Status, headers, body.
Response: TypeAlias = tuple[int, dict[str, str], bytes]


class MiniStackChangedError(Exception):
    """The installed MiniStack lacks what a deviation mends: look at the deviation again."""


def replace(module: object, name: str, value: object) -> None:
    if not hasattr(module, name):
        raise MiniStackChangedError(f"{module} has no {name!r} any more; see local/emulator/deviations")
    setattr(module, name, value)


def replace_handler(resource_type: str, **handlers: object) -> None:
    """Sets CloudFormation's `create`, `update` and `delete` of a resource type."""
    known = provisioners._RESOURCE_HANDLERS.setdefault(resource_type, {})
    known.update(handlers)
