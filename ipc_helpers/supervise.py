"""Keeps the block's first promise: nothing in it outlives its deadline.

    a timer in the parent ─ every TICK_S ─▶ tick(): time up? nobody left to end the wait?
                                              │ yes
                                              ▼
        children dump their stacks ─▶ report ─▶ everything is killed ─▶ TimeIsUp in the block
                                                                            │
    end of block: join ─▶ clean up (see `cleanup`) ◀────────────────────────┘ ─▶ verdict

The timer is a signal where there is one (main thread, POSIX): it interrupts any wait, also waits
that are none of ours.  Elsewhere the observed objects wait in slices and call `tick` themselves.
"""

from __future__ import annotations

import contextlib
import math
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import process
from typing import TYPE_CHECKING, Any

from ipc_helpers import recorder, report
from ipc_helpers.cleanup import POSIX, Cleanup, kill_all, request_stacks, runs
from ipc_helpers.errors import IpcError
from ipc_helpers.recorder import CODE, Recorder
from ipc_helpers.watched import departure

if TYPE_CHECKING:
    from types import FrameType

TICK_S = 0.15
UNWIND_S = 0.6  # how long the block may take to unwind before it is interrupted again
CLOSING_S = 0.4  # how long each step of closing may take
HOPELESS_TICKS = 3  # so many looks at a wait that nobody can end, before it is called hopeless


class TimeIsUp(BaseException):
    """Carries the verdict out of the block; never reaches the user.

    Not an `Exception`, so that a worker loop's ``except Exception`` does not swallow it.
    """


class Supervisor:
    """Watches over one block, from the parent. `box` is the parent's recorder.

    ``verdict`` is the error that the block must end with, once there is one; ``ended`` says that
    nothing is left.
    """

    def __init__(self, box: Recorder) -> None:
        self.box = box
        self.verdict: IpcError | None = None
        self._cleanup = Cleanup(box)
        self._interrupt_after = -math.inf  # while closing: when the present step takes too long
        self._closing = self._in_tick = self.ended = False
        self._suspect = (0, 0)  # (record of the parent's wait, how often it looked hopeless)
        self._threads = set(threading.enumerate())
        self._by_signal = POSIX and threading.current_thread() is threading.main_thread()

    # -- watching -------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start the timer, and give everything made from here on names of our own."""
        self._cleanup.begin()
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
        if self._closing:
            if time.monotonic() > self._interrupt_after:
                self._interrupt_after = math.inf
                raise TimeIsUp
            return
        if self.verdict is None:
            if time.monotonic_ns() >= self.box.deadline_ns:
                request_stacks(self.box)
                self.verdict = report.time_is_up(self.box, departure.started, frame)
            elif self._wait_is_hopeless():
                self.verdict = report.hopeless(self.box, departure.started)
            else:
                return
            if self._by_signal:  # let the block unwind before it is interrupted again
                signal.setitimer(signal.ITIMER_REAL, UNWIND_S, UNWIND_S)
            kill_all(self.box)
        raise TimeIsUp

    def _wait_is_hopeless(self) -> bool:
        """Whether the parent waits, look after look, for what no living process could do."""
        place = self.box.endless_wait()
        if not place or self._somebody_may_act():
            self._suspect = (0, 0)
            return False
        before, looks = self._suspect
        self._suspect = (place, looks + 1 if before == place else 1)
        return self._suspect[1] >= HOPELESS_TICKS

    def _somebody_may_act(self) -> bool:
        for child in list(departure.started):
            if not child._ipc_label.startswith("manager-") and runs(child):
                return True
        for thread in set(threading.enumerate()) - self._threads:
            if thread.name != "QueueFeederThread":
                return True
        return any(queue._buffer for queue in self.box.queues if hasattr(queue, "_buffer"))

    # -- ending ---------------------------------------------------------------------------------

    def end(self, failed: bool) -> None:
        """Leave nothing behind. After a failure kill at once; else let the children finish."""
        if not failed and self.verdict is None:
            with contextlib.suppress(TimeIsUp):
                self._join_children()
        self._interrupt_after, self._closing = math.inf, True
        with interrupts_deferred():
            if failed or self.verdict is not None:
                kill_all(self.box)
            if self._by_signal:
                signal.setitimer(signal.ITIMER_REAL, TICK_S, TICK_S)
            for step in self._cleanup.steps(self._threads):
                self._within(step)
            self._stop_timer()
            self._cleanup.finish()
            self.ended = True

    def _join_children(self) -> None:
        """As Python does at its own end: wait for children that are not daemons."""
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
        if self._by_signal:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._old_handler)
            if self._old_timer[0]:
                signal.setitimer(signal.ITIMER_REAL, *self._old_timer)
        self.box.patience = None


@contextlib.contextmanager
def interrupts_deferred() -> Iterator[None]:
    """Let Ctrl-C wait until the body is done; a handler, because masks miss other threads."""
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
