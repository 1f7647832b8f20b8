"""Keeps the block's promises: it ends in time, and leaves nothing behind.

    a timer in the parent ─ every TICK_S ─▶ tick(): time up? nobody left to end the wait?
                                              │ yes
                                              ▼
        children dump their stacks ─▶ report ─▶ everything is killed ─▶ TimeIsUp in the block
                                                                            │
    end of block: join ─▶ finalizers ─▶ kill what is left ─▶ unlink names ◀─┘─▶ verdict

The timer is a signal where there is one (main thread, POSIX): it interrupts any wait, also waits
that are none of ours.  Elsewhere the observed objects wait in slices and call `tick` themselves.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from multiprocessing import heap, process, resource_tracker, util
from typing import TYPE_CHECKING, Any

from ipc_helpers import recorder, report
from ipc_helpers.errors import DeadlineExceeded, IpcError
from ipc_helpers.recorder import CODE, Recorder
from ipc_helpers.watched import connection, departure
from ipc_helpers.watched.process import watch_segments

if TYPE_CHECKING:
    from types import FrameType

TICK_S = 0.15
UNWIND_S = 0.6  # how long the block may take to unwind before it is interrupted again
CLOSING_S = 0.4  # how long each finalizer may take
STACKS_S = 0.15  # how long the children may take to dump their stacks
POSIX = os.name == "posix"


class TimeIsUp(BaseException):
    """Carries the verdict out of the block; never reaches the user.

    Not an `Exception`, so that a worker loop's ``except Exception`` does not swallow it.
    """


class Supervisor:
    """Watches over one block, from the parent. `box` is the parent's recorder."""

    def __init__(self, box: Recorder) -> None:
        self.box = box
        self.verdict: IpcError | None = None
        self._closing_until: float | None = None
        self._in_tick = False
        self._suspect = (0, 0)  # (when the parent's wait began, how many ticks it looked hopeless)
        self._threads = set(threading.enumerate())
        self._plain_children = set(process._children)
        self._finalizers = next(util._finalizer_counter)
        self._heap: Any = heap.BufferWrapper._heap
        self._semprefix = process.current_process()._config["semprefix"]
        self._names_before = set(_shared_names())
        self._by_signal = POSIX and threading.current_thread() is threading.main_thread()

    # -- watching -------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start the timer, and give everything made from here on names of our own."""
        departure.started.clear()
        connection.open_ends = weakref.WeakSet()
        self.box.queues = weakref.WeakSet()
        heap.BufferWrapper._heap = heap.Heap()
        process.current_process()._config["semprefix"] = f"/ipc{os.getpid()}"
        watch_segments()
        if not self._by_signal:
            self.box.patience = self._wait_in_slices
            return
        self._old_handler = signal.signal(signal.SIGALRM, self._on_alarm)
        self._old_timer = signal.setitimer(signal.ITIMER_REAL, TICK_S, TICK_S)

    def _on_alarm(self, signum: int, frame: FrameType | None) -> None:
        if self._in_tick:  # a report takes longer than the time between two ticks
            return
        self._in_tick = True
        try:
            self.tick(frame)
        finally:
            self._in_tick = False

    def _wait_in_slices(self, within: Callable[[float], Any]) -> None:
        while not within(TICK_S):
            self.tick(None)

    def tick(self, frame: FrameType | None) -> None:
        """Raise `TimeIsUp` in the block if it must not go on."""
        if self._closing_until is not None:
            if time.monotonic() > self._closing_until:
                raise TimeIsUp
            return
        if self.verdict is None:
            if time.monotonic_ns() >= self.box.deadline_ns:
                self.verdict = self._time_is_up(frame)
            elif self._wait_is_hopeless():
                self.verdict = report.hopeless(self.box, departure.started)
            else:
                return
            if self._by_signal:  # let the block unwind before it is interrupted again
                signal.setitimer(signal.ITIMER_REAL, UNWIND_S, UNWIND_S)
            self.kill_all()
        raise TimeIsUp

    def _time_is_up(self, frame: FrameType | None) -> DeadlineExceeded:
        self._ask_for_stacks()
        return report.time_is_up(self.box, departure.started, frame)

    def _wait_is_hopeless(self) -> bool:
        """Whether the parent has waited, over two ticks, for what no living process could do."""
        wait = report.parent_wait(self.box)
        if wait is None or self._somebody_may_act():
            self._suspect = (0, 0)
            return False
        began, ticks = self._suspect
        self._suspect = (wait.began_ns, ticks + 1 if began == wait.began_ns else 1)
        return self._suspect[1] >= 3

    def _somebody_may_act(self) -> bool:
        for child in list(departure.started):
            if not child._ipc_label.startswith("manager-") and _runs(child):
                return True
        for thread in set(threading.enumerate()) - self._threads:
            if thread.name != "QueueFeederThread":
                return True
        return any(queue._buffer for queue in self.box.queues if hasattr(queue, "_buffer"))

    def _ask_for_stacks(self) -> None:
        """Have every living child write its Python stack next to its log."""
        if not hasattr(signal, "SIGUSR2"):
            return
        asked = []
        for stem, pid in _pids(self.box.folder):
            path = os.path.join(self.box.folder, stem + ".stack")
            if pid != os.getpid() and os.path.exists(path):  # else the signal would kill it
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGUSR2)
                    asked.append(path)
        until = time.monotonic() + STACKS_S
        while time.monotonic() < until and not all(os.path.getsize(path) for path in asked):
            time.sleep(0.01)

    # -- ending ---------------------------------------------------------------------------------

    def end(self, failed: bool) -> None:
        """Leave nothing behind. After a failure kill at once; else let the children finish."""
        with _interrupts_deferred():
            try:
                if not failed and self.verdict is None:
                    self._join_children()
            except TimeIsUp:
                pass
            if self.verdict is not None or failed:
                self.kill_all()
            self._close_everything()
            self._stop_timer()
            self.kill_all()
            self._reap()
            self._restore()

    def _join_children(self) -> None:
        """As Python does at its own end: wait for children that are not daemons."""
        for child in list(departure.started):
            server = child._ipc_label.startswith("manager-")
            if child.daemon or server or child._popen is None or child._closed:
                continue
            channel = self.box.channel(child._ipc_label)
            place = self.box.open(CODE["join"], channel, sys._getframe(), recorder.UNBOUNDED)
            if self.box.patience:
                self.box.patience(child._has_ended_within)
            process.BaseProcess.join(child)
            self.box.turn_into(place, 0)

    def kill_all(self) -> None:
        """SIGKILL every child's process group, also of a start that was interrupted."""
        for pid in {pid for _, pid in _pids(self.box.folder)} | {
            child.pid for child in departure.started if child._popen is not None
        }:
            if pid in (None, os.getpid()):
                continue
            with contextlib.suppress(OSError):
                if POSIX:
                    os.killpg(pid, signal.SIGKILL)
                    continue
            if any(
                child._popen and child._popen.pid == pid and _runs(child)
                for child in departure.started
            ):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL if POSIX else signal.SIGTERM)
        for child in set(process._children) - self._plain_children:
            with contextlib.suppress(Exception):
                child.kill()

    def _close_everything(self) -> None:
        """What multiprocessing does at the end of Python, for what this block has made."""
        for queue in list(self.box.queues):
            self._within(queue._ipc_end)
        registry = util._finalizer_registry
        ours = [key for key in registry if key[1] > self._finalizers]
        ours.sort(key=lambda key: (key[0] is not None, key[0] or 0, key[1]), reverse=True)
        for key in ours:
            finalizer = registry.get(key)
            shared = util._remove_temp_dir  # also the fork server's
            if finalizer is not None and finalizer._callback is not shared:
                self._within(finalizer)
        for end in list(connection.open_ends):
            with contextlib.suppress(OSError):
                end.close()
        for thread in set(threading.enumerate()) - self._threads:
            if thread.daemon or thread.name.startswith("ExecutorManager"):
                self._within(lambda thread=thread: thread.join(CLOSING_S))

    def _within(self, step: Callable[[], Any]) -> None:
        """Run one step of closing; give it up when it takes too long."""
        self._closing_until = time.monotonic() + CLOSING_S
        with contextlib.suppress(Exception, TimeIsUp):
            step()

    def _stop_timer(self) -> None:
        if self._by_signal:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._old_handler)
            if self._old_timer[0]:
                signal.setitimer(signal.ITIMER_REAL, *self._old_timer)

    def _reap(self) -> None:
        """Wait for what was killed, and note every child's exit code."""
        for child in departure.started:
            if child._popen is None or child._closed:
                continue
            process.BaseProcess.join(child, 2.0)
            code = child.exitcode
            self.box.write(
                CODE["exit"], 0, 0 if code is None else code, child._ipc_label.encode()[:32]
            )
            if child._popen.finalizer is not None:
                child._popen.finalizer()
        for child in set(process._children) - self._plain_children:
            child.join(1.0)

    def _restore(self) -> None:
        """Give back the names and globals that `begin` took, and unlink what is left."""
        process.current_process()._config["semprefix"] = self._semprefix
        heap.BufferWrapper._heap = self._heap
        resource_tracker.register = resource_tracker._resource_tracker.register
        self.box.patience = None
        connection.open_ends = None
        unlink_left(self.box.folder, self._names_before)


def _runs(child: Any) -> bool:
    """Whether a child's end has not been seen yet; reaps nothing (safe inside a signal handler)."""
    if child._popen is None or child._closed or child._popen.returncode is not None:
        return False
    from multiprocessing.connection import wait

    return not wait([child._popen.sentinel], 0)


def _pids(folder: str) -> Iterator[tuple[str, int]]:
    """(stem, pid) of every process that has opened its black box, also one nobody waits for."""
    for name in os.listdir(folder):
        if name.endswith(".txt") and name != "0.txt":
            with open(os.path.join(folder, name), "rb") as file:
                head = file.read(400).split(b"\n", 2)
            if len(head) == 3 and head[1].isdigit():
                yield name[:-4], int(head[1])


@contextlib.contextmanager
def _interrupts_deferred() -> Iterator[None]:
    """Let Ctrl-C wait until the clean-up is done; a handler, because masks miss other threads."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    seen: list[int] = []
    old = signal.signal(signal.SIGINT, lambda signum, frame: seen.append(signum))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, old)
    if seen:
        raise KeyboardInterrupt


# -- names in shared memory -----------------------------------------------------------------------


def _shared_names() -> list[str]:
    return os.listdir("/dev/shm") if os.path.isdir("/dev/shm") else []


def unlink_left(folder: str, before: set[str]) -> None:
    """Unlink the segments and semaphores of this block that nobody unlinked."""
    if not POSIX:
        return
    import _multiprocessing
    import _posixshmem

    from ipc_helpers.events import read_folder

    prefix = f"sem.ipc{os.getpid()}-"
    for name in _shared_names():
        if name.startswith(prefix):
            _unlink(_multiprocessing.sem_unlink, "/" + name[4:], "semaphore")
    for log in read_folder(folder):
        for name in log.segments:
            if name.lstrip("/") not in before and name.lstrip("/") in _shared_names():
                _unlink(_posixshmem.shm_unlink, name, "shared_memory")


def _unlink(unlink: Callable[[str], None], name: str, kind: str) -> None:
    with contextlib.suppress(OSError):
        unlink(name)
        resource_tracker.unregister(name, kind)
