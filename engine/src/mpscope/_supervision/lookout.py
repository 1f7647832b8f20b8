"""When a look is taken at a block: again and again, in the thread that it belongs to.

The timer is a signal where there is one (main thread, POSIX): it interrupts any wait, even those
that are not ours.  Elsewhere the observed objects wait in slices and call `tick` themselves, and a
thread interrupts all other waits.
"""

import contextlib
import math
import os
import sys
import threading
from _thread import get_ident, interrupt_main
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

from mpscope._recording import clock
from mpscope._recording.polls import note_polls
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import NEVER
from mpscope._supervision.alarm import Itimer, alarm
from mpscope._supervision.cleanup import Cleanup
from mpscope._supervision.echo import Output
from mpscope._supervision.handlers import HeldBack
from mpscope._supervision.interrupts import OWN_FILES, Interrupts, home_of, is_fragile
from mpscope._supervision.judge import Judge
from mpscope._supervision.processes import POSIX
from mpscope._supervision.watchdog import WHOLE_S, Backstop, LineTracer, Watchdog, may_have_a_thread

TICK_S = 0.15
UNWIND_S = 0.35  # how long the block may take to unwind before it is interrupted again
AGAIN_S = 1.0  # the timer repeats so slowly that no look can be overtaken by the next one
SOON_S = 0.03  # when an interrupt that had to wait is looked at again
DEAF_S = 0.5  # how much later than that a block is called deaf to signals


class Lookout:
    """Calls `tick` of whoever derives from it; `box` is the parent's recorder."""

    def __init__(
        self, box: Recorder, interrupts: Interrupts, inside: FrameType, method: str
    ) -> None:
        self.box, self.block, self.interrupts = box, box.block, interrupts
        self._method, home = method, home_of(inside)
        self._cleanup = Cleanup(box)
        self._output = Output(box.folder, box.echo)
        self.judge = Judge(box, home, self._cleanup.threads_before)
        self._ended = self._in_tick = False
        self._alarm: Any = None
        self._line_tracer = LineTracer(home)
        self._watchdog: Watchdog | None = None
        self._backstop: Backstop | None = None
        self._pause_s = TICK_S  # from one look to the next

    def tick(self, frame: FrameType | None) -> None:
        """Take a look; `frame` is what the block is running."""
        raise NotImplementedError

    def _judge_from_a_thread(self) -> None:
        """The same, where no signal reaches the block's thread, without raising anything."""
        raise NotImplementedError

    def _strayed(self, frame: FrameType | None) -> bool:
        raise NotImplementedError

    def begin(self) -> None:
        """Start the timer, and give everything made from here on a key of our own."""
        self._cleanup.begin()
        self.judge.spare.keep(os.path.join(self.box.folder, "0.txt"))
        if POSIX and threading.current_thread() is threading.main_thread():
            with contextlib.suppress(ValueError):  # the main thread of another interpreter
                self._alarm = alarm(self._on_alarm)
        if self._alarm is None:
            self.block.wait_in_slices = self._wait_in_slices
            self._watch_from_a_thread()
            return
        self.block.after_start = self._after_start
        self.interrupts.wait = partial(self._alarm.ring_in, SOON_S, AGAIN_S)
        self._alarm.ring_in(TICK_S, AGAIN_S)
        if may_have_a_thread(self._method):
            with contextlib.suppress(RuntimeError):  # no thread is to be had
                self._backstop = Backstop(self._late_in_s, self._end_the_deaf, self._alarm.number)

    def _watch_from_a_thread(self) -> None:
        about = self._is_late, self._cleanup.wake, self._strayed, self.block.whole
        self._watchdog = Watchdog(TICK_S, *about)
        self._cleanup.threads_before.add(self._watchdog.thread)

    def _on_alarm(self, signum: int, frame: FrameType | None) -> None:
        """Take a look, and only then wind the timer up for the next one.

        On an overloaded machine this may be called later than the next look is due; a timer that
        repeated that fast would have each call interrupted by the next one, for ever.
        """
        if self._in_tick:  # a report takes long
            return
        held_back = None
        try:
            self._in_tick = True
            held_back = HeldBack()
            if self.may_break(frame) or self.judge.is_stillborn(frame):
                self.tick(frame)
        finally:
            self._in_tick = False
            if not self._ended and self._alarm is not None:
                pause_s = SOON_S if self.interrupts.pending_ns else self._pause_s
                self._alarm.ring_in(pause_s, AGAIN_S)
            if held_back is not None:
                held_back.let_go()

    def may_break(self, frame: FrameType | None) -> bool:
        """True if an exception may be raised in what is running now; after a while it may."""
        if self._ended or (frame is not None and frame.f_code.co_filename.startswith(OWN_FILES)):
            return False
        waits_since = min(self.block.deadline_ns, self.interrupts.pending_ns or NEVER)
        if clock.monotonic_ns() > waits_since + WHOLE_S * 1e9:
            return True
        return not self.block.starting and not is_fragile(frame, self._line_tracer.block)

    def _after_start(self) -> None:
        """A process has been started; what had to wait for that comes now."""
        if self.interrupts.pending_ns or clock.monotonic_ns() >= self.block.deadline_ns:
            self._on_alarm(0, sys._getframe(1))

    def _wait_in_slices(self, within: Callable[[float], Any], timeout: float | None = None) -> bool:
        """True if what waits for so many seconds succeeds before the time-out."""
        until = math.inf if timeout is None else clock.monotonic() + timeout
        while not within(max(0, min(TICK_S, until - clock.monotonic()))):
            if clock.monotonic() >= until:
                return False
            if get_ident() == self.box.main:
                self.tick(None)
        return True

    def _late_in_s(self, patience_s: float = UNWIND_S + WHOLE_S + DEAF_S) -> float:
        """After how many seconds a block should have ended: by default, by its signals."""
        return (self.block.deadline_ns - clock.monotonic_ns()) / 1e9 + patience_s

    def _is_late(self) -> bool:
        """True if the block's thread, which no signal reaches, should have stopped by now."""
        self._output.tend()
        if self._late_in_s(0 if self.block.stopping else UNWIND_S) > 0:
            return False
        self._judge_from_a_thread()
        return True

    def _end_the_deaf(self) -> None:
        """The main thread blocks all signals: end what it may wait for, and have Python tell it."""
        alarm = self._alarm
        if self._ended or self._in_tick or alarm is None:
            return
        self._judge_from_a_thread()
        self._cleanup.wake()
        if not self._ended:  # it may have noticed meanwhile
            interrupt_main(alarm.number)

    def _stop_watching(self) -> None:
        """From here on nothing is raised in the block's thread: all that follows is bounded."""
        self._ended = True
        self.judge.spare.let_go()
        self._line_tracer.stop()
        self.judge.outsiders.forget()
        note_polls(self.box)
        self.block.wait_in_slices = self.block.after_start = None
        if self._watchdog is not None:
            self._watchdog.dismiss()
        if self._backstop is not None:
            self._backstop.dismiss()
            self._backstop = None
        self._stop_alarm()

    def _stop_alarm(self) -> None:
        self.interrupts.wait = None
        if self._alarm is not None:
            self._alarm.stop()
            self._alarm = None

    def stand_aside(self) -> None:
        """Give SIGALRM back for good, if it is needed: look while the parent waits, instead."""
        if self._ended or not isinstance(self._alarm, Itimer):
            return
        self._stop_alarm()
        self.block.wait_in_slices = self._wait_in_slices
        if self.block.deadline_ns < NEVER:  # else there is nothing to be late for
            self._watch_from_a_thread()
