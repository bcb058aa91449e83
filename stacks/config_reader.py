import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from stacks.config_error import ConfigError, Mistake
from stacks.config_values import RefusedError, parse_list

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

# What the CDK CLI keeps in the context under plain names (`cdk acknowledge`, `cdk cli-telemetry`).
# All its other keys, feature flags and look-ups contain a colon.
_CLI_KEYS = frozenset({"acknowledged-issue-numbers", "cli-telemetry"})
_ABSENT: tuple[object, ...] = (None, "", [])


@dataclass(frozen=True, slots=True)
class ContextKey:
    key: str
    allowed: str
    example: str


@dataclass(frozen=True, slots=True)
class Setting(ContextKey, Generic[T_co]):
    """Where the key is absent, null or empty the default holds."""

    parse: Callable[[object], T_co]
    default: T_co


@dataclass(frozen=True, slots=True)
class RequiredList(ContextKey, Generic[T_co]):
    parse_item: Callable[[str], T_co]


class ConfigReader:
    """Reads the context and collects what is wrong in it, until `raise_mistakes` says it all."""

    def __init__(self, context: Mapping[str, object]) -> None:
        self._context = context
        self._mistakes: list[Mistake] = []

    def read(self, setting: Setting[T]) -> T:
        """The default stands in for a value that was refused."""
        value = self._context.get(setting.key)
        if value in _ABSENT:
            return setting.default
        try:
            return setting.parse(value)
        except RefusedError as error:
            self.refuse(setting, value, str(error))
            return setting.default

    def read_list(self, required: RequiredList[T]) -> tuple[T, ...]:
        """The items that are right."""
        value = self._context.get(required.key)
        if value in _ABSENT:
            self.refuse(required, value, "required, and not given")
            return ()
        try:
            items = parse_list(value)
        except RefusedError as error:
            self.refuse(required, value, str(error))
            return ()
        return tuple(self._read_items(required, items))

    def _read_items(self, required: RequiredList[T], items: Iterable[str]) -> Iterable[T]:
        for item in items:
            try:
                yield required.parse_item(item)
            except RefusedError as error:
                self.refuse(required, item, str(error))

    def refuse(self, key: ContextKey, value: object, problem: str) -> None:
        example = f"-c {key.key}={key.example}"
        self._mistakes.append(Mistake(key.key, value, problem, key.allowed, example))

    def refuse_unknown_keys(self, known: Iterable[str]) -> None:
        keys = sorted(known)
        for key in sorted(set(self._context) - set(keys) - _CLI_KEYS):
            if ":" not in key:
                self._refuse_unknown_key(key, keys)

    def _refuse_unknown_key(self, key: str, known: list[str]) -> None:
        close = difflib.get_close_matches(key.replace("-", "_").lower(), known, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        example = f"-c {close[0] if close else known[0]}=..."
        problem = f"no key of SG Lens{hint}"
        self._mistakes.append(Mistake(key, self._context[key], problem, ", ".join(known), example))

    def raise_mistakes(self) -> None:
        if self._mistakes:
            raise ConfigError(self._mistakes)
