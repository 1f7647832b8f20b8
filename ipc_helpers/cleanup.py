"""Keeps the block's other promise: no process, name or descriptor of it is left behind.

Python cleans multiprocessing up at its own end: finalizers, then daemons, then names.  A block does
the same for what was made inside it, and does not trust anybody to be alive, to answer or to have
let go of a lock.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import signal
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import heap, process, resource_sharer, resource_tracker, util
from multiprocessing.connection import wait
from typing import Any

from ipc_helpers.recorder import CODE, Recorder, fcntl
from ipc_helpers.watched import connection, departure
from ipc_helpers.watched.process import watch_segments

POSIX = os.name == "posix"
STACKS_S = 0.25  # how long the children may take to dump their stacks
THREAD_S = 0.3  # how long a thread of multiprocessing's may take to notice that it is over
REAP_S = 2.0  # a killed process is gone in milliseconds, unless the machine is on its knees


class Cleanup:
    """Knows what multiprocessing held before the block, and gives back all the rest."""

    def __init__(self, box: Recorder) -> None:
        self.box = box
        self._plain_children = set(process._children)
        self._finalizers = next(util._finalizer_counter)
        self._heap = heap.BufferWrapper._heap
        self._semprefix = process.current_process()._config["semprefix"]
        self._names_before = set(shared_names())

    def begin(self) -> None:
        """Give everything made from here on a heap, and names, of the block's own."""
        sweep()
        resource_tracker.ensure_running()  # else each forked child that needs one starts its own
        departure.started.clear()
        connection.open_ends = weakref.WeakSet()
        self.box.queues, self.box.pools = weakref.WeakSet(), weakref.WeakSet()
        heap.BufferWrapper._heap = heap.Heap()
        process.current_process()._config["semprefix"] = f"/ipc{os.getpid()}"
        watch_segments()

    def let_executors_go(self, threads_before: set[threading.Thread]) -> None:
        """What `concurrent.futures` does at the end of Python: no more work will come."""
        for thread in set(threading.enumerate()) - threads_before:
            executor = getattr(thread, "executor_reference", lambda: None)()
            if executor is not None:
                executor.shutdown(wait=False)

    def steps(self, threads_before: set[threading.Thread]) -> Iterator[Callable[[], Any]]:
        """What Python does for multiprocessing at its own end, a step at a time; any may hang."""
        for pool in list(self.box.pools):  # its threads use its queues
            yield pool._ipc_end
        for queue in list(self.box.queues):
            yield queue._ipc_end
        if resource_sharer._resource_sharer._thread not in {None, *threads_before}:
            yield partial(resource_sharer.stop, THREAD_S)
        registry = util._finalizer_registry
        keys = [key for key in registry if key[1] > self._finalizers]
        keys.sort(key=lambda key: (key[0] is not None, key[0] or 0, key[1]), reverse=True)
        for key in keys:
            finalizer = registry.get(key)
            # the temporary folder is this process's, not the block's: the fork server lives there
            if finalizer is not None and finalizer._callback is not util._remove_temp_dir:
                yield finalizer
        for end in list(connection.open_ends):
            yield end.close
        for thread in set(threading.enumerate()) - threads_before:
            if thread.daemon or hasattr(thread, "executor_reference"):
                yield partial(thread.join, THREAD_S)

    def wake(self) -> None:
        """Make every wait for a pipe, or a pool fail: everybody else is dead."""
        keep = [end for pool in list(self.box.pools) for end in pool._ipc_wake()]
        for end in list(connection.open_ends or ()):
            if end not in keep:
                with contextlib.suppress(OSError):
                    end.close()

    def finish(self) -> None:
        """Kill what is left, note every exit code, give names and globals back."""
        kill_all(self.box)
        for child in set(process._children) - self._plain_children:
            with contextlib.suppress(Exception):  # also those that were none of the context's
                child.kill()
                process.BaseProcess.join(child, REAP_S)
        for child in departure.started:
            if child._popen is not None and not child._closed:
                self._note_end(child)
        departure.started.clear()
        process.current_process()._config["semprefix"] = self._semprefix
        heap.BufferWrapper._heap = self._heap
        resource_tracker.register = resource_tracker._resource_tracker.register
        connection.open_ends = None
        for address in self.box.sockets:
            with contextlib.suppress(OSError):
                os.unlink(address)
        unlink_left(self.box.folder, os.getpid(), self._names_before)

    def _note_end(self, child: Any) -> None:
        process.BaseProcess.join(child, REAP_S)
        label, code = child._ipc_label.encode()[:32], child.exitcode
        self.box.write(CODE["exit"], 0, 0 if code is None else code, label)
        if child._popen.finalizer is not None:
            child._popen.finalizer()  # its descriptors; the exit code stays readable


# -- processes ------------------------------------------------------------------------------------


def runs(child: Any) -> bool:
    """Whether a child's end has not been seen yet; reaps nothing (safe inside a signal handler)."""
    if child._popen is None or child._closed or child._popen.returncode is not None:
        return False
    return not wait([child._popen.sentinel], 0)


def has_orphans(child: Any, folder: str) -> bool:
    """Whether a descendant of a child that has ended is alive: it has inherited a locked file."""
    stem = child._ipc_assignment.stem
    return any(
        name.startswith(stem + ".") and name.endswith((".raw", ".err")) and is_locked(folder, name)
        for name in os.listdir(folder)
    )


def is_locked(folder: str, name: str) -> bool:
    """Whether anybody holds this file who had it open when it was locked, or has inherited it."""
    if fcntl is None:
        return False
    with open(os.path.join(folder, name), "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def pids(folder: str) -> Iterator[tuple[str, int]]:
    """(stem, pid) of every process that has opened its black box, also one nobody waits for."""
    for name in os.listdir(folder):
        if not name.endswith(".txt") or name == "0.txt":
            continue
        with open(os.path.join(folder, name), "rb") as file:
            head = file.read(400).split(b"\n", 2)
        if len(head) == 3 and head[1].isdigit():
            yield name[:-4], int(head[1])


def kill_all(box: Recorder) -> None:
    """SIGKILL every child's process group, also of a start that was interrupted."""
    box.killed = True  # pools start no new workers
    for child in departure.started:
        if child._popen is not None and runs(child):
            with contextlib.suppress(OSError):
                child._popen.kill()  # it may not have its own group yet
    if not POSIX:
        return
    for _, pid in pids(box.folder):
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
    for queue in list(box.queues):  # a dead process cannot give its locks back
        for lock in (queue._rlock, queue._wlock):
            with contextlib.suppress(ValueError):
                lock.release()


def request_stacks(box: Recorder) -> None:
    """Have every living child write its Python stack next to its log."""
    if not hasattr(signal, "SIGUSR2"):
        return
    asked = []
    for stem, pid in pids(box.folder):
        path = os.path.join(box.folder, stem + ".stack")
        if os.path.exists(path):  # it is ready to answer; else the signal would kill it
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGUSR2)
                asked.append(path)
    until = time.monotonic() + STACKS_S
    while time.monotonic() < until and not all(os.path.getsize(path) for path in asked):
        time.sleep(0.01)


# -- names in shared memory -----------------------------------------------------------------------


def shared_names() -> list[str]:
    """The names in shared memory, where the platform shows them as files."""
    return os.listdir("/dev/shm") if os.path.isdir("/dev/shm") else []


def unlink_left(folder: str, owner: int, before: set[str]) -> None:
    """Unlink the segments and semaphores of this block that nobody unlinked."""
    if not POSIX:
        return
    import _multiprocessing
    import _posixshmem

    from ipc_helpers.events import read_folder

    prefix = f"sem.ipc{owner}-"
    for name in shared_names():
        if name.startswith(prefix):
            _unlink(_multiprocessing.sem_unlink, "/" + name[4:], "semaphore")
    for log in read_folder(folder):
        for name in log.segments:
            if name.lstrip("/") not in before and name.lstrip("/") in shared_names():
                _unlink(_posixshmem.shm_unlink, name, "shared_memory")


def _unlink(unlink: Callable[[str], None], name: str, kind: str) -> None:
    with contextlib.suppress(OSError):
        unlink(name)
        resource_tracker.unregister(name, kind)


# -- what a killed program has left ---------------------------------------------------------------


def sweep() -> None:
    """Clean up after blocks whose program was killed, e.g. a kernel that was restarted.

    Its children have noticed and ended themselves; what they had started may still run.
    """
    if fcntl is None:
        return
    for folder in glob.glob(os.path.join(tempfile.gettempdir(), "ipc-*-*")):
        with contextlib.suppress(OSError):  # another program may be sweeping
            owner = folder.rpartition("ipc-")[2].partition("-")[0]
            begun = os.path.getsize(os.path.join(folder, "0.txt"))  # its first line comes locked
            if begun and owner.isdigit() and not is_locked(folder, "0.txt"):
                _sweep_folder(folder, int(owner))


def _sweep_folder(folder: str, owner: int) -> None:
    for stem, pid in pids(folder):
        if is_locked(folder, stem + ".raw") or is_locked(folder, stem + ".err"):
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
    unlink_left(folder, owner, set())
    shutil.rmtree(folder, ignore_errors=True)
