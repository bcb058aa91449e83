"""A small inventory as the AWS CLI answered it, to be changed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

RECORDED: Final = Path(__file__).parents[2] / "data" / "inventory_folder"
INTERFACES: Final = "describe-network-interfaces.json"
GROUPS: Final = "describe-security-groups.json"
RULES: Final = "describe-security-group-rules.json"
PREFIX_LIST: Final = "get-managed-prefix-list-entries/pl-0aaaaaaaaaaaaaaaa.json"


def copy_recorded(folder: Path) -> Path:
    return Path(shutil.copytree(RECORDED, folder / "inventory"))


def rewrite(file: Path, change: Callable[[bytes], bytes]) -> None:
    file.write_bytes(change(file.read_bytes()))


def to_bare_array(content: bytes) -> bytes:
    """As `--query` leaves it."""
    [items] = json.loads(content).values()
    return json.dumps(items).encode()
