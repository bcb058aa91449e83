"""What tests let go wrong between a client and the engine."""

import random
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Self

from local.search.bulk_items import is_bulk

KINDS = {
    "status": "answered with `status`; the engine hears nothing of it",
    "item_status": "some items of a _bulk get `status`; the engine hears nothing of these items",
    "cut_before": "the connection is cut; the engine hears nothing of it",
    "cut_after_write": "the engine gets the request, and the connection is cut instead of the answer",
    "delay": "answered `seconds` later",
}


class FaultError(ValueError):
    """A fault that makes no sense; says what is allowed."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`match` is a regular expression, searched in "METHOD /path". The first `after` matching requests
    pass, the next `times` (None: all) are hit. The items of a bulk are chosen by `items` (positions from 0)
    or by `share` (0 to 1, drawn from `seed` anew for each request)."""

    kind: str
    match: str = ""
    times: int | None = 1
    after: int = 0
    status: int = 503
    seconds: float = 0.0
    items: tuple[int, ...] = ()
    share: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise FaultError(f"kind is {self.kind!r}; allowed: {', '.join(KINDS)}")
        if not 0 <= self.share <= 1:
            raise FaultError(f"share is {self.share}; allowed: 0 to 1")
        try:
            re.compile(self.match)
        except re.error as error:
            raise FaultError(f"match is {self.match!r}, no regular expression: {error}") from error

    @classmethod
    def from_document(cls, document: Mapping[str, object]) -> Self:
        known = {field.name for field in fields(cls)}
        if unknown := document.keys() - known:
            raise FaultError(f"unknown: {', '.join(sorted(unknown))}; allowed: {', '.join(sorted(known))}")
        if "kind" not in document:
            raise FaultError(f"kind is missing; allowed: {', '.join(KINDS)}")
        values = dict(document)
        if isinstance(items := values.get("items"), list):
            values["items"] = tuple(items)
        return cls(**values)  # type: ignore[arg-type]

    def to_document(self) -> dict[str, object]:
        return {**asdict(self), "items": list(self.items)}

    def matches(self, method: str, path: str) -> bool:
        if self.kind == "item_status" and not is_bulk(path):
            return False
        return re.search(self.match, f"{method} {path}") is not None

    def choose_items(self, count: int, occasion: int) -> set[int]:
        """Which of `count` items are hit, on the fault's 1st, 2nd, ... occasion."""
        if self.items:
            return {position for position in self.items if position < count}
        draw = random.Random(f"{self.seed}-{occasion}")  # noqa: S311 - reproducible on purpose
        return {position for position in range(count) if draw.random() < self.share}


@dataclass(slots=True)
class _Count:
    matched: int = 0
    injected: int = 0


class Faults:
    """The faults in force, for any number of threads. A request is hit by the first that is due, no other."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self.replace(faults)

    def replace(self, faults: Iterable[Fault]) -> None:
        with self._lock:
            self._counted = [(fault, _Count()) for fault in faults]

    def clear(self) -> None:
        self.replace(())

    def take(self, method: str, path: str) -> tuple[Fault, int] | None:
        """The fault that hits this request, and which of its occasions (from 1) this is."""
        with self._lock:
            due = None
            for fault, count in self._counted:
                if not fault.matches(method, path):
                    continue
                count.matched += 1
                if due is None and _is_due(fault, count):
                    count.injected += 1
                    due = (fault, count.injected)
            return due

    def to_document(self) -> dict[str, object]:
        """What was injected so far, as the control API gives it."""
        with self._lock:
            return {
                "faults": [
                    {**fault.to_document(), "matched": count.matched, "injected": count.injected}
                    for fault, count in self._counted
                ]
            }


def _is_due(fault: Fault, count: _Count) -> bool:
    return count.matched > fault.after and (fault.times is None or count.injected < fault.times)
