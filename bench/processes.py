"""Processor time of other processes, as Linux tells it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

PROCESSES: Final = Path("/proc")


class _Process(NamedTuple):
    pid: int
    parent: int
    group: int
    seconds: float
    seconds_of_dead_children: float


def processor_seconds(module: str) -> tuple[float, float]:
    """Of our child that runs `python -m module`, and of the others in its process group, ended ones too."""
    processes = list(_list_processes())
    [leader] = [each for each in processes if each.parent == os.getpid() and _runs(each.pid, module)]
    others = sum(
        each.seconds + each.seconds_of_dead_children
        for each in processes
        if each.group == leader.pid and each.pid != leader.pid
    )
    return leader.seconds, others + leader.seconds_of_dead_children


def _list_processes() -> Iterator[_Process]:
    tick = os.sysconf("SC_CLK_TCK")
    for directory in PROCESSES.iterdir():
        if directory.name.isdigit():
            try:
                text = (directory / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has ended meanwhile
            # The name, in parentheses, may hold anything. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
            values = text.rpartition(")")[2].split()
            own, dead = (sum(map(int, values[first : first + 2])) / tick for first in (11, 13))
            yield _Process(int(directory.name), int(values[1]), int(values[2]), own, dead)


def _runs(pid: int, module: str) -> bool:
    return module in (PROCESSES / str(pid) / "cmdline").read_text().split("\0")
