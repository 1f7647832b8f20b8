"""The supervisor's own alarm must not be noticed by the program.

signal.pause()        goes on waiting when only that alarm has rung
signal.alarm() ...    where the supervisor has to use SIGALRM, of which a process has only one (see
                      `alarm`): it does without, from the first call that sets another handler or
                      timer, and looks while the parent waits
"""

import os
import signal
import sys
import threading
from contextlib import ExitStack
from typing import Any

from mpscope._recording.capture import is_ours
from mpscope._supervision.alarm import Itimer
from mpscope._supervision.supervisor import Supervisor


def hide_from_program(supervisor: Supervisor) -> None:
    """Replace the functions by which the program would notice."""
    if hasattr(signal, "pause"):
        signal.pause = pause
    if not isinstance(supervisor._alarm, Itimer):
        return
    for name, timer in (("alarm", None), ("setitimer", signal.ITIMER_REAL)):
        setattr(signal, name, _yielding(getattr(signal, name), timer, supervisor))
    signal.signal = _yielding(signal.signal, signal.SIGALRM, supervisor)


_plain_pause: Any = getattr(signal, "pause", None)


def pause() -> None:
    """Wait until a signal arrives that is the program's; in the main thread, as all handlers do."""
    if threading.current_thread() is not threading.main_thread():  # it hears no signal of ours
        return _plain_pause()
    with ExitStack() as at_the_end:
        ours, theirs = os.pipe()
        at_the_end.callback(os.close, ours)
        at_the_end.callback(os.close, theirs)
        os.set_blocking(theirs, False)
        before = signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
        at_the_end.callback(signal.set_wakeup_fd, before)
        while all(is_ours(signal.getsignal(number)) for number in os.read(ours, 64)):
            pass


def _yielding(plain: Any, which: int | None, supervisor: Supervisor) -> Any:
    """`plain`, before which the supervisor gives way, if the first argument is `which`, or any."""

    def call(*args: Any) -> Any:
        caller = sys._getframe(1).f_globals.get("__name__", "")
        if not caller.startswith("mpscope.") and which in (None, *args[:1]):
            supervisor.stand_aside()
        return plain(*args)

    call.__name__ = call.__qualname__ = plain.__name__
    call.__doc__ = plain.__doc__
    return call
