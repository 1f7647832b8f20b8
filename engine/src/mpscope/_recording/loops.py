"""Whether a loop does nothing but ask: read from the source of what runs.

    while not ready.is_set():      loop_that_asks(frame, "is_set()") ─▶ its lines: an answer alone
        time.sleep(0.1)                                                 can end it

A loop that counts, looks at a clock or at something else may end for a reason of its own.  A state
(`flag.value`, `table["ready"]`) is asked in vain as long as it stays the same.  A child loads this
only when it has asked in vain for the third time, in one place.
"""

from __future__ import annotations

import ast
import linecache
import time
from contextlib import suppress
from functools import lru_cache

from mpscope._recording.library import variables_of
from mpscope._recording.records import Any

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

# In whose place another may stand, that lets something happen meanwhile (gevent's sleep does).
_LASTING = {function for function in (time.sleep, print) if type(function) is type(len)}
# What is asked, what it stands for, and the answer that says that nothing has come.
QUESTIONS = {
    "is_set()": ("wake", False),
    "wait()": ("wake", False),
    "empty()": ("receive", True),
    "poll()": ("receive", False),
    "get()": ("receive", None),
    "is_alive()": ("join", True),
    "exitcode": ("join", None),
    "ready()": ("collect", False),
    "done()": ("collect", False),
    "value": ("wake", None),
    "qsize()": ("wake", None),
}
_PLAIN = bool, int, float, str, type(None), list, tuple, dict, set


def source_of(frame: FrameType) -> ast.Module:
    """The file of what runs there; empty if it cannot be read, as a cell with a magic in it."""
    return parsed("".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals)))


@lru_cache(maxsize=8)
def parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return ast.parse("")


def around(line: int, tree: ast.AST, kinds: Any) -> list[Any]:
    """The nodes of these kinds that a line is in, the outermost first."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, kinds)]
    found = [node for node in nodes if node.lineno <= line <= (node.end_lineno or 0)]
    return sorted(found, key=lambda node: node.lineno)


def look_up(name: str, frame: FrameType) -> Any:
    for scope in (variables_of(frame), frame.f_globals, frame.f_builtins):
        if name in scope:
            return scope[name]
    return None


def loop_that_asks(frame: FrameType, method: str, state: Any = ...) -> range:
    """The lines of the loop that runs there, if it does nothing but ask; else none."""
    for loop in around(frame.f_lineno, source_of(frame), ast.While)[-1:]:
        if _Loop(frame, method, state).only_asks(loop):
            return range(loop.lineno, (loop.end_lineno or 0) + 1)
    return range(0)


class _Loop:
    """What one loop does as long as its question is answered with no: nothing, or something."""

    def __init__(self, frame: FrameType, method: str, state: Any) -> None:
        self._frame, self._state = frame, state
        self._method = method.partition("\x1f")[0].removesuffix("()")
        self._vain = None if state is not ... else QUESTIONS[method][1]
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
        if self._state is not ...:
            return self._value(test) is answer
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._answers(operand, not answer)
            case ast.Call(func=ast.Name(id="any"), args=[ast.GeneratorExp(generators=[each])]):
                return answer and not each.ifs and self._answers(test.args[0].elt, True)
            case ast.Compare(left=ast.Attribute(attr=name), ops=[op], comparators=[value]):
                same = name == self._method and isinstance(op, ast.Is if answer else ast.IsNot)
                asks = same and isinstance(value, ast.Constant) and value.value is self._vain
                self._questions += asks
                return asks
        asks = self._asks(test) and self._vain is answer
        self._questions += asks
        return asks

    def _value(self, test: ast.expr) -> bool | None:
        """What a condition is, as long as the state that it asks for stays the same."""
        asks = [node for node in ast.walk(test) if self._asks_for_state(node)]
        if len(asks) != 1:
            return None
        told = ast.unparse(test).replace(ast.unparse(asks[0]), repr(self._state), 1)
        rest = ast.parse(told, mode="eval").body
        names = {node.id for node in ast.walk(rest) if isinstance(node, ast.Name)} - {"len"}
        values = {name: look_up(name, self._frame) for name in names}
        if not self._is_still(rest) or not all(type(it) in _PLAIN for it in values.values()):
            return None
        self._questions = 1
        with suppress(Exception):
            return bool(eval(told, {"__builtins__": {}, "len": len}, values))
        return None

    def _asks_for_state(self, node: ast.AST) -> bool:
        """True of `flag.value`, `box.qsize()`, `table["a"]`, `space.a`, `table.get("a")`."""
        match node:
            case ast.Subscript(value=ast.Name() | ast.Attribute()):
                return self._method == "__getitem__"
            case ast.Attribute(value=ast.Name() | ast.Attribute(), attr=name):
                is_value = name == "value" and self._method in ("value", "get")
                return is_value or self._method == "__getattribute__"
            case ast.Call():
                return self._asks(node)
        return False

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
        still += (ast.UnaryOp, ast.unaryop, ast.BoolOp, ast.boolop, ast.BinOp, ast.operator)
        calls = [node.func for node in ast.walk(value) if isinstance(node, ast.Call)]
        named = all(isinstance(call, ast.Name) and call.id == "len" for call in calls)
        return named and all(isinstance(node, still) for node in ast.walk(value))
