"""Ways to end a block against its will: exceptions raised in it from outside.

main thread, POSIX   a signal's handler raises it, in any wait         see `supervisor`
... blocks signals   a thread kills, closes pipes, calls the handler   Backstop
... that swallows it a tracer raises it at the block's next line       LineTracer
another thread       a watchdog has Python raise it there, and closes  Watchdog
                     the pipes that the thread may be waiting for
"""

import sys
import threading
from _thread import allocate_lock, get_native_id
from collections.abc import Callable, Iterator
from multiprocessing import popen_fork
from types import FrameType
from typing import Any

from mpscope._recording.library import LIBRARY
from mpscope._recording.lifeline import start_deaf_thread
from mpscope._supervision.faults import shielded
from mpscope._supervision.interrupts import OBSERVE, TimeIsUp, frames

_START, _FORK = threading.Thread.start.__code__, popen_fork.Popen._launch.__code__
SOON_S = 0.005
WHOLE_S = 0.3  # how long what must stay whole may keep an exception waiting
BACKSTOP_S, LONG_S = 0.15, 1.0  # how long the backstop sleeps, at the least and at the most


class LineTracer:
    """Ends a block that has swallowed `TimeIsUp`: raises it again at the next line that runs.

    Only in frames that have outlived one: what is raised in a finalizer, Python swallows, and then
    forgets the tracer.  `block` is the frame of the ``with``.  ``stop()`` takes the tracers away,
    and lets go of the frames, which hold everything that the block has made.
    """

    def __init__(self, block: FrameType) -> None:
        self.block: FrameType | None = block
        self._with_line = block.f_lineno
        self._old_tracer = sys.gettrace()
        self._seen: list[FrameType] = []  # when `TimeIsUp` was raised last
        self._traced: list[tuple[FrameType, Any]] = []

    def remember(self, frame: FrameType) -> None:
        """`TimeIsUp` is about to be raised there."""
        self._seen = list(frames(frame, self.block))

    def begin(self, frame: FrameType) -> None:
        """Trace what runs still, though `TimeIsUp` was raised in it, if it belongs to the block."""
        inside = list(frames(frame, self.block))
        survivors = [inner for inner in inside if any(inner is seen for seen in self._seen)]
        if inside[-1] is not self.block or not survivors:
            return
        if sys.version_info < (3, 12):
            settle()  # others may have taken an exception of theirs back
        for inner in survivors:
            self._traced.append((inner, inner.f_trace))
            inner.f_trace = self._at_next_line
        sys.settrace(_trace_no_call)

    def _at_next_line(self, frame: FrameType, event: str, arg: Any) -> Any:
        if self.block is None:
            return None
        ends_anyway = frame is self.block and frame.f_lineno == self._with_line
        file = frame.f_code.co_filename
        # in the library it might break something; but a program may be a string (`python -c`)
        if event == "line" and not ends_anyway and (file == "<string>" or file not in LIBRARY):
            raise TimeIsUp
        return self._at_next_line

    def stop(self) -> None:
        if self._traced:
            sys.settrace(self._old_tracer)
        while self._traced:
            frame, tracer = self._traced.pop()
            frame.f_trace = tracer
        self.block, self._seen = None, []


def _trace_no_call(frame: FrameType, event: str, arg: Any) -> None:
    """As long as there is a tracer, Python asks those of the frames."""


class Backstop:
    """A thread that ends a late block whose main thread has blocked every signal.

    It sleeps until then.  A raw thread: `threading.enumerate()` shows the user only theirs.
    `late_in_s()` says for how long it may sleep on; `end()` is called whenever that is over.
    Of all signals it hears the block's `alarm`, for a main thread that is deaf, and at work.
    """

    def __init__(self, late_in_s: Callable[[], float], end: Callable[[], None], alarm: int) -> None:
        self._late_in_s, self._end = late_in_s, end
        self._over = allocate_lock()
        self._over.acquire()
        self.native_id = 0
        start_deaf_thread(self._watch, (), spare=alarm)

    def _watch(self) -> None:
        self.native_id = get_native_id()
        while not self._over.acquire(timeout=min(max(BACKSTOP_S, self._late_in_s()), LONG_S)):
            if self._late_in_s() <= 0:
                shielded(None, self._end)
        threading._active.pop(threading.get_ident(), None)

    def dismiss(self) -> None:
        """It ends a moment later."""
        self._over.release()


class Watchdog:
    """A thread that interrupts another one that no signal reaches, for as long as that is late.

    Calls `is_late()` every `tick_s`; whenever it says so, `TimeIsUp` is raised in the thread that
    made this watchdog, and `wake()` makes fail what it may be waiting for.  That thread holds the
    lock `whole` while it starts a process.  ``dismiss()`` ends all that: once it has returned,
    nothing more is raised.
    """

    def __init__(
        self,
        tick_s: float,
        is_late: Callable[[], bool],
        wake: Callable[[], None],
        strayed: Callable[[FrameType | None], bool],
        whole: Any,
    ) -> None:
        self._tick_s, self._is_late, self._wake, self._strayed = tick_s, is_late, wake, strayed
        self._whole = whole
        self._watched = threading.get_ident()
        self._over = threading.Event()
        self._raising = threading.Lock()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        pause = self._tick_s
        while not self._over.wait(pause):
            pause = self._tick_s
            if shielded(False, self._is_late) and not self._ends_already():
                # if even that cannot be told, nothing may be raised in what runs there
                if shielded(True, self._strayed, sys._current_frames().get(self._watched)):
                    return
                pause = self._tick_s if shielded(False, self._raised) else SOON_S
                shielded(None, self._wake)

    def _raised(self) -> bool:
        """Raise it, unless that would leave something half done: a process or thread that starts.

        What runs at a fork takes locks, logging's for example, and Python swallows what is raised
        there: the next fork of another thread would wait for ever for one that nobody gives back.
        """
        is_whole = self._whole.acquire(timeout=WHOLE_S)  # from here on no process is started
        try:
            with self._raising, threading._active_limbo_lock:  # ... and no thread
                forks = any(frame.f_code is _FORK for frame in self._inside())
                waits = self._starts_a_thread() or (forks and not is_whole)
                if not waits and not self._over.is_set():
                    raise_in(self._watched, TimeIsUp)
            return not waits
        finally:
            if is_whole:
                self._whole.release()

    def _inside(self) -> Iterator[FrameType]:
        return frames(sys._current_frames().get(self._watched), None)

    def _ends_already(self) -> bool:
        """True if the thread is about to leave the block: an exception would break the clean-up."""
        return any(frame.f_code.co_filename == OBSERVE for frame in self._inside())

    def _starts_a_thread(self) -> bool:
        """True if it waits for a thread that has not run yet.

        To Python 3.11 that one has its starter's number: it would get the exception and die, and
        `Thread.start()` wait for it for ever.
        """
        return any(
            frame.f_code is _START and frame.f_locals["self"] in threading._limbo
            for frame in self._inside()
        )

    def dismiss(self) -> None:
        """Called by the watched thread, which may yet be hit while it does so."""
        if threading.current_thread() is self.thread:
            return self._over.set()
        while True:
            try:
                with self._raising:
                    self._over.set()
                return settle()
            except TimeIsUp:
                continue


def raise_in(thread: int, error: type[BaseException]) -> None:
    """Have Python raise `error` in a thread when that next runs a line."""
    from ctypes import c_ulong, py_object, pythonapi

    pythonapi.PyThreadState_SetAsyncExc(c_ulong(thread), py_object(error))


def settle() -> None:
    """Let a pending `TimeIsUp` arrive in this thread now, and swallow it.

    To take it back instead, or to end a thread that it has not reached, makes Python 3.11 believe
    for ever that something is to be raised.  As soon as it is traced it then runs in circles, deaf
    to signals: a traced function begins anew until nothing is pending.
    """
    try:
        raise_in(threading.get_ident(), TimeIsUp)  # in the place of another one
        for _ in range(10):  # at each turn, Python looks
            pass
    except TimeIsUp:
        pass


def may_have_a_thread(method: str) -> bool:
    """True if a thread of ours does no harm: since 3.12 Python warns who forks beside one."""
    return method != "fork" or sys.version_info < (3, 12) or threading.active_count() > 1
