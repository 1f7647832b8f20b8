"""The program's own signal handlers: who they are, and that they wait while we look.

A handler may raise (a time-out, a service's end), or wait for something: neither must happen in the
midst of a look, which would swallow the one, and be kept from ending the other.  A program may
also be about to catch Ctrl-C, and go on: that is read from the source of what runs.
"""

import ast
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Any

from mpscope._recording.loops import look_up, source_of
from mpscope._supervision.interrupts import frames
from mpscope._supervision.threads import TOOLS, is_library
from mpscope._trace.processes import signal_name


class HeldBack:
    """The handlers of this process's main thread, kept from running until `let_go()`."""

    def __init__(self) -> None:
        self._came: dict[int, FrameType | None] = {}
        self.handlers: dict[int, Any] = {}
        try:  # those that are not held back yet may run, and raise
            for number in signal.valid_signals():
                if is_the_programs(handler := signal.getsignal(number)):
                    self.handlers[number] = handler
                    signal.signal(number, self._remember)
        except BaseException:
            self.let_go()
            raise

    def _remember(self, number: int, frame: FrameType | None) -> None:
        self._came.setdefault(number, frame)

    def let_go(self) -> None:
        """Give the handlers back; what has come meanwhile comes now, and may raise."""
        try:
            for number, handler in self.handlers.items():
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
                self.handlers[number](number, frame)
            except BaseException:
                self._call_what_came()
                raise


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
        return owner.handlers[number]
    return getattr(owner, "handler_before", handler)


def is_the_programs(handler: Any) -> bool:
    """True if a signal's handler is none of Python's, of a tool's or of ours."""
    home = (getattr(handler, "__module__", None) or "").partition(".")[0]
    is_default = handler is signal.default_int_handler or not callable(handler)
    return not is_default and home not in {"mpscope", *TOOLS}


def catches_interrupt(frame: FrameType, block: FrameType, with_line: int) -> bool:
    """True if one of the frames from this one outwards does; the tools' own frames do not count.

    `block` is the frame whose ``with`` at `with_line` has opened the block.
    """
    inside = True
    for inner in frames(frame, None):
        after = with_line if inner is block else 0
        if not is_library(inner.f_code.co_filename) and _catches(inner, after, inside):
            return True
        inside = inside and inner is not block
    return False


def _catches(frame: FrameType, with_line: int, inside: bool) -> bool:
    tree = source_of(frame)
    if not tree.body:
        return "KeyboardInterrupt" in frame.f_code.co_names
    return any(
        _does(node, frame, inside and node.lineno > with_line)
        for node in ast.walk(tree)
        if isinstance(node, ast.Try | ast.With)
        and node.body[0].lineno <= frame.f_lineno <= (node.body[-1].end_lineno or 0)
    )


def _does(node: ast.Try | ast.With, frame: FrameType, everything: bool) -> bool:
    if isinstance(node, ast.With):
        calls = [item.context_expr for item in node.items]
        given = [arg for call in calls if isinstance(call, ast.Call) for arg in call.args]
        return any(kind is KeyboardInterrupt for arg in given for kind in _kinds(arg, frame))
    for handler in node.handlers:
        kinds = [BaseException] if handler.type is None else list(_kinds(handler.type, frame))
        if KeyboardInterrupt in kinds or (everything and BaseException in kinds):
            return True
    return False


def _kinds(expression: ast.expr, frame: FrameType) -> Iterator[Any]:
    """The exceptions that an expression names, as far as that is known without running it."""
    match expression:
        case ast.Tuple(elts=parts):
            for part in parts:
                yield from _kinds(part, frame)
        case ast.Attribute(attr="KeyboardInterrupt"):
            yield KeyboardInterrupt
        case ast.Name(id=name):
            named = look_up(name, frame)
            yield from named if isinstance(named, tuple) else (named,)
