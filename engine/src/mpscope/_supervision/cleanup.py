"""Keeps the block's other promise: none of its processes, names or descriptors is left behind.

    the children of a failed block are killed
        ─▶ Closing: pools, queues, finalizers, ends of pipes, in this order   (each may hang)
        ─▶ whoever is left is killed, every exit code goes on record
        ─▶ names are unlinked, globals given back

Python cleans multiprocessing up at its own end: finalizers, then daemons, then names.  A block does
the same for what was made inside it, and does not trust anybody to be alive, to answer or to have
let go of a lock.
"""

import contextlib
import math
import os
import stat
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from functools import partial
from multiprocessing import process, resource_sharer, resource_tracker, util
from typing import Any

from mpscope._recording import clock
from mpscope._recording.process import WatchedProcess
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import CODE, UNBOUNDED
from mpscope._recording.segments import stop_watching_segments, watch_segments
from mpscope._supervision import ours
from mpscope._supervision.killing import kill_all
from mpscope._supervision.processes import POSIX, home, reap
from mpscope._trace.kinds import Role

STEP_S = 0.4  # how long each step of closing may take ...
CLOSING_S, HURRY_S = 3.0, 0.6  # ... and all of them; after a failure everybody is dead anyway


class Cleanup:
    """Knows what multiprocessing held before the block, and removes what the block has made."""

    def __init__(self, box: Recorder) -> None:
        self.box, self.block = box, box.block
        self.threads_before = set(threading.enumerate())
        self._children_before = set(process._children)
        self._finalizers = next(util._finalizer_counter)
        self._authkey = process.current_process().authkey
        self._names_before = set(ours.shared_names())

    def begin(self) -> None:
        """Give processes that are started from now on an authkey of the block's own."""
        ensure_tracker()  # else each forked child that needs one starts its own
        make_temporary_folder()
        if resource_sharer._resource_sharer._address is None:  # it would still want the old key
            process.current_process().authkey = os.urandom(32)
        watch_segments()

    def join_children(self) -> None:
        """As Python does at its own end: wait for children that are not daemons."""
        for thread in self._own_threads():  # no more work will come
            executor = getattr(thread, "executor_reference", lambda: None)()
            if executor is not None:
                executor.shutdown(wait=False)
        for child in list(self.block.started):
            server = child._ipc_role == Role.SERVER
            if child._popen is None or child._closed or child.daemon or server:
                continue
            channel = self.box.channel(child._ipc_label)
            place = self.box.open(CODE["join"], channel, sys._getframe(), UNBOUNDED)
            self.block.wait(child._has_ended_within)
            self.box.turn_into(place, 0)

    def end(self, failed: bool) -> None:
        """Leave nothing behind; takes no longer than `CLOSING_S`, or `HURRY_S` after a failure.

        A step that fails does not keep the others from being taken.
        """
        limit_s = HURRY_S if failed else CLOSING_S
        run_all(
            *([partial(kill_all, self.box)] if failed else ()),
            self._silence_threads,
            self._hang_up,
            lambda: Closing(self._steps()).run(limit_s),
            partial(kill_all, self.box),
            *(partial(self._note_end, child) for child in list(self.block.started)),
            self._reap_the_rest,
            self.give_back,
            *(partial(os.unlink, address) for address in self.block.sockets),
            self._unlink_names,
        )

    def wake(self) -> None:
        """Make every wait for a pipe or a pool fail: all other processes are dead.

        Each end is at its end of file from now on, under its number, which another thread may be
        waiting for: if that were free, the next file to be opened would get it, and whoever is
        woken ask that one.
        """
        for pool in list(self.block.pools):
            pool._ipc_wake()
        with self.block.closing:
            over = -1
            with contextlib.suppress(OSError):  # no descriptors are left
                over = os.open(os.devnull, os.O_RDWR) if POSIX else -1
            for end in list(self.block.open_ends):
                with contextlib.suppress(Exception):  # it may be closed, even in this moment
                    os.fstat(end.fileno())
                    end.close() if over < 0 else os.dup2(over, end.fileno(), False)
            if over >= 0:
                os.close(over)

    def _steps(self) -> list[Callable[[], Any]]:
        """What Python does for multiprocessing at its own end, a step at a time; any may hang."""
        return [
            *(pool._ipc_end for pool in list(self.block.pools)),  # its threads use its queues
            *(queue._ipc_end for queue in list(self.block.queues)),
            self._stop_sharer,
            *ours.finalizers(self.box, self._finalizers),
            *(end.close for end in list(self.block.open_ends)),
            *(thread.join for thread in self._own_threads()),
        ]

    def _stop_sharer(self) -> None:
        """The thread that hands out what has been put into a queue: a pipe's end, a socket."""
        if resource_sharer._resource_sharer._thread not in {None, *self.threads_before}:
            resource_sharer.stop(STEP_S)

    def _own_threads(self) -> list[Any]:
        return ours.threads(self.box, self.threads_before)

    def _silence_threads(self) -> None:
        for thread in self._own_threads():
            thread._invoke_excepthook = lambda thread: None  # late ones find everything closed

    def _hang_up(self) -> None:
        """Close this thread's connections to our managers, which no other thread can see."""
        managers = sys.modules.get("multiprocessing.managers")
        connections = managers.BaseProxy._address_to_local if managers else {}
        for address in ours.addresses_of_managers(ours.finalizers(self.box, self._finalizers)):
            local, _ = connections.pop(address, (None, None))
            if hasattr(local, "connection"):
                local.connection.close()

    def _unlink_names(self) -> None:
        for unlink, name, kind in ours.names_left(self.box.folder, self._names_before):
            with contextlib.suppress(OSError):
                unlink(name)
                resource_tracker.unregister(name, kind)

    def give_back(self) -> None:
        self.block.started.clear()  # let go of what the children were given
        process.current_process().authkey = self._authkey
        stop_watching_segments()

    def _reap_the_rest(self) -> None:
        """Children whose start was interrupted; what was not made through `mp` lives on."""
        for child in set(process._children) - self._children_before:
            if isinstance(child, WatchedProcess):
                child._popen.kill()
                reap(child)

    def _note_end(self, child: Any) -> None:
        """Wait for a dead child; its exit code, if it can be known, goes on record."""
        if child._popen is None or child._closed:
            return
        reap(child)
        process._children.discard(child)  # else one that was waited for elsewhere stays for ever
        if child._popen.returncode is not None:
            label = child._ipc_label.encode()[:32]
            self.box.write(CODE["exit"], 0, child._popen.returncode, label)
        if child._popen.finalizer is not None:
            child._popen.finalizer()  # its descriptors; the exit code stays readable


def run_all(*steps: Callable[[], Any]) -> None:
    """Run every step, even if others fail."""
    for step in steps:
        with contextlib.suppress(Exception):
            step()


class Closing:
    """Runs steps that may hang in a thread, so that the caller can give up on them.

    A step that takes longer than `STEP_S` is abandoned; another thread goes on with the next.
    """

    def __init__(self, steps: Iterable[Callable[[], Any]]) -> None:
        self._steps = iter(steps)
        self._began = clock.monotonic()  # the present step
        self._done = threading.Event()

    def run(self, limit_s: float) -> None:
        """Returns when all steps are over, or the time is up."""
        until = clock.monotonic() + limit_s
        while not self._done.is_set() and clock.monotonic() < until:
            self._began = clock.monotonic()
            try:
                threading.Thread(target=self._run_steps, args=(self._began,), daemon=True).start()
            except RuntimeError:  # this process may have no more threads: run it here, then
                self._run_steps(self._began)
            while not self._done.wait(0.05) and clock.monotonic() < min(
                until, self._began + STEP_S
            ):
                pass
        self._began = math.inf

    def _run_steps(self, mine: float) -> None:
        for step in self._steps:
            with contextlib.suppress(BaseException):
                step()
            if self._began != mine:
                return  # given up; another thread goes on
            self._began = mine = clock.monotonic()
        self._done.set()


def ensure_tracker() -> None:
    """Start the resource tracker, also when the program has closed the descriptor of its pipe.

    Python would go on to use the number, and fail, or write into the file that has it now.
    """
    tracker: Any = resource_tracker._resource_tracker
    if tracker._fd is not None:
        try:
            is_pipe = stat.S_ISFIFO(os.fstat(tracker._fd).st_mode)
        except OSError:
            is_pipe = False
        if not is_pipe:
            tracker._fd = tracker._pid = None
    resource_tracker.ensure_running()


def make_temporary_folder() -> None:
    """Where temporary files go may be too deep for a socket's path; then make sockets in /tmp."""
    if home() == tempfile.gettempdir() or process.current_process()._config.get("tempdir"):
        return
    before, tempfile.tempdir = tempfile.tempdir, home()
    try:
        util.get_temp_dir()  # this process's, from now on; it removes it when it ends
    finally:
        tempfile.tempdir = before
