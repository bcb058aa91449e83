import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from local.analyze.error import AnalyzeError

# What an export of CloudWatch Logs to S3 leaves behind from trying whether it may write.
_STRAYS: Final = frozenset({"aws-logs-write-test"})


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The files themselves and those in the folders, each once, a folder's in the order of their paths.

    Hidden files and folders are left out.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _expand(path):
            found.setdefault(file.resolve(), file)
    if not found:
        raise AnalyzeError(f"no file in {', '.join(map(str, paths))}")
    return list(found.values())


def _expand(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(_walk(path, set()))
    elif path.exists():
        yield path
    else:
        raise AnalyzeError(f"{path}: there is no such file or folder")


def _walk(folder: Path, seen: set[Path]) -> Iterator[Path]:
    """Through links too: `seen` keeps one that leads back from going round."""
    if folder.resolve() in seen:
        return
    seen.add(folder.resolve())
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        raise AnalyzeError(f"{folder} can't be read: {error.strerror}") from error
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(folder / entry.name, seen)
        elif entry.name not in _STRAYS:
            yield folder / entry.name
