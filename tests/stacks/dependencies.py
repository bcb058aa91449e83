"""What CloudFormation orders creation and deletion by: DependsOn, Ref, Fn::GetAtt and Fn::Sub."""

import re
from collections.abc import Iterator
from graphlib import TopologicalSorter

from tests.stacks.synthesis import Resource


def find_dependencies(resources: dict[str, Resource]) -> dict[str, set[str]]:
    """Every resource with all that it needs, at first or at second hand. Raises CycleError for a cycle."""
    direct = {name: set(_references(resource)) & set(resources) for name, resource in resources.items()}
    everything: dict[str, set[str]] = {}
    for name in TopologicalSorter(direct).static_order():
        everything[name] = direct[name].union(*(everything[needed] for needed in direct[name]))
    return everything


def _references(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _references_of(key, item)


def _references_of(key: str, value: object) -> Iterator[str]:
    match key, value:
        case ("Ref", str(name)) | ("Fn::GetAtt", [str(name), _]) | ("DependsOn", str(name)):
            yield name
        case "DependsOn", list(names):
            yield from names
        case "Fn::Sub", str(text):
            yield from re.findall(r"\$\{([A-Za-z0-9]+)", text)
        case _:
            yield from _references(value)
