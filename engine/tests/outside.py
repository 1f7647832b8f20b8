"""What is left behind, asked from outside: the process table and /dev/shm, never our own helpers.

    Watch(...)  ── a look before ──> the test or the notebook runs ──> left()  ── a look after

Whose is a process? In a test: a descendant of pytest, or an adopted one of its process group (a
child whose parent has died). In a notebook that runs in another pytest: whoever carries a mark in
the environment, which every child inherits, however it was started.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import psutil

START_METHODS = [
    method
    for method in ("fork", "spawn", "forkserver")
    if method in multiprocessing.get_all_start_methods()
]
MARK = "IPC_COURSE_TEST_MARK"
SHARED_MEMORY = Path("/dev/shm")  # segments and named semaphores, on Linux
# They serve a whole interpreter, not one block, and end with it.
LONG_LIVED = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
Processes = dict[int, psutil.Process]


def of_this_run() -> Processes:
    """The living processes that this pytest has started, orphans among them."""
    if not os.path.isdir("/proc/self"):
        me = psutil.Process()
        return {process.pid: process for process in [*me.children(recursive=True), *orphans()]}
    table = {pid: about for pid in psutil.pids() if (about := parent_and_group(pid)) is not None}
    children: dict[int, list[int]] = {}
    for pid, (parent, _) in table.items():
        children.setdefault(parent, []).append(pid)
    found, ahead = [], [os.getpid()]
    while ahead:
        fresh = children.get(ahead.pop(), [])
        found += fresh
        ahead += fresh
    members = {pid for pid, (_, group) in table.items() if group == os.getpgid(0)}
    adopted = [pid for pid in members if table[pid][0] not in members]
    processes = {}
    for pid in found + adopted:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            if pid in found or is_ours(process):
                processes[pid] = process
    return processes


def parent_and_group(pid: int) -> tuple[int, int] | None:
    """Read at once, for all there are: psutil would take three times as long, at each test."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b") ")[2].split()
    except OSError:
        return None
    return int(fields[1]), int(fields[2])


def orphans() -> list[psutil.Process]:
    """Members of our process group whose parent is not one: it has ended, and so they were adopted.

    (A process of the group with a parent in it is ours anyway, or belongs to a neighbour that the
    same shell has started.)
    """
    if not hasattr(os, "getpgid"):
        return []
    group = [p for p in psutil.process_iter(["ppid"]) if group_of(p.pid) == os.getpgid(0)]
    members = {process.pid for process in group}
    return [p for p in group if p.info["ppid"] not in members and is_ours(p)]


def is_ours(process: psutil.Process) -> bool:
    """Whether it carries this run's mark: others may have started something in our group."""
    try:
        return process.environ().get(MARK) == os.environ.get(MARK)
    except (psutil.Error, OSError):
        return False


def group_of(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except OSError:
        return -1


def marked(mark: str) -> Processes:
    """The living processes that carry the mark."""
    found = {}
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark:
                found[process.pid] = process
        except (psutil.Error, OSError):
            continue
    return found


def describe(process: psutil.Process) -> str | None:
    """A line for a process that should not be there; None if it is dead or may live on."""
    try:
        if process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return None
        command = " ".join(process.cmdline())
    except psutil.Error:
        return None
    if any(name in command for name in LONG_LIVED):
        return None
    return f"process {process.pid}: {command[:200]}"


def shared_names() -> set[str]:
    return {entry.name for entry in SHARED_MEMORY.iterdir()} if SHARED_MEMORY.is_dir() else set()


def belongs_to_others(name: str, ours: Processes) -> bool:
    """True if a living process that is not ours made the name, or has it mapped.

    Somebody may have the course open while its tests run. (Observed blocks put their pid in the
    names of their semaphores; the standard library's names tell nothing.)
    """
    maker = re.match(r"sem\.ipc-?(\d+)-", name)
    if maker and psutil.pid_exists(int(maker[1])):
        return int(maker[1]) not in ours and int(maker[1]) != os.getpid()
    try:
        inode = str((SHARED_MEMORY / name).stat().st_ino)
    except FileNotFoundError:
        return True  # it has gone meanwhile
    others = [p.pid for p in psutil.process_iter() if p.pid not in ours and p.pid != os.getpid()]
    return any(inode in mapped_inodes(pid) for pid in others)


def is_surely_ours(name: str, ours: Processes) -> bool:
    """True if it has the number of one of our processes, or is mapped by one."""
    maker = re.match(r"sem\.ipc-?(\d+)-", name)
    pids = {os.getpid(), *ours}
    if maker:
        return int(maker[1]) in pids
    try:
        inode = str((SHARED_MEMORY / name).stat().st_ino)
    except FileNotFoundError:
        return False
    return any(inode in mapped_inodes(pid) for pid in pids - {os.getpid()})


def mapped_inodes(pid: int) -> set[str]:
    """What of shared memory a process has mapped.

    By inode: a semaphore's maker has mapped it under the name that it had for a moment at first.
    """
    try:
        lines = Path(f"/proc/{pid}/maps").read_text(errors="replace").splitlines()
    except OSError:
        return set()
    return {line.split(maxsplit=5)[4] for line in lines if f" {SHARED_MEMORY}/" in line}


class Watch:
    """Remembers what was there; `left()` tells what has come since and is still there."""

    def __init__(self, whose: Callable[[], Processes] = of_this_run) -> None:
        self.whose = whose
        self.pids = set(whose())
        self.names = shared_names()

    def left(self, patience_s: float = 2.0, expected: Callable[[], set[int]] = set) -> list[str]:
        """What is still there after a while, a line each; an empty list is what we want."""
        until = time.monotonic() + patience_s
        while found := self.look(expected()):
            if time.monotonic() > until:
                return found
            multiprocessing.active_children()  # reaps those that have ended
            gc.collect()  # a lock in a reference cycle keeps its semaphore
            time.sleep(0.05)
        return []

    def look(self, expected: set[int]) -> list[str]:
        ours = self.whose()
        fresh = [ours[pid] for pid in sorted(set(ours) - self.pids - expected)]
        processes = [line for line in map(describe, fresh) if line]
        names = sorted(shared_names() - self.names)
        if "PYTEST_XDIST_WORKER" in os.environ:  # see conftest.pytest_sessionfinish
            names = [name for name in names if is_surely_ours(name, ours)]
        return processes + [
            f"{SHARED_MEMORY}/{name}" for name in names if not belongs_to_others(name, ours)
        ]
