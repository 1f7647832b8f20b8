"""Signals, sent to our own processes only.

    a log says: process 4711, born at tick 815, of this namespace
        ─▶ is 4711 that one?       ─▶ it, and everybody in the group that it leads
        ─▶ is it gone, not reused? ─▶ whoever is left in its group: the number is taken as long
                                      as anybody is in there
        ─▶ is it another one?      ─▶ nobody

A number is looked up, and taken hold of (`pidfd_open`), before it is looked up again and the signal
goes out: it cannot have changed hands in between.  Without /proc, a lock that only our own can hold
tells that the group is still theirs.
"""

import contextlib
import glob
import os
import shutil
import signal
import threading
from collections.abc import Collection, Iterable
from typing import Any

from mpscope._recording import clock
from mpscope._recording.identity import Identity, namespace, stat_of
from mpscope._recording.recorder import Recorder
from mpscope._supervision import processes
from mpscope._supervision.processes import POSIX

STACKS_S = 0.25  # how long the children may take to dump their stacks, at a deadline
LOOK_S = 0.2  # how often one looks whether the parent lives
ROUNDS = 5  # so often a group is looked at again: it may grow until all in it are stopped
CAN_SEE = os.path.isdir("/proc/self")


def kill_all(box: Recorder) -> None:
    """SIGKILL every child and its process group, also of a start that was interrupted.

    First all are stopped, so that none sees another die and complains.
    """
    box.block.killed = True
    for pool in list(box.block.pools):
        pool._ipc_stop()
    running: list[Any] = [child for child in list(box.block.started) if processes.runs(child)]
    pids = [child._popen.pid for child in running]
    with contextlib.suppress(OSError):  # no descriptor is left to look with
        _kill_all_in(box.folder, pids, os.getsid(0) if POSIX else None)
    for child in running:
        if processes.runs(child):  # and so still has its number
            child._popen.kill()
    for queue in list(box.block.queues):  # a dead process cannot give its locks back
        for lock in (queue._rlock, queue._wlock):
            _give_back(lock)


def end_processes(folder: str | os.PathLike[str]) -> None:
    """Kill what runs of a block whose program was killed; `folder` is the block's.

    Only who has written into it, and is still that process, and the group that it leads.
    """
    _kill_all_in(os.fspath(folder))


def end_with_parent(folder: str | os.PathLike[str]) -> None:
    """Have this process end when its parent does; the blocks in this folder, and it, go, too."""
    threading.Thread(target=_end_with, args=(os.getppid(), os.fspath(folder)), daemon=True).start()


def _end_with(parent: int, folder: str) -> None:
    while os.getppid() == parent:
        clock.sleep(LOOK_S)
    for block in glob.glob(os.path.join(glob.escape(folder), "ipc-*")):
        end_processes(block)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def _kill_all_in(folder: str, children: Collection[int] = (), session: int | None = None) -> None:
    if POSIX and CAN_SEE:
        kill([who for _, who in processes.identities(folder)], children, session)
    elif POSIX:
        _kill_by_lock(folder, children)


def kill(named: list[Identity], children: Collection[int] = (), session: int | None = None) -> None:
    """Kill these processes, their groups, and these children of ours; POSIX only.

    `session`: the one that is asked of whoever is left in a group without its leader.
    """
    spared = {os.getpid(), os.getpgrp()}
    named = [who for who in named if who.pid > 1 and who.namespace == namespace()]
    named = [who for who in named if who.pid not in spared]
    if not children and not any(_exists(who.pid) for who in named):
        return
    for number in (signal.SIGSTOP, signal.SIGKILL):
        reached: set[tuple[int, str]] = set()
        for _ in range(ROUNDS):
            fresh = _targets(named, children, session).items() - reached
            for pid, born in fresh:
                send(Identity(pid, born, ""), number)
            if not fresh:
                break
            reached |= fresh


def send(who: Identity, number: int) -> None:
    """Send a signal to this very process, if it still lives."""
    if who.pid <= 1 or who.pid in (os.getpid(), os.getpgrp()):
        return
    with contextlib.suppress(OSError):
        if not hasattr(os, "pidfd_open"):
            if is_still(who):
                os.kill(who.pid, number)
            return
        hold = os.pidfd_open(who.pid)
        try:
            if is_still(who):
                signal.pidfd_send_signal(hold, number)
        finally:
            os.close(hold)


def is_still(who: Identity) -> bool:
    """True if the process of that number is the one that was meant, and lives."""
    about = stat_of(who.pid)
    return about is not None and about.born == who.born and about.state not in "ZX"


def _targets(
    named: list[Identity], children: Collection[int], session: int | None
) -> dict[int, str]:
    """(pid: born) of every living process that is ours to kill."""
    pids = map(int, filter(str.isdigit, os.listdir("/proc")))
    table = {pid: about for pid in pids if (about := stat_of(pid)) is not None}
    parents = {os.getpid(), processes.fork_server()}
    ours = {pid for pid in children if pid in table and table[pid].parent in parents}
    groups: set[int] = set()
    for who in named:
        leader = table.get(who.pid)
        if leader is None:
            groups.add(who.pid)
        elif leader.born == who.born:
            ours.add(who.pid)
            if leader.group == who.pid:
                groups.add(who.pid)
    groups -= {os.getpgrp(), 0, 1}
    for pid, about in table.items():  # if the leader is gone, it has to be of our session
        led = about.group in table or session in (None, about.session)
        if led and about.group in groups:
            ours.add(pid)
    return {pid: table[pid].born for pid in ours if table[pid].state not in "ZX"}


def _exists(pid: int) -> bool:
    """True if a process or a group of that number is left, whoever it is; signal 0 does nothing."""
    for ask in (os.kill, os.killpg):
        try:
            ask(pid, 0)
            return True
        except ProcessLookupError:
            continue
        except OSError:
            return True
    return False


def _kill_by_lock(folder: str, children: Collection[int]) -> None:
    """Without /proc: a group is still ours as long as somebody holds the lock of its output."""
    theirs = processes.held(folder)
    groups = [who.pid for stem, who in processes.identities(folder) if stem in theirs]
    kills = [(os.kill, pid) for pid in children] + [(os.killpg, pid) for pid in groups]
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for reach, pid in kills:
            if pid > 1 and pid not in (os.getpid(), os.getpgrp()):
                with contextlib.suppress(OSError):
                    reach(pid, number)


def _give_back(lock: Any) -> None:
    """Release a lock that a dead process holds; never one that a thread of this process holds.

    Else its own `with` would release it once more, and raise.
    """
    with contextlib.suppress(ValueError, AttributeError, NotImplementedError):
        if lock._semlock._count() <= 0 and lock._semlock._get_value() == 0:
            lock.release()


# -- stacks ---------------------------------------------------------------------------------------


def request_stacks(box: Recorder, patience_s: float = STACKS_S) -> None:
    """Have every living child write its Python stack next to its log."""
    if not hasattr(signal, "SIGURG"):
        return
    sizes = {}
    for stem, who in processes.identities(box.folder):
        path = os.path.join(box.folder, stem + ".stack")
        if _answers(who, path):
            sizes[path] = os.path.getsize(path)
            send(who, signal.SIGURG)
    until, before = clock.monotonic() + patience_s, sizes
    while clock.monotonic() < until:  # a dump comes in many small pieces
        now = {path: os.path.getsize(path) for path in sizes if os.path.exists(path)}
        if now == before and all(now[path] > sizes[path] for path in now):
            return
        before = now
        clock.sleep(0.01)


def _answers(who: Identity, path: str) -> bool:
    """True if it will write into this file, and not be killed by the signal or write elsewhere."""
    if who.pid <= 1 or who.namespace != namespace() or not os.path.exists(path):
        return False
    if not CAN_SEE:
        return True
    return is_still(who) and signal.SIGURG in caught(who.pid) and _has_open(who.pid, path)


def caught(pid: int, fields: Iterable[str] = ("SigCgt",)) -> set[int]:
    """The signals that a process handles, also by a library (readline's); none if it is gone."""
    with contextlib.suppress(OSError):
        status = processes.status_of(f"/proc/{pid}/status")
        masks = [int(status[field], 16) for field in fields]
        return {n for n in signal.valid_signals() if any(mask >> (n - 1) & 1 for mask in masks)}
    return set()


def survives_terminate(pid: int) -> bool:
    """True if it handles SIGTERM, ignores or blocks it."""
    return signal.SIGTERM in caught(pid, ("SigCgt", "SigIgn", "SigBlk"))


def _has_open(pid: int, path: str) -> bool:
    """True if a process still has this file open: it may have closed all that it did not know."""
    wanted = os.stat(path)
    with contextlib.suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                found = os.stat(f"/proc/{pid}/fd/{name}")
                if os.path.samestat(found, wanted):
                    return True
    return False
