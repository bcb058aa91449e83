"""AWS: a nested stack that fails to create takes back what it had made; one that is deleted heeds
DeletionPolicy, and fails where a resource of it can't be deleted (CloudFormation User Guide, "Nested
stacks").

MiniStack 1.5.33 leaves the half-made resources behind, deletes retained ones, and passes over failures.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from local.emulator.ministack import (
    Properties,
    Provisioned,
    Record,
    cloudformation,
    provisioners,
    replace_handler,
    stacks,
)

_log = logging.getLogger(__name__)
_create_child: Callable[..., Provisioned] = provisioners._cfn_nested_stack_create


def mend() -> None:
    replace_handler("AWS::CloudFormation::Stack", create=_create, delete=_delete)


def _create(logical_id: str, properties: Properties, parent: str) -> Provisioned:
    with ExitStack() as undo:
        undo.callback(_delete_new, f"{parent}-{logical_id}-", set(cloudformation._stacks.keys()))
        provisioned = _create_child(logical_id, properties, parent)
        undo.pop_all()
        return provisioned


def _delete_new(prefix: str, known: set[str]) -> None:
    for name in set(cloudformation._stacks.keys()) - known:
        if name.startswith(prefix):
            _delete(name, {})


def _delete(physical_id: str, _properties: Properties) -> None:
    name = provisioners._nested_stack_lookup_name(physical_id)
    child = cloudformation._stacks.get(name)
    if child is None or child["StackStatus"] == "DELETE_COMPLETE":
        return
    failures = list(_delete_resources(name, child))
    if failures:
        child["StackStatus"] = "DELETE_FAILED"
        raise ValueError(
            f"Embedded stack {child['StackId']} was not successfully deleted: {'; '.join(failures)}"
        )
    child["StackStatus"] = "DELETE_COMPLETE"


def _delete_resources(name: str, child: Record) -> Iterator[str]:
    """Dependents first; yields what could not be deleted and why."""
    resources: Record = child["_resources"]
    definitions = child["_template"]["Resources"]
    order = stacks._topological_sort(definitions, child["_conditions"])
    for logical_id in reversed(order):
        resource = resources.get(logical_id)
        if resource is None or _is_retained(definitions[logical_id]):
            continue
        try:
            provisioners._delete_resource(
                resource["ResourceType"],
                resource["PhysicalResourceId"],
                resource["Properties"],
                name,
                logical_id,
            )
            del resources[logical_id]
        except (ValueError, RuntimeError, TimeoutError) as error:
            _log.warning("%s of %s was not deleted: %s", logical_id, name, error)
            yield f"{logical_id}: {error}"


def _is_retained(definition: Record) -> bool:
    return definition.get("DeletionPolicy") in provisioners._RETAINING_POLICIES
