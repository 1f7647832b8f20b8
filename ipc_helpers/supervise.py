"""Keeps the block's first promise: nothing in it outlives its deadline.

    a timer in the parent ─ every TICK_S ─▶ tick(): time up? nobody left to end the wait?
                                              │ yes
                                              ▼
        children dump their stacks ─▶ report ─▶ everything is killed ─▶ TimeIsUp in the block
                                                                            │
    end of block: join ─▶ clean up (see `cleanup`) ◀────────────────────────┘ ─▶ verdict

The timer is a signal where there is one (main thread, POSIX): it interrupts any wait, also waits
that are none of ours.  Elsewhere the observed objects wait in slices and call `tick` themselves,
and a watchman, a thread, wakes up who waits for something else.
"""

from __future__ import annotations

import contextlib
import math
import signal
import sys
import threading
import time
from _thread import get_ident
from collections.abc import Callable
from multiprocessing import process
from typing import TYPE_CHECKING, Any

from ipc_helpers import recorder, report
from ipc_helpers.cleanup import POSIX, Cleanup, has_orphans, kill_all, request_stacks, runs
from ipc_helpers.errors import IpcError
from ipc_helpers.interrupts import OWN_FILES, Interrupts, frames, is_fragile
from ipc_helpers.recorder import CODE, Recorder
from ipc_helpers.watched import departure

if TYPE_CHECKING:
    from types import FrameType

TICK_S = 0.15
UNWIND_S = 0.35  # how long the block may take to unwind before it is interrupted again ...
INSIST_S = 0.05  # ... and again
WHOLE_S = 0.3  # how long what must stay whole may keep an interrupt waiting
CLOSING_S = 0.4  # how long each step of closing may take
HOPELESS_TICKS = 3  # so many looks at a wait that nobody can end, before it is called hopeless


class TimeIsUp(BaseException):
    """Carries the verdict out of the block; never reaches the user.

    Not an `Exception`, so that a worker loop's ``except Exception`` does not swallow it.
    """


class Supervisor:
    """Watches over one block, from the parent. `box` is the parent's recorder.

    ``verdict`` is the error that the block must end with, once there is one.
    """

    def __init__(self, box: Recorder, interrupts: Interrupts) -> None:
        self.box, self.interrupts = box, interrupts
        self.verdict: IpcError | None = None
        self._cleanup = Cleanup(box)
        self._interrupt_after = -math.inf  # while closing: when the present step takes too long
        self._closing = self._in_tick = False
        self._over = threading.Event()  # the watchman may go home
        self._suspect = (0, 0)  # (record of the parent's wait, how often it looked hopeless)
        self._threads = set(threading.enumerate())
        self._by_signal = POSIX and threading.current_thread() is threading.main_thread()
        self._old_handler: Any = None
        self._old_timer: tuple[float, float] | None = None
        self._old_tracer = sys.gettrace()
        self._block: tuple[FrameType | None, int] = (None, 0)
        self._traced: list[tuple[FrameType, Any]] = []  # frames that are being insisted on

    # -- watching -------------------------------------------------------------------------------

    def begin(self, block: FrameType) -> None:
        """Start the timer, and give everything made from here on names of our own."""
        self._block = block, block.f_lineno
        self._cleanup.begin()
        if not self._by_signal:
            self.box.patience = self._wait_in_slices
            watchman = threading.Thread(target=self._watch, args=(self.box.main,), daemon=True)
            self._threads.add(watchman)
            watchman.start()
            return
        self.box.after_start = self._after_start
        self._old_handler = signal.signal(signal.SIGALRM, self._on_alarm)
        self._old_timer = signal.setitimer(signal.ITIMER_REAL, TICK_S, TICK_S)

    def _on_alarm(self, signum: int, frame: FrameType | None) -> None:
        if self._in_tick:  # a report takes longer than the time between two ticks
            return
        self._in_tick = True
        try:
            if self._closing or self.may_break(frame):
                self.tick(frame)
        finally:
            self._in_tick = False

    def may_break(self, frame: FrameType | None) -> bool:
        """Whether an exception may be raised in what is running now; after a while it may."""
        if self._closing or (frame is not None and frame.f_code.co_filename in OWN_FILES):
            return False
        waits_since = min(self.box.deadline_ns, self.interrupts.pending_ns or self.box.deadline_ns)
        if time.monotonic_ns() > waits_since + WHOLE_S * 1e9:
            return True
        return not self.box.starting and not is_fragile(frame, self._block[0])

    def _after_start(self) -> None:
        """A process has been started; what had to wait for that comes now."""
        if self.interrupts.pending_ns or time.monotonic_ns() >= self.box.deadline_ns:
            self._on_alarm(signal.SIGALRM, sys._getframe(1))

    def _wait_in_slices(self, within: Callable[[float], Any], timeout: float | None = None) -> bool:
        """Whether what waits for so many seconds succeeds before the time-out."""
        until = math.inf if timeout is None else time.monotonic() + timeout
        while not within(max(0, min(TICK_S, until - time.monotonic()))):
            if time.monotonic() >= until:
                return False
            if get_ident() == self.box.main:
                self.tick(None)
        return True

    def _watch(self, thread: int) -> None:
        """When the time is long up: make what the block's thread may wait for fail, and raise."""
        from ctypes import c_ulong, py_object, pythonapi

        while not self._over.wait(TICK_S):
            if self._closing or time.monotonic_ns() < self.box.deadline_ns + UNWIND_S * 1e9:
                continue
            if self.verdict is None:
                self._give_verdict(sys._current_frames().get(thread))
            pythonapi.PyThreadState_SetAsyncExc(c_ulong(thread), py_object(TimeIsUp))
            self._cleanup.wake()

    def tick(self, frame: FrameType | None) -> None:
        """Raise `TimeIsUp` in the block if it must not go on."""
        if self._closing:
            if time.monotonic() > self._interrupt_after:
                self._interrupt_after = math.inf
                raise TimeIsUp
            return
        if self.interrupts.pending_ns:
            self.interrupts.hear(frame)
        if self.verdict is None:
            late = time.monotonic_ns() >= self.box.deadline_ns
            if not late and not self._wait_is_hopeless():
                return
            self._give_verdict(frame, hopeless=not late)
        elif frame is not None:
            self._insist(frame)
        raise TimeIsUp

    def _give_verdict(self, frame: FrameType | None, hopeless: bool = False) -> None:
        if hopeless:
            self.verdict = report.hopeless(self.box, departure.started)
        else:
            request_stacks(self.box)
            self.verdict = report.time_is_up(self.box, departure.started, frame)
        if self._by_signal:  # let the block unwind before it is interrupted again
            signal.setitimer(signal.ITIMER_REAL, UNWIND_S, INSIST_S)
        kill_all(self.box)

    def _insist(self, frame: FrameType) -> None:
        """The block has swallowed its end: end it at its next line, which may be in no `try`."""

        def at_next_line(frame: FrameType, event: str, arg: Any) -> Any:
            if self._closing:
                return None
            own = frame.f_code.co_filename in recorder.LIBRARY
            if event == "line" and not own and (frame, frame.f_lineno) != self._block:
                raise TimeIsUp  # not in the line of the `with`: it is about to end the block
            return at_next_line

        inside = list(frames(frame, self._block[0]))
        if inside[-1] is not self._block[0]:
            return
        self._traced += [(inner, inner.f_trace) for inner in inside]
        for inner in inside:
            inner.f_trace = at_next_line
        sys.settrace(at_next_line)

    def _stop_insisting(self) -> None:
        if self._traced:
            sys.settrace(self._old_tracer)
        while self._traced:
            frame, tracer = self._traced.pop()
            frame.f_trace = tracer
        self._block = None, 0  # it holds everything that the block has made

    def _wait_is_hopeless(self) -> bool:
        """Whether the parent waits, look after look, for what no living process could do."""
        place, channel = self.box.endless_wait()
        if not place or self._somebody_may_act(channel):
            self._suspect = (0, 0)
            return False
        before, looks = self._suspect
        self._suspect = (place, looks + 1 if before == place else 1)
        return self._suspect[1] >= HOPELESS_TICKS

    def _somebody_may_act(self, channel: int) -> bool:
        """Whether anybody is left who could do what the parent's main thread waits for."""
        for child in list(departure.started):
            if runs(child):
                if not child._ipc_label.startswith("manager-"):
                    return True
            elif has_orphans(child, self.box.folder):
                return True
        for thread in set(threading.enumerate()) - self._threads:
            if thread.name != "QueueFeederThread":
                return True
        return any(queue._ipc_channel == channel and queue._ipc_busy() for queue in self.box.queues)

    # -- ending ---------------------------------------------------------------------------------

    def end(self, failed: bool) -> BaseException | None:
        """Leave nothing behind. After a failure kill at once; else let the children finish.

        Returns the interrupt that broke off the waiting for them, if there was one.
        """
        interrupt = None
        try:
            if not failed and self.verdict is None:
                self._join_children()
        except TimeIsUp:
            failed = True
        except BaseException as error:
            failed, interrupt = True, error
        self._interrupt_after, self._closing = math.inf, True
        self._over.set()
        self._stop_insisting()
        if failed or self.verdict is not None:
            kill_all(self.box)
        if self._by_signal:
            signal.setitimer(signal.ITIMER_REAL, TICK_S, TICK_S)
        for step in self._cleanup.steps(self._threads):
            self._within(step)
        self._stop_timer()
        self._cleanup.finish()
        return interrupt

    def _join_children(self) -> None:
        """As Python does at its own end: wait for children that are not daemons."""
        self._cleanup.let_executors_go(self._threads)
        for child in list(departure.started):
            server = child._ipc_label.startswith("manager-")
            if child._popen is None or child._closed or child.daemon or server:
                continue
            channel = self.box.channel(child._ipc_label)
            place = self.box.open(CODE["join"], channel, sys._getframe(), recorder.UNBOUNDED)
            if self.box.patience:
                self.box.patience(child._has_ended_within)
            process.BaseProcess.join(child)
            self.box.turn_into(place, 0)

    def _within(self, step: Callable[[], Any]) -> None:
        """Run one step of closing; give it up when it takes too long."""
        self._interrupt_after = time.monotonic() + CLOSING_S
        with contextlib.suppress(Exception, TimeIsUp):
            step()
        self._interrupt_after = math.inf

    def _stop_timer(self) -> None:
        self.box.patience = self.box.after_start = None
        if self._old_timer is None:
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._old_handler)
        if self._old_timer[0]:
            signal.setitimer(signal.ITIMER_REAL, *self._old_timer)
