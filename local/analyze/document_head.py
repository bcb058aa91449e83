"""What a document says beside its times, counts and addresses, which many documents share."""

import json
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Final, Generic, NamedTuple, TypeVar

from domain.protocols import TCP, UDP

T = TypeVar("T")

_WITH_PORTS: Final = frozenset({TCP, UDP})
_MOST_PARTS: Final = 20_000


class Asked(Enum):
    """Which ports of a record tell the service."""

    SERVICE = "the one that was asked"
    EITHER = "one of both: nobody knows who began"
    NONE = "none: the protocol has no ports"


class InterfacePart(NamedTuple):
    interface_id: str | None
    group_ids: tuple[str, ...]


class PeerText(NamedTuple):
    name: str
    """ "" where it has none."""
    group_ids: tuple[str, ...]
    """Sorted."""


class FlowPart(NamedTuple):
    log_status: str
    """OK also where the flow log's format lacks it and the record has an action."""
    protocol: int | None


class AnswerPart(NamedTuple):
    """None for what the document doesn't have, as all of it where there was no flow."""

    initiator_evidence: str | None
    attribution: str | None
    rule_ids: tuple[str, ...]
    rule_match: str | None
    direction: str | None
    """None where nobody knows who began."""
    is_response: bool | None


class DocumentHead(NamedTuple):
    interface: InterfacePart
    flow: FlowPart
    answer: AnswerPart

    @property
    def is_use(self) -> bool:
        """Of the rules that it names."""
        return self._is_attributed("rules") and bool(self.answer.rule_ids)

    @property
    def is_knock(self) -> bool:
        return self._is_attributed("reject") and bool(self.interface.group_ids)

    @property
    def asked(self) -> Asked:
        if self.flow.protocol not in _WITH_PORTS:
            return Asked.NONE
        return Asked.EITHER if self.answer.direction is None else Asked.SERVICE

    @property
    def unattributed(self) -> tuple[str, ...]:
        """The reasons of usage.UNATTRIBUTED that the document counts for."""
        if self.flow.log_status != "OK":
            return ()
        attribution = self.answer.attribution
        by_attribution = [attribution] if attribution in {"reject", "no_rule"} else []
        by_initiator = ["unknown"] if self.answer.initiator_evidence == "unknown" else []
        return (*by_attribution, *by_initiator)

    def _is_attributed(self, attribution: str) -> bool:
        is_known = self.interface.interface_id is not None and self.flow.protocol is not None
        return is_known and self.flow.log_status == "OK" and self.answer.attribution == attribution


class DocumentHeads:
    def __init__(self) -> None:
        self._interfaces: Final = _Parts(_read_interface)
        self._flows: Final = _Parts(_read_flow)
        self._answers: Final = _Parts(_read_answer)

    def parse(self, interface: str, kind: str, answer: str) -> DocumentHead:
        """There are far fewer distinct parts than heads: each is decoded once."""
        return DocumentHead(
            self._interfaces.parse(interface),
            self._flows.parse(kind[1:]),
            self._answers.parse(answer[1:]),
        )


def parse_peer(text: str) -> PeerText:
    return read_peer(json.loads(f"{{{text[1:]}}}"))


def read_peer(document: Mapping[str, Any]) -> PeerText:
    return PeerText(document.get("peer_name", ""), tuple(sorted({*document.get("peer_group_ids", ())})))


def read_head(document: Mapping[str, Any]) -> DocumentHead:
    return DocumentHead(_read_interface(document), _read_flow(document), _read_answer(document))


class _Parts(Generic[T]):
    def __init__(self, read: Callable[[Mapping[str, Any]], T]) -> None:
        self._read: Final = read
        self._known: Final[dict[str, T]] = {}

    def parse(self, members: str) -> T:
        """Of JSON, without a comma before the first."""
        part = self._known.get(members)
        if part is None:
            if len(self._known) >= _MOST_PARTS:
                self._known.clear()
            part = self._known[members] = self._read(json.loads(f"{{{members}}}"))
        return part


def _read_interface(document: Mapping[str, Any]) -> InterfacePart:
    # An inventory that somebody made up may name a group twice.
    group_ids = tuple(dict.fromkeys(document.get("group_ids", ())))
    return InterfacePart(document.get("interface_id"), group_ids)


def _read_flow(document: Mapping[str, Any]) -> FlowPart:
    status = document.get("log_status", "OK" if "action" in document else "-")
    return FlowPart(status, document.get("protocol"))


def _read_answer(document: Mapping[str, Any]) -> AnswerPart:
    return AnswerPart(
        initiator_evidence=document.get("initiator_evidence"),
        attribution=document.get("attribution"),
        rule_ids=tuple(dict.fromkeys(document.get("rule_ids", ()))),
        rule_match=document.get("rule_match"),
        direction=document.get("direction"),
        is_response=document.get("is_response"),
    )
