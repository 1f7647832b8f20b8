"""Keeps the block's other promise: no process, name or descriptor of it is left behind.

    the children of a failed block are killed
        ─▶ Closing: pools, queues, finalizers, ends of pipes, in this order   (each may hang)
        ─▶ whoever is left is killed, every exit code goes on record
        ─▶ names are unlinked, globals given back

Python cleans multiprocessing up at its own end: finalizers, then daemons, then names.  A block does
the same for what was made inside it, and does not trust anybody to be alive, to answer or to have
let go of a lock.
"""

from __future__ import annotations

import contextlib
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import heap, process, resource_sharer, resource_tracker, util
from typing import Any

from mpscope._recording.process import watch_segments
from mpscope._recording.recorder import CODE, Recorder
from mpscope._supervision.processes import POSIX, kill_all, reap
from mpscope._trace.events import read_folder

STEP_S = 0.4  # how long each step of closing may take ...
CLOSING_S, HURRY_S = 3.0, 0.6  # ... and all of them; after a failure everybody is dead anyway


class Cleanup:
    """Knows what multiprocessing held before the block, and gives back all the rest."""

    def __init__(self, box: Recorder) -> None:
        self.box, self.block = box, box.block
        self.threads_before = set(threading.enumerate())
        self._plain_children = set(process._children)
        self._finalizers = next(util._finalizer_counter)
        self._heap = heap.BufferWrapper._heap
        self._semprefix = process.current_process()._config["semprefix"]
        self._authkey = process.current_process().authkey
        self._served = set(connections_to_managers())
        self._names_before = set(shared_names())

    def begin(self) -> None:
        """Give everything made from here on a heap, and names, of the block's own."""
        resource_tracker.ensure_running()  # else each forked child that needs one starts its own
        heap.BufferWrapper._heap = heap.Heap()
        process.current_process()._config["semprefix"] = f"/ipc{os.getpid()}"
        if resource_sharer._resource_sharer._address is None:  # it would still want the old key
            process.current_process().authkey = os.urandom(32)
        watch_segments()

    def let_executors_go(self) -> None:
        """What `concurrent.futures` does at the end of Python: no more work will come."""
        for thread in self._own_threads():
            executor = getattr(thread, "executor_reference", lambda: None)()
            if executor is not None:
                executor.shutdown(wait=False)

    def end(self, failed: bool) -> None:
        """Leave nothing behind; takes no longer than `CLOSING_S`, or `HURRY_S` after a failure."""
        if failed:
            kill_all(self.box)
        for thread in self._own_threads():
            thread._invoke_excepthook = lambda thread: None  # late ones find everything closed
        self._hang_up()
        Closing(self._steps()).run(HURRY_S if failed else CLOSING_S)
        self._finish()

    def wake(self) -> None:
        """Make every wait for a pipe, or a pool fail: everybody else is dead."""
        keep = [end for pool in list(self.block.pools) for end in pool._ipc_wake()]
        for end in list(self.block.open_ends):
            if end not in keep:
                with contextlib.suppress(OSError):
                    end.close()

    def _steps(self) -> list[Callable[[], Any]]:
        """What Python does for multiprocessing at its own end, a step at a time; any may hang."""
        registry = util._finalizer_registry
        keys = [key for key in registry if key[1] > self._finalizers]
        keys.sort(key=lambda key: (key[0] is not None, key[0] or 0, key[1]), reverse=True)
        finalizers = [registry[key] for key in keys]
        return [
            *(pool._ipc_end for pool in list(self.block.pools)),  # its threads use its queues
            *(queue._ipc_end for queue in list(self.block.queues)),
            self._stop_sharer,
            # the temporary folder is this process's, not the block's: the fork server lives there
            *(step for step in finalizers if step._callback is not util._remove_temp_dir),
            *(end.close for end in list(self.block.open_ends)),
            *(thread.join for thread in self._own_threads()),
        ]

    def _stop_sharer(self) -> None:
        """The thread that hands out what has been put into a queue: a pipe's end, a socket."""
        if resource_sharer._resource_sharer._thread not in {None, *self.threads_before}:
            resource_sharer.stop(STEP_S)

    def _own_threads(self) -> list[Any]:
        """The threads that multiprocessing and concurrent.futures have started in this block."""
        fresh = set(threading.enumerate()) - self.threads_before
        return [thread for thread in fresh if is_of_the_library(thread)]

    def _hang_up(self) -> None:
        """Close this thread's connections to managers, which no other thread can see."""
        connections = connections_to_managers()
        for address in set(connections) - self._served:
            local, _ = connections.pop(address)
            if hasattr(local, "connection"):
                local.connection.close()

    def _finish(self) -> None:
        """Kill what is left, note every exit code, give names and globals back."""
        kill_all(self.box)
        for child in set(process._children) - self._plain_children:
            with contextlib.suppress(Exception):  # also those that were none of the context's
                child._popen.kill()
                reap(child)
        for child in self.block.started:
            if child._popen is not None and not child._closed:
                self._note_end(child)
        self.give_back()
        for address in self.block.sockets:
            with contextlib.suppress(OSError):
                os.unlink(address)
        for unlink, name, kind in names_left(self.box.folder, os.getpid(), self._names_before):
            with contextlib.suppress(OSError):
                unlink(name)
                resource_tracker.unregister(name, kind)

    def give_back(self) -> None:
        """Put everybody's names and globals back where they were."""
        self.block.started.clear()  # let go of what the children were given
        process.current_process()._config["semprefix"] = self._semprefix
        process.current_process().authkey = self._authkey
        heap.BufferWrapper._heap = self._heap
        resource_tracker.register = resource_tracker._resource_tracker.register

    def _note_end(self, child: Any) -> None:
        reap(child)
        label, code = child._ipc_label.encode()[:32], child.exitcode
        self.box.write(CODE["exit"], 0, 0 if code is None else code, label)
        if child._popen.finalizer is not None:
            child._popen.finalizer()  # its descriptors; the exit code stays readable


class Closing:
    """Runs steps that may hang, in a thread: who waits for it need not wait for ever.

    A step that takes longer than `STEP_S` is given up, and another thread goes on with the next.
    """

    def __init__(self, steps: Iterable[Callable[[], Any]]) -> None:
        self._steps = iter(steps)
        self._began = time.monotonic()  # the present step
        self._done = threading.Event()

    def run(self, limit_s: float) -> None:
        """Returns when all steps are over, or the time is."""
        until = time.monotonic() + limit_s
        while not self._done.is_set() and time.monotonic() < until:
            self._began = time.monotonic()
            threading.Thread(target=self._run_steps, args=(self._began,), daemon=True).start()
            while not self._done.wait(0.05) and time.monotonic() < min(until, self._began + STEP_S):
                pass
        self._began = math.inf

    def _run_steps(self, mine: float) -> None:
        for step in self._steps:
            with contextlib.suppress(BaseException):
                step()
            if self._began != mine:
                return  # given up; another thread goes on
            self._began = mine = time.monotonic()
        self._done.set()


def connections_to_managers() -> dict[Any, Any]:
    """What this process keeps about each server that it has called, by address."""
    managers = sys.modules.get("multiprocessing.managers")
    return managers.BaseProxy._address_to_local if managers else {}


def is_of_the_library(thread: threading.Thread) -> bool:
    """Whether multiprocessing or concurrent.futures has started it, not the user."""
    target = getattr(thread, "_target", None)
    home = getattr(target, "__module__", None) or type(thread).__module__
    return home.startswith(("multiprocessing.", "concurrent.futures.process"))


# -- names in shared memory -----------------------------------------------------------------------


def shared_names() -> list[str]:
    """The names in shared memory, where the platform shows them as files."""
    return os.listdir("/dev/shm") if os.path.isdir("/dev/shm") else []


def names_left(
    folder: str, owner: int, before: set[str]
) -> Iterator[tuple[Callable[[str], None], str, str]]:
    """(how to unlink it, name, kind) of the segments and semaphores of a block that are left."""
    if not POSIX:
        return
    import _multiprocessing
    import _posixshmem

    there = set(shared_names()) - before
    for name in there:
        if name.startswith(f"sem.ipc{owner}-"):
            yield _multiprocessing.sem_unlink, "/" + name[4:], "semaphore"
    for log in read_folder(folder):
        for name in log.segments:
            if name.lstrip("/") in there:
                yield _posixshmem.shm_unlink, name, "shared_memory"
