"""The program's own signal handlers: who they are, and that they wait while we look.

A handler may raise (a time-out, a service's end), or wait for something: neither must happen in the
midst of a look, which would swallow the one, and be kept from ending the other.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from types import FrameType
from typing import Any

from mpscope._supervision.threads import TOOLS
from mpscope._trace.processes import signal_name


class HeldBack:
    """The handlers of this process's main thread, kept from running until `let_go()`."""

    def __init__(self) -> None:
        self._came: dict[int, FrameType | None] = {}
        self._handlers: dict[int, Any] = {}
        try:  # those that are not held back yet may run, and raise
            for number in signal.valid_signals():
                if is_the_programs(handler := signal.getsignal(number)):
                    self._handlers[number] = handler
                    signal.signal(number, self._remember)
        except BaseException:
            self.let_go()
            raise

    def _remember(self, number: int, frame: FrameType | None) -> None:
        self._came.setdefault(number, frame)

    def let_go(self) -> None:
        """Give the handlers back; what has come meanwhile comes now, and may raise."""
        try:
            for number, handler in self._handlers.items():
                if signal.getsignal(number) == self._remember:
                    signal.signal(number, handler)
        except BaseException:
            self.let_go()  # one that is back has raised: so shall the others be
            raise
        self._call_what_came()

    def _call_what_came(self) -> None:
        while self._came:
            number = next(iter(self._came))
            frame = self._came.pop(number)
            try:  # not raise_signal(): an event loop would hear of it twice
                self._handlers[number](number, frame)
            except BaseException:
                self._call_what_came()
                raise

    def handler(self, number: int) -> Any:
        """The one that is to be given back."""
        return self._handlers[number]


def handlers_of_parent() -> Iterator[str]:
    """Those of the program's own, in words."""
    for number in sorted(signal.valid_signals()):
        if is_the_programs(handler_of(number)):
            yield f"the parent's handler for {signal_name(number)}"


def handler_of(number: int) -> Any:
    """What the program has chosen for a signal, behind what we have put in its place."""
    handler = signal.getsignal(number)
    owner = getattr(handler, "__self__", None)
    if isinstance(owner, HeldBack):
        return owner.handler(number)
    return getattr(owner, "handler_before", handler)


def is_the_programs(handler: Any) -> bool:
    """True if a signal's handler is none of Python's, of a tool's or of ours."""
    home = (getattr(handler, "__module__", None) or "").partition(".")[0]
    is_default = handler is signal.default_int_handler or not callable(handler)
    return not is_default and home not in {"mpscope", *TOOLS}
