"""Every process of a block, even those that nobody waits for: is it alive, and how did it end?

Each has written who it is into the folder of the block (see `identity`), and whoever has inherited
its output holds a lock there: that is how orphans are known.  What is to be killed is another
module's: `killing`.
"""

import contextlib
import os
import select
import sys
import tempfile
from collections.abc import Collection, Iterator
from itertools import islice
from multiprocessing.connection import wait
from types import FrameType
from typing import Any

from mpscope._recording import clock
from mpscope._recording.identity import Identity, stat_of
from mpscope._recording.store import fcntl
from mpscope._supervision.interrupts import frames
from mpscope._trace.files import stems, texts_in

POSIX = os.name == "posix"
SHORT = 60  # bytes of a path that leaves room for a socket's name in it: it may have about 100
REAP_S = 2.0  # a killed process is gone in milliseconds, unless the machine is overloaded


def home() -> str:
    """Where the folders of blocks are: where temporary files go, or /tmp if that is too deep."""
    chosen = tempfile.gettempdir()
    if len(os.fsencode(chosen)) > SHORT and os.access("/tmp", os.W_OK | os.X_OK):
        return "/tmp"
    return chosen


def runs(child: Any) -> bool:
    """True if a child's end has not been seen yet; reaps nothing (safe inside a signal handler)."""
    if child._popen is None or child._closed or child._popen.returncode is not None:
        return False
    if not hasattr(select, "poll"):  # Windows
        return not wait([child._popen.sentinel], 0)
    poll = select.poll()  # `wait` would take its time where the program has frozen the clock
    poll.register(child._popen.sentinel, select.POLLIN)
    return not poll.poll(0)


def lives(pid: int) -> bool:
    """True if a process of that number is alive; one that has ended and is not reaped is not."""
    if pid <= 0:  # to kill(), those are groups
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    about = stat_of(pid)
    return about is None or about.state not in "ZX"


def reap(child: Any) -> None:
    """Wait, but not for ever, for a killed child that nobody else has waited for."""
    until = clock.monotonic() + REAP_S
    while clock.monotonic() < until:
        if not runs(child) and child._popen.poll() is not None:
            return
        if not runs(child) and not is_our_child(child._popen.pid):
            return  # os.wait(), or an ignored SIGCHLD: nobody will ever know its exit code
        clock.sleep(0.002)


def is_our_child(pid: int) -> bool:
    """True if there is a child of that number that has not been waited for."""
    if not hasattr(os, "waitid"):
        return True
    try:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def files(folder: str) -> list[str]:
    """The files of a block; none if somebody else has removed it."""
    with contextlib.suppress(FileNotFoundError):
        return os.listdir(folder)
    return []


def held(folder: str, living: Collection[str] = ()) -> set[str]:
    """The stems of children whose output is held, by themselves or by whoever has inherited it.

    `living`: those that are not asked.  Of one that has ended, a descendant is alive.
    """
    outputs = [name for name in files(folder) if name.endswith((".raw", ".err"))]
    return {n[:-4] for n in outputs if n[:-4] not in living and is_locked(folder, n)}


def is_locked(folder: str, name: str) -> bool:
    """True if anybody holds this file who had it open when it was locked, or has inherited it."""
    path = os.path.join(folder, name)
    if fcntl is None or not os.path.exists(path):  # whoever was to make it was killed too soon
        return False
    with open(path, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def identities(folder: str) -> Iterator[tuple[str, Identity]]:
    """(stem, who it is) of every child that has opened its log.

    One that was killed before it had written who it is, or whose log is damaged, is left out: to
    nobody of that number may anything be done.
    """
    for stem in stems(folder):
        if stem != "0" and (who := identity_in(folder, f"{stem}.txt")):
            yield stem, who


def identity_in(folder: str, name: str) -> Identity | None:
    """Who has written this log, if it says so."""
    try:
        with open(os.path.join(folder, name), "rb") as file:
            head = file.read(400)
    except OSError:
        return None
    match [(tag, text.split(b"\n")) for _, tag, _, text in islice(texts_in(head), 2)]:
        case [(b"m", [_, pid, _, _]), (b"i", [born, space, *_])] if pid.isdigit():
            return Identity(int(pid), born.decode(), space.decode())
    return None


def fork_server() -> int:
    """The number of this process's fork server, or -1."""
    module: Any = sys.modules.get("multiprocessing.forkserver")
    return (module._forkserver._forkserver_pid if module else None) or -1


def status_of(path: str) -> dict[str, str]:
    """The fields of a /proc/.../status."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def being_started(frame: FrameType | None) -> Any:
    """The Popen of a child that a start is handing its arguments to, if that is what runs."""
    launches = (it for it in frames(frame, None) if it.f_code.co_name == "_launch")
    popens = (it.f_locals.get("self") for it in launches)
    return next((popen for popen in popens if getattr(popen, "pid", None) is not None), None)
