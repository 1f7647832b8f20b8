"""Wakes the main thread from any wait: a signal, again and again.

Linux    a timer of the block's own (timer_create) and a real-time signal that nobody uses: what a
         program does with SIGALRM, `signal.alarm()` or `signal.setitimer()` is its own business
others   `setitimer(ITIMER_REAL)`, of which each process has only one: a program that sets it, or
         sets SIGALRM's handler, switches the watching off
"""

import contextlib
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

Handler = Callable[[int, FrameType | None], Any]


class Itimer:
    """The process's one interval timer; ``stop()`` gives it, and its signal, back."""

    number = int(getattr(signal, "SIGALRM", 0))

    def __init__(self, ring: Handler) -> None:
        self._old_handler = signal.signal(self.number, ring)
        self._old_timer = signal.getitimer(signal.ITIMER_REAL)

    def ring_in(self, first_s: float, again_s: float) -> None:
        signal.setitimer(signal.ITIMER_REAL, first_s, again_s)

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(self.number, self._old_handler)
        if self._old_timer[0]:
            signal.setitimer(signal.ITIMER_REAL, *self._old_timer)


class PosixTimer:
    """A timer of our own, which no forked child inherits. ``stop()`` deletes it.

    Raises StopIteration if every real-time signal is taken, OSError if no timer is to be had.
    """

    def __init__(self, ring: Handler) -> None:
        import ctypes

        self._ctypes = ctypes
        self._libc = ctypes.CDLL(None, use_errno=True)
        for name in ("timer_create", "timer_settime", "timer_delete"):
            getattr(self._libc, name)  # else AttributeError
        self.number = _free_signal()
        event = (ctypes.c_long * (64 // ctypes.sizeof(ctypes.c_long)))()  # struct sigevent
        at = ctypes.sizeof(ctypes.c_void_p)  # its value comes first; then the signal
        ctypes.c_int.from_buffer(event, at).value = self.number
        ctypes.c_int.from_buffer(event, at + ctypes.sizeof(ctypes.c_int)).value = 0  # SIGEV_SIGNAL
        self._timer = ctypes.c_void_p()
        self._old_handler = signal.signal(self.number, ring)
        if self._libc.timer_create(1, event, ctypes.byref(self._timer)):  # CLOCK_MONOTONIC
            signal.signal(self.number, self._old_handler)
            raise OSError(ctypes.get_errno(), "timer_create")

    def ring_in(self, first_s: float, again_s: float) -> None:
        spec = (self._ctypes.c_long * 4)(*_timespec(again_s), *_timespec(first_s))
        self._libc.timer_settime(self._timer, 0, spec, None)

    def stop(self) -> None:
        self._libc.timer_delete(self._timer)
        # one that is on its way must not meet the default action: that would end the program
        signal.signal(self.number, signal.SIG_IGN)
        signal.signal(self.number, self._old_handler)


def _free_signal() -> int:
    """A real-time signal that nobody handles, from the end where nobody looks for one."""
    numbers = range(int(signal.SIGRTMAX) - 1, int(signal.SIGRTMIN), -1)
    return next(number for number in numbers if signal.getsignal(number) == signal.SIG_DFL)


def _timespec(seconds: float) -> tuple[int, int]:
    whole = int(seconds)
    return whole, int((seconds - whole) * 1e9)


def alarm(ring: Handler) -> PosixTimer | Itimer:
    """The best alarm on this platform; `ring(signum, frame)` runs in the main thread.

    Raises ValueError where no signal arrives: outside the main thread or interpreter.
    """
    if hasattr(signal, "SIGRTMAX"):
        with contextlib.suppress(OSError, ImportError, AttributeError, StopIteration):
            return PosixTimer(ring)
    return Itimer(ring)
