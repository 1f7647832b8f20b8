"""Every process of a block, also those that nobody waits for: who lives, what it does, its end.

Each has written its id into the folder of the block, and whoever has inherited its output holds a
lock there: that is how orphans are known.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from multiprocessing.connection import wait
from typing import Any

from mpscope._recording.recorder import TEXT, Recorder, fcntl

POSIX = os.name == "posix"
STACKS_S = 0.25  # how long the children may take to dump their stacks, at a deadline
REAP_S = 2.0  # a killed process is gone in milliseconds, unless the machine is on its knees


def runs(child: Any) -> bool:
    """Whether a child's end has not been seen yet; reaps nothing (safe inside a signal handler)."""
    if child._popen is None or child._closed or child._popen.returncode is not None:
        return False
    return not wait([child._popen.sentinel], 0)


def lives(pid: int) -> bool:
    """Whether a process of that number is alive; one that has ended and is not reaped is not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b") ")[2][:1] not in b"ZX"
    return True


def reap(child: Any) -> None:
    """Wait for a killed child; not for ever."""
    until = time.monotonic() + REAP_S
    while child._popen.poll() is None and time.monotonic() < until:
        time.sleep(0.002)


def files(folder: str) -> list[str]:
    """The files of a block; none if somebody has cleaned up behind our back."""
    with contextlib.suppress(FileNotFoundError):
        return os.listdir(folder)
    return []


def has_orphans(child: Any, folder: str) -> bool:
    """Whether a descendant of a child that has ended is alive: it has inherited a locked file."""
    stem = child._ipc_assignment.stem
    return any(
        name.startswith(stem + ".") and name.endswith((".raw", ".err")) and is_locked(folder, name)
        for name in files(folder)
    )


def is_locked(folder: str, name: str) -> bool:
    """Whether anybody holds this file who had it open when it was locked, or has inherited it."""
    path = os.path.join(folder, name)
    if fcntl is None or not os.path.exists(path):  # whoever was to make it was killed too soon
        return False
    with open(path, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def pids(folder: str) -> Iterator[tuple[str, int]]:
    """(stem, pid) of every process that has opened its black box, also one nobody waits for."""
    for name in files(folder):
        if not name.endswith(".txt") or name == "0.txt":
            continue
        with open(os.path.join(folder, name), "rb") as file:
            head = file.read(400)
        words = head[TEXT.size :].split(b"\n", 2)  # what stands before them may hold any byte
        if len(words) == 3 and words[1].isdigit():
            yield name[:-4], int(words[1])


def kill_all(box: Recorder) -> None:
    """SIGKILL every child's process group, also of a start that was interrupted.

    First all are stopped: nobody is to see a partner die, and to complain.
    """
    box.block.killed = True
    for pool in list(box.block.pools):
        pool._ipc_stop()
    children: list[Any] = list(box.block.started)
    running = [child._popen for child in children if runs(child)]
    if POSIX:
        # a child that is just being started may not have its own group yet
        kills = [(os.kill, popen.pid) for popen in running]
        kills += [(os.killpg, pid) for _, pid in pids(box.folder)]
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for kill, pid in kills:
                with contextlib.suppress(OSError):
                    kill(pid, number)
    else:
        for popen in running:
            popen.kill()
    for queue in list(box.block.queues):  # a dead process cannot give its locks back
        for lock in (queue._rlock, queue._wlock):
            with contextlib.suppress(ValueError, AttributeError):
                lock.release()


def request_stacks(box: Recorder, patience_s: float = STACKS_S) -> None:
    """Have every living child write its Python stack next to its log."""
    if not hasattr(signal, "SIGURG"):
        return
    sizes = {}
    for stem, pid in pids(box.folder):
        path = os.path.join(box.folder, stem + ".stack")
        if os.path.exists(path) and lives(pid):  # it is ready to answer
            sizes[path] = os.path.getsize(path)
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGURG)  # whoever does not listen ignores it
    until, before = time.monotonic() + patience_s, sizes
    while time.monotonic() < until:  # a dump comes in many small pieces
        now = {path: os.path.getsize(path) for path in sizes}
        if now == before and all(now[path] > sizes[path] for path in sizes):
            return
        before = now
        time.sleep(0.01)
