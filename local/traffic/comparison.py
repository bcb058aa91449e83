"""What a document says of who began and of rules, against what was planted."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from local.traffic.types import ICMP, TCP, UDP, Truth

OF_THE_INITIATOR: Final = ("initiator", "direction", "is_response", "service_port")

Document = Mapping[str, Any]
RuleNames = Mapping[str, str]
"""The sample's names by EC2's ids."""


def is_unknown(document: Document) -> bool:
    return bool(document.get("initiator_evidence") == "unknown")


def attribution_differences(document: Document, truth: Truth, rule_names: RuleNames) -> Iterator[str]:
    """Of TCP everything must be told, and as it was; of what is marked unknown nothing false may be told."""
    if document.get("protocol") == TCP or not is_unknown(document):
        yield from _differences(document, _expected(document, truth))
    elif present := [name for name in OF_THE_INITIATOR if name in document]:
        yield f"the initiator is unknown, and yet there is {', '.join(present)}"
    yield from _rule_differences(document, truth, rule_names)


def _expected(document: Document, truth: Truth) -> Document:
    server_port = document.get("srcport" if truth.is_response else "dstport")
    return {
        "attribution": truth.attribution,
        "initiator": truth.initiator,
        "direction": truth.direction,
        "is_response": truth.is_response,
        "service_port": server_port if document.get("protocol") in {TCP, UDP} else None,
    }


def _differences(document: Document, expected: Document) -> Iterator[str]:
    for name, value in expected.items():
        if document.get(name) != value:
            yield f"{name} is {document.get(name)!r}, not {value!r}"


def _rule_differences(document: Document, truth: Truth, rule_names: RuleNames) -> Iterator[str]:
    names = sorted(rule_names.get(rule_id, rule_id) for rule_id in document.get("rule_ids", ()))
    is_exact = not is_unknown(document) and (document.get("protocol") != ICMP or not truth.is_possible)
    if is_exact and names != list(truth.rule_names):
        yield f"the rules of rule_ids are {names}, not {list(truth.rule_names)}"
    if not is_exact and not set(truth.rule_names) <= set(names):
        yield f"the rules of rule_ids are {names}, without {list(truth.rule_names)}"
    expected = _rule_match(truth) if is_exact else "possible" if names else "none"
    yield from _differences(document, {"rule_match": expected})


def _rule_match(truth: Truth) -> str:
    if not truth.rule_names:
        return "none"
    if truth.is_possible:
        return "possible"
    return "sole" if len(truth.rule_names) == 1 else "shared"
