"""SIGALRM belongs to the program: as soon as it wants that, the supervisor does without.

The supervisor looks after the program by a timer that sends SIGALRM, of which a process has only
one.  From the first call that sets another handler or timer, it looks while the parent waits.
"""

from __future__ import annotations

import signal
import sys
from typing import Any

from mpscope._supervision.supervisor import Supervisor


def leave_to_program(supervisor: Supervisor) -> None:
    """Replace what sets the timer, or its signal's handler, by what asks the supervisor first."""
    if not hasattr(signal, "setitimer"):
        return
    for name, timer in (("alarm", None), ("setitimer", signal.ITIMER_REAL)):
        setattr(signal, name, _yielding(getattr(signal, name), timer, supervisor))
    signal.signal = _yielding(signal.signal, signal.SIGALRM, supervisor)


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
