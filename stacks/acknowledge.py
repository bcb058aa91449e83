"""Findings of cdk-nag that are right as they are, each with the reason, at the construct that has it."""

import json
from collections.abc import Mapping

import aws_cdk as cdk
from constructs import IConstruct


def acknowledge(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """`reasons` by the rule, with the finding in brackets where a rule has several."""
    cdk.Validations.of(construct).acknowledge(
        *(cdk.Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items())
    )


def wildcard_rule(construct: IConstruct, resource: str) -> str:
    """The rule against a wildcard in a resource, which cdk-nag names by the template's text for it."""
    return f"AwsSolutions-IAM5[Resource::{_flatten(cdk.Stack.of(construct).resolve(resource))}]"


def _flatten(value: object) -> str:
    match value:
        case {"Fn::Join": [separator, [*parts]]}:
            return str(separator).join(map(_flatten, parts))
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case str():
            return value
        case _:
            return json.dumps(value, separators=(",", ":"))
