"""HashiCorp's configuration language: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md"""

import re
from collections.abc import Mapping
from typing import Final

from domain.text import well_formed

_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TEMPLATE: Final = re.compile(r"[$%](?=\{)")


def quote(text: str) -> str:
    """A quoted template that is just this text; what can't be seen is written as its number.

    So is what would begin a template: python-hcl2 8.1 can't read "$${" unless a brace ends it.
    """
    literal = "".join(map(_escape, well_formed(text)))
    return f'"{_TEMPLATE.sub(lambda found: _number(found[0]), literal)}"'


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else _number(character)


def _number(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def block(head: str, arguments: Mapping[str, str]) -> str:
    """The arguments, given as expressions, with their equals signs in line, as `terraform fmt` has them."""
    width = max(map(len, arguments), default=0)
    lines = "".join(f"  {name.ljust(width)} = {value}\n" for name, value in arguments.items())
    return f"{head} {{\n{lines}}}\n"


def quoted_map(values: Mapping[str, str]) -> str:
    """On lines of their own, within a block."""
    keys = {quote(key): quote(value) for key, value in values.items()}
    width = max(map(len, keys), default=0)
    lines = "".join(f"    {key.ljust(width)} = {value}\n" for key, value in keys.items())
    return f"{{\n{lines}  }}"
