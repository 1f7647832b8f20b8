"""Ctrl-C during a block: handled at once, except where it would leave something half done.

    Ctrl-C ─▶ is something being started, finalized or cleaned up? ─ no ─▶ KeyboardInterrupt
                                │ yes
                                └─▶ `pending_ns`: heard by the supervisor's next look, or at the end

A handler, because a signal mask does not hold while another thread is alive, and in a kernel one
always is.
"""

import _weakrefset
import contextlib
import os
import signal
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE
from multiprocessing import heap, util
from types import FrameType
from typing import Any

from mpscope._recording import clock
from mpscope._recording.library import LIBRARY, PACKAGE

CO_SUSPENDS = 0x20 | 0x80 | 0x200  # a generator, a coroutine, both: it may wait while others run

# About to begin, or to end, a block.
HERE = os.path.dirname(__file__)
OBSERVE = PACKAGE + "_block.py"
OWN_FILES = OBSERVE, HERE + os.sep  # what their names begin with
# An exception between making a segment or a pipe and remembering it would lose it; one in a
# finalizer would be lost itself.
FRAGILE_NAMES = {"__del__", "Pipe", "adopt", "_rebuild"}
FRAGILE_FILES = {heap.__file__, heap.__file__.replace("heap", "shared_memory")}
FRAGILE_FILES |= {util.__file__, weakref.__file__, _weakrefset.__file__}


class TimeIsUp(BaseException):
    """Carries the verdict out of the block; never reaches the user.

    Not an `Exception`, so that a worker loop's ``except Exception`` does not swallow it.
    """


class Interrupts:
    """Takes Ctrl-C over, if this is the main thread; ``give_back`` ends that.

    ``may_break`` says whether the frame that is running may be interrupted; until it is set, none
    may, and ``wait`` has to see to it that it is looked at again.  ``witness`` is called just
    before an interrupt is heard; ``handler_before`` is what then does what Ctrl-C did before.
    """

    def __init__(self) -> None:
        self.pending_ns = 0  # when Ctrl-C came that nobody has heard of yet
        self.may_break: Callable[[FrameType | None], bool] | None = None
        self.wait: Callable[[], Any] | None = None
        self.witness: Callable[[FrameType | None], None] | None = None
        before = signal.getsignal(signal.SIGINT)
        self.handler_before: Any = None
        self._pid = os.getpid()
        if threading.current_thread() is threading.main_thread() and callable(before):
            with contextlib.suppress(ValueError):  # the main thread of another interpreter
                signal.signal(signal.SIGINT, self._on_interrupt)
                self.handler_before = before
        self._hook_before = sys.unraisablehook
        self._hook = sys.unraisablehook = self._on_lost

    def _on_interrupt(self, signum: int, frame: FrameType | None) -> Any:
        if os.getpid() != self._pid:  # a copy, made by os.fork(): none of this block's
            return self.handler_before(signum, frame)
        self.pending_ns = clock.monotonic_ns()
        if self.may_break is not None and self.may_break(frame):
            self.hear(frame)
        elif self.wait is not None:
            self.wait()

    def _on_lost(self, lost: Any) -> None:
        """An exception has been raised where Python can only ignore it: in a finalizer."""
        if isinstance(lost.exc_value, TimeIsUp):  # it comes again
            return
        takes_over = self.handler_before is not None and os.getpid() == self._pid
        if not (takes_over and isinstance(lost.exc_value, KeyboardInterrupt)):
            return self._hook_before(lost)
        self.pending_ns = clock.monotonic_ns()  # Ctrl-C, of all: once more
        if self.wait is not None:
            self.wait()

    def hear(self, frame: FrameType | None) -> None:
        """Do what Ctrl-C did before: raise KeyboardInterrupt, as a rule."""
        self.pending_ns = 0
        if self.witness is not None:
            self.witness(frame)
        self.handler_before(signal.SIGINT, frame)

    def give_back(self) -> None:
        """The block has ended: Ctrl-C is what it was; it may have come meanwhile."""
        self.may_break = self.witness = None
        if sys.unraisablehook == self._hook:
            sys.unraisablehook = self._hook_before
        if signal.getsignal(signal.SIGINT) == self._on_interrupt:
            signal.signal(signal.SIGINT, self.handler_before)
        if self.pending_ns:
            self.hear(sys._getframe(1))


def is_fragile(frame: FrameType | None, block: FrameType | None) -> bool:
    """True if an exception would do harm in what the block is running."""
    return any(
        inner.f_code.co_filename in FRAGILE_FILES or inner.f_code.co_name in FRAGILE_NAMES
        for inner in frames(frame, block)
    )


def home_of(frame: FrameType) -> FrameType:
    """The frame of the user's code that a block belongs to, by the one that has entered it.

    Past contextlib (an `ExitStack`), and past a generator that contextlib runs: what is to end is
    the code in its ``with``, while the generator waits at its ``yield``.
    """
    while (outer := frame.f_back) is not None and (
        frame.f_code.co_filename in LIBRARY
        or (frame.f_code.co_flags & CO_SUSPENDS and outer.f_code.co_filename == contextlib.__file__)
    ):
        frame = outer
    return frame


def frames(inner: FrameType | None, outer: FrameType | None) -> Iterator[FrameType]:
    """The frames from one to another that has called it."""
    while inner is not None:
        yield inner
        inner = None if inner is outer else inner.f_back


def is_main_interpreter() -> bool:
    """True if this is no interpreter that another one has made (`concurrent.interpreters`)."""
    try:
        interpreters = import_module("_interpreters")
    except ImportError:  # before 3.13
        return True
    return bool(interpreters.get_current()[0] == interpreters.get_main()[0])


def task_of(frame: FrameType) -> Any:
    """The asyncio task that runs this frame, if it is a coroutine's; else None."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is None or not frame.f_code.co_flags & (CO_COROUTINE | CO_ASYNC_GENERATOR):
        return None
    try:
        return asyncio.current_task()
    except RuntimeError:  # somebody else's event loop
        return None


def uses_the_block(frame: FrameType | None) -> bool:
    """True if an observed object is being used: its user may be told, nobody else."""
    return any(
        type(inner.f_locals.get("self")).__module__.startswith("mpscope._recording")
        for inner in frames(frame, None)
        if inner.f_code.co_filename in LIBRARY
    )
