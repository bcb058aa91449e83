"""The folder of --out: there whole or not at all, in place of an earlier one that the command made."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from local.analyze.error import AnalyzeError

GROUPS: Final = "groups"
REPORTS: Final = "report.json"
INDEX: Final = "index.html"
_GROUP_FILES: Final = frozenset(
    {"index.html", "report.json", "fix.sh", "undo.sh", "rules.tf", "rules.yaml"},
)
# What begins the file of all reports, which is how a folder is known to be ours.
_BEGINNING: Final = b'{\n"groups": ['
# Ids come from files that anybody may have written.
_GROUP_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}", re.ASCII)


class OutFolder:
    """`path` is where it grows; `work` is room for what is not kept."""

    def __init__(self, part: Path) -> None:
        self._part: Final = part
        self.path: Final = part / "reports"
        self.work: Final = part / "work"
        self._old: Final = part / "old"

    def make(self) -> None:
        for folder in (self._part, self.path, self.path / GROUPS, self.work):
            folder.mkdir()

    def write_group(self, group_id: str, files: dict[str, bytes]) -> None:
        if not _GROUP_ID.fullmatch(group_id):
            raise AnalyzeError(f"the inventory holds a security group {group_id!r}: that is no id of one")
        folder = self.path / GROUPS / group_id
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)

    def put_at(self, target: Path) -> None:
        """In the place of what is there, which comes back where that fails."""
        if not target.exists():
            self.path.rename(target)
            return
        target.rename(self._old)
        try:
            self.path.rename(target)
        except OSError:
            self._old.rename(target)
            raise


def check_target(target: Path, inputs: list[Path]) -> None:
    """AnalyzeError where the folder can't be put there: before anything is read."""
    resolved = target.resolve()
    for path in inputs:
        folder = path.resolve()
        if folder.is_dir() and (resolved == folder or folder in resolved.parents):
            raise AnalyzeError(
                f"--out {target} lies within {path}, which is read: give another place, or the next run reads"
                " the reports of this one"
            )
    if target.exists():
        _check_ours(target)
    elif not resolved.parent.is_dir():
        raise AnalyzeError(f"--out {target} can't be written: there is no folder {resolved.parent}")


@contextmanager
def open_out(target: Path) -> Iterator[OutFolder]:
    """An error in its block leaves what was there before, if anything."""
    resolved = target.resolve()
    part = resolved.with_name(f".{resolved.name}.{os.getpid()}.part")
    out = OutFolder(part)
    try:
        out.make()
        yield out
        if target.exists():
            # Somebody may have put something there in the meantime.
            _check_ours(target)
        out.put_at(resolved)
    except OSError as error:
        raise AnalyzeError(f"--out {target} can't be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _check_ours(target: Path) -> None:
    if not target.is_dir():
        raise AnalyzeError(f"--out {target} is a file: it has to be a folder, to be made or made anew")
    if not any(target.iterdir()):
        return
    foreign = next(_find_foreign(target), None)
    if foreign is None and not _is_of_reports(target / REPORTS):
        foreign = target / REPORTS
    if foreign is not None:
        raise AnalyzeError(
            f"--out {target} holds {foreign.relative_to(target)}, which this command did not write. The"
            " folder is replaced as a whole: give one that doesn't exist, is empty, or is of an earlier run"
        )


def _find_foreign(target: Path) -> Iterator[Path]:
    for entry in sorted(target.iterdir()):
        if entry.name == GROUPS and _is_folder(entry):
            for group in sorted(entry.iterdir()):
                yield from _find_foreign_of_group(group)
        elif entry.name not in {INDEX, REPORTS} or not entry.is_file():
            yield entry


def _find_foreign_of_group(group: Path) -> Iterator[Path]:
    if not _is_folder(group):
        yield group
        return
    for entry in sorted(group.iterdir()):
        if entry.name not in _GROUP_FILES or not entry.is_file():
            yield entry


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _is_of_reports(file: Path) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as content:
        return content.read(len(_BEGINNING)) == _BEGINNING
