"""A loop of the parent's that does nothing but ask is a wait, and is put on record as one.

    while not ready.is_set():      polls.asked() ─▶ what was asked last, in vain, and where
        time.sleep(0.1)            look() ─▶ the loop's source: that it does nothing else
                                     └─▶ an open record: waits for `ready`, without a time-out

Such a loop can be ended by an answer alone, so by whoever could give it.  A loop that counts, looks
at a clock or at something else may end for a reason of its own, and is no wait.
"""

from __future__ import annotations

import ast
import time
from inspect import isbuiltin
from types import FrameType
from typing import TYPE_CHECKING

from mpscope._recording.polls import note_polls
from mpscope._recording.records import ASKS, CODE, UNBOUNDED
from mpscope._supervision.handlers import look_up, source_of
from mpscope._supervision.interrupts import frames
from mpscope._supervision.threads import is_library

if TYPE_CHECKING:
    from mpscope._recording.polls import Poll
    from mpscope._recording.recorder import Recorder

OFTEN = 3
# In whose place another may stand, that lets something happen meanwhile (gevent's sleep does).
_LASTING = {function for function in (time.sleep, print) if isbuiltin(function)}
WAKE, RECEIVE, JOIN = CODE["wake"], CODE["receive"], CODE["join"]
# What is asked, what it stands for, and the answer that says that nothing has come.
QUESTIONS = {
    "is_set()": (WAKE, False),
    "wait()": (WAKE, False),
    "empty()": (RECEIVE, True),
    "poll()": (RECEIVE, False),
    "get()": (RECEIVE, None),
    "is_alive()": (JOIN, True),
}


class Asking:
    """Watches the main thread of one block's parent for such loops."""

    def __init__(self, box: Recorder) -> None:
        self._box = box
        self._poll: Poll | None = None
        self._place = self._count = 0

    def look(self, frame: FrameType | None) -> bool | None:
        """Whether the loop that runs has asked again since the last look; None if there is none."""
        frame = _users(frame)
        poll = self._poll_of(frame)
        if poll is None or poll is not self._poll:
            self.forget()
            if poll is None or frame is None:
                return None
            self._poll = poll
            (_, method), _ = list(self._box.block.polls.items())[-1]
            what, kind = method.encode(), QUESTIONS[method][0]
            self._place = self._box.open(kind, poll.channel, frame, UNBOUNDED | ASKS, what)
            self._box.asking = self._place
        asked, self._count = poll.count > self._count, poll.count
        return asked

    def forget(self) -> None:
        """The loop is over, and there was no such wait."""
        if self._poll is not None:
            self._box.turn_into(self._place, 0)
        self._poll, self._count, self._box.asking = None, 0, 0

    def end(self) -> None:
        """The block has ended: put on record what was asked last."""
        self.forget()
        note_polls(self._box)

    def _poll_of(self, frame: FrameType | None) -> Poll | None:
        """What the loop asks that is running; None if none is, or if it does anything else."""
        polls = self._box.block.polls
        if not polls or frame is None:
            return None
        (_, method), poll = list(polls.items())[-1]
        if poll.code is not frame.f_code or poll.count < OFTEN:
            return None
        loop = _loop_around(frame)
        if loop is None or not loop.lineno <= poll.line <= (loop.end_lineno or 0):
            return None
        return poll if _Loop(frame, method).only_asks(loop) else None


def _users(frame: FrameType | None) -> FrameType | None:
    """The innermost frame of the user's; that of a generator expression is a part of another."""
    theirs = (it for it in frames(frame, None) if not is_library(it.f_code.co_filename))
    return next((it for it in theirs if it.f_code.co_name != "<genexpr>"), None)


def _loop_around(frame: FrameType) -> ast.While | None:
    """The innermost ``while`` that a frame's line is in."""
    loops = [node for node in ast.walk(source_of(frame)) if type(node) is ast.While]
    around = [it for it in loops if it.lineno <= frame.f_lineno <= (it.end_lineno or 0)]
    return max(around, key=lambda node: node.lineno, default=None)


class _Loop:
    """What one loop does as long as its question is answered with no: nothing, or something."""

    def __init__(self, frame: FrameType, method: str) -> None:
        self._frame, self._method = frame, method.removesuffix("()")
        self._vain = QUESTIONS[method][1]
        self._questions = 0

    def only_asks(self, loop: ast.While) -> bool:
        goes_on = self._answers(loop.test, True) or self._is_still(loop.test)
        return goes_on and self._goes_on(loop.body) is not None and self._questions == 1

    def _goes_on(self, body: list[ast.stmt]) -> bool | None:
        """Whether what does nothing ends with `continue`; None if it does anything."""
        for statement in body:
            ends = self._passes(statement)
            if ends or ends is None:
                return ends
        return False

    def _passes(self, statement: ast.stmt) -> bool | None:
        match statement:
            case ast.Continue():
                return True
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                return False
            case ast.If() if self._answers(statement.test, True):
                return self._goes_on(statement.body)
            case ast.If() if self._answers(statement.test, False):
                return self._goes_on(statement.orelse)
            case ast.Try(body=[first, *_], handlers=[handler], finalbody=[]):
                return self._goes_on(handler.body) if self._is_empty(first, handler) else None
            case ast.Expr(value=ast.Call() as call) if self._only_lasts(call):
                return False
        return None

    def _answers(self, test: ast.expr, answer: bool) -> bool:
        """True if a condition is the question, and has that value when the answer is no."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._answers(operand, not answer)
            case ast.Call(func=ast.Name(id="any"), args=[ast.GeneratorExp(generators=[each])]):
                return answer and not each.ifs and self._answers(test.args[0].elt, True)
        asks = self._asks(test) and self._vain is answer
        self._questions += asks
        return asks

    def _asks(self, call: ast.expr | None) -> bool:
        """True if it calls the method that asks, of something that it finds where it is."""
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name() | ast.Attribute(), attr=name)):
                values = [*call.args, *(keyword.value for keyword in call.keywords)]
                same = name.removesuffix("_nowait") == self._method
                return same and all(map(self._is_still, values))
        return False

    def _is_empty(self, first: ast.stmt, handler: ast.ExceptHandler) -> bool:
        """``try: item = box.get(timeout=1)`` with ``except Empty:``."""
        value = first.value if isinstance(first, ast.Assign | ast.Expr) else None
        inner = value.args[0] if isinstance(value, ast.Call) and value.args else None
        name = getattr(handler.type, "attr", getattr(handler.type, "id", ""))
        empty = name in ("Empty", "Exception") and (self._asks(value) or self._asks(inner))
        self._questions += empty
        return empty

    def _only_lasts(self, call: ast.Call) -> bool:
        """True for `sleep()`, a bounded `join()`, and `print()`."""
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        match call.func:
            case ast.Attribute(attr="join"):
                lasts = bool(values)
            case ast.Attribute(value=ast.Name(id=home), attr="sleep"):
                lasts = look_up(home, self._frame) is time and time.sleep in _LASTING
            case ast.Name(id=name):
                found = look_up(name, self._frame)
                lasts = any(found is function for function in _LASTING)
            case _:
                return False
        return lasts and all(map(self._is_still, values))

    def _is_still(self, value: ast.expr) -> bool:
        """True if it is made of names and constants alone, and of `len()`: it stays what it is."""
        still = (ast.Name, ast.Constant, ast.Compare, ast.cmpop, ast.expr_context, ast.Call)
        calls = [node.func for node in ast.walk(value) if isinstance(node, ast.Call)]
        named = all(isinstance(call, ast.Name) and call.id == "len" for call in calls)
        return named and all(isinstance(node, still) for node in ast.walk(value))
